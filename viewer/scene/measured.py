"""The reader's measurements as drawables, and which of them is under the mouse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.domain.instance import FrameKey
from viewer.domain.measurement import Measurement, handles_of, path_of, second_line_of
from viewer.geometry.paths import distance_from_paths
from viewer.geometry.plane import FloatArray, Plane
from viewer.reading.state import ReadingState
from viewer.scene.corner_text import Say
from viewer.scene.drawables import MeasurementDrawable
from viewer.scene.inputs import SceneInputs
from viewer.scene.measured_image import MeasuredImage, measured_image
from viewer.scene.measured_words import measured_detail, measured_words
from viewer.scene.remembered import Remembered
from viewer.scene.view_geometry import ViewGeometry

_drawn: Remembered[MeasurementDrawable] = Remembered(256)


@dataclass(frozen=True)
class MeasurementHit:
    """A measurement under the mouse; ``handle`` is its place in ``handles_of``, None on the line."""

    measurement: Measurement
    handle: int | None


def measurement_drawables(
    state: ReadingState, frame: FrameKey, plane: Plane, inputs: SceneInputs, say: Say
) -> tuple[MeasurementDrawable, ...]:
    """Return the measurements of a frame, the selected one on top."""
    found = state.measurements_on(frame)
    if not found:
        return ()
    image, chosen = measured_image(state, frame, plane, inputs), state.selection
    drawn = [
        measurement_drawable(
            one,
            image,
            say,
            selected=one.id == chosen.measurement,
            held=chosen.handle if one.id == chosen.measurement else None,
        )
        for one in found
    ]
    return tuple(sorted(drawn, key=lambda one: one.selected))


def measurement_drawable(
    measurement: Measurement, image: MeasuredImage, say: Say, *, selected: bool = False, held: int | None = None
) -> MeasurementDrawable:
    """Return one measurement as it is drawn; ``held`` is the handle that keys move."""

    def make() -> MeasurementDrawable:
        path, closed = path_of(measurement)
        other = second_line_of(measurement)
        return MeasurementDrawable(
            measurement.id,
            path,
            handles_of(measurement),
            closed,
            "\n".join(measured_words(measurement, image, say)),
            selected,
            further=(other,) if len(other) else (),
            link=_link(path, other) if measurement.kind == "cobb" and len(other) else None,
            detail="\n".join(measured_detail(measurement, image, say)),
            held=held,
            pointed=measurement.kind == "arrow",
        )

    objects = (image.header, image.attributes, image.decoded, say)
    return _drawn.recall(objects, (measurement, image.index, image.plane, image.mappings, selected, held), make)


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
        other = second_line_of(measurement)
        lines = ((path, closed), (other, False)) if len(other) else ((path, closed),)
        if any(
            distance_from_paths((geometry.to_view(line),), position_view, closed=around) <= reach for line, around in lines
        ):
            return MeasurementHit(measurement, None)
    return None


def _link(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the line between the middles of two lines."""
    return np.array([one.mean(axis=0), other.mean(axis=0)])
