"""The bar of a cine says what is played and how fast it really is, and changes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.scene.one_stack import FakeInputs, image_attributes, one_stack, ramp_pixels
from viewer.reading.changes.cine import set_playing
from viewer.reading.changes.workspace import set_frame
from viewer.reading.reading import Reading
from viewer.ui.slice.cine_bar import CineBar
from viewer.ui.slice.playing import change_speed


class Played:
    """A bar over five frames of 25 a second."""

    def __init__(self) -> None:
        state, self.inputs = one_stack([ramp_pixels()] * 5, attributes=image_attributes(frame_time_ms=40.0))
        self.reading = Reading(state)
        self.real: float | None = None
        self.given_back = 0
        self.bar = CineBar(self.reading, self.inputs, 0, real_pace=lambda: self.real, give_back=self.give_back)
        self.reading.connect(lambda _old, new: self.bar.on_changed(new))

    def give_back(self) -> None:
        self.given_back += 1


@pytest.fixture
def played(qtbot: QtBot) -> Iterator[Played]:
    made = Played()
    qtbot.addWidget(made.bar)
    made.bar.resize(500, 34)
    return made  # type: ignore[return-value]


def test_the_bar_comes_with_playing_and_goes_when_it_is_closed(played: Played) -> None:
    assert played.bar.isHidden()
    played.reading.apply(set_playing, 0, "playing")
    assert not played.bar.isHidden()
    assert played.bar.play.toolTip() == "Pause"
    played.bar.play.click()
    assert (played.reading.state.pane.playing, played.bar.play.toolTip()) == (False, "Play")
    next(one for one in played.bar.findChildren(QToolButton) if one.toolTip() == "Stop playing").click()
    assert played.bar.isHidden()


def test_it_says_frame_speed_and_what_comes_at_the_end(played: Played) -> None:
    played.reading.apply(set_playing, 0, "playing")
    played.reading.apply(set_frame, 0, 3)
    assert played.bar.counter.text() == "4 / 5"
    assert (played.bar.speed.value(), played.bar.speed.text()) == (25.0, "25 fps")
    assert played.bar.sweep.toolTip() == "In a loop"
    played.bar.sweep.click()
    assert (played.reading.state.pane.cine.sweep, played.bar.sweep.toolTip()) == ("swing", "Back and forth")


def test_frames_that_are_not_shown_in_time_are_said(played: Played) -> None:
    played.real = 11.0
    played.reading.apply(set_playing, 0, "playing")
    assert (played.bar.real.text(), played.bar.real.property("role")) == ("11.0 fps shown", "warning")
    assert (played.bar.counter.toolTip(), played.bar.counter.property("role")) == ("11.0 fps shown", "warning")


def test_a_pace_that_is_kept_is_no_warning(played: Played) -> None:
    played.real = 24.8
    played.reading.apply(set_playing, 0, "playing")
    assert played.bar.real.property("role") == "third"


def test_a_typed_speed_counts_at_enter_and_the_picture_has_the_keys_again(played: Played, qtbot: QtBot) -> None:
    played.reading.apply(set_playing, 0, "playing")
    played.bar.speed.selectAll()
    qtbot.keyClicks(played.bar.speed, "7.5")
    assert played.reading.state.pane.cine.frames_per_second is None
    qtbot.keyClick(played.bar.speed, Qt.Key.Key_Return)
    assert played.reading.state.pane.cine.frames_per_second == 7.5
    assert played.given_back == 1
    played.reading.undo()
    assert played.bar.speed.value() == 25.0


def test_keys_go_by_round_steps(played: Played) -> None:
    change_speed(played.reading, played.inputs, 1)
    assert played.reading.state.pane.cine.frames_per_second == 30.0
    for _ in range(2):
        change_speed(played.reading, played.inputs, -1)
    assert played.reading.state.pane.cine.frames_per_second == 20.0


def test_the_trim_is_said_and_taken_back(played: Played) -> None:
    played.reading.apply(set_playing, 0, "playing")
    played.reading.apply(set_frame, 0, 2)
    menu = next(one for one in played.bar.findChildren(QToolButton) if one.menu() is not None).menu()
    start, _, every = menu.actions()
    start.trigger()
    assert played.bar.counter.text() == "3 / 3–5"
    every.trigger()
    assert played.bar.counter.text() == "3 / 5"


def test_a_narrow_bar_never_widens_its_viewport(played: Played) -> None:
    played.reading.apply(set_playing, 0, "playing")
    assert played.bar.minimumSizeHint().width() <= 0 or played.bar.sizePolicy().horizontalPolicy().name == "Ignored"
    played.bar.resize(200, 34)
    assert played.bar.real.isHidden()


def test_unused_inputs_are_harmless(qtbot: QtBot) -> None:
    state, _ = one_stack([ramp_pixels()])
    bar = CineBar(Reading(state), FakeInputs(), 0, real_pace=lambda: None, give_back=lambda: None)
    qtbot.addWidget(bar)
    bar.on_changed(state)
    assert bar.isHidden()
