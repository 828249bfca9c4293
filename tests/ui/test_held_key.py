"""The held key works where the main window is the program's own window, and where it lies inside another one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from viewer.ui.held_key import HeldKey


@pytest.mark.parametrize("nested", [False, True])
def test_overlays_go_while_the_key_is_held_and_come_back(qtbot: QtBot, nested: bool) -> None:
    done: list[str] = []
    window, canvas = QMainWindow(), QWidget()
    outer = QMainWindow() if nested else window
    qtbot.addWidget(outer)
    window.setCentralWidget(canvas)
    held = HeldKey(window, "Space", pressed=lambda: done.append("down"), released=lambda: done.append("up"))
    if nested:
        outer.setCentralWidget(window)
    outer.show()
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert done == ["down", "up"]
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    QApplication.sendEvent(outer, QEvent(QEvent.Type.WindowDeactivate))
    assert done == ["down", "up", "down", "up"]
    held.set_key("")


def test_another_window_keeps_its_keys(qtbot: QtBot) -> None:
    done: list[str] = []
    window, other = QMainWindow(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(other)
    held = HeldKey(window, "Space", pressed=lambda: done.append("down"), released=lambda: done.append("up"))
    other.show()
    qtbot.keyPress(other, Qt.Key.Key_Space)
    assert done == []
    held.set_key("")
