"""A saved workspace comes back as it was, and a damaged one changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.synthetic.turned_series import AXIAL, turned_series
from tests.synthetic.values import axial_series, opened, two_part_overlay
from viewer.domain.instance import InstanceKey
from viewer.domain.transfer import TransferFunction, TransferPoint
from viewer.geometry.box import Box
from viewer.geometry.camera import Camera
from viewer.geometry.slab import Slab
from viewer.reading.autosave import with_workspace, workspace_of
from viewer.reading.changes.cine import set_speed, set_sweep, trim
from viewer.reading.changes.layers import set_fill, set_part_color, set_part_visible, set_style, set_threshold
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.linking import toggle_link
from viewer.reading.changes.planes import arrange, leave_planes, set_slab, turn_planes
from viewer.reading.changes.volume import set_camera, set_clipping, set_preset, set_transfer
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


def test_planes_slabs_cameras_and_what_was_before_them_survive_json() -> None:
    series = turned_series("ax", AXIAL, slices=9, step=(0, 0, -2.5))
    state = arrange(opened(series), "planes_3d")
    state = set_slab(turn_planes(state, 0, 20.0), 1, Slab(10.0, "minimum"))
    state = set_frame(state, 1, 5)
    number = next(place for place, pane in enumerate(state.panes) if pane.kind == "volume")
    camera = Camera((0.0, -300.0, 12.0), (1.0, 2.0, 3.0), (0.0, 0.0, 1.0), 140.0, parallel=True)
    state = set_clipping(set_camera(state, number, camera), number, Box((0.0, 1.0, 2.0), (9.0, 8.0, 7.0)))
    function = TransferFunction((TransferPoint(-20.0, (1, 2, 3), 0.0), TransferPoint(90.0, (4, 5, 6), 0.5)), shaded=False)
    state = set_transfer(set_preset(state, number, "ct_bone"), number, function)

    back = with_workspace(opened(series), json.loads(json.dumps(workspace_of(state))))

    assert back.panes == state.panes
    assert back.axes == state.axes
    assert back.before_planes == state.before_planes
    assert back.crosshair is not None
    assert leave_planes(back).panes[0].kind == "stack"


def test_a_workspace_from_before_planes_is_read() -> None:
    series = turned_series("ax", AXIAL, slices=9, step=(0, 0, -2.5))
    saved = json.loads(json.dumps(workspace_of(set_frame(opened(series), 0, 3))))
    for pane in saved["panes"]:
        for name in ("kind", "slab", "volume"):
            del pane[name]
    del saved["axes"], saved["before_planes"]
    assert with_workspace(opened(series), saved).panes[0].frame == 3
