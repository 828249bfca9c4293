"""A saved workspace comes back as it was, and a damaged one changes nothing."""

from __future__ import annotations

import json

import pytest

from tests.synthetic.values import axial_series, opened, two_part_overlay
from viewer.domain.instance import InstanceKey
from viewer.reading.autosave import with_workspace, workspace_of
from viewer.reading.changes.layers import set_fill, set_part_color, set_part_visible, set_style, set_threshold
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.workspace import rotate, set_frame, set_window
from viewer.reading.state import ReadingState, WindowChoice

SEG = InstanceKey("seg.0")


def fresh() -> ReadingState:
    return opened(axial_series("ct"), axial_series("mr", slices=3), overlays=(two_part_overlay(),))


def arranged() -> ReadingState:
    state = rotate(set_frame(set_layout(fresh(), "1x2"), 0, 4), 1, 90)
    state = set_window(state, 0, WindowChoice("user", center=-600.0, width=1500.0))
    state = set_part_color(set_part_visible(state, SEG, 7, visible=True), SEG, 3, (1, 2, 3))
    return set_fill(set_threshold(set_style(state, SEG, "outline"), SEG, 0.7), SEG, 0.4)


def test_a_workspace_survives_json() -> None:
    state = arranged()
    back = with_workspace(fresh(), json.loads(json.dumps(workspace_of(state))))
    assert (back.layout, back.panes, dict(back.layers)) == (state.layout, state.panes, dict(state.layers))


def test_objects_that_are_gone_are_left_out() -> None:
    saved = workspace_of(arranged())
    back = with_workspace(opened(axial_series("ct")), saved)
    assert [pane.stack_id for pane in back.panes] == ["ct#1", None]
    assert not back.layers


@pytest.mark.parametrize(
    "damage",
    [{"version": 99}, {"layout": "9x9"}, {"panes": 3}, {"panes": [{}]}, {"layers": {"seg.0": 1}}, {"active_pane": None}],
)
def test_a_damaged_workspace_changes_nothing(damage: dict[str, object]) -> None:
    state = fresh()
    assert with_workspace(state, {**workspace_of(arranged()), **damage}) is state
