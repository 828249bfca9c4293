"""Linked viewports share the place, the size and position, and by hand what no coordinate joins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.synthetic.turned_series import AXIAL, CORONAL, turned_series
from tests.synthetic.values import axial_series, library, opened, two_part_overlay
from viewer.domain.registration import RegisteredSpace, Registration, to_matrix
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.linking import is_pinned, linked_place, toggle_link, toggle_linked, toggle_pins, unjoined
from viewer.reading.changes.workspace import fit_view, rotate, set_frame, set_view, set_window, show_stack
from viewer.reading.spaces import passage
from viewer.reading.state import Links, ReadingState, View, WindowChoice

TILT = np.radians(12)


def beside(first: object, second: object) -> ReadingState:
    """Two series side by side, each at its first slice."""
    state = set_layout(opened(first, second), "1x2")  # type: ignore[arg-type]
    ids = [stack.id for stack in state.content.library.stacks]
    return show_stack(show_stack(state, 0, ids[0], 0), 1, ids[1], 0)


def middle_and_size(state: ReadingState, pane: int) -> tuple[np.ndarray, float]:
    """The patient point at the middle of a pane, and mm a screen pixel along the columns."""
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    assert stack is not None
    assert shown.view.center is not None
    assert shown.view.zoom is not None
    plane = stack.planes[shown.frame]
    return plane.point_patient(shown.view.center), plane.spacing_mm[1] / shown.view.zoom


def test_a_linked_neighbour_has_the_same_middle_and_the_same_mm_a_pixel_on_another_grid() -> None:
    fine = turned_series("fine", AXIAL, origin=(-7.0, 3.0, 0.0), spacing_mm=(0.5, 0.25))
    coarse = turned_series("coarse", AXIAL, origin=(-20.0, -9.0, 1.0), spacing_mm=(1.5, 2.0), shape=(33, 21))
    state = set_view(beside(fine, coarse), 0, View(zoom=6.0, center=(12.5, 31.0)))
    (point, size), (other, other_size) = middle_and_size(state, 0), middle_and_size(state, 1)
    assert other_size == pytest.approx(size)
    assert other[:2] == pytest.approx(point[:2])


def test_the_middle_follows_between_tilted_planes_and_turns_stay_each_viewport_s_own() -> None:
    column, row = (1.0, 0.0, 0.0), (0.0, np.cos(TILT), np.sin(TILT))
    tilted = turned_series("tilted", (column, row), origin=(2.0, 5.0, -3.0))
    state = rotate(beside(turned_series("straight", AXIAL), tilted), 1, 90)
    state = set_view(state, 0, View(zoom=3.0, center=(20.0, 14.0)))
    point, other = middle_and_size(state, 0)[0], middle_and_size(state, 1)[0]
    normal = np.cross(column, row)
    assert other - point == pytest.approx(float((other - point) @ normal) * normal)
    assert state.panes[1].view.rotation == 90


def test_a_series_hung_beside_a_zoomed_one_has_its_size_and_middle_at_once() -> None:
    fine = turned_series("fine", AXIAL, origin=(-7.0, 3.0, 0.0), spacing_mm=(0.5, 0.25))
    coarse = turned_series("coarse", AXIAL, origin=(-20.0, -9.0, 1.0), spacing_mm=(1.5, 2.0), shape=(33, 21))
    state = set_layout(opened(fine, coarse), "1x2")
    first, second = (stack.id for stack in state.content.library.stacks)
    alone = show_stack(show_stack(state, 0, first, 0), 1, None)
    zoomed = set_view(alone, 0, View(zoom=6.0, center=(12.5, 31.0)))
    state = show_stack(zoomed, 1, second, 0)
    (point, size), (other, other_size) = middle_and_size(state, 0), middle_and_size(state, 1)
    assert other_size == pytest.approx(size)
    assert other[:2] == pytest.approx(point[:2])
    assert state.panes[0].view == zoomed.panes[0].view
    assert show_stack(toggle_link(zoomed, "view"), 1, second, 0).panes[1].view == View()


def test_fitting_one_fits_the_linked_ones() -> None:
    state = set_view(beside(turned_series("a", AXIAL), turned_series("b", AXIAL)), 0, View(zoom=3.0, center=(1.0, 1.0)))
    assert fit_view(state, 1).panes[0].view == View()


@pytest.mark.parametrize("other", [{"axes": CORONAL}, {"axes": AXIAL, "frame_of_reference": "other"}])
def test_planes_across_and_other_spaces_keep_their_view(other: dict[str, object]) -> None:
    state = beside(turned_series("a", AXIAL), turned_series("b", **other))  # type: ignore[arg-type]
    assert set_view(state, 0, View(zoom=3.0, center=(1.0, 1.0))).panes[1].view == View()


def test_each_thing_can_be_linked_alone_and_without_the_last_nothing_is() -> None:
    state = beside(turned_series("a", AXIAL), turned_series("b", AXIAL))
    only_view = toggle_link(state, "scroll")
    assert set_frame(only_view, 0, 3).panes[1].frame == 0
    assert set_view(only_view, 0, View(zoom=2.0, center=(1.0, 1.0))).panes[1].view.zoom == 2.0
    assert not toggle_link(only_view, "view").linked
    only_window = toggle_link(toggle_linked(state), "window")
    assert (only_window.linked, only_window.links) == (True, Links(scroll=False, view=False, window=True))


def test_a_window_goes_to_the_partners_and_to_no_other() -> None:
    state = set_layout(opened(turned_series("a", AXIAL)), "1x3")
    chosen = WindowChoice("user", center=40.0, width=400.0)
    assert [pane.window == chosen for pane in set_window(state, 1, chosen, (2,)).panes] == [False, True, True]


def test_series_linked_by_hand_go_on_by_the_same_distance() -> None:
    ct = axial_series("ct", slices=9, gap_mm=2.0)
    mr = axial_series("mr", slices=4, gap_mm=5.0, frame_of_reference="other")
    state = set_frame(set_frame(beside(ct, mr), 0, 2), 1, 1)
    assert set_frame(state, 0, 7).panes[1].frame == 1
    pinned = toggle_pins(state)
    assert pinned.pins == (("ct#1", 2), ("mr#1", 1))
    assert set_frame(pinned, 0, 7).panes[1].frame == 3
    assert set_frame(pinned, 1, 0).panes[0].frame == 0
    assert set_frame(toggle_pins(pinned), 0, 7).panes[1].frame == 1


def test_without_positions_series_linked_by_hand_go_on_image_by_image() -> None:
    first, second = turned_series("a", AXIAL, slices=8), turned_series("b", AXIAL, slices=8, frame_of_reference=None)
    (stack,) = second.stacks
    flat = replace(stack, planes=tuple(replace(plane, in_patient_space=False) for plane in stack.planes))
    state = toggle_pins(set_frame(beside(first, replace(second, stacks=(flat,))), 1, 3))
    assert set_frame(state, 0, 2).panes[1].frame == 5


def test_what_shares_a_space_is_not_linked_by_hand() -> None:
    state = beside(turned_series("a", AXIAL), turned_series("b", CORONAL))
    assert unjoined(state) == ()
    assert toggle_pins(state) is state


def test_only_what_another_viewport_shows_says_that_it_is_linked_by_hand() -> None:
    state = toggle_pins(beside(turned_series("a", AXIAL), turned_series("b", AXIAL, frame_of_reference="other")))
    first = state.content.library.stacks[0]
    assert is_pinned(state, first)
    assert not is_pinned(set_layout(state, "1x1"), first)
    assert not is_pinned(toggle_linked(state), first)


def test_a_single_series_is_not_linked_with_itself_by_hand() -> None:
    state = opened(axial_series("ct"))
    assert toggle_pins(state) is state


def test_a_registration_joins_two_spaces_as_it_says() -> None:
    moved = np.eye(4)
    moved[:3, 3] = (0.0, 0.0, -7.0)
    spaces = (RegisteredSpace("for", to_matrix(np.eye(4))), RegisteredSpace("other", to_matrix(np.linalg.inv(moved))))
    registration = replace(two_part_overlay("reg.0"), kind="registration", registration=Registration(spaces))
    state = opened(axial_series("ct"), overlays=(registration,))
    way = passage(state.content, "for", "other")
    assert way is not None
    assert way.registered
    assert way.point((1.0, 2.0, 3.0)) == pytest.approx((1.0, 2.0, -4.0))
    plane = library(axial_series("ct")).stacks[0].planes[0]
    (other,) = axial_series("mr", slices=8, gap_mm=1.0, frame_of_reference="other").stacks
    assert linked_place(state.content, plane, other) == 7
    assert passage(state.content, "for", "elsewhere") is None
