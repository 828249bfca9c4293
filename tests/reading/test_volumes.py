"""The second slider: another volume of the same place, at the same slice, with the same view and window."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from tests.domain.headers import AXIAL, frame, header
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader
from viewer.reading.changes.cine import Course, play_on, set_playing, toggle_playing
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.library import library_grew, open_anew
from viewer.reading.changes.linking import toggle_linked
from viewer.reading.changes.volumes import axes_of_pane, set_volume, step_volume, toggle_playing_volumes
from viewer.reading.changes.workspace import set_frame, set_view, set_window, show_stack
from viewer.reading.navigate import next_series
from viewer.reading.state import ReadingState, View, WindowChoice

USER = WindowChoice("user", center=300.0, width=700.0)
ZOOMED = View(zoom=3.0, center=(1.0, 2.0))


def images(
    series: str, heights: list[float], values: list[tuple[tuple[str, str], ...]], **changes: object
) -> list[InstanceHeader]:
    made = []
    for place, height in enumerate(heights):
        for number, dimensions in enumerate(values):
            at = (0.0, 0.0, height)
            name = f"{series}{place:02}{number:02}"
            made.append(
                replace(
                    header(0, (frame(at, orientation=AXIAL, dimensions=dimensions),), series_instance_uid=series),
                    sop_instance_uid=name,
                    source=replace(header(0, ()).source, path=f"/folder/{name}"),
                    **changes,
                )
            )
    return made


def times(count: int) -> list[tuple[tuple[str, str], ...]]:
    return [(("TemporalPositionIdentifier", str(number + 1)),) for number in range(count)]


def reading_of(*series: list[InstanceHeader]) -> ReadingState:
    library = build_library([one for several in series for one in several])
    return library_grew(open_anew(ReadingState()), library, scanning=False)


def shown(state: ReadingState) -> list[tuple[str | None, int]]:
    return [(pane.stack_id, pane.frame) for pane in state.panes]


def test_another_time_keeps_slice_view_and_window() -> None:
    state = show_stack(reading_of(images("fmri", [0.0, 3.0, 6.0, 9.0], times(5))), 0, "fmri#2", 3)
    state = set_view(set_window(state, 0, USER), 0, ZOOMED)
    state = step_volume(state, 0, 2)
    assert (state.pane.stack_id, state.pane.frame) == ("fmri#4", 3)
    assert (state.pane.view, state.pane.window) == (ZOOMED, USER)


def test_a_window_of_magnitudes_is_left_behind_with_them() -> None:
    kinds = [(("ComplexImageComponent", kind),) for kind in ("MAGNITUDE", "PHASE")]
    state = set_window(show_stack(reading_of(images("mr", [0.0, 3.0], kinds)), 0, "mr#1", 1), 0, USER)
    assert step_volume(state, 0, 1).pane.window == WindowChoice()


@pytest.mark.parametrize(("start", "by", "end"), [(1, -1, 1), (5, 3, 5), (2, 9, 5), (3, -1, 2)])
def test_stepping_stops_at_the_ends(start: int, by: int, end: int) -> None:
    state = show_stack(reading_of(images("fmri", [0.0, 3.0], times(5))), 0, f"fmri#{start}", 0)
    assert step_volume(state, 0, by).pane.stack_id == f"fmri#{end}"


def test_a_volume_that_stopped_early_shows_its_nearest_slice() -> None:
    made = [one for one in images("fmri", [0.0, 3.0, 6.0], times(3)) if one.sop_instance_uid != "fmri0002"]
    state = show_stack(reading_of(made), 0, "fmri#1", 2)
    # Slices run from the head down: the third volume ends one slice above.
    assert state.stack_of(state.pane).planes[2].origin[2] == 0.0
    state = set_volume(state, 0, 0, 2)
    assert (state.pane.stack_id, state.pane.frame) == ("fmri#3", 1)


def test_a_stack_that_is_alone_has_no_way_to_go() -> None:
    state = reading_of(images("ct", [0.0, 3.0], [()]))
    assert axes_of_pane(state, 0) == ()
    assert step_volume(state, 0, 1) is state


def test_a_second_axis_keeps_the_value_along_the_first() -> None:
    values = [(("EchoNumbers", str(echo)), ("InversionTime", str(ti))) for echo, ti in product((1, 2, 3), (100, 900))]
    state = show_stack(reading_of(images("mr", [0.0, 3.0], values)), 0, "mr#3", 0)
    along = axes_of_pane(state, 0)
    assert [axis.keyword for axis in along] == ["EchoNumbers", "InversionTime"]
    assert [one.number for one in state.stack_of(state.pane).dimensions] == [2, 1]
    moved = set_volume(state, 0, 1, 1)
    assert [one.number for one in moved.stack_of(moved.pane).dimensions] == [2, 2]


def panes_of(state: ReadingState, *hung: tuple[str, int]) -> ReadingState:
    state = set_layout(state, "1x2")
    for pane, (stack, at) in enumerate(hung):
        state = show_stack(state, pane, stack, at)
    return state


def test_a_linked_pane_of_the_same_volume_goes_along() -> None:
    state = panes_of(reading_of(images("fmri", [0.0, 3.0, 6.0], times(5))), ("fmri#2", 0), ("fmri#2", 2))
    assert shown(step_volume(state, 0, 1)) == [("fmri#3", 0), ("fmri#3", 2)]
    unlinked = toggle_linked(state)
    assert shown(step_volume(unlinked, 0, 1)) == [("fmri#3", 0), ("fmri#2", 2)]


def test_two_volumes_side_by_side_are_being_compared_and_stay() -> None:
    state = panes_of(reading_of(images("fmri", [0.0, 3.0, 6.0], times(5))), ("fmri#2", 0), ("fmri#4", 0))
    assert shown(step_volume(state, 0, 1)) == [("fmri#3", 0), ("fmri#4", 0)]


def test_another_series_of_as_many_moments_in_the_same_space_goes_along() -> None:
    one, other = images("a", [0.0, 3.0], times(4)), images("b", [1.0, 5.0], times(4))
    state = panes_of(reading_of(one, other), ("a#2", 0), ("b#2", 1))
    assert shown(step_volume(state, 0, 1)) == [("a#3", 0), ("b#3", 1)]
    elsewhere = images("b", [1.0, 5.0], times(4), frame_of_reference_uid="1.4")
    state = panes_of(reading_of(one, elsewhere), ("a#2", 0), ("b#2", 1))
    assert shown(step_volume(state, 0, 1)) == [("a#3", 0), ("b#2", 1)]


def test_left_and_right_step_over_the_volumes_of_a_place() -> None:
    state = reading_of(images("a", [0.0, 3.0], times(4)), images("b", [0.0, 3.0], [()]))
    state = show_stack(state, 0, "a#3", 0)
    assert next_series(state, 0, 1).pane.stack_id == "b#1"
    assert next_series(next_series(state, 0, 1), 0, -1).pane.stack_id == "a#1"


def test_playing_through_time_goes_round_at_one_slice() -> None:
    state = show_stack(reading_of(images("fmri", [0.0, 3.0, 6.0], times(3))), 0, "fmri#2", 1)
    state = toggle_playing_volumes(state, 0)
    assert state.pane.playing
    course = Course(0, 2)
    seen = []
    for _ in range(3):
        state = play_on(state, 0, course)
        seen.append((state.pane.stack_id, state.pane.frame))
    assert seen == [("fmri#3", 1), ("fmri#1", 1), ("fmri#2", 1)]
    assert not toggle_playing_volumes(state, 0).pane.playing


def test_play_goes_through_frames_where_there_are_several_and_through_time_where_there_is_one() -> None:
    many = toggle_playing(show_stack(reading_of(images("a", [0.0, 3.0], times(3))), 0, "a#1", 0), 0)
    assert (many.pane.playing, many.pane.plays) == (True, "frames")
    kinds = [(("DiffusionBValue", b),) for b in ("0", "500", "1000")]
    one = toggle_playing(show_stack(reading_of(images("b", [0.0], kinds)), 0, "b#1", 0), 0)
    assert (one.pane.playing, one.pane.plays) == (True, "volumes")
    alone = set_playing(reading_of(images("c", [0.0], [()])), 0, "playing")
    assert not alone.pane.playing


def test_scrolling_stays_in_its_volume() -> None:
    state = show_stack(reading_of(images("fmri", [0.0, 3.0, 6.0], times(3))), 0, "fmri#2", 1)
    assert set_frame(state, 0, 2).pane.stack_id == "fmri#2"


def test_a_layout_takes_one_moment_of_a_time_series_and_another_series() -> None:
    state = reading_of(images("a", [0.0, 3.0], times(4)), images("b", [0.0, 3.0], [()]), images("c", [0.0, 3.0], [()]))
    state = set_layout(show_stack(state, 0, "b#1", 0), "2x2")
    assert [pane.stack_id for pane in state.panes] == ["b#1", "a#1", "c#1", None]


def test_volumes_of_other_values_fill_a_layout() -> None:
    b_values = [(("DiffusionBValue", b),) for b in ("0", "500", "1000", "1500")]
    state = set_layout(show_stack(reading_of(images("dwi", [0.0, 3.0], b_values)), 0, "dwi#1", 0), "2x2")
    assert [pane.stack_id for pane in state.panes] == ["dwi#1", "dwi#2", "dwi#3", "dwi#4"]


def test_mammograms_of_four_series_hang_in_their_order() -> None:
    flat = frame(None, orientation=None, pixel_spacing_mm=None)
    views = [("L", "MLO"), ("R", "MLO"), ("L", "CC"), ("R", "CC")]
    series = [
        [header(n, (flat,), modality="MG", series_instance_uid=f"{side}{view}", laterality=side, view=view, series_number=n)]
        for n, (side, view) in enumerate(views, start=1)
    ]
    state = set_layout(reading_of(*series), "2x2")
    assert [pane.stack_id for pane in state.panes] == ["RCC#1", "LCC#1", "RMLO#1", "LMLO#1"]
