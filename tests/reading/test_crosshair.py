"""The crosshair brings every viewport of its space to the same point, and no other."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synthetic.turned_series import AXIAL, CORONAL, SAGITTAL, turned_series
from tests.synthetic.values import opened
from viewer.reading.changes.crosshair import leave_to_window, set_crosshair, toggle_crosshair
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.workspace import set_frame, set_tool, show_stack
from viewer.reading.state import Crosshair, ReadingState


def four() -> ReadingState:
    """Axial, coronal, sagittal of one space, and an axial series of another, each at its first slice."""
    state = set_layout(
        opened(
            turned_series("ax", AXIAL, slices=9, step=(0, 0, -2.5)),
            turned_series("co", CORONAL, slices=9, origin=(0, 1, 5), step=(0, 3.0, 0)),
            turned_series("sa", SAGITTAL, slices=9, origin=(-2, 0, 5), step=(4.0, 0, 0)),
            turned_series("no", AXIAL, slices=9, frame_of_reference="other"),
        ),
        "2x2",
    )
    for pane, name in enumerate(("ax", "co", "sa", "no")):
        state = show_stack(state, pane, f"{name}#1", 0)
    return state


def test_every_viewport_of_the_space_goes_to_the_slice_nearest_to_the_point() -> None:
    state = set_crosshair(set_frame(four(), 0, 4), 0, (9.0, 14.0, -10.0))
    assert [pane.frame for pane in state.panes] == [4, 4, 3, 0]
    assert state.crosshair == Crosshair((9.0, 14.0, -10.0), "for")


def test_scrolling_with_the_crosshair_takes_the_point_along_its_own_axis() -> None:
    state = set_frame(four(), 0, 4)
    state = set_crosshair(set_tool(state, "crosshair"), 0, (9.0, 14.0, -10.0))
    state = set_frame(state, 1, 6)
    assert state.crosshair is not None
    assert state.crosshair.point_patient == pytest.approx((9.0, 19.0, -10.0))
    assert [pane.frame for pane in state.panes] == [4, 6, 3, 0]


def test_the_crosshair_begins_in_the_middle_of_the_active_viewport_and_goes_with_its_tool() -> None:
    state = toggle_crosshair(set_frame(four(), 0, 2))
    assert state.crosshair is not None
    assert state.crosshair.point_patient == pytest.approx((29.5 * 0.25, 19.5 * 0.5, -5.0))
    assert toggle_crosshair(state).crosshair is None
    assert leave_to_window(state).tool == "window"
    assert set_tool(state, "pan").crosshair is None


def test_a_series_hung_while_the_crosshair_is_on_opens_at_the_point() -> None:
    state = set_crosshair(set_tool(four(), "crosshair"), 0, (9.0, 14.0, 0.0))
    state = show_stack(show_stack(state, 3, None), 3, "sa#1")
    assert state.panes[3].frame == 3


def test_two_viewports_of_one_slice_do_not_part() -> None:
    slices = turned_series("thick", AXIAL, slices=5, step=(0, 0, -2.0))
    state = set_layout(opened(slices), "1x2")
    state = set_frame(show_stack(show_stack(state, 0, "thick#1", 2), 1, "thick#1", 2), 0, 2)
    point = state.content.library.stacks[0].planes[2].point_patient(np.array([3.0, 4.0]))
    # Half way to the next slice: both are equally near.
    state = set_crosshair(state, 0, (float(point[0]), float(point[1]), float(point[2]) + 1.0))
    assert [pane.frame for pane in state.panes] == [2, 2]


def test_images_without_a_space_take_no_crosshair() -> None:
    state = opened(turned_series("flat", AXIAL, frame_of_reference=None))
    assert set_crosshair(state, 0, (0.0, 0.0, 0.0)) is state
