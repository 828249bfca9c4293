"""Measurements of the reader that were made on another plane through the same images, and lie in this one or beside it.

Decided
    One is shown where all of it lies within half the thickness of the plane (the slab): a length across slices is seen on
    the plane that holds it. Between frames of the stack itself nothing is carried over: each is an image of its own.
    It keeps the value that was measured, and says that it is projected and from how far. It is changed where it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from viewer.domain.instance import FrameKey
from viewer.domain.measurement import Measurement, path_of, second_line_of
from viewer.domain.stack import Stack
from viewer.geometry.plane import FloatArray, Plane
from viewer.reading.navigate import frame_of_measurement
from viewer.reading.state import ReadingState
from viewer.scene.corner_text import Say
from viewer.scene.drawables import MeasurementDrawable
from viewer.scene.inputs import SceneInputs
from viewer.scene.measured import measurement_drawable
from viewer.scene.measured_image import measured_image

_BESIDE_MM = 0.05
"""What lies farther from the plane says how far."""

_LEAST_REACH_MM = 0.5


def projected_measurements(
    state: ReadingState, stack: Stack, frame: FrameKey, inputs: SceneInputs, say: Say
) -> Iterator[MeasurementDrawable]:
    """Yield the measurements of other planes that lie in the plane of a frame, as far as its thickness reaches.

    Parameters
    ----------
    stack
        The frame's own: frames as they are, or planes through them.
    """
    plane = state.plane_of(frame)
    if state.measurements_hidden or plane is None or not plane.in_patient_space:
        return
    own = {one.id for one in state.measurements_on(frame)}
    for name, measurements in state.measurements.items():
        if name.cut is None and frame.cut is None:
            continue
        for measurement in measurements:
            there = frame_of_measurement(state, measurement) if measurement.id not in own else None
            if there is None or not measurement.is_whole or _stack_of(state, there) != stack.id:
                continue
            source = state.plane_of(there)
            if source is None:
                continue
            image = measured_image(state, there, source, inputs)
            drawn = measurement_drawable(measurement, image, say, selected=measurement.id == state.selection.measurement)
            yield from _projected(drawn, measurement, source, plane, say)


def _stack_of(state: ReadingState, frame: FrameKey) -> str | None:
    if frame.cut is not None:
        return frame.cut.stack_id
    place = state.content.library.place_of(frame)
    return place[0] if place is not None else None


def _projected(
    drawn: MeasurementDrawable, measurement: Measurement, source: Plane, plane: Plane, say: Say
) -> Iterator[MeasurementDrawable]:
    path, other = path_of(measurement)[0], second_line_of(measurement)
    away_mm = np.abs(plane.distance_mm(source.point_patient(np.vstack((path, other)))))
    farthest_mm = float(away_mm.max())
    if farthest_mm > max(plane.thickness_mm / 2, _LEAST_REACH_MM):
        return

    def moved(points: FloatArray) -> FloatArray:
        return plane.position_image(source.point_patient(points))

    words = say("projected") if farthest_mm <= _BESIDE_MM else say("projected from {mm} mm").format(mm=f"{farthest_mm:.1f}")
    yield replace(
        drawn,
        path=moved(path),
        handles=np.empty((0, 2)),
        further=(moved(other),) if len(other) else (),
        link=moved(drawn.link) if drawn.link is not None else None,
        label="\n".join(part for part in (drawn.label, words) if part),
        projected=True,
    )
