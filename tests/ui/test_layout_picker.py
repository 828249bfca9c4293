"""The grid of layouts is picked by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from tests.ui.small_study import small_state
from viewer.reading.reading import Reading
from viewer.ui.layout_picker import GridPicker, LayoutButton


@pytest.fixture
def picker(qtbot: QtBot) -> GridPicker:
    made = GridPicker()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("x", "y", "reach"), [(13, 13, (1, 1)), (60, 20, (1, 2)), (120, 60, (2, 3)), (120, 120, (3, 3)), (0, 300, (3, 1))]
)
def test_a_cell_reaches_out_from_the_first(picker: GridPicker, x: int, y: int, reach: tuple[int, int]) -> None:
    picker.show_reach(picker.cell_at(x, y))
    assert picker.reach == reach


def test_a_click_picks_and_the_words_say_what(picker: GridPicker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(picker.picked) as picked:
        qtbot.mouseClick(picker, Qt.MouseButton.LeftButton, pos=QPoint(120, 60))
    assert picked.args == ["2x3"]
    assert picker.accessibleName() == "2 × 3 viewports"


def test_arrow_keys_reach_and_enter_picks(picker: GridPicker, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(picker, key)
    assert picker.reach == (2, 1)
    with qtbot.waitSignal(picker.picked) as picked:
        qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert picked.args == ["2x1"]


def test_the_button_takes_the_layout_as_one_step_of_undo(qtbot: QtBot) -> None:
    reading, action = Reading(small_state()), QAction()
    action.setCheckable(True)
    button = LayoutButton(reading, lambda menu: menu.addAction("Saved"), [action])
    qtbot.addWidget(button)
    button.menu().aboutToShow.emit()
    assert [one.text() for one in button.menu().actions()][-1] == "Saved"
    button.picker.picked.emit("2x3")
    assert len(reading.state.panes) == 6
    reading.undo()
    assert len(reading.state.panes) == 1
    action.setChecked(True)
    assert button.isChecked()
