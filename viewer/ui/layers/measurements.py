"""The reader's measurements as rows of the layers panel: one head with a switch for all, one row each."""

from __future__ import annotations

from dataclasses import replace

from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.measurement import Measurement, MeasurementKind
from viewer.domain.provenance import Origin
from viewer.geometry.orientation import name_of
from viewer.reading.navigate import frame_of_measurement
from viewer.reading.state import ReadingState
from viewer.scene.inputs import SceneInputs
from viewer.scene.measured_image import measured_image
from viewer.scene.measured_words import measured_detail, measured_words, written
from viewer.scene.plain_words import count, plain
from viewer.ui.layers.row import LayerFilter, LayerRow, tr
from viewer.ui.plain_text import tooltip
from viewer.ui.theme.rows import Badge

NO_OVERLAY = InstanceKey("measurements")
"""What stands for an overlay in these rows."""
HEAD = ("measurements",)

KIND_WORDS: dict[MeasurementKind, str] = {
    "length": "Length",
    "bidirectional": "Two axes",
    "angle": "Angle",
    "cobb": "Cobb angle",
    "ellipse": "Ellipse",
    "rectangle": "Rectangle",
    "polygon": "Polygon",
    "freehand": "Freehand",
    "probe": "Value",
    "arrow": "Arrow",
    "note": "Note",
}


def measurement_rows(state: ReadingState, wanted: LayerFilter, inputs: SceneInputs) -> tuple[LayerRow, ...]:
    """Return the head with a row for each measurement that a filter leaves; nothing when there is none.

    Those on images that are not open are listed as such; those of another patient's images are not.
    """
    listed = [one for one in (_row(state, one, wanted, inputs) for one in _all(state)) if one is not None]
    if not listed:
        return ()
    listed.sort(key=lambda row: row[0])
    shown = not state.measurements_hidden
    head = LayerRow(
        HEAD,
        "measurements",
        tr("Measurements"),
        NO_OVERLAY,
        second=count(len(listed)),
        badges=(Badge(tr(Origin.READER.value)),),
        tip=tooltip(tr("Measurements"), tr("Saved as you make them. The eye shows or hides all.")),
        shown=shown,
        dimmed=not shown,
        children=tuple(row for _, row in listed),
    )
    return (head,)


def _all(state: ReadingState) -> list[Measurement]:
    return [one for on_image in state.measurements.values() for one in on_image]


def _where(frame: FrameKey | None, place: tuple[str, int] | None) -> str:
    """Return the words for the image that a measurement lies on."""
    if frame is None or place is None:
        return tr("image not open")
    if frame.cut is None:
        return tr("image {number}").format(number=count(place[1] + 1))
    names = {"axial": tr("axial plane"), "coronal": tr("coronal plane"), "sagittal": tr("sagittal plane")}
    return names.get(name_of(frame.cut.plane.normal), tr("oblique plane"))


def _row(
    state: ReadingState, measurement: Measurement, wanted: LayerFilter, inputs: SceneInputs
) -> tuple[tuple[str, int], LayerRow] | None:
    library = state.content.library
    frame = frame_of_measurement(state, measurement)
    place = library.place_of(replace(frame, cut=None)) if frame is not None else None
    plane = state.plane_of(frame) if frame is not None else None
    if frame is not None and state.patient is not None and library.patient_of(frame.instance) is not state.patient:
        return None
    if wanted.on_slice and frame != state.frame_of(state.pane):
        return None
    stack = library.stack(place[0]) if place is not None else None
    lines: tuple[str, ...] = ()
    if frame is not None and plane is not None:
        image = measured_image(state, frame, plane, inputs)
        lines = (*measured_words(measurement, image, tr), *measured_detail(measurement, image, tr))
    name = plain(measurement.text) or tr(KIND_WORDS[measurement.kind])
    if any(word not in f"{name} {' '.join(lines)}".casefold() for word in wanted.search.casefold().split()):
        return None
    values = lines[len(written(measurement.text)) :]
    where = _where(frame, place)
    if frame is not None and stack is not None and stack.id != state.pane.stack_id:
        # Elsewhere than in the active viewport: the number alone would not say where.
        described = plain(library.series_of(frame.instance).description)
        where = f"{described} · {where}" if described else where
    row = LayerRow(
        ("measurement", measurement.id),
        "measurement",
        name,
        NO_OVERLAY,
        item=measurement.id,
        second=where,
        tip=tooltip(name, *values, where),
        dimmed=state.measurements_hidden or place is None,
        value=values[0].split(" · ")[0] if values else "",
    )
    return (place if place is not None else ("\uffff", 0)), row
