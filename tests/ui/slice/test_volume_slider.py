"""The second slider under a viewport: what it says, where a click lands, and that keys, wheel and playing reach it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.domain.opened import opened
from tests.scene.one_stack import one_stack, ramp_pixels
from tests.synthetic.image import Grid, Series
from tests.synthetic.volumes import volumes
from viewer.reading.changes.library import library_grew, open_anew
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.inputs import PENDING
from viewer.ui.slice.viewport_grid import ViewportGrid
from viewer.ui.slice.volume_slider import VolumeSlider

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def reading(tmp_path) -> Reading:
    """Five times of four slices, the third shown at its second slice."""
    times = [{"TemporalPositionIdentifier": str(n + 1), "AcquisitionTime": f"0930{n * 3:02}"} for n in range(5)]
    library = opened(volumes(times, Grid((4, 7, 11)), Series("fmri", modality="MR")), tmp_path)
    state = library_grew(open_anew(ReadingState()), library, scanning=False)
    return Reading(show_stack(state, 0, library.stacks[2].id, 1))


@pytest.fixture
def slider(reading, qtbot) -> Iterator[VolumeSlider]:
    made = VolumeSlider(reading, 0)
    qtbot.addWidget(made)
    made.resize(600, 26)
    made.on_changed(reading.state)
    stop = reading.connect(lambda _old, new: made.on_changed(new))
    yield made
    stop()


def at(reading: Reading) -> tuple[int, int]:
    stack = reading.state.stack_of(reading.state.pane)
    return stack.dimensions[0].number, reading.state.pane.frame


def press(slider: VolumeSlider, x: float, y: float = 13.0, kind=QEvent.Type.MouseButtonPress) -> None:
    where = QPointF(x, y)
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
    QApplication.sendEvent(slider, QMouseEvent(kind, where, slider.mapToGlobal(where), button, LEFT, NONE))


def turn(widget, position: QPointF, by: int, modifiers=NONE) -> None:
    event = QWheelEvent(
        position, widget.mapToGlobal(position), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_it_says_which_time_is_shown_and_when_that_was(slider) -> None:
    assert slider.words(0).replace("\N{NO-BREAK SPACE}", " ") == "Time 3 of 5 · 6.0 s"
    assert slider.accessibleName() == slider.words(0)


def test_a_click_shows_the_volume_under_it_at_the_same_slice(slider, reading) -> None:
    for place in (0, 4, 1):
        press(slider, slider.x_of(0, place) + 3)
        assert at(reading) == (place + 1, 1)


def test_a_drag_goes_along_and_stops_at_the_ends(slider, reading) -> None:
    press(slider, slider.x_of(0, 0))
    press(slider, slider.x_of(0, 3), kind=QEvent.Type.MouseMove)
    assert at(reading) == (4, 1)
    press(slider, 9000.0, kind=QEvent.Type.MouseMove)
    assert at(reading) == (5, 1)


def test_fine_turns_of_the_wheel_add_up_to_a_step(slider, reading) -> None:
    turn(slider, QPointF(300, 13), -60)
    assert at(reading) == (3, 1)
    turn(slider, QPointF(300, 13), -60)
    assert at(reading) == (4, 1)


def test_the_track_does_not_move_while_the_words_change(slider, reading) -> None:
    before = slider.x_of(0, 2)
    press(slider, slider.x_of(0, 4))
    assert slider.x_of(0, 2) == before


def test_it_takes_no_room_where_a_stack_is_alone(qtbot) -> None:
    state, _ = one_stack([ramp_pixels()])
    made = VolumeSlider(Reading(state), 0)
    qtbot.addWidget(made)
    made.on_changed(state)
    assert made.isHidden()


def test_alt_and_the_wheel_go_through_volumes_in_the_viewport(reading, qtbot) -> None:
    inputs = SimpleNamespace(
        attributes=lambda _key: PENDING,
        frame=lambda _frame: PENDING,
        value_range=lambda _stack: None,
        on_plane=lambda _overlay, _plane: PENDING,
    )
    grid = ViewportGrid(reading, inputs, on_cursor=lambda _info: None, on_menu=lambda _at: None)
    qtbot.addWidget(grid)
    grid.resize(640, 480)
    with qtbot.waitExposed(grid):
        grid.show()
    canvas, slider = grid.viewports[0].canvas, grid.viewports[0].volumes
    assert slider.isVisible()
    assert slider.geometry().top() >= canvas.geometry().bottom()
    turn(canvas, QPointF(100, 100), -120, Qt.KeyboardModifier.AltModifier)
    assert at(reading) == (4, 1)
    turn(canvas, QPointF(100, 100), -120)
    assert at(reading) == (4, 2)
    grid.end()
