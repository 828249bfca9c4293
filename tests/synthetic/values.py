"""Domain values made without a file: a library of made stacks, overlays of made parts."""

from __future__ import annotations

import numpy as np

from viewer.domain.binding import Binding, LiesOn
from viewer.domain.instance import FrameKey, InstanceHeader, InstanceKey, Source
from viewer.domain.library import Library, Patient, Series, Study
from viewer.domain.overlay import Overlay, Part, Places
from viewer.domain.provenance import Provenance
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.reading.changes.library import library_grew, overlays_read
from viewer.reading.state import ReadingState


def header(name: str, **fields: object) -> InstanceHeader:
    """One instance whose UID is its name."""
    return InstanceHeader(  # type: ignore[arg-type]
        source=Source("file", f"/made/{name}"),
        file_size=1,
        sop_instance_uid=name,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid="study",
        series_instance_uid=name.rpartition(".")[0],
        **fields,
    )


def axial_series(
    name: str, *, slices: int = 5, gap_mm: float = 2.5, frame_of_reference: str = "for", x_mm: float = 0.0
) -> Series:
    """A series of axial slices of 7 x 11 pixels of 0.5 x 0.25 mm, from the head down, head at z = 0."""
    instances = tuple(header(f"{name}.{number}") for number in range(slices))
    planes = tuple(
        Plane((x_mm, 0.0, -gap_mm * n), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.25), (7, 11), frame_of_reference)
        for n in range(slices)
    )
    stack = Stack(
        id=f"{name}#1",
        series_key=name,
        label="",
        frames=tuple(FrameKey(instance.key) for instance in instances),
        planes=planes,
        orientation="axial",
        regular=True,
        spacing_mm=(gap_mm, 0.5, 0.25),
        origin=planes[0].origin,
        frame_of_reference_uid=frame_of_reference,
        rows=7,
        columns=11,
    )
    return Series(name, name, "CT", 1, name, instances[0].sop_class_uid, "image", instances, (stack,))


def library(*series: Series) -> Library:
    """One patient with one study."""
    study = Study("study", "study", "20200102", "", "Made", series)
    return Library((Patient("patient", "ID", "Made^Up", "", "", (study,)),))


def two_part_overlay(name: str = "seg.0", *, date: str = "20200102") -> Overlay:
    """An overlay with parts 3 and 7, whose only place is the slice at z = -5 mm."""
    corners = np.array([[[0.0, 0.0, -5.0], [1.0, 0.0, -5.0], [1.0, 1.0, -5.0], [0.0, 1.0, -5.0]]] * 2)
    return Overlay(
        instance=InstanceKey(name),
        sop_instance_uid=name,
        series_instance_uid="seg",
        patient_id="ID",
        kind="segmentation",
        subtype="BINARY",
        label="Organs",
        provenance=Provenance(algorithm_type="AUTOMATIC", content_date=date),
        parts=(Part(3, "Liver", (255, 0, 0)), Part(7, "Spleen", (0, 255, 0), visible_by_default=False)),
        content=None,
        frame_of_reference_uids=("for",),
        references=(),
        places=Places(np.array([3, 7], np.int32), corners, ((), ())),
    )


def opened(*series: Series, overlays: tuple[Overlay, ...] = (), on: str = "ct#1") -> ReadingState:
    """A state with a library and overlays that lie on one stack."""
    state = library_grew(ReadingState(), library(*series), scanning=False)
    pairs = {
        overlay.instance: (overlay, Binding(overlay.instance, (LiesOn(on, "frame_of_reference", True, (2, 2), "made"),)))
        for overlay in overlays
    }
    return overlays_read(state, pairs)
