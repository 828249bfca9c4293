"""What is known of an image for measuring on it: its place, the size of its pixels, its values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from viewer.domain.calibration import Scale, scale_of
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, RealWorldValueMapping
from viewer.domain.instance import FrameKey, InstanceHeader
from viewer.domain.measurement import Measurement, path_of, second_line_of
from viewer.geometry.plane import Plane
from viewer.reading.navigate import frame_of_measurement
from viewer.reading.state import ReadingState
from viewer.scene.cursor import mappings_at
from viewer.scene.inputs import PENDING, Pending, SceneInputs, Unavailable


@dataclass(frozen=True, eq=False)
class MeasuredImage:
    """The image that measurements lie on. What is not there yet is None: then their values are not there either.

    ``mappings`` are those of separate Real World Value Mapping objects that are switched on.
    """

    header: InstanceHeader
    index: int
    plane: Plane
    attributes: ImageAttributes | None
    decoded: DecodedFrame | None
    mappings: tuple[RealWorldValueMapping, ...] = ()

    def scale(self, measurement: Measurement) -> Scale | None:
        """Return the size of the pixels that a measurement lies on; None while it is not known."""
        if self.attributes is None:
            return None
        points = np.vstack((path_of(measurement)[0], second_line_of(measurement)))
        return scale_of(self.header, self.index, self.plane, self.attributes.sizes, points)


def measured_image(state: ReadingState, frame: FrameKey, plane: Plane, inputs: SceneInputs) -> MeasuredImage:
    """Return what is known of a frame for measuring on it."""
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    place = state.content.library.place_of(replace(frame, cut=None))
    stack = state.content.library.stack(place[0]) if place is not None else None
    if stack is not None and stack.pyramid is not None:
        # The frame is one tile of many: lengths and areas of a slide are measured, values under a region are not.
        decoded = PENDING
    return MeasuredImage(
        state.content.library.instance(frame.instance),
        frame.index,
        plane,
        None if isinstance(attributes, Pending | Unavailable) else attributes,
        None if isinstance(decoded, Pending | Unavailable) else decoded,
        mappings_at(state, stack, place[1]) if stack is not None and place is not None else (),
    )


def image_of_measurement(state: ReadingState, measurement: Measurement, inputs: SceneInputs) -> MeasuredImage | None:
    """Return what is known of the image that a measurement lies on; None when it is not open."""
    frame = frame_of_measurement(state, measurement)
    plane = state.plane_of(frame) if frame is not None else None
    return measured_image(state, frame, plane, inputs) if frame is not None and plane is not None else None
