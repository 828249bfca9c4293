"""Linked viewports: the same place in the patient, the same size and position, the same window.

Decided
    Series of one Frame of Reference, or of two that a rigid registration joins, are linked by what their coordinates say.
    Others are linked only when the reader says so: the slices on the screen then count as the same place, and from there
    both go on by the same distance (by the same number of images where there are no positions).
    Zoom and position follow only between planes that are nearly parallel: elsewhere there is no common picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from viewer.domain.stack import Stack
from viewer.geometry.orientation import scroll_direction
from viewer.geometry.plane import FloatArray, Plane, to_vector
from viewer.reading.changes.panes import with_pane
from viewer.reading.spaces import Passage, passage
from viewer.reading.state import Content, Links, Pane, ReadingState, View

LinkKind = Literal["scroll", "view", "window"]

_PARALLEL_COSINE = float(np.cos(np.radians(30)))


def toggle_linked(state: ReadingState) -> ReadingState:
    """Link or unlink the viewports, in all that they share."""
    return replace(state, linked=not state.linked)


def toggle_link(state: ReadingState, kind: LinkKind) -> ReadingState:
    """Share one thing between linked viewports, or no longer. Without the last one they are unlinked."""
    if not state.linked:
        return replace(state, linked=True, links=replace(Links(scroll=False, view=False), **{kind: True}))
    links = replace(state.links, **{kind: not getattr(state.links, kind)})
    if not (links.scroll or links.view or links.window):
        return replace(state, linked=False)
    return replace(state, links=links)


def toggle_pins(state: ReadingState) -> ReadingState:
    """Take the slices on the screen of series that nothing joins for the same place, or forget that they are."""
    if state.pins:
        return replace(state, pins=())
    shown = tuple((stack.id, pane.frame) for pane, stack in unjoined(state))
    if not shown:
        return state
    return replace(state, pins=shown, linked=True, links=replace(state.links, scroll=True))


def unjoined(state: ReadingState) -> tuple[tuple[Pane, Stack], ...]:
    """Return the panes whose series shares no space with another one on the screen, one for each stack."""
    shown: dict[str, tuple[Pane, Stack]] = {}
    for pane in state.panes:
        stack = state.stack_of(pane)
        if stack is not None and stack.frames:
            shown.setdefault(stack.id, (pane, stack))
    return tuple(
        (pane, stack)
        for pane, stack in shown.values()
        if any(stack.id != other.id and not _joined(state.content, stack, other) for _, other in shown.values())
    )


def linked_place(content: Content, plane: Plane, other: Stack) -> int | None:
    """Return the 0-based place in a stack nearest to a plane; None when they share no space or direction.

    A frame is near when its plane is (nearly) parallel and the centre of the other lies closest to it.
    """
    way = _way(content, plane, other.planes[0]) if other.in_patient_space else None
    if way is None:
        return None
    return other.nearest_place(to_vector(way.plane(plane).corners_patient().mean(axis=0)))[0]


def pinned_place(state: ReadingState, stack: Stack, place: int, other: Stack) -> int | None:
    """Return the 0-based place in ``other`` that the reader's pins put beside a frame of ``stack``; None without them."""
    pins = dict(state.pins)
    if stack.id not in pins or other.id not in pins or _joined(state.content, stack, other):
        return None
    own, others = _along(stack, other), _along(other, stack)
    pinned_own, pinned_other = min(pins[stack.id], len(own) - 1), min(pins[other.id], len(others) - 1)
    wanted = others[pinned_other] + own[place] - own[pinned_own]
    return int(np.argmin(np.abs(others - wanted)))


def is_pinned(state: ReadingState, stack: Stack) -> bool:
    """Say whether a stack goes along with another one on the screen by the reader's pins."""
    pins = dict(state.pins)
    if not (state.linked and state.links.scroll) or stack.id not in pins:
        return False
    others = (state.stack_of(pane) for pane in state.panes if pane.stack_id != stack.id and pane.stack_id in pins)
    return any(other is not None and not _joined(state.content, stack, other) for other in others)


def follow_frame(state: ReadingState, pane: int) -> ReadingState:
    """Bring the viewports that are linked with one to its place."""
    stack = state.stack_of(state.panes[pane])
    if stack is None or not state.linked or not state.links.scroll:
        return state
    here = state.panes[pane].frame
    for other, other_stack in _others(state, pane):
        place = linked_place(state.content, stack.planes[here], other_stack) if stack.in_patient_space else None
        if place is None:
            place = pinned_place(state, stack, here, other_stack)
        if place is not None:
            state = with_pane(state, other, replace(state.panes[other], frame=place))
    return state


def follow_view(state: ReadingState, pane: int) -> ReadingState:
    """Bring the viewports that are linked with one to its size (mm a screen pixel) and its middle in the patient."""
    stack = state.stack_of(state.panes[pane])
    if stack is None or not state.linked or not state.links.view or not stack.in_patient_space:
        return state
    view, plane = state.panes[pane].view, stack.planes[min(state.panes[pane].frame, len(stack.planes) - 1)]
    for other, other_stack in _others(state, pane):
        target = state.panes[other]
        other_plane = other_stack.planes[min(target.frame, len(other_stack.planes) - 1)]
        way = _way(state.content, plane, other_plane) if other_stack.in_patient_space else None
        if way is not None:
            state = with_pane(state, other, replace(target, view=view_beside(view, plane, target.view, other_plane, way)))
    return state


def join_view(state: ReadingState, pane: int) -> ReadingState:
    """Give what was just hung in a viewport the size and middle that its linked neighbours have: the active one's first."""
    stack = state.stack_of(state.panes[pane])
    if stack is None or not stack.frames or not state.linked or not state.links.view or not stack.in_patient_space:
        return state
    shown = state.panes[pane]
    plane = stack.planes[min(shown.frame, len(stack.planes) - 1)]
    for other, neighbour in sorted(_others(state, pane), key=lambda one: one[0] != state.active_pane):
        beside = state.panes[other]
        if not neighbour.in_patient_space or beside.view.zoom is None:
            continue
        beside_plane = neighbour.planes[min(beside.frame, len(neighbour.planes) - 1)]
        way = _way(state.content, beside_plane, plane)
        if way is not None:
            view = view_beside(beside.view, beside_plane, shown.view, plane, way)
            return with_pane(state, pane, replace(shown, view=view))
    return state


def view_beside(view: View, plane: Plane, other: View, other_plane: Plane, way: Passage) -> View:
    """Return the view of another plane with the same size and middle in the patient; its turns and flips stay."""
    if view.zoom is None:
        return replace(other, zoom=None, center=None)
    rows, columns = plane.shape
    center = view.center if view.center is not None else (columns / 2, rows / 2)
    point = way.point(to_vector(plane.point_patient(center)))
    column, row = other_plane.position_image(point).tolist()
    zoom = view.zoom * other_plane.spacing_mm[1] / plane.spacing_mm[1]
    return replace(other, zoom=zoom, center=(column, row))


def _joined(content: Content, stack: Stack, other: Stack) -> bool:
    """Say whether two stacks have positions in one space, their own or by a registration."""
    if not (stack.in_patient_space and other.in_patient_space):
        return False
    return passage(content, stack.frame_of_reference_uid, other.frame_of_reference_uid) is not None


def _way(content: Content, plane: Plane, other: Plane) -> Passage | None:
    """Return how one plane's space reaches that of another, when the planes are nearly parallel."""
    way = passage(content, plane.frame_of_reference_uid, other.frame_of_reference_uid)
    if way is None or abs(float(np.dot(way.plane(plane).normal, other.normal))) < _PARALLEL_COSINE:
        return None
    return way


def _others(state: ReadingState, pane: int) -> Iterator[tuple[int, Stack]]:
    for other, neighbour in enumerate(state.panes):
        stack = state.stack_of(neighbour)
        if other != pane and stack is not None and stack.frames:
            yield other, stack


def _along(stack: Stack, other: Stack) -> FloatArray:
    """Return (frames,) how far each frame is along its stack in the order of display: mm where both have positions."""
    if not (stack.in_patient_space and other.in_patient_space) or stack.temporal or other.temporal:
        return np.arange(len(stack.frames), dtype=float)
    forward = np.asarray(scroll_direction(stack.planes[0].normal))
    return np.asarray(np.array([plane.origin for plane in stack.planes]) @ forward)
