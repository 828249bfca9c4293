"""A frame of an angiogram minus its mask, as an applied presentation state asks for (PS3.4 N.2.1.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, FrameValues, ImageAttributes, LookupTable, Rescale, Window
from viewer.domain.instance import FrameKey
from viewer.domain.presentation import PresentationState, Subtraction, in_ranges
from viewer.imaging.modality import look_up, to_modality
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
    return tuple(dict.fromkeys((*found.contrast[1:], *found.masks)))


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
    for one in (*found.contrast, *found.masks):
        decoded = inputs.frame(one)
        if isinstance(decoded, Pending | Unavailable):
            return decoded
        frames.append(decoded)
    number = key.index + 1

    def subtract() -> DecodedFrame:
        keys = (*found.contrast, *found.masks)
        values = [_to_subtract(each, shown.attributes, at, found.subtraction) for each, at in zip(frames, keys, strict=True)]
        shifts = [one for one in found.subtraction.shifts if in_ranges(number, one.ranges)]
        count = len(found.contrast)
        made = difference(values[:count], values[count:], shifts, visibility=found.visibility)
        return DecodedFrame(made, min(each.whole for each in frames), frame.decoded.issues, frame.decoded.missing)

    decoded = _differences.recall((*frames, shown.attributes, found.subtraction), (number, found.visibility), subtract)
    attributes = _attributes.recall((shown.attributes,), (), lambda: _without_modality_stage(shown.attributes))
    window = shown.window
    if isinstance(window, Window) and shown.state is not None and not shown.state.voi and _is_whole(window, shown):
        window = _whole_window(shown.attributes, found, number)
    return replace(shown, attributes=attributes, window=window), replace(frame, decoded=decoded, attributes=attributes)


@dataclass(frozen=True, eq=False)
class _Held:
    """What is subtracted for one frame, and how much of the mask stays visible."""

    contrast: tuple[FrameKey, ...]
    masks: tuple[FrameKey, ...]
    subtraction: Subtraction
    visibility: float


def _held(applied: PresentationState | None, frame: FrameKey, state: ReadingState) -> _Held | None:
    """Return the subtraction that holds for a frame; None where none does, or the native view is recommended."""
    if applied is None or not applied.subtractions:
        return None
    header = state.content.library.instance(frame.instance)
    image = header.sop_instance_uid, frame.index + 1
    visibility = next((one.visibility for one in applied.mask_displays if one.names(image)), 0.0)
    if visibility >= 1.0:
        return None
    for one in applied.subtractions:
        masks = one.mask_of(image, header.number_of_frames)
        if masks:
            contrast = range(frame.index, frame.index + one.averaged)
            return _Held(
                tuple(FrameKey(frame.instance, index) for index in contrast),
                tuple(FrameKey(frame.instance, mask - 1) for mask in masks),
                one,
                visibility,
            )
    return None


def _to_subtract(
    decoded: DecodedFrame, attributes: ImageAttributes, key: FrameKey, subtraction: Subtraction
) -> NDArray[np.float64]:
    """Return the values that are subtracted: logarithms where the state has a table for the frame, else modality values."""
    logarithm = subtraction.logarithm_of(key.index + 1)
    if logarithm is not None:
        return look_up(decoded.stored, logarithm).astype(np.float64)
    return to_modality(decoded.stored, attributes, key.index)


def _whole_window(attributes: ImageAttributes, found: _Held, number: int) -> Window:
    """Return the window of all values that a difference can have (PS3.3 C.11.2.1.2.1)."""
    logarithm = found.subtraction.logarithm_of(number)
    low, high = modality_range(attributes) if logarithm is None else (0.0, float((1 << logarithm.bits) - 1))
    least, most = low - (1 - found.visibility) * high, high - (1 - found.visibility) * low
    return Window(center=(least + most + 1) / 2, width=most - least + 1)


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
