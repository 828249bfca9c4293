"""The table of all measurements: one line a number, none left out, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest

from tests.scene.one_stack import FakeInputs, image_attributes, one_stack, ramp_pixels
from viewer.domain.image_attributes import FrameValues, Rescale, Window
from viewer.domain.measurement import ImageName, Measurement
from viewer.export.measurement_table import COLUMNS, measurement_table
from viewer.reading.changes.measuring import put_measurement
from viewer.reading.state import ReadingState

CT = image_attributes(frames=(FrameValues(Rescale(2.0, -1000.0, "HU"), (Window(40.0, 400.0),)),), rescale_type="HU")
CORNERS = ((2.0, 1.0), (8.0, 5.0))


class Stopped(Exception):
    pass


def measured() -> tuple[ReadingState, FakeInputs]:
    """A length, a box on the second frame, a note with words to be careful of, and one of an image that is not open."""
    state, inputs = one_stack([ramp_pixels(), ramp_pixels() + 1], attributes=CT)
    stack = state.content.library.stacks[0]
    first, second = (state.name_of(frame) for frame in stack.frames)
    for one in (
        Measurement("a", "length", first, CORNERS, "node"),
        Measurement("b", "rectangle", second, CORNERS),
        Measurement("c", "note", first, CORNERS[:1], '=1+1;"x",\ntwo'),
        Measurement("d", "length", ImageName("1.1", "9.9", 4), CORNERS),
    ):
        state = put_measurement(state, one)
    return state, inputs


def lines() -> list[dict[str, str]]:
    state, inputs = measured()
    return list(csv.DictReader(io.StringIO(measurement_table(state, inputs, lambda _: None), newline="")))


def test_every_number_has_a_line_with_its_unit_and_what_it_rests_on() -> None:
    found = lines()
    assert set(found[0]) == set(COLUMNS)
    (length,) = (one for one in found if one["text"] == "node")
    assert (float(length["value"]), length["unit"], length["basis"]) == (pytest.approx(2.5), "mm", "pixel spacing")
    box = {one["quantity"]: one for one in found if one["kind"] == "rectangle"}
    values = (ramp_pixels()[1:5, 2:8] + 1) * 2.0 - 1000
    assert float(box["mean"]["value"]) == pytest.approx(values.mean())
    assert float(box["SD"]["value"]) == pytest.approx(values.std())
    assert (box["mean"]["unit"], box["area"]["unit"], box["perimeter"]["unit"]) == ("HU", "mm2", "mm")
    # The corner of the first pixel lies half a pixel before its centre: 2 columns of 0.25 mm, 1 row of 0.5 mm on.
    assert box["mean"]["points patient mm"].split("; ")[0] == "-29.6250 -19.7500 97.5000"


def test_what_has_no_number_has_a_line_all_the_same() -> None:
    found = lines()
    (away,) = (one for one in found if one["sop instance uid"] == "9.9")
    assert (away["value"], away["frame"], away["points column row"]) == ("", "4", "2.0000 1.0000; 8.0000 5.0000")
    assert len({one["measurement"] for one in found}) == 4


def test_words_are_kept_and_no_spreadsheet_takes_them_for_a_formula() -> None:
    (note,) = (one for one in lines() if one["kind"] == "note")
    assert note["text"] == '\'=1+1;"x",\ntwo'


def test_the_work_can_be_ended_between_two_measurements() -> None:
    state, inputs = measured()

    def stop(part: float) -> None:
        if part > 0.4:
            raise Stopped

    with pytest.raises(Stopped):
        measurement_table(state, inputs, stop)
