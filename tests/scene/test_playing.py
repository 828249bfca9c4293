"""How fast and what a pane plays: the reader's choice, then the file's, then a default."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.scene.one_stack import FakeInputs, image_attributes, one_stack, ramp_pixels
from viewer.domain.cine import CineAttributes
from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.instance import FrameKey
from viewer.reading.changes.cine import Course, set_speed, set_sweep, trim
from viewer.reading.changes.workspace import set_frame
from viewer.reading.state import ReadingState
from viewer.scene.playing import course_of, frames_per_second, interval_ms


def multiframe(attributes: ImageAttributes, frames: int = 6) -> tuple[ReadingState, FakeInputs]:
    """A pane that shows a stack of the frames of one object."""
    state, inputs = one_stack([ramp_pixels()] * frames, attributes=attributes)
    library = state.content.library
    patient, study, series = library.patients[0], library.patients[0].studies[0], library.patients[0].studies[0].series[0]
    stack = series.stacks[0]
    keys = tuple(FrameKey(stack.frames[0].instance, number) for number in range(frames))
    stack = replace(stack, frames=keys, temporal=True)
    study = replace(study, series=(replace(series, stacks=(stack,)),))
    library = replace(library, patients=(replace(patient, studies=(study,)),))
    return replace(state, content=replace(state.content, library=library)), inputs


@pytest.mark.parametrize(
    ("attributes", "pace"),
    [
        (image_attributes(), 10.0),
        (image_attributes(frame_time_ms=40.0), 25.0),
        (image_attributes(cine=CineAttributes(frame_times_ms=(0.0, 50.0, 150.0))), 10.0),
        (image_attributes(frame_time_ms=0.01), 120.0),
    ],
)
def test_the_pace_of_the_file_within_what_can_be_shown(attributes: ImageAttributes, pace: float) -> None:
    state, inputs = multiframe(attributes)
    assert frames_per_second(state, 0, inputs) == pytest.approx(pace)
    assert frames_per_second(set_speed(state, 0, 7.0), 0, inputs) == 7.0


def test_a_frame_time_vector_gives_each_frame_its_own_time_until_the_reader_chooses() -> None:
    times = (0.0, 30.0, 60.0, 90.0, 120.0, 150.0)
    state, inputs = multiframe(image_attributes(cine=CineAttributes(frame_times_ms=times)))
    assert [interval_ms(set_frame(state, 0, place), 0, inputs) for place in range(5)] == [30.0, 60.0, 90.0, 120.0, 150.0]
    assert interval_ms(set_frame(state, 0, 5), 0, inputs) == pytest.approx(90.0)
    assert interval_ms(set_speed(state, 0, 20.0), 0, inputs) == 50.0


def test_trim_and_sweep_of_the_file_until_the_reader_chooses() -> None:
    stated = image_attributes(cine=CineAttributes(start=2, stop=4, sweep="swing"))
    state, inputs = multiframe(stated)
    assert course_of(state, 0, inputs) == Course(1, 3, "swing")
    assert course_of(set_sweep(state, 0, "once"), 0, inputs) == Course(1, 3, "once")
    assert course_of(trim(set_frame(state, 0, 4), 0, "last"), 0, inputs) == Course(1, 4, "swing")


def test_a_trim_that_holds_no_frame_or_speaks_of_one_object_among_many_counts_nothing() -> None:
    state, inputs = multiframe(image_attributes(cine=CineAttributes(start=90, stop=99)))
    assert course_of(state, 0, inputs) == Course(0, 5, "loop")
    state, inputs = one_stack([ramp_pixels()] * 4, attributes=image_attributes(cine=CineAttributes(start=2, stop=3)))
    assert course_of(state, 0, inputs) == Course(0, 3, "loop")


def test_a_single_frame_has_no_course() -> None:
    state, inputs = one_stack([ramp_pixels()])
    assert course_of(state, 0, inputs) is None
