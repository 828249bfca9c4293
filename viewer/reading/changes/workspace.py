"""Changes of a viewport: which stack and frame, window, view; and the tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from viewer.domain.instance import InstanceKey
from viewer.domain.stack import Stack
from viewer.reading.changes.crosshair import carry_crosshair, joins_planes, place_of_crosshair
from viewer.reading.changes.linking import follow_frame, follow_view, join_view, linked_place
from viewer.reading.changes.panes import inside, with_pane
from viewer.reading.changes.planes import hang_in_planes, is_in_planes, leave_planes
from viewer.reading.reslicing import why_not_resliced
from viewer.reading.state import Pane, ReadingState, Tool, View, WindowChoice

_QUARTER_TURNS: dict[int, Literal[0, 90, 180, 270]] = {0: 0, 90: 90, 180: 180, 270: 270}


def show_stack(state: ReadingState, pane: int, stack_id: str | None, frame: int | None = None) -> ReadingState:
    """Show a stack in a pane: at ``frame``, else where a linked neighbour of the same space stands, else in its middle.

    Viewports that show planes through one stack change it together; they end where the new one cannot be cut.
    """
    stack = state.content.library.stack(stack_id) if stack_id else None
    if stack is None:
        return with_pane(state, pane, Pane())
    if is_in_planes(state, pane):
        if not why_not_resliced(stack):
            return hang_in_planes(state, pane, stack, frame)
        state = leave_planes(state) if state.before_planes is not None else with_pane(state, pane, Pane())
        pane = min(pane, len(state.panes) - 1) if state.panes[state.active_pane].kind != "stack" else state.active_pane
        state = with_pane(state, pane, replace(state.panes[pane], kind="stack"))
    if frame is None:
        frame = _frame_beside_neighbours(state, pane, stack)
    if stack_id == state.panes[pane].stack_id:
        return with_pane(state, pane, replace(state.panes[pane], frame=inside(stack, frame)))
    return join_view(with_pane(state, pane, Pane(stack_id=stack_id, frame=inside(stack, frame))), pane)


def set_frame(state: ReadingState, pane: int, frame: int) -> ReadingState:
    """Show a frame (0-based place, clamped); linked panes of the same Frame of Reference go to the same place."""
    stack = state.stack_of(state.panes[pane])
    if stack is None:
        return state
    state = with_pane(state, pane, replace(state.panes[pane], frame=inside(stack, frame)))
    return carry_crosshair(follow_frame(state, pane), pane)


def step_frame(state: ReadingState, pane: int, by: int) -> ReadingState:
    """Scroll by a number of frames; stops at the ends."""
    return set_frame(state, pane, state.panes[pane].frame + by)


def set_window(state: ReadingState, pane: int, window: WindowChoice, also: Sequence[int] = ()) -> ReadingState:
    """Choose the window of a pane.

    Parameters
    ----------
    also
        Other panes that take it too: those whose window is linked with this one (``scene.linked``).
    """
    for number in (pane, *also):
        state = with_pane(state, number, replace(state.panes[number], window=window))
    return state


def set_view(state: ReadingState, pane: int, view: View) -> ReadingState:
    """Set zoom, centre, rotation, flip and inversion of a pane; linked panes take size and position."""
    old = state.panes[pane].view
    state = with_pane(state, pane, replace(state.panes[pane], view=view))
    return state if (old.zoom, old.center) == (view.zoom, view.center) else follow_view(state, pane)


def fit_view(state: ReadingState, pane: int) -> ReadingState:
    """Fit the image into the pane and centre it; rotation and flips stay."""
    return set_view(state, pane, replace(state.panes[pane].view, zoom=None, center=None))


def reset_view(state: ReadingState, pane: int) -> ReadingState:
    """Undo everything the reader did to window, colours, zoom, position, rotation, flips and inversion of a pane."""
    state = set_view(state, pane, View())
    plain = replace(state.panes[pane], window=WindowChoice(), presentation_state=None, color_map="", color_bar=None)
    return with_pane(state, pane, plain)


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
    return with_pane(state, pane, replace(state.panes[pane], presentation_state=overlay, window=window))


def set_active_pane(state: ReadingState, pane: int) -> ReadingState:
    """Make a viewport the one that keys and panels speak of."""
    return state if pane == state.active_pane else replace(state, active_pane=pane)


def next_pane(state: ReadingState, by: int) -> ReadingState:
    """Make the next (or previous) viewport the active one."""
    return set_active_pane(state, (state.active_pane + by) % len(state.panes))


def set_tool(state: ReadingState, tool: Tool) -> ReadingState:
    """Choose what the left mouse button does; the crosshair goes with its tool, unless it joins planes."""
    stays = tool == "crosshair" or joins_planes(state)
    return replace(state, tool=tool, crosshair=state.crosshair if stays else None)


def toggle_reference_lines(state: ReadingState) -> ReadingState:
    """Show where the planes of the other viewports cut this one, or no longer."""
    return replace(state, reference_lines=not state.reference_lines)


def toggle_reference_ends(state: ReadingState) -> ReadingState:
    """Show where the first and last slice of the active viewport's stack lie, or no longer."""
    return replace(state, reference_ends=not state.reference_ends, reference_lines=True)


def hide_overlays(state: ReadingState, hidden: Literal["hidden", "shown"]) -> ReadingState:
    """Hide every overlay, or bring them back."""
    return replace(state, overlays_hidden=hidden == "hidden")


def toggle_smooth(state: ReadingState) -> ReadingState:
    """Draw image pixels smooth, or as squares."""
    return replace(state, smooth=not state.smooth)


def _frame_beside_neighbours(state: ReadingState, pane: int, stack: Stack) -> int:
    marked = place_of_crosshair(state, stack)
    if marked is not None:
        return marked
    if state.linked and state.links.scroll:
        for other, neighbour in enumerate(state.panes):
            other_stack = state.stack_of(neighbour)
            if other == pane or other_stack is None or not other_stack.in_patient_space:
                continue
            place = linked_place(state.content, other_stack.planes[inside(other_stack, neighbour.frame)], stack)
            if place is not None:
                return place
    return 0 if stack.temporal else len(stack.frames) // 2
