"""Changes of the viewports: which stack and frame, window, view, layout, tool."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from viewer.domain.instance import InstanceKey
from viewer.domain.stack import Stack
from viewer.reading.state import Layout, Pane, ReadingState, Tool, View, WindowChoice

PANES_OF: dict[Layout, int] = {"1x1": 1, "1x2": 2, "2x2": 4}
_QUARTER_TURNS: dict[int, Literal[0, 90, 180, 270]] = {0: 0, 90: 90, 180: 180, 270: 270}


def _with_pane(state: ReadingState, pane: int, new: Pane) -> ReadingState:
    if new == state.panes[pane]:
        return state
    return replace(state, panes=(*state.panes[:pane], new, *state.panes[pane + 1 :]))


def show_stack(state: ReadingState, pane: int, stack_id: str | None, frame: int | None = None) -> ReadingState:
    """Show a stack in a pane: at ``frame``, else where a linked neighbour of the same space stands, else in its middle."""
    stack = state.content.library.stack(stack_id) if stack_id else None
    if stack is None:
        return _with_pane(state, pane, Pane())
    if frame is None:
        frame = _frame_beside_neighbours(state, pane, stack)
    if stack_id == state.panes[pane].stack_id:
        return _with_pane(state, pane, replace(state.panes[pane], frame=_inside(stack, frame)))
    return _with_pane(state, pane, Pane(stack_id=stack_id, frame=_inside(stack, frame)))


def set_frame(state: ReadingState, pane: int, frame: int) -> ReadingState:
    """Show a frame (0-based place, clamped); linked panes of the same Frame of Reference go to the same place."""
    stack = state.stack_of(state.panes[pane])
    if stack is None:
        return state
    state = _with_pane(state, pane, replace(state.panes[pane], frame=_inside(stack, frame)))
    if not state.linked or not stack.in_patient_space:
        return state
    for other, neighbour in enumerate(state.panes):
        if other == pane:
            continue
        other_stack = state.stack_of(neighbour)
        if other_stack is None:
            continue
        place = linked_frame(stack, state.panes[pane].frame, other_stack)
        if place is not None:
            state = _with_pane(state, other, replace(neighbour, frame=place))
    return state


def step_frame(state: ReadingState, pane: int, by: int) -> ReadingState:
    """Scroll by a number of frames; stops at the ends."""
    return set_frame(state, pane, state.panes[pane].frame + by)


def play_on(state: ReadingState, pane: int) -> ReadingState:
    """Show the next frame of a cine; after the last comes the first."""
    stack = state.stack_of(state.panes[pane])
    if stack is None:
        return state
    return set_frame(state, pane, (state.panes[pane].frame + 1) % len(stack.frames))


def set_playing(state: ReadingState, pane: int, playing: Literal["playing", "paused"]) -> ReadingState:
    """Start or pause the cine of a pane; a single frame does not play."""
    stack = state.stack_of(state.panes[pane])
    on = playing == "playing" and stack is not None and len(stack.frames) > 1
    return _with_pane(state, pane, replace(state.panes[pane], playing=on))


def set_window(state: ReadingState, pane: int, window: WindowChoice) -> ReadingState:
    """Choose the window of a pane."""
    return _with_pane(state, pane, replace(state.panes[pane], window=window))


def set_view(state: ReadingState, pane: int, view: View) -> ReadingState:
    """Set zoom, centre, rotation, flip and inversion of a pane."""
    return _with_pane(state, pane, replace(state.panes[pane], view=view))


def fit_view(state: ReadingState, pane: int) -> ReadingState:
    """Fit the image into the pane and centre it; rotation and flips stay."""
    return set_view(state, pane, replace(state.panes[pane].view, zoom=None, center=None))


def reset_view(state: ReadingState, pane: int) -> ReadingState:
    """Undo everything the reader did to window, zoom, position, rotation, flips and inversion of a pane."""
    return _with_pane(state, pane, replace(state.panes[pane], view=View(), window=WindowChoice(), presentation_state=None))


def rotate(state: ReadingState, pane: int, by: int) -> ReadingState:
    """Turn what is on the screen by a multiple of 90 degrees, clockwise."""
    view = state.panes[pane].view
    turn = -by if view.flipped else by
    return set_view(state, pane, replace(view, rotation=_QUARTER_TURNS[(view.rotation + turn) % 360]))


def flip_horizontal(state: ReadingState, pane: int) -> ReadingState:
    """Mirror what is on the screen left to right."""
    view = state.panes[pane].view
    return set_view(state, pane, replace(view, flipped=not view.flipped))


def flip_vertical(state: ReadingState, pane: int) -> ReadingState:
    """Mirror what is on the screen top to bottom: a half turn and a horizontal flip."""
    return flip_horizontal(rotate(state, pane, 180), pane)


def toggle_invert(state: ReadingState, pane: int) -> ReadingState:
    """Swap black and white."""
    view = state.panes[pane].view
    return set_view(state, pane, replace(view, inverted=not view.inverted))


def set_presentation_state(state: ReadingState, pane: int, overlay: InstanceKey | None) -> ReadingState:
    """Apply a presentation state to a pane: its window holds until the reader chooses another. None takes it off."""
    window = WindowChoice() if overlay is None else WindowChoice(source="state")
    return _with_pane(state, pane, replace(state.panes[pane], presentation_state=overlay, window=window))


def set_layout(state: ReadingState, layout: Layout) -> ReadingState:
    """Change the number of viewports; stacks stay where they are, new viewports take stacks not yet shown."""
    wanted = PANES_OF[layout]
    panes = list(state.panes[:wanted])
    shown = {pane.stack_id for pane in panes}
    waiting = [stack for stack in _hangable(state) if stack.id not in shown]
    new = replace(state, layout=layout, maximised=False, active_pane=min(state.active_pane, wanted - 1))
    while len(panes) < wanted:
        panes.append(Pane())
    new = replace(new, panes=tuple(panes))
    for number, pane in enumerate(panes):
        if pane.stack_id is None and waiting:
            new = show_stack(new, number, waiting.pop(0).id)
    return new


def set_active_pane(state: ReadingState, pane: int) -> ReadingState:
    """Make a viewport the one that keys and panels speak of."""
    return state if pane == state.active_pane else replace(state, active_pane=pane)


def next_pane(state: ReadingState, by: int) -> ReadingState:
    """Make the next (or previous) viewport the active one."""
    return set_active_pane(state, (state.active_pane + by) % len(state.panes))


def set_tool(state: ReadingState, tool: Tool) -> ReadingState:
    """Choose what the left mouse button does."""
    return replace(state, tool=tool)


def toggle_linked(state: ReadingState) -> ReadingState:
    """Link or unlink the viewports."""
    return replace(state, linked=not state.linked)


def toggle_maximised(state: ReadingState) -> ReadingState:
    """Show the active viewport alone, or all again."""
    return replace(state, maximised=not state.maximised and len(state.panes) > 1)


def hide_overlays(state: ReadingState, hidden: Literal["hidden", "shown"]) -> ReadingState:
    """Hide every overlay, or bring them back."""
    return replace(state, overlays_hidden=hidden == "hidden")


def toggle_smooth(state: ReadingState) -> ReadingState:
    """Draw image pixels smooth, or as squares."""
    return replace(state, smooth=not state.smooth)


def linked_frame(stack: Stack, place: int, other: Stack) -> int | None:
    """Return the 0-based place in ``other`` nearest to a frame of ``stack``; None when they share no space or direction.

    Frames are near when their planes are (nearly) parallel and the centre of the one lies closest to the other.
    """
    if not other.in_patient_space or stack.frame_of_reference_uid is None:
        return None
    if stack.frame_of_reference_uid != other.frame_of_reference_uid:
        return None
    plane = stack.planes[place]
    if abs(float(np.dot(plane.normal, other.planes[0].normal))) < float(np.cos(np.radians(30))):
        return None
    center = plane.corners_patient().mean(axis=0)
    return other.nearest_place(center)[0]


def _frame_beside_neighbours(state: ReadingState, pane: int, stack: Stack) -> int:
    if state.linked:
        for other, neighbour in enumerate(state.panes):
            other_stack = state.stack_of(neighbour)
            if other == pane or other_stack is None or not other_stack.in_patient_space:
                continue
            place = linked_frame(other_stack, neighbour.frame, stack)
            if place is not None:
                return place
    return 0 if stack.temporal else len(stack.frames) // 2


def _hangable(state: ReadingState) -> list[Stack]:
    patient = state.patient
    studies = [] if patient is None else list(patient.studies)
    frame = state.frame_of(state.pane)
    if frame is not None:
        current = state.content.library.study_of(frame.instance)
        studies.sort(key=lambda study: study.key != current.key)
    return [
        stack
        for study in studies
        for series in study.series
        if not series.for_processing and not series.localizer
        for stack in series.stacks
    ]


def _inside(stack: Stack, frame: int) -> int:
    return max(0, min(frame, len(stack.frames) - 1))
