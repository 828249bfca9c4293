"""Playing a stack: on and off, how fast, which frames, and how it goes on at its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from viewer.reading.changes.panes import inside, with_pane
from viewer.reading.changes.volumes import play_volume_on, play_volumes
from viewer.reading.changes.workspace import set_frame
from viewer.reading.state import ReadingState, Sweep

SLOWEST, FASTEST = 0.5, 120.0
"""Frames a second."""


@dataclass(frozen=True)
class Course:
    """What is played: 0-based places ``first`` to ``last``, and how it goes on at the end."""

    first: int
    last: int
    sweep: Sweep = "loop"


def play_on(state: ReadingState, pane: int, course: Course) -> ReadingState:
    """Show the next frame of a cine, or the next volume; at the end it turns, begins again or stops."""
    shown = state.panes[pane]
    if shown.plays == "volumes":
        return play_volume_on(state, pane)
    if state.stack_of(shown) is None or course.last <= course.first:
        return set_playing(state, pane, "paused")
    place, backward = _next(shown.frame, course, backward=shown.cine.backward)
    if place is None:
        return set_playing(state, pane, "paused")
    if backward != shown.cine.backward:
        state = with_pane(state, pane, replace(shown, cine=replace(shown.cine, backward=backward)))
    return set_frame(state, pane, place)


def _next(place: int, course: Course, *, backward: bool) -> tuple[int | None, bool]:
    if not course.first <= place <= course.last:
        return course.first, False
    if course.sweep == "swing":
        backward = (backward or place == course.last) and place != course.first
        return place + (-1 if backward else 1), backward
    if place < course.last:
        return place + 1, False
    return (course.first if course.sweep == "loop" else None), False


def set_playing(state: ReadingState, pane: int, playing: Literal["playing", "paused"]) -> ReadingState:
    """Start or pause the cine of a pane; its bar opens, and stays when it pauses.

    A single frame plays through the volumes of its place, and not at all when it is alone.
    """
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if playing == "playing" and stack is not None and len(stack.frames) == 1:
        return play_volumes(state, pane)
    on = playing == "playing" and stack is not None and len(stack.frames) > 1
    cine = replace(shown.cine, shown=True) if on else shown.cine
    return with_pane(state, pane, replace(shown, playing=on, plays="frames" if on else shown.plays, cine=cine))


def toggle_playing(state: ReadingState, pane: int, course: Course | None = None) -> ReadingState:
    """Play or pause. A cine that plays once and stands at its end begins again; single images play their volumes."""
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if not shown.playing and stack is not None and len(stack.frames) == 1:
        return play_volumes(state, pane)
    if not shown.playing and course is not None and course.sweep == "once" and shown.frame == course.last:
        state = set_frame(state, pane, course.first)
    return set_playing(state, pane, "paused" if shown.playing else "playing")


def close_cine(state: ReadingState, pane: int) -> ReadingState:
    """Pause and put the bar away."""
    shown = state.panes[pane]
    return with_pane(state, pane, replace(shown, playing=False, cine=replace(shown.cine, shown=False)))


def set_speed(state: ReadingState, pane: int, frames_per_second: float | None) -> ReadingState:
    """Choose how fast a pane plays; None: as the file says."""
    if frames_per_second is not None:
        frames_per_second = max(SLOWEST, min(frames_per_second, FASTEST))
    shown = state.panes[pane]
    return with_pane(state, pane, replace(shown, cine=replace(shown.cine, frames_per_second=frames_per_second)))


def set_sweep(state: ReadingState, pane: int, sweep: Sweep) -> ReadingState:
    """Choose how a cine goes on at its end."""
    shown = state.panes[pane]
    return with_pane(state, pane, replace(shown, cine=replace(shown.cine, sweep=sweep, backward=False)))


def trim(state: ReadingState, pane: int, which: Literal["first", "last"]) -> ReadingState:
    """Play from, or up to, the frame that is shown."""
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if stack is None:
        return state
    here, cine = inside(stack, shown.frame), shown.cine
    if which == "first":
        cine = replace(cine, first=here, last=cine.last if cine.last is None or cine.last > here else None)
    else:
        cine = replace(cine, last=here, first=cine.first if cine.first is None or cine.first < here else None)
    return with_pane(state, pane, replace(shown, cine=cine))


def play_all(state: ReadingState, pane: int) -> ReadingState:
    """Play every frame, whatever the file or the reader left out."""
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if stack is None:
        return state
    return with_pane(state, pane, replace(shown, cine=replace(shown.cine, first=0, last=len(stack.frames) - 1)))
