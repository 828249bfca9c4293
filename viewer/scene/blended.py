"""Two series as one picture: a blending presentation state lays a coloured series over a grey one (PS3.4 N.2.4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.instance import FrameKey
from viewer.domain.library import Library
from viewer.domain.presentation import Blending
from viewer.geometry.plane import Plane
from viewer.imaging.padding import padding_mask
from viewer.reading.state import Pane, ReadingState
from viewer.scene.drawables import ImagePicture
from viewer.scene.image_picture import Presented, ShownFrame, applied_state, image_picture
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.laid_over import laid_over
from viewer.scene.presented import presented_attributes, state_window
from viewer.scene.remembered import Remembered

NOT_HERE = "The series that the presentation state lays over this one has no image here; this one is shown alone."
_LEAST_REACH_MM = 0.5
_PARALLEL = 0.9999

_frames: Remembered[tuple[FrameKey, Plane] | None] = Remembered(64)
_pictures: Remembered[ImagePicture] = Remembered(18)


def superimposed_frame(state: ReadingState, pane: Pane) -> tuple[FrameKey, Plane] | None:
    """Return the frame that the applied state lays over the frame of a pane, and its plane; None when there is none."""
    stack = state.stack_of(pane)
    if stack is None or not stack.frames or pane.presentation_state is None:
        return None
    plane = stack.planes[min(pane.frame, len(stack.frames) - 1)]
    applied = applied_state(state, pane, plane.image)
    if applied is None or applied.blending is None:
        return None
    blending, library = applied.blending, state.content.library
    return _frames.recall((library, blending), plane.image, lambda: _nearest(library, blending, plane))


def blended(
    under: ImagePicture, pane: Pane, blending: Blending, over: tuple[FrameKey, Plane], plane: Plane, inputs: SceneInputs
) -> ImagePicture | Pending | Unavailable:
    """Return the two images as one: colour times opacity and grey times the rest; outside the upper one the lower alone.

    Parameters
    ----------
    under
        The grey picture on ``plane``.
    over
        What ``superimposed_frame`` returned.
    """
    frame, place = over
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    if isinstance(attributes, Pending | Unavailable):
        return attributes
    if isinstance(decoded, Pending | Unavailable):
        return decoded
    upper = blending.superimposed
    replaced = presented_attributes(attributes, upper)
    shown = ShownFrame(decoded, replaced, frame.index, place.image, None)
    window = state_window(upper, place.image, replaced)
    colours = image_picture(Presented(replaced, window, upper), shown, inverted=pane.view.inverted)
    opacity = np.where(padding_mask(decoded, attributes), 0.0, blending.opacity)
    return _pictures.recall(
        (under, colours, blending), (plane, place), lambda: _mixed(under, colours.pixels, opacity, _way(plane, place))
    )


def _nearest(library: Library, blending: Blending, plane: Plane) -> tuple[FrameKey, Plane] | None:
    """Return the frame of the upper series that lies on a plane."""
    if not plane.in_patient_space:
        return None
    found: list[tuple[float, FrameKey, Plane]] = []
    for stack in library.stacks:
        if stack.frame_of_reference_uid != plane.frame_of_reference_uid:
            continue
        for frame, other in zip(stack.frames, stack.planes, strict=True):
            if other.image is None or not any(one.names(other.image) for one in blending.superimposed.images):
                continue
            distance = abs(float(other.distance_mm(np.asarray(plane.origin))))
            reach = max(other.thickness_mm / 2, _LEAST_REACH_MM)
            if distance <= reach and abs(float(np.dot(plane.normal, other.normal))) > _PARALLEL:
                found.append((distance, frame, other))
    return min(found, key=lambda one: one[0])[1:] if found else None


def _way(plane: Plane, other: Plane) -> NDArray[np.float64]:
    """Return 2x3 from (column, row) positions on a plane to those on another one."""
    ends = other.position_image(plane.point_patient(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])))
    return np.column_stack([ends[1] - ends[0], ends[2] - ends[0], ends[0]])


def _mixed(
    under: ImagePicture, colours: NDArray[np.uint8], opacity: NDArray[np.float64], way: NDArray[np.float64]
) -> ImagePicture:
    rows, columns = under.pixels.shape[:2]
    row, column = np.mgrid[0:rows, 0:columns] + 0.5
    x = way[0, 0] * column + way[0, 1] * row + way[0, 2]
    y = way[1, 0] * column + way[1, 1] * row + way[1, 2]
    inside = (x >= 0) & (x < colours.shape[1]) & (y >= 0) & (y < colours.shape[0])
    share = np.where(inside, opacity[_pixel(y, len(opacity)), _pixel(x, opacity.shape[1])], 0.0)
    return ImagePicture(laid_over(under.pixels, _sampled(colours, x - 0.5, y - 0.5), share), under.smooth)


def _pixel(position: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    return np.clip(np.floor(position), 0, count - 1).astype(np.intp)


def _sampled(picture: NDArray[np.uint8], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return colours between pixel centres, linear in both directions; beyond the outermost centres these."""
    x, y = np.clip(x, 0, picture.shape[1] - 1), np.clip(y, 0, picture.shape[0] - 1)
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    right, bottom = np.minimum(left + 1, picture.shape[1] - 1), np.minimum(top + 1, picture.shape[0] - 1)
    across, down = (x - left)[..., None], (y - top)[..., None]
    upper = picture[top, left] * (1 - across) + picture[top, right] * across
    lower = picture[bottom, left] * (1 - across) + picture[bottom, right] * across
    return np.asarray(upper * (1 - down) + lower * down)
