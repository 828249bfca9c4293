"""The reader's measurements as drawables: line, handles, and the value with its unit and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.domain.calibration import BASIS_WORDS, Scale, scale_of
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceHeader
from viewer.domain.measurement import (
    Measurement,
    angle_degrees,
    area,
    crosses_itself,
    handles_of,
    length,
    path_of,
)
from viewer.geometry.plane import Plane
from viewer.imaging.probe import ProbeState, value_at
from viewer.imaging.region_statistics import RegionStatistics, region_statistics
from viewer.imaging.suv import SuvFactors, suv_factors
from viewer.reading.state import ReadingState
from viewer.scene.corner_text import Say
from viewer.scene.cursor import distance_from_paths
from viewer.scene.drawables import MeasurementDrawable
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal, plain
from viewer.scene.remembered import Remembered
from viewer.scene.view_geometry import ViewGeometry

_MICROMETRES = 1000.0
_NO_VALUE: dict[ProbeState, str] = {
    "padding": "padding",
    "missing": "missing in the file",
    "no_number": "no number",
    "outside": "outside",
}
_drawn: Remembered[MeasurementDrawable] = Remembered(256)
_statistics: Remembered[RegionStatistics | None] = Remembered(64)


@dataclass(frozen=True, eq=False)
class MeasuredImage:
    """The image that measurements lie on. What is not there yet is None: then their values are not there either."""

    header: InstanceHeader
    index: int
    plane: Plane
    attributes: ImageAttributes | None
    decoded: DecodedFrame | None


@dataclass(frozen=True)
class MeasurementHit:
    """A measurement under the mouse; ``handle`` is its place in ``handles_of``, None on the line."""

    measurement: Measurement
    handle: int | None


def measured_image(state: ReadingState, frame: FrameKey, plane: Plane, inputs: SceneInputs) -> MeasuredImage:
    """Return what is known of a frame for measuring on it."""
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    return MeasuredImage(
        state.content.library.instance(frame.instance),
        frame.index,
        plane,
        None if isinstance(attributes, Pending | Unavailable) else attributes,
        None if isinstance(decoded, Pending | Unavailable) else decoded,
    )


def measurement_drawables(
    state: ReadingState, frame: FrameKey, plane: Plane, inputs: SceneInputs, say: Say
) -> tuple[MeasurementDrawable, ...]:
    """Return the measurements of a frame, the selected one on top."""
    found = state.measurements_on(frame)
    if not found:
        return ()
    image = measured_image(state, frame, plane, inputs)
    drawn = [measurement_drawable(one, image, say, selected=one.id == state.selection.measurement) for one in found]
    return tuple(sorted(drawn, key=lambda one: one.selected))


def measurement_drawable(
    measurement: Measurement, image: MeasuredImage, say: Say, *, selected: bool = False
) -> MeasurementDrawable:
    """Return one measurement as it is drawn."""

    def make() -> MeasurementDrawable:
        path, closed = path_of(measurement)
        label = "\n".join(measured_words(measurement, image, say))
        return MeasurementDrawable(measurement.id, path, handles_of(measurement), closed, label, selected)

    objects = (image.header, image.attributes, image.decoded, say)
    return _drawn.recall(objects, (measurement, image.index, image.plane, selected), make)


def measured_words(measurement: Measurement, image: MeasuredImage, say: Say) -> tuple[str, ...]:
    """Return the value of a measurement in lines; none while it is being drawn or its image read."""
    if image.attributes is None or not measurement.is_whole:
        return ()
    scale = scale_of(image.header, image.index, image.plane, image.attributes.sizes, path_of(measurement)[0])
    basis = say(BASIS_WORDS[scale.basis]).format(factor=f"{scale.factor:.2f}")
    text = (plain(measurement.text),) if measurement.text else ()
    if measurement.kind == "angle":
        degrees = angle_degrees(measurement, scale)
        return (*text, "–" if degrees is None else f"{degrees:.1f}°")
    if measurement.kind == "length":
        return (*text, length_words(length(measurement, scale), scale), basis)
    if measurement.kind == "probe":
        return (*text, *_probe_words(measurement, image, say))
    if measurement.kind == "polygon" and crosses_itself(measurement):
        return (*text, *_statistics_words(measurement, image, say), say("no area: it crosses itself"))
    return (*text, *_statistics_words(measurement, image, say), f"{_area_words(measurement, scale)} · {basis}")


def measurement_at(
    measurements: tuple[Measurement, ...], geometry: ViewGeometry, position_view: tuple[float, float], *, reach: float
) -> MeasurementHit | None:
    """Return the measurement under a position of the pane in device pixels, the last made first; handles before lines.

    Parameters
    ----------
    reach
        How near, in device pixels, a line must be; a handle may be twice as far.
    """
    for measurement in reversed(measurements):
        handles = geometry.to_view(handles_of(measurement))
        distances = np.hypot(*(handles - np.array(position_view)).T)
        if distances.size and distances.min() <= 2 * reach:
            return MeasurementHit(measurement, int(distances.argmin()))
    for measurement in reversed(measurements):
        path, closed = path_of(measurement)
        if distance_from_paths((geometry.to_view(path),), position_view, closed=closed) <= reach:
            return MeasurementHit(measurement, None)
    return None


def length_words(value: float, scale: Scale) -> str:
    """Return a length with its unit: mm with one decimal, small ones with more or in µm, pixels with one."""
    if scale.unit == "px":
        return f"{decimal(value, 1)}{NO_BREAK_SPACE}px"
    if 0 < value < 0.1:
        return f"{decimal(value * _MICROMETRES, 1)}{NO_BREAK_SPACE}µm"
    return f"{decimal(value, 1 if value >= 10 else 2)}{NO_BREAK_SPACE}mm"


def pixel_value(value: float, *, like: float | None = None) -> str:
    """Return a pixel value or a statistic of such, with as many digits as say something of one the size of ``like``."""
    if like is not None and 1e-3 <= like < 1e6:
        return decimal(value, 1 if like >= 100 else 2 if like >= 1 else 4)
    if value == round(value) and abs(value) < 1e9:
        return decimal(value, 0)
    if abs(value) >= 1e6 or abs(value) < 1e-3:
        return f"{value:.3g}".replace("-", "−")
    return decimal(value, 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4)


def _area_words(measurement: Measurement, scale: Scale) -> str:
    value = area(measurement, scale)
    if scale.unit == "px":
        return f"{decimal(value, 0)}{NO_BREAK_SPACE}px²"
    if 0 < value < 0.01:
        return f"{decimal(value * _MICROMETRES**2, 0)}{NO_BREAK_SPACE}µm²"
    return f"{decimal(value, 0 if value >= 100 else 1 if value >= 10 else 2)}{NO_BREAK_SPACE}mm²"


def _probe_words(measurement: Measurement, image: MeasuredImage, say: Say) -> tuple[str, ...]:
    if image.attributes is None or image.decoded is None:
        return ()
    ((column, row),) = np.floor(measurement.points).astype(int).tolist()
    rows, columns = image.plane.shape
    column, row = min(column, columns - 1), min(row, rows - 1)
    found = value_at(image.decoded, image.attributes, index=image.index, column=column, row=row)
    where = say("column {column} · row {row}").format(column=column + 1, row=row + 1)
    if found.rgb is not None:
        return ("R {} · G {} · B {}".format(*found.rgb), where)
    if found.value is None:
        return (say(_NO_VALUE[found.state]), where)
    unit = f"{NO_BREAK_SPACE}{found.unit}" if found.unit else ""
    more = (f"{one.name} {pixel_value(one.value)}" for one in found.suv)
    return (pixel_value(found.value) + unit, *more, where)


def _statistics_words(measurement: Measurement, image: MeasuredImage, say: Say) -> tuple[str, ...]:
    attributes, decoded = image.attributes, image.decoded
    if attributes is None or decoded is None:
        return ()
    found = _statistics.recall(
        (attributes, decoded),
        (measurement.kind, measurement.points, image.index),
        lambda: region_statistics(decoded, attributes, image.index, measurement),
    )
    if found is None:
        return ()
    unit = f"{NO_BREAK_SPACE}{found.unit}" if found.unit else ""
    largest = max(abs(found.mean), found.deviation)
    return (
        say("mean {mean} · SD {deviation}").format(
            mean=pixel_value(found.mean, like=largest) + unit, deviation=pixel_value(found.deviation, like=largest) + unit
        ),
        say("min {lowest} · max {highest}").format(
            lowest=pixel_value(found.lowest) + unit, highest=pixel_value(found.highest) + unit
        ),
        *_suv_words(found, attributes, say),
    )


def _suv_words(found: RegionStatistics, attributes: ImageAttributes, say: Say) -> tuple[str, ...]:
    """Return mean and maximum as SUVbw on PET: it is in proportion to the values."""
    factors = suv_factors(attributes.pet) if attributes.pet is not None else SuvFactors()
    if not factors.forms:
        return ()
    by_weight = factors.forms[0]
    mean, highest = found.mean * by_weight.factor, found.highest * by_weight.factor
    return (
        say("{name} mean {mean} · max {highest}").format(
            name=by_weight.name, mean=pixel_value(mean), highest=pixel_value(highest)
        ),
    )
