"""Comparing two results: one picture or two linked viewports; ending it brings back what was there."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from tests.ui.small_study import CT_STACK, MR_STACK, RT, SEG, derived_series, segmentation, small_state
from viewer.domain.binding import Binding, LiesOn
from viewer.domain.instance import InstanceKey
from viewer.reading.changes.comparing import (
    comparable,
    end_comparing,
    select_compared,
    show_compared,
    start_comparing,
    why_not_compared,
)
from viewer.reading.changes.layers import set_overlay_visible
from viewer.reading.changes.workspace import set_frame, show_stack
from viewer.reading.state import ReadingState, Selection

OTHER = InstanceKey("file:/study/other")


def two_results(state: ReadingState | None = None) -> ReadingState:
    """The small study with a second segmentation on its CT."""
    state = state or small_state()
    content = state.content
    other = replace(segmentation(), instance=OTHER, sop_instance_uid="1.9.other", label="Other organs")
    patient = content.library.patients[0]
    study = patient.studies[0]
    series = (*study.series, derived_series("other", "SEG", "Other organs of CT"))
    library = replace(content.library, patients=(replace(patient, studies=(replace(study, series=series),)),))
    lies = Binding(OTHER, (LiesOn(CT_STACK, "frame_of_reference", True, (0, 3), "Same Frame of Reference."),))
    return replace(
        state,
        content=replace(
            content,
            library=library,
            overlays=MappingProxyType({**content.overlays, OTHER: other}),
            bindings=MappingProxyType({**content.bindings, OTHER: lies}),
        ),
    )


def test_what_lies_on_no_common_series_cannot_be_compared_and_says_why() -> None:
    state = two_results()
    assert why_not_compared(state, SEG, OTHER) == ""
    assert why_not_compared(state, SEG, RT) == "The two lie on no series together."
    assert why_not_compared(state, SEG, SEG)
    assert [one.instance for one in comparable(state, SEG)] == [OTHER]
    assert start_comparing(state, SEG, RT) is state


def test_both_are_switched_on_and_their_series_is_shown() -> None:
    state = show_stack(set_overlay_visible(two_results(), OTHER, visible=False), 0, MR_STACK)
    state = start_comparing(state, SEG, OTHER)
    assert state.pane.stack_id == CT_STACK
    assert state.overlay_visible(state.content.overlays[OTHER])
    assert state.compared is not None
    assert state.compared.shown == "difference"


def test_side_by_side_are_two_linked_viewports_of_one_result_each() -> None:
    state = show_compared(start_comparing(replace(two_results(), linked=False), SEG, OTHER), "side_by_side")
    assert (state.layout, [pane.only_overlay for pane in state.panes]) == ("1x2", [SEG, OTHER])
    assert state.linked
    assert state.links.scroll
    assert [pane.frame for pane in set_frame(state, 1, 3).panes] == [3, 3]


def test_the_end_brings_the_viewports_back_at_the_place_that_was_scrolled_to() -> None:
    before = two_results()
    state = show_compared(start_comparing(before, SEG, OTHER), "side_by_side")
    state = end_comparing(set_frame(state, 0, 3))
    assert (state.layout, len(state.panes), state.pane.frame, state.pane.only_overlay) == ("1x1", 1, 3, None)
    assert state.compared is None
    assert end_comparing(before) is before


def test_a_pair_is_selected_by_its_first_part_else_by_its_second() -> None:
    state = start_comparing(two_results(), SEG, OTHER)
    assert select_compared(state, 2, 3).selection == Selection(SEG, 2)
    assert select_compared(state, None, 3).selection == Selection(OTHER, 3)
    assert select_compared(two_results(), 2, 3).selection == Selection()
