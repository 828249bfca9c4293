"""Two series as one picture: a blending presentation state lays a coloured series over a grey one (PS3.4 N.2.4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.evidence import names_frame
from viewer.domain.instance import FrameKey
from viewer.domain.library import Library
from viewer.domain.presentation import Blending, PresentationState
from viewer.geometry.plane import Plane
from viewer.imaging.colour import takes_window
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

FramePlace = tuple[FrameKey, Plane]

_frames: Remembered[FramePlace | None] = Remembered(64)
_pictures: Remembered[ImagePicture] = Remembered(18)


def frames_to_blend(state: ReadingState, pane: Pane) -> tuple[FramePlace | None, ...]:
    """Return the frames that the applied state mixes with the frame of a pane, and their planes.

    One for each other series that it mixes, in its order; None for a series without an image here.
    """
    stack = state.stack_of(pane)
    if stack is None or not stack.frames or pane.presentation_state is None:
        return ()
    plane = stack.planes[min(pane.frame, len(stack.frames) - 1)]
    applied = applied_state(state, pane, plane.image)
    if applied is None:
        return ()
    library, upper = state.content.library, applied.blending
    if upper is not None:
        return (_frames.recall((library, upper), plane.image, lambda: _nearest(library, upper.superimposed, plane)),)
    if applied.advanced_blending is None:
        return ()
    others = [one.shown for one in applied.advanced_blending.inputs[1:]]
    return tuple(
        _frames.recall((library, one), plane.image, lambda one=one: _nearest(library, one, plane))  # type: ignore[misc]
        for one in others
    )


def blended(
    under: ImagePicture, pane: Pane, blending: Blending, over: FramePlace, plane: Plane, inputs: SceneInputs
) -> ImagePicture | Pending | Unavailable:
    """Return the two images as one: colour times opacity and grey times the rest; outside the upper one the lower alone.

    Parameters
    ----------
    under
        The grey picture on ``plane``.
    over
        What ``frames_to_blend`` returned.
    """
    found = shown_as(blending.superimposed, over, pane, inputs)
    if isinstance(found, Pending | Unavailable):
        return found
    shown, colours = found
    opacity = np.where(padding_mask(shown.decoded, shown.attributes), 0.0, blending.opacity)
    return _pictures.recall(
        (under, colours, blending),
        (plane, over[1]),
        lambda: _mixed(under, colours.pixels, opacity, way_between(plane, over[1])),
    )


def shown_as(
    state: PresentationState, at: FramePlace, pane: Pane, inputs: SceneInputs
) -> tuple[ShownFrame, ImagePicture] | Pending | Unavailable:
    """Return a frame of a series that a state mixes in, and its picture with the stages that the state gives it."""
    frame, place = at
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    if isinstance(attributes, Pending | Unavailable):
        return attributes
    if isinstance(decoded, Pending | Unavailable):
        return decoded
    replaced = presented_attributes(attributes, state)
    shown = ShownFrame(decoded, replaced, frame.index, place.image, None)
    window = state_window(state, place.image, replaced) if takes_window(replaced) else None
    return shown, image_picture(Presented(replaced, window, state), shown, inverted=pane.view.inverted)


def _nearest(library: Library, series: PresentationState, plane: Plane) -> FramePlace | None:
    """Return the frame of a series, as a state names it, that lies on a plane."""
    if not plane.in_patient_space:
        return None
    found: list[tuple[float, FrameKey, Plane]] = []
    for stack in library.stacks:
        if stack.frame_of_reference_uid != plane.frame_of_reference_uid:
            continue
        for frame, other in zip(stack.frames, stack.planes, strict=True):
            if other.image is None or not names_frame(series.images, library, frame):
                continue
            distance = abs(float(other.distance_mm(np.asarray(plane.origin))))
            reach = max(other.thickness_mm / 2, _LEAST_REACH_MM)
            if distance <= reach and abs(float(np.dot(plane.normal, other.normal))) > _PARALLEL:
                found.append((distance, frame, other))
    return min(found, key=lambda one: one[0])[1:] if found else None


def way_between(plane: Plane, other: Plane) -> NDArray[np.float64]:
    """Return 2x3 from (column, row) positions on a plane to those on another one."""
    ends = other.position_image(plane.point_patient(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])))
    return np.column_stack([ends[1] - ends[0], ends[2] - ends[0], ends[0]])


def _mixed(
    under: ImagePicture, colours: NDArray[np.uint8], opacity: NDArray[np.float64], way: NDArray[np.float64]
) -> ImagePicture:
    above, share = on_grid(colours, opacity, under.pixels.shape[:2], way)
    return ImagePicture(laid_over(under.pixels, above, share), under.smooth)


def on_grid(
    colours: NDArray[np.uint8], opacity: NDArray[np.float64], shape: tuple[int, ...], way: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a picture and its opacity at the pixel centres of another grid of (rows, columns); outside the opacity is 0.

    Parameters
    ----------
    colours, opacity
        (rows, columns, 3) and (rows, columns).
    way
        What ``way_between`` returned from that grid to this one.
    """
    row, column = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
    x = way[0, 0] * column + way[0, 1] * row + way[0, 2]
    y = way[1, 0] * column + way[1, 1] * row + way[1, 2]
    inside = (x >= 0) & (x < colours.shape[1]) & (y >= 0) & (y < colours.shape[0])
    share = np.where(inside, opacity[_pixel(y, len(opacity)), _pixel(x, opacity.shape[1])], 0.0)
    return _sampled(colours, x - 0.5, y - 0.5), share


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
