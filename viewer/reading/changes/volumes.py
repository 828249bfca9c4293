"""Changes along the second slider: another time, echo, b-value ... of the same place. Slice, view and window stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from viewer.domain.dimensions import Axis
from viewer.domain.siblings import siblings
from viewer.domain.splitters import IMAGE_TYPE
from viewer.domain.stack import Stack
from viewer.reading.changes.panes import with_pane
from viewer.reading.state import Pane, ReadingState, WindowChoice

_OTHER_VALUES = frozenset({IMAGE_TYPE, "ComplexImageComponent"})
"""Along these the pixels mean something else (magnitude, phase), so a window that was set does not fit any more."""


def axes_of_pane(state: ReadingState, pane: int) -> tuple[Axis, ...]:
    """Return the ways through the volumes beside the stack of a pane; empty for a stack that is alone."""
    stack = state.stack_of(state.panes[pane]) if pane < len(state.panes) else None
    return stack.axes if stack is not None else ()


def set_volume(state: ReadingState, pane: int, way: int, place: int) -> ReadingState:
    """Show the volume at a 0-based place (clamped) of an axis (0: the first); linked panes that stood with it follow."""
    axes = axes_of_pane(state, pane)
    stack = state.stack_of(state.panes[pane])
    if way >= len(axes) or stack is None:
        return state
    axis = axes[way]
    place = max(0, min(place, len(axis.stack_ids) - 1))
    if place == axis.place:
        return state
    changed = {pane: axis.stack_ids[place]}
    if state.linked:
        for other in range(len(state.panes)):
            following = _following(state, other, stack, axis, place) if other != pane else None
            if following is not None:
                changed[other] = following
    panes = tuple(_with_volume(state, one, changed[n], axis) if n in changed else one for n, one in enumerate(state.panes))
    return replace(state, panes=panes)


def step_volume(state: ReadingState, pane: int, by: int, way: int = 0) -> ReadingState:
    """Show the next (or previous) volume of an axis; stops at the ends."""
    axes = axes_of_pane(state, pane)
    return set_volume(state, pane, way, axes[way].place + by) if way < len(axes) else state


def play_volumes(state: ReadingState, pane: int) -> ReadingState:
    """Play the volumes of the place that a pane shows; what is alone does not play."""
    return with_pane(state, pane, replace(state.panes[pane], playing=bool(axes_of_pane(state, pane)), plays="volumes"))


def toggle_playing_volumes(state: ReadingState, pane: int) -> ReadingState:
    """Play the volumes of the place that a pane shows, or pause."""
    shown = state.panes[pane]
    if shown.playing and shown.plays == "volumes":
        return with_pane(state, pane, replace(shown, playing=False))
    return play_volumes(state, pane)


def play_volume_on(state: ReadingState, pane: int) -> ReadingState:
    """Show the next volume of a pane that plays volumes; after the last comes the first."""
    axes = axes_of_pane(state, pane)
    return set_volume(state, pane, 0, (axes[0].place + 1) % len(axes[0].stack_ids)) if axes else state


def _with_volume(state: ReadingState, pane: Pane, stack_id: str, axis: Axis) -> Pane:
    old, new = state.stack_of(pane), state.content.library.stack(stack_id)
    if old is None or new is None:
        return pane
    window = pane.window
    if axis.keyword in _OTHER_VALUES and window.source in ("user", "preset"):
        window = WindowChoice()
    return replace(pane, stack_id=stack_id, frame=_same_place(old, pane.frame, new), window=window)


def _same_place(old: Stack, frame: int, new: Stack) -> int:
    """Return the place of the slice that lies where one of another volume does; a volume may have stopped early."""
    frame = min(frame, len(old.frames) - 1)
    if frame < len(new.planes) and new.planes[frame].origin == old.planes[frame].origin:
        return frame
    if not (old.in_patient_space and new.in_patient_space):
        return min(frame, len(new.frames) - 1)
    return new.nearest_place(np.asarray(old.planes[frame].origin))[0]


def _following(state: ReadingState, other: int, stack: Stack, axis: Axis, place: int) -> str | None:
    """Return the stack that a linked pane goes to: one that showed the same volume, or the same moment of another series.

    Panes that show two volumes of one place side by side are being compared and stay as they are.
    """
    shown = state.stack_of(state.panes[other])
    if shown is None:
        return None
    if shown.id == stack.id:
        return axis.stack_ids[place]
    if shown in siblings(state.content.library, stack) or shown.frame_of_reference_uid != stack.frame_of_reference_uid:
        return None
    if stack.frame_of_reference_uid is None:
        return None
    for theirs in shown.axes:
        if theirs.keyword == axis.keyword and len(theirs.stack_ids) == len(axis.stack_ids) and theirs.place == axis.place:
            return theirs.stack_ids[place]
    return None
