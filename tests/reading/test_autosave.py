"""A saved workspace comes back as it was, and a damaged one changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.synthetic.values import axial_series, opened, two_part_overlay
from viewer.domain.instance import InstanceKey
from viewer.reading.autosave import with_workspace, workspace_of
from viewer.reading.changes.cine import set_speed, set_sweep, trim
from viewer.reading.changes.layers import set_fill, set_part_color, set_part_visible, set_style, set_threshold
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.linking import toggle_link
from viewer.reading.changes.workspace import rotate, set_frame, set_window, toggle_reference_ends
from viewer.reading.state import Links, ReadingState, WindowChoice

SEG = InstanceKey("seg.0")


def fresh() -> ReadingState:
    return opened(axial_series("ct"), axial_series("mr", slices=3), overlays=(two_part_overlay(),))


def arranged() -> ReadingState:
    state = rotate(set_frame(set_layout(fresh(), "1x2"), 0, 4), 1, 90)
    state = set_window(state, 0, WindowChoice("user", center=-600.0, width=1500.0))
    state = set_part_color(set_part_visible(state, SEG, 7, visible=True), SEG, 3, (1, 2, 3))
    state = set_speed(set_sweep(trim(state, 0, "first"), 0, "swing"), 0, 12.0)
    state = replace(toggle_link(toggle_reference_ends(state), "view"), pins=(("ct#1", 2), ("mr#1", 0)))
    return set_fill(set_threshold(set_style(state, SEG, "outline"), SEG, 0.7), SEG, 0.4)


def test_a_workspace_survives_json() -> None:
    state = arranged()
    back = with_workspace(fresh(), json.loads(json.dumps(workspace_of(state))))
    assert (back.layout, back.panes, dict(back.layers)) == (state.layout, state.panes, dict(state.layers))
    assert (back.linked, back.links, back.pins) == (state.linked, state.links, state.pins)
    assert (back.reference_lines, back.reference_ends) == (state.reference_lines, state.reference_ends)


def test_a_pin_whose_partner_is_gone_links_nothing() -> None:
    assert with_workspace(opened(axial_series("ct")), workspace_of(arranged())).pins == ()


def test_a_workspace_of_before_links_and_cine_is_taken_as_it_was() -> None:
    saved = workspace_of(arranged())
    for name in ("links", "pins", "reference_lines", "reference_ends"):
        del saved[name]
    for pane in saved["panes"]:
        del pane["cine"]
    back = with_workspace(fresh(), saved)
    assert (back.layout, back.links, back.reference_lines) == ("1x2", Links(), True)


def test_objects_that_are_gone_are_left_out() -> None:
    saved = workspace_of(arranged())
    back = with_workspace(opened(axial_series("ct")), saved)
    assert [pane.stack_id for pane in back.panes] == ["ct#1", None]
    assert not back.layers


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 99},
        {"layout": "9x9"},
        {"panes": 3},
        {"panes": [{}]},
        {"layers": {"seg.0": 1}},
        {"active_pane": None},
        {"links": 3},
        {"pins": 3},
    ],
)
def test_a_damaged_workspace_changes_nothing(damage: dict[str, object]) -> None:
    state = fresh()
    assert with_workspace(state, {**workspace_of(arranged()), **damage}) is state
