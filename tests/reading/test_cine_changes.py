"""Playing: loop, back and forth, once; from the first frame to the last one chosen."""

from __future__ import annotations

import pytest

from tests.synthetic.values import axial_series, opened
from viewer.reading.changes.cine import (
    FASTEST,
    Course,
    close_cine,
    play_all,
    play_on,
    set_playing,
    set_speed,
    set_sweep,
    toggle_playing,
    trim,
)
from viewer.reading.changes.workspace import set_frame
from viewer.reading.state import ReadingState, Sweep


def five(frame: int = 0) -> ReadingState:
    return set_playing(set_frame(opened(axial_series("us", slices=5)), 0, frame), 0, "playing")


@pytest.mark.parametrize(
    ("sweep", "frames"),
    [("loop", [2, 3, 1, 2, 3, 1]), ("swing", [2, 3, 2, 1, 2, 3]), ("once", [2, 3, -1, -1, -1, -1])],
)
def test_what_comes_after_the_last_frame(sweep: Sweep, frames: list[int]) -> None:
    state = five(1)
    shown = []
    for _ in range(6):
        state = play_on(state, 0, Course(1, 3, sweep)) if state.pane.playing else state
        shown.append(state.pane.frame if state.pane.playing else -1)
    assert shown == frames


def test_a_frame_outside_the_trim_goes_to_its_beginning() -> None:
    assert play_on(five(4), 0, Course(1, 3)).pane.frame == 1


def test_a_cine_that_ended_begins_again_when_it_is_played() -> None:
    course = Course(1, 3, "once")
    ended = play_on(set_frame(five(), 0, 3), 0, course)
    assert not ended.pane.playing
    again = toggle_playing(ended, 0, course)
    assert (again.pane.playing, again.pane.frame) == (True, 1)


def test_the_bar_opens_with_playing_stays_when_it_pauses_and_goes_when_it_is_closed() -> None:
    state = five()
    paused = set_playing(state, 0, "paused")
    assert (paused.pane.playing, paused.pane.cine.shown) == (False, True)
    closed = close_cine(state, 0)
    assert (closed.pane.playing, closed.pane.cine.shown) == (False, False)


def test_speed_and_sweep_are_the_reader_s_within_bounds() -> None:
    assert set_speed(five(), 0, 999.0).pane.cine.frames_per_second == FASTEST
    assert set_speed(set_speed(five(), 0, 9.0), 0, None).pane.cine.frames_per_second is None
    assert set_sweep(five(), 0, "swing").pane.cine.sweep == "swing"


def test_trim_takes_the_frame_shown_and_never_crosses_itself() -> None:
    state = trim(set_frame(five(), 0, 3), 0, "first")
    assert (state.pane.cine.first, state.pane.cine.last) == (3, None)
    state = trim(set_frame(state, 0, 1), 0, "last")
    assert (state.pane.cine.first, state.pane.cine.last) == (None, 1)
    assert (play_all(state, 0).pane.cine.first, play_all(state, 0).pane.cine.last) == (0, 4)
