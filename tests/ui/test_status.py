"""The status bar beside a window: words that follow the mouse move nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from viewer.ui.status import Status


class Layouts(QObject):
    """Counts how often a window is asked to lay out its docks anew."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.asked += event.type() == QEvent.Type.LayoutRequest
        return False


def test_what_is_under_the_cursor_changes_without_laying_out_the_window(qtbot: QtBot) -> None:
    window, status, layouts = QMainWindow(), Status(), Layouts()
    window.setStatusBar(status)
    qtbot.addWidget(window)
    window.resize(900, 400)
    window.show()
    QApplication.processEvents()
    window.installEventFilter(layouts)
    for step in range(5):
        status.show_cursor(f"column {10**step}", f"{-(10**step)}", "HU")
        status.show_parts([("Liver" * step, (200, 30, 30))], "detail" * step)
        QApplication.processEvents()
    assert layouts.asked == 0
    shown = status._part
    assert shown.text() == "Liver" * 4
    assert shown.width() >= shown.fontMetrics().horizontalAdvance(shown.text())
    assert shown.mapTo(status, shown.rect().center()).y() in range(status.height())
