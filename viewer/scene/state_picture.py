"""What an applied presentation state makes of an image with other frames: a subtraction, a mixture of series."""

from __future__ import annotations

from viewer.domain.instance import FrameKey
from viewer.geometry.plane import Plane
from viewer.reading.state import Pane, ReadingState
from viewer.scene.advanced_blended import advanced_blended
from viewer.scene.blended import NOT_HERE, blended, frames_to_blend
from viewer.scene.drawables import ImagePicture, Notice
from viewer.scene.image_picture import Presented, ShownFrame
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.subtracted import frames_to_subtract

ONE_NOT_HERE = "A series that the presentation state mixes with this one has no image here; it is left out."


def frames_beside(state: ReadingState, pane: Pane) -> tuple[FrameKey, ...]:
    """Return the frames that the applied state of a pane needs beside the one on the screen."""
    mixed = (at[0] for at in frames_to_blend(state, pane) if at is not None)
    return (*mixed, *frames_to_subtract(state, pane))


def with_other_series(
    state: ReadingState,
    pane: Pane,
    first: tuple[ShownFrame, ImagePicture],
    shown: Presented,
    plane: Plane,
    inputs: SceneInputs,
) -> tuple[ImagePicture, bool, tuple[Notice, ...]]:
    """Return the picture with what an applied state mixes into it, whether all of it is there, and what must be said."""
    picture, applied = first[1], shown.state
    if applied is None or (applied.blending is None and applied.advanced_blending is None):
        return picture, True, ()
    others = frames_to_blend(state, pane)
    mixed: ImagePicture | Pending | Unavailable | None = None
    if applied.advanced_blending is not None:
        mixed = advanced_blended(first, pane, applied.advanced_blending, others, plane, inputs)
    elif applied.blending is not None and others and others[0] is not None:
        mixed = blended(picture, pane, applied.blending, others[0], plane, inputs)
    if isinstance(mixed, Pending):
        return picture, False, ()
    if isinstance(mixed, ImagePicture):
        said = (Notice(ONE_NOT_HERE, severity="warning", replaces_image=False),) if None in others else ()
        return mixed, True, said
    reason = mixed.issue.text if mixed is not None else ""
    return picture, True, (Notice(NOT_HERE, reason, "warning", replaces_image=False),)
