"""A frame of an angiogram minus its mask, as an applied presentation state asks for (PS3.4 N.2.1.2)."""

from __future__ import annotations

from dataclasses import replace

from viewer.domain.image_attributes import DecodedFrame, FrameValues, ImageAttributes, LookupTable, Rescale, Window
from viewer.domain.instance import FrameKey
from viewer.domain.presentation import PresentationState, Subtraction
from viewer.imaging.modality import to_modality
from viewer.imaging.subtraction import difference
from viewer.reading.state import Pane, ReadingState
from viewer.scene.image_picture import Presented, ShownFrame, applied_state
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.presented import modality_range
from viewer.scene.remembered import Remembered

_differences: Remembered[DecodedFrame] = Remembered(16, lambda frame: int(frame.stored.nbytes))
_attributes: Remembered[ImageAttributes] = Remembered(16)


def frames_to_subtract(state: ReadingState, pane: Pane) -> tuple[FrameKey, ...]:
    """Return the frames beside the one of a pane that an applied state needs: masks, and contrast frames to average."""
    stack, frame = state.stack_of(pane), state.frame_of(pane)
    if stack is None or frame is None or pane.presentation_state is None:
        return ()
    image = stack.planes[min(pane.frame, len(stack.frames) - 1)].image
    applied = applied_state(state, pane, image)
    found = _held(applied, frame, state) if applied is not None else None
    if found is None:
        return ()
    contrast, masks, _ = found
    return tuple(dict.fromkeys((*contrast[1:], *masks)))


def with_subtraction(
    state: ReadingState, shown: Presented, frame: ShownFrame, key: FrameKey, inputs: SceneInputs
) -> tuple[Presented, ShownFrame] | Pending | Unavailable:
    """Return what is shown after the subtraction that its state asks for; as it is where it asks for none.

    The difference stands in place of the stored values, and nothing is left for the modality stage to do.
    """
    found = _held(shown.state, key, state) if shown.state is not None else None
    if found is None:
        return shown, frame
    frames: list[DecodedFrame] = []
    for one in (*found[0], *found[1]):
        decoded = inputs.frame(one)
        if isinstance(decoded, Pending | Unavailable):
            return decoded
        frames.append(decoded)
    contrast, masks, subtraction = found
    number = key.index + 1

    def subtract() -> DecodedFrame:
        keys = (*contrast, *masks)
        values = [to_modality(each.stored, shown.attributes, at.index) for each, at in zip(frames, keys, strict=True)]
        shifts = [one for one in subtraction.shifts if not one.ranges or any(a <= number <= b for a, b in one.ranges)]
        made = difference(values[: len(contrast)], values[len(contrast) :], shifts)
        return DecodedFrame(made, min(each.whole for each in frames), frame.decoded.issues, frame.decoded.missing)

    decoded = _differences.recall((*frames, shown.attributes, subtraction), number, subtract)
    attributes = _attributes.recall((shown.attributes,), (), lambda: _without_modality_stage(shown.attributes))
    window = shown.window
    if isinstance(window, Window) and shown.state is not None and not shown.state.voi and _is_whole(window, shown):
        low, high = modality_range(shown.attributes)
        window = Window(center=0.5, width=2 * (high - low) + 1)
    return replace(shown, attributes=attributes, window=window), replace(frame, decoded=decoded, attributes=attributes)


def _held(
    applied: PresentationState | None, frame: FrameKey, state: ReadingState
) -> tuple[tuple[FrameKey, ...], tuple[FrameKey, ...], Subtraction] | None:
    """Return the contrast and mask frames and the subtraction that holds for a frame; None where none does."""
    if applied is None or not applied.subtractions:
        return None
    count, number = state.content.library.instance(frame.instance).number_of_frames, frame.index + 1
    for one in applied.subtractions:
        masks = one.mask_of(number, count)
        if masks:
            contrast = range(frame.index, frame.index + one.averaged)
            return (
                tuple(FrameKey(frame.instance, index) for index in contrast),
                tuple(FrameKey(frame.instance, mask - 1) for mask in masks),
                one,
            )
    return None


def _is_whole(window: Window | LookupTable, shown: Presented) -> bool:
    """Say whether a window is the whole range of what was there before the subtraction."""
    low, high = modality_range(shown.attributes)
    return isinstance(window, Window) and (window.center, window.width) == ((low + high + 1) / 2, high - low + 1)


def _without_modality_stage(attributes: ImageAttributes) -> ImageAttributes:
    frames = tuple(
        FrameValues(rescale=Rescale(), windows=(), real_world=one.real_world, shutter=one.shutter)
        for one in attributes.frames
    )
    return replace(attributes, frames=frames, modality_lut=None, padding=None)
