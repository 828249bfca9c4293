"""A review survives JSON; what is not understood or not ours is never lost."""

from __future__ import annotations

import json

import pytest

from viewer.domain.measurement import ImageName, Measurement
from viewer.reading.changes.measuring import put_measurement
from viewer.reading.review_file import NotAReview, joined, measurements_of, parsed, review_of
from viewer.reading.state import ReadingState

HERE, FOREIGN = ImageName("1.1", "1.9", 3), ImageName("1.2", "1.8", 1)
LINE = Measurement("a", "length", HERE, ((1.25, 2.0), (3.0, 4.5)), "at the hilum")
ANGLE = Measurement("b", "angle", HERE, ((1.0, 2.0), (3.0, 4.0), (0.1, 0.2)))
ELSEWHERE = Measurement("c", "ellipse", FOREIGN, ((1.0, 2.0), (3.0, 4.0)))
UNNAMED = Measurement("d", "length", ImageName("1.1", "file:/x", 1), ((1.0, 2.0), (3.0, 4.0)))


def state() -> ReadingState:
    made = ReadingState()
    for one in (LINE, ANGLE, ELSEWHERE, UNNAMED):
        made = put_measurement(made, one)
    return made


def test_a_review_holds_its_study_and_survives_json() -> None:
    text = json.dumps(review_of(state(), "1.1", "somebody"))
    assert measurements_of(parsed(text, "1.1", "somebody")) == (LINE, ANGLE)
    assert "file:" not in text


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"version": 1}', '{"version": 1, "study_instance_uid": "1.2", "measurements": []}',
             '{"version": 99, "study_instance_uid": "1.1", "measurements": []}',
             '{"version": 1, "study_instance_uid": "1.1", "measurements": 3}',
             '{"version": 1, "study_instance_uid": "1.1", "measurements": []}',
             '{"version": 1, "study_instance_uid": "1.1", "reader": "another", "measurements": []}'],
)  # fmt: skip
def test_what_is_no_review_of_the_study_is_refused(text: str) -> None:
    with pytest.raises(NotAReview):
        parsed(text, "1.1", "somebody")


@pytest.mark.parametrize(
    "change", [{"kind": "volume"}, {"points": [[1, 2]]}, {"points": [[1, 2], [3, "x"]]}, {"frame": None},
               {"points": [[1, 2], [3, float("inf")]]}, {"points": None}],
)  # fmt: skip
def test_an_entry_that_is_not_understood_is_left_alone_and_kept(change: dict[str, object]) -> None:
    whole = review_of(state(), "1.1", "somebody")
    strange = {**whole["measurements"][0], "id": "z", **change}
    found = {**whole, "measurements": [*whole["measurements"], strange, 7], "later": True}
    assert measurements_of(found) == (LINE, ANGLE)
    again = joined(review_of(put_measurement(ReadingState(), LINE), "1.1", "somebody"), found, known={"a", "b"})
    assert again["measurements"] == [whole["measurements"][0], strange, 7]
    assert again["later"] is True


def test_what_another_window_added_stays_and_what_was_deleted_here_goes() -> None:
    on_disk = review_of(state(), "1.1", "somebody")
    ours = review_of(put_measurement(ReadingState(), LINE), "1.1", "somebody")
    assert measurements_of(joined(ours, on_disk, known={"a"})) == (LINE, ANGLE)
    assert measurements_of(joined(ours, on_disk, known={"a", "b"})) == (LINE,)
