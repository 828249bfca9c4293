"""The window opens over the whole screen, comes back as it was left, and never hangs over the edge."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from viewer.app.settings import Settings
from viewer.ui.window_place import place_of, restore_place, show_fitting


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


def test_the_first_time_the_window_fills_the_screen(window: QMainWindow) -> None:
    restore_place(window, Settings())
    show_fitting(window, Settings())
    assert window.isMaximized()
    room = window.screen().availableGeometry()
    assert window.normalGeometry().width() <= room.width()
    assert window.normalGeometry().height() <= room.height()


def test_a_window_comes_back_as_it_was_left(window: QMainWindow, qtbot: QtBot) -> None:
    window.resize(500, 400)
    window.show()
    kept = Settings(**place_of(window, with_docks=True))
    assert kept.window_layout
    other = QMainWindow()
    qtbot.addWidget(other)
    restore_place(other, kept)
    show_fitting(other, kept)
    assert not other.isMaximized()
    assert (other.width(), other.height()) == (500, 400)


def test_a_window_that_is_larger_than_the_screen_fills_it_instead(window: QMainWindow) -> None:
    room = window.screen().availableGeometry()
    window.resize(room.width() + 400, room.height() + 300)
    show_fitting(window, Settings(window_geometry="from a larger screen"))
    assert window.isMaximized()
