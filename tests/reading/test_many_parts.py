"""Changes of many parts at once: groups, inversion, order, colours for everybody."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from tests.synthetic.values import header, opened, two_part_overlay
from tests.ui.small_study import RT, SEG, small_state
from viewer.domain.binding import Binding
from viewer.domain.library import Series
from viewer.reading.changes.layers import set_overlay_visible, set_part_style, set_part_visible, set_solo
from viewer.reading.changes.library import open_anew, overlays_read
from viewer.reading.changes.many_parts import (
    invert_parts,
    move_layer,
    set_safe_colors,
    show_only,
    switchable,
)
from viewer.reading.layer_order import drawn_order, listed_order, shown_in
from viewer.reading.state import Pane, ReadingState


def visible(state: ReadingState) -> list[int]:
    overlay = state.content.overlays[SEG]
    return [
        one.number for one in overlay.parts if state.overlay_visible(overlay) and state.part_visible(overlay, one.number)
    ]


def test_only_what_is_wanted_is_shown_and_solo_ends() -> None:
    state = set_solo(set_overlay_visible(small_state(), SEG, visible=False), SEG, 1)
    state = show_only(state, [state.content.overlays[SEG]], lambda part: part.number != 2)
    assert visible(state) == [1, 3]


def test_what_is_hidden_is_shown_and_the_rest_hidden() -> None:
    state = set_part_visible(small_state(), SEG, 2, visible=False)
    turned = invert_parts(state, [state.content.overlays[SEG]])
    assert visible(turned) == [2]
    assert visible(invert_parts(turned, [turned.content.overlays[SEG]])) == [1, 3]


def test_of_an_object_that_is_off_everything_comes_back() -> None:
    state = set_overlay_visible(small_state(), SEG, visible=False)
    assert visible(invert_parts(state, [state.content.overlays[SEG]])) == [1, 2, 3]


def test_the_order_of_the_list_is_that_of_what_is_drawn_the_top_on_top() -> None:
    state = small_state()
    both = (state.content.overlays[SEG], state.content.overlays[RT])
    assert drawn_order(state, both) == tuple(reversed(listed_order(state, both)))
    moved = move_layer(state, (SEG, RT), RT, 0)
    assert [one.instance for one in listed_order(moved, both)] == [RT, SEG]
    assert [one.instance for one in drawn_order(moved, both)] == [SEG, RT]
    assert move_layer(state, (SEG, RT), SEG, 0) is state
    assert move_layer(moved, (RT, SEG), SEG, 99) is moved


def test_a_viewport_beside_another_shows_one_of_two() -> None:
    state = small_state()
    both = (state.content.overlays[SEG], state.content.overlays[RT])
    assert [one.instance for one in shown_in(state, Pane(only_overlay=RT), both)] == [RT]


def test_colours_for_everybody_stay_when_another_folder_is_opened() -> None:
    state = set_safe_colors(small_state(), on=True)
    assert set_safe_colors(state, on=True) is state
    assert open_anew(state).safe_colors


def test_a_part_has_a_style_of_its_own_and_gives_it_back() -> None:
    state = set_part_style(small_state(), SEG, 2, "fill")
    assert state.layer(SEG).parts[2].style == "fill"
    assert set_part_style(state, SEG, 2, None).layer(SEG).parts[2].style is None


def test_groups_are_made_of_the_selected_object_else_of_all_on_the_stack() -> None:
    assert [one.instance for one in switchable(small_state())] == [SEG]


def test_results_stand_in_the_order_of_the_library_whichever_was_read_first() -> None:
    headers = tuple(header(f"seg.{number}") for number in range(3))
    stood = Series("seg", "seg", "SEG", 2, "", "1.2.840.10008.5.1.4.1.1.66.4", "overlay", headers)
    overlays = [replace(two_part_overlay(one.sop_instance_uid), instance=one.key) for one in headers]
    for read in permutations(overlays):
        state = opened(stood)
        for one in read:
            state = overlays_read(state, {one.instance: (one, Binding(one.instance, ()))})
        assert list(state.content.overlays) == [one.key for one in headers]
