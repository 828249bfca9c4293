"""All measurements of the reader as comma-separated values: one line a number, with its unit and what it rests on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Final

from viewer.domain.measurement import Measurement
from viewer.export.spreadsheet import harmless
from viewer.reading.state import ReadingState
from viewer.scene.inputs import SceneInputs
from viewer.scene.measured_image import MeasuredImage, image_of_measurement
from viewer.scene.measured_words import Quantity, quantities_of

COLUMNS: Final = (
    "measurement",
    "kind",
    "text",
    "quantity",
    "value",
    "unit",
    "basis",
    "series description",
    "study instance uid",
    "sop instance uid",
    "frame",
    "points column row",
    "points patient mm",
)


def measurement_table(state: ReadingState, inputs: SceneInputs, check: Callable[[float], None]) -> str:
    """Return the table as text.

    A measurement without a number (a note, an image that is not open or cannot be read) has one line without a value.

    Parameters
    ----------
    inputs
        Must answer at once: what is pending has no values.
    check
        Called with how much is done, 0 to 1; may raise to end the work.
    """
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\r\n")
    table.writerow(COLUMNS)
    found = sorted(
        (one for on_image in state.measurements.values() for one in on_image),
        key=lambda one: (one.image.study_instance_uid, one.image.sop_instance_uid, one.image.frame),
    )
    for place, measurement in enumerate(found):
        check(place / len(found))
        image = image_of_measurement(state, measurement, inputs)
        for quantity in (quantities_of(measurement, image) if image is not None else ()) or (None,):
            table.writerow(_line(state, measurement, image, quantity, place + 1))
    return made.getvalue()


def _line(
    state: ReadingState, measurement: Measurement, image: MeasuredImage | None, quantity: Quantity | None, number: int
) -> tuple[str, ...]:
    name = measurement.image
    series = state.content.library.series_of(image.header.key) if image is not None else None
    return (
        str(number),
        measurement.kind,
        harmless(measurement.text),
        quantity.name if quantity is not None else "",
        repr(quantity.value) if quantity is not None else "",
        harmless(quantity.unit) if quantity is not None else "",
        quantity.basis if quantity is not None else "",
        harmless(series.description) if series is not None else "",
        name.study_instance_uid,
        name.sop_instance_uid,
        str(name.frame),
        _points(measurement.points),
        _patient_points(measurement, image),
    )


def _patient_points(measurement: Measurement, image: MeasuredImage | None) -> str:
    if image is None or not image.plane.in_patient_space:
        return ""
    return _points(tuple(map(tuple, image.plane.point_patient(measurement.points).tolist())))


def _points(points: tuple[tuple[float, ...], ...]) -> str:
    return "; ".join(" ".join(f"{value:.4f}" for value in point) for point in points)
