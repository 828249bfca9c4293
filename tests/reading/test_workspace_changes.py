"""Viewports: scrolling, linking by Frame of Reference, layouts, turning and flipping."""

from __future__ import annotations

import pytest

from tests.synthetic.values import axial_series, opened
from viewer.reading.changes.cine import set_playing
from viewer.reading.changes.layouts import set_layout, toggle_maximised
from viewer.reading.changes.linking import toggle_linked
from viewer.reading.changes.workspace import (
    flip_horizontal,
    flip_vertical,
    hide_overlays,
    reset_view,
    rotate,
    set_frame,
    show_stack,
    step_frame,
    toggle_invert,
)
from viewer.reading.state import ReadingState, View


def corner_after(view: View) -> tuple[int, int]:
    """Where the top left corner of the image comes to lie on the screen: rotation clockwise, then flip."""
    x, y = -1, -1
    for _ in range(view.rotation // 90):
        x, y = -y, x
    return (-x, y) if view.flipped else (x, y)


def test_opening_hangs_the_middle_of_the_largest_stack() -> None:
    state = opened(axial_series("scout", slices=2), axial_series("ct", slices=5))
    assert (state.pane.stack_id, state.pane.frame) == ("ct#1", 2)


@pytest.mark.parametrize(("start", "by", "end"), [(2, 1, 3), (2, -1, 1), (4, 1, 4), (0, -10, 0), (1, 10, 4)])
def test_scrolling_stops_at_the_ends(start: int, by: int, end: int) -> None:
    state = set_frame(opened(axial_series("ct")), 0, start)
    assert step_frame(state, 0, by).pane.frame == end


def two_panes(frame_of_reference: str) -> ReadingState:
    state = opened(
        axial_series("ct", slices=9, gap_mm=2.0),
        axial_series("mr", slices=4, gap_mm=5.0, frame_of_reference=frame_of_reference),
    )
    return show_stack(set_layout(state, "1x2"), 1, "mr#1", 0)


def test_linked_panes_of_one_frame_of_reference_go_to_the_nearest_slice() -> None:
    state = set_frame(two_panes("for"), 0, 5)
    assert state.panes[1].frame == 2


def test_panes_of_another_frame_of_reference_stay() -> None:
    assert set_frame(two_panes("other"), 0, 5).panes[1].frame == 0


def test_unlinked_panes_stay() -> None:
    assert set_frame(toggle_linked(two_panes("for")), 0, 5).panes[1].frame == 0


def test_a_new_viewport_takes_a_stack_that_is_not_shown_yet() -> None:
    state = set_layout(opened(axial_series("ct"), axial_series("mr", slices=3)), "1x2")
    assert [pane.stack_id for pane in state.panes] == ["ct#1", "mr#1"]
    assert set_layout(state, "1x1").panes == state.panes[:1]


def test_an_active_viewport_that_disappears_hands_over() -> None:
    state = set_layout(opened(axial_series("ct")), "2x2")
    assert set_layout(state, "1x1").active_pane == 0


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_turning_and_flipping_act_on_what_is_on_the_screen(turns: int, flipped: bool) -> None:
    state = opened(axial_series("ct"))
    state = flip_horizontal(state, 0) if flipped else state
    for _ in range(turns):
        state = rotate(state, 0, 90)
    x, y = corner_after(state.pane.view)
    assert corner_after(rotate(state, 0, 90).pane.view) == (-y, x)
    assert corner_after(flip_horizontal(state, 0).pane.view) == (-x, y)
    assert corner_after(flip_vertical(state, 0).pane.view) == (x, -y)


def test_reset_undoes_everything_but_the_slice() -> None:
    state = toggle_invert(rotate(set_frame(opened(axial_series("ct")), 0, 4), 0, 90), 0)
    state = reset_view(state, 0)
    assert (state.pane.view, state.pane.frame) == (View(), 4)


def test_a_single_frame_does_not_play() -> None:
    assert not set_playing(opened(axial_series("ct", slices=1)), 0, "playing").pane.playing
    assert set_playing(opened(axial_series("ct", slices=2)), 0, "playing").pane.playing


def test_a_single_viewport_is_not_maximised() -> None:
    state = opened(axial_series("ct"))
    assert not toggle_maximised(state).maximised
    assert toggle_maximised(set_layout(state, "1x2")).maximised


def test_hiding_is_one_switch_for_all() -> None:
    state = hide_overlays(opened(axial_series("ct")), "hidden")
    assert state.overlays_hidden
    assert not hide_overlays(state, "shown").overlays_hidden
