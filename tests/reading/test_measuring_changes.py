"""Measurements are put, changed and deleted as pure changes."""

from __future__ import annotations

from dataclasses import replace

from viewer.domain.measurement import ImageName, Measurement
from viewer.reading.changes.measuring import delete_measurement, put_measurement, take_measurements
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
