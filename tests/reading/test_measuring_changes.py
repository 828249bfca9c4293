"""Measurements are put, changed and deleted as pure changes."""

from __future__ import annotations

from dataclasses import replace

from viewer.domain.measurement import ImageName, Measurement
from viewer.reading.changes.measuring import (
    delete_measurement,
    nudge_measurement,
    put_measurement,
    set_read_only,
    take_measurements,
)
from viewer.reading.state import ReadingState, Selection

HERE, THERE = ImageName("1.1", "1.9", 1), ImageName("1.1", "1.9", 2)
LINE = Measurement("a", "length", HERE, ((1.0, 2.0), (3.0, 4.0)))
BOX = Measurement("b", "rectangle", HERE, ((1.0, 2.0), (3.0, 4.0)))
OTHER = replace(LINE, id="c", image=THERE)


def test_what_is_put_is_selected_and_put_again_it_is_changed_in_its_place() -> None:
    state = put_measurement(put_measurement(put_measurement(ReadingState(), LINE), BOX), OTHER)
    assert state.selection == Selection(measurement="c")
    longer = replace(LINE, points=((1.0, 2.0), (9.0, 9.0)))
    state = put_measurement(state, longer)
    assert dict(state.measurements) == {HERE: (longer, BOX), THERE: (OTHER,)}


def test_what_is_deleted_is_gone_and_no_longer_selected() -> None:
    state = put_measurement(put_measurement(ReadingState(), LINE), OTHER)
    state = delete_measurement(state, "c")
    assert dict(state.measurements) == {HERE: (LINE,)}
    assert state.selection == Selection()
    assert delete_measurement(state, "c") is state


def test_what_was_saved_comes_beside_what_is_there_and_changes_none_of_it() -> None:
    state = put_measurement(ReadingState(), LINE)
    older = replace(LINE, points=((0.0, 0.0), (1.0, 1.0)))
    assert dict(take_measurements(state, (older, BOX)).measurements) == {HERE: (LINE, BOX)}


def test_a_study_that_another_window_reviews_stays_as_it_is() -> None:
    state = set_read_only(put_measurement(ReadingState(), LINE), {"1.1"})
    assert put_measurement(state, BOX) is state
    assert put_measurement(state, replace(LINE, text="x")) is state
    assert delete_measurement(state, "a") is state
    elsewhere = replace(LINE, id="z", image=ImageName("2.2", "1.9", 1))
    assert put_measurement(state, elsewhere).measurement("z") == elsewhere


def test_keys_move_the_whole_or_the_handle_that_was_taken_hold_of() -> None:
    state = put_measurement(ReadingState(), LINE)
    assert nudge_measurement(state, (1.0, -2.0), 1.0).measurements[HERE][0].points == ((2.0, 0.0), (4.0, 2.0))
    held = replace(state, selection=Selection(measurement="a", handle=1))
    moved = nudge_measurement(held, (1.0, -2.0), 1.0)
    assert moved.measurements[HERE][0].points == ((1.0, 2.0), (4.0, 2.0))
    assert moved.selection == held.selection
    assert nudge_measurement(replace(state, selection=Selection()), (1.0, 0.0), 1.0).measurements == state.measurements
