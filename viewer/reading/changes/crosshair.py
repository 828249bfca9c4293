"""The crosshair: a point of the patient that every viewport of its space goes to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from viewer.domain.stack import Stack
from viewer.geometry.plane import Vector, to_vector
from viewer.reading.changes.panes import inside, with_pane
from viewer.reading.spaces import passage, space_of
from viewer.reading.state import Crosshair, Pane, ReadingState


def set_crosshair(state: ReadingState, pane: int, point_patient: Vector) -> ReadingState:
    """Put the crosshair on a point (mm) of a viewport's space; the others of that space go to the slice nearest to it.

    The viewport that was pointed at stays on its slice. One whose images have no position, or another Frame of Reference
    that no registration joins, stays as it is.
    """
    stack = state.stack_of(state.panes[pane])
    if stack is None or not stack.in_patient_space:
        return state
    if stack.frame_of_reference_uid is None and not joins_planes(state):
        # Without a space that others could share it would join nothing; planes through one stack share it anyway.
        return state
    state = replace(state, crosshair=Crosshair(point_patient, space_of(stack)))
    for other, neighbour in enumerate(state.panes):
        other_stack = state.stack_of(neighbour)
        if other == pane or other_stack is None or _shows_alike(neighbour, state.panes[pane]):
            continue
        place = place_of_crosshair(state, other_stack)
        if place is not None:
            state = with_pane(state, other, replace(neighbour, frame=place))
    return state


def place_of_crosshair(state: ReadingState, stack: Stack) -> int | None:
    """Return the 0-based place in a stack that is nearest to the crosshair; None when it is not in its space."""
    if state.crosshair is None or not stack.in_patient_space:
        return None
    way = passage(state.content, state.crosshair.frame_of_reference_uid, space_of(stack))
    return stack.nearest_place(way.point(state.crosshair.point_patient))[0] if way is not None else None


def _shows_alike(one: Pane, other: Pane) -> bool:
    """Say whether two viewports show the same slice: where two slices are equally near, they must not part."""
    return (one.stack_id, one.frame) == (other.stack_id, other.frame)


def leave_to_window(state: ReadingState) -> ReadingState:
    """Take the crosshair off, unless it joins planes, and go back to the window tool."""
    return replace(state, crosshair=state.crosshair if joins_planes(state) else None, tool="window")


def joins_planes(state: ReadingState) -> bool:
    """Say whether the crosshair is where planes through a stack meet, whatever the tool is."""
    return any(pane.kind != "stack" for pane in state.panes)


def toggle_crosshair(state: ReadingState) -> ReadingState:
    """Take the crosshair tool, with the crosshair in the middle of the active viewport, or leave it."""
    if state.tool == "crosshair":
        return leave_to_window(state)
    state, pane = replace(state, tool="crosshair"), state.pane
    stack = state.stack_of(pane)
    if stack is None or (state.crosshair is not None and joins_planes(state)):
        return state
    plane = stack.planes[inside(stack, pane.frame)]
    center = pane.view.center if pane.view.center is not None else (plane.shape[1] / 2, plane.shape[0] / 2)
    return set_crosshair(state, state.active_pane, to_vector(plane.point_patient(center)))


def carry_crosshair(state: ReadingState, pane: int) -> ReadingState:
    """Take the crosshair along to the slice that a viewport was scrolled to, while it is the tool or joins planes."""
    stack = state.stack_of(state.panes[pane])
    if state.crosshair is None or stack is None or not stack.in_patient_space:
        return state
    if state.tool != "crosshair" and not joins_planes(state):
        return state
    way = passage(state.content, state.crosshair.frame_of_reference_uid, space_of(stack))
    if way is None:
        return state
    plane, point = stack.planes[state.panes[pane].frame], np.asarray(way.point(state.crosshair.point_patient))
    on_plane = point - float(plane.distance_mm(point)) * np.asarray(plane.normal)
    return set_crosshair(state, pane, to_vector(on_plane))
