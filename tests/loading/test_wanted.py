"""What the window asks of the store: what is on the screen before what lies ahead, and nothing that is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.reading.test_volumes import images
from tests.synthetic.values import axial_series, opened
from tests.ui.small_study import SEG, small_state
from viewer.domain.grouping import build_library
from viewer.loading.wanted import (
    AHEAD,
    NEXT,
    NOW,
    Wanted,
    WantedFrame,
    WantedImageOnPlane,
    WantedOnPlane,
    WantedRange,
    is_on_a_pane,
    is_wanted_anew,
    outwards,
    wanted,
)
from viewer.reading.changes.layers import (
    set_overlay_opacity,
    set_overlay_visible,
    set_part_color,
    set_part_visible,
    set_solo,
    set_style,
)
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.library import library_grew, open_anew
from viewer.reading.changes.looks import fuse, set_fused_visible
from viewer.reading.changes.workspace import set_frame, show_stack
from viewer.reading.state import ReadingState


def frames(found: Iterator[Wanted]) -> list[int]:
    return [int(str(want.frame.instance).rpartition(".")[2].strip("')")) for want in found if isinstance(want, WantedFrame)]


def test_the_frame_on_the_screen_comes_first_and_its_neighbours_outwards() -> None:
    state = set_frame(opened(axial_series("ct")), 0, 1)
    found = list(wanted(state))
    assert isinstance(found[0], WantedFrame)
    assert found[0].priority == NOW
    assert frames(iter(found)) == [1, 2, 0, 3, 4]


def test_priorities_never_rise_within_a_pane() -> None:
    found = [want.priority for want in wanted(opened(axial_series("ct")))]
    assert found == sorted(found)


def test_every_pane_has_its_frame_before_anything_lies_ahead() -> None:
    state = opened(axial_series("ct"), axial_series("mr"))
    state = show_stack(set_layout(state, "1x2"), 1, "mr#1")
    found = list(wanted(state))
    first_ahead = next(place for place, want in enumerate(found) if want.priority >= AHEAD)
    on_screen = [want for want in found[:first_ahead] if isinstance(want, WantedFrame)]
    assert len(on_screen) == 2
    assert sum(isinstance(want, WantedRange) for want in found) == 2


def overlays(state: ReadingState) -> list[Wanted]:
    return [want for want in wanted(state) if isinstance(want, WantedOnPlane)]


def test_overlays_are_wanted_where_they_lie_and_not_when_they_are_off() -> None:
    state = small_state()
    assert {want.overlay.instance for want in overlays(state) if isinstance(want, WantedOnPlane)} == {SEG}
    assert overlays(state)[0].priority == NEXT
    assert overlays(set_overlay_visible(state, SEG, visible=False)) == []


def test_without_a_stack_nothing_is_wanted() -> None:
    assert list(wanted(ReadingState())) == []


def four_times() -> ReadingState:
    """Four times of five slices; the second is shown at its third slice."""
    series = [
        one
        for time in range(4)
        for one in images(f"{time}", [3.0 * place for place in range(5)], [(("TemporalPositionIdentifier", str(time)),)])
    ]
    library = build_library([replace(one, series_instance_uid="fmri") for one in series])
    return show_stack(library_grew(open_anew(ReadingState()), library, scanning=False), 0, "fmri#2", 2)


def test_the_same_slice_of_the_volumes_beside_comes_with_its_neighbours() -> None:
    state = four_times()
    library = state.content.library
    places = [library.place_of(want.frame) for want in wanted(state) if isinstance(want, WantedFrame)]
    own = [place for place in places if place[0] == "fmri#2"]
    beside = [place for place in places if place[0] != "fmri#2"]
    assert own == [("fmri#2", place) for place in (2, 3, 1, 4, 0)]
    assert beside == [("fmri#3", 2), ("fmri#1", 2), ("fmri#4", 2)]
    priorities = [want.priority for want in wanted(state)]
    assert priorities == sorted(priorities)


def test_times_share_the_range_of_the_middle_one() -> None:
    shared, own = [want for want in wanted(four_times()) if isinstance(want, WantedRange)]
    assert (shared.stack.id, own.stack.id) == ("fmri#3", "fmri#2")
    assert shared.priority < own.priority


def test_outwards_visits_every_other_place_once() -> None:
    assert [place for _, place in outwards(1, 5)] == [2, 0, 3, 4]
    assert [distance for distance, _ in outwards(0, 4)] == [1, 2, 3]


def test_what_is_laid_over_is_prepared_with_the_image_and_its_neighbours() -> None:
    state = opened(axial_series("ct", slices=40), axial_series("mr"))
    state = fuse(set_frame(state, 0, 1), 0, "mr#1")
    found = list(wanted(state))
    laid = [want for want in found if isinstance(want, WantedImageOnPlane)]
    stack = state.content.library.stacks[0]
    assert [want.plane for want in laid][:3] == [stack.planes[place] for place in (1, 2, 0)]
    assert laid[0].priority < AHEAD
    assert {want.stack.id for want in laid} == {"mr#1"}
    assert len(laid) < 40, "not further ahead than the overlays"
    assert {want.stack.id for want in found if isinstance(want, WantedRange)} == {"ct#1", "mr#1"}
    hidden = set_fused_visible(state, 0, "mr#1", visible=False)
    assert not [want for want in wanted(hidden) if isinstance(want, WantedImageOnPlane)]
    assert is_on_a_pane(state, ("mr#1", stack.planes[1]))
    assert not is_on_a_pane(state, ("mr#1", stack.planes[2]))


def test_how_parts_look_is_nothing_to_load_for_and_what_is_switched_on_is() -> None:
    state = small_state()
    looks = (
        set_part_visible(state, SEG, 2, visible=False),
        set_part_color(state, SEG, 2, (1, 2, 3)),
        set_solo(state, SEG, 2),
        set_overlay_opacity(state, SEG, 0.3),
        set_style(state, SEG, "fill"),
    )
    assert [is_wanted_anew(state, new) for new in looks] == [False, False, True, False, False]
    assert [is_wanted_anew(looks[0], set_style(looks[0], SEG, "fill"))] == [False]
    hidden = set_overlay_visible(state, SEG, visible=False)
    assert is_wanted_anew(state, hidden)
    assert is_wanted_anew(hidden, state)
    assert not is_wanted_anew(state, state)
