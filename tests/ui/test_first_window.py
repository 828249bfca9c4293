"""The window that is on the screen before the program: it holds the main window, closes with it and keeps its place."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow

from viewer.ui.first_window import FirstWindow
from viewer.ui.theme.tokens import LIGHT


@dataclass(frozen=True)
class Place:
    window_geometry: str = ""
    window_layout: str = ""


class Content(QMainWindow):
    def __init__(self, *, closes: bool = True) -> None:
        super().__init__()
        self.closes = closes
        self.asked = 0

    def closeEvent(self, event: QCloseEvent) -> None:
        self.asked += 1
        event.setAccepted(self.closes)


@pytest.fixture
def window(qtbot):
    made = FirstWindow("light", Place())
    qtbot.addWidget(made)
    return made


def test_it_is_on_the_screen_at_once(window) -> None:
    assert window.isVisible()


def test_it_says_that_the_program_starts_on_the_ground_of_the_window(qapp, qtbot) -> None:
    sheet = qapp.styleSheet()
    qapp.setStyleSheet("")  # there is none yet when the program starts
    try:
        window = FirstWindow("light", Place())
        qtbot.addWidget(window)
        said = window.centralWidget()
        assert isinstance(said, QLabel)
        assert said.text() == "Starting …"
        assert said.grab().toImage().pixelColor(5, 5).name().upper() == LIGHT.bg1
        window.hold(Content())
        assert window.centralWidget() is not said
    finally:
        qapp.setStyleSheet(sheet)


def test_the_main_window_fills_it_and_names_it(window) -> None:
    content = Content()
    content.setWindowTitle("Study")
    content.setWindowState(Qt.WindowState.WindowMaximized)
    window.hold(content)
    assert content.isVisible()
    assert content.window() is window
    assert content.size() == window.size()
    assert window.windowTitle() == "Study"
    content.setWindowTitle("Other study")
    assert window.windowTitle() == "Other study"


def test_it_asks_the_main_window_before_it_closes(window) -> None:
    content = Content(closes=False)
    window.hold(content)
    assert not window.close()
    assert window.isVisible()
    content.closes = True
    assert window.close()
    assert content.asked == 2
