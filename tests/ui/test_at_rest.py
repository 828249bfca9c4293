"""A window that shows a study and that nobody touches does nothing: no layout, no painting, no timer goes round for ever."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.app.window import Program


class Counting(QObject):
    """Counts the events of the whole program by their kind."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[QEvent.Type] = []

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        self.kinds.append(event.type())
        return False


def test_nothing_goes_round_while_nobody_does_anything(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    program = Program(qapp, settings_path=tmp_path / "settings.json", data_folder=tmp_path / "user")
    window = program.window
    qtbot.addWidget(window)
    window.resize(1600, 900)
    window.show()
    qtbot.waitExposed(window)
    program.open_sample()
    try:
        qtbot.waitUntil(lambda: bool(program.reading.state.content.measures), timeout=60_000)
        qtbot.waitUntil(lambda: program.runner.idle and not program.reading.state.content.scanning, timeout=60_000)
        qtbot.wait(500)
        counting = Counting()
        qapp.installEventFilter(counting)
        qtbot.wait(1000)
        qapp.removeEventFilter(counting)
        assert counting.kinds.count(QEvent.Type.LayoutRequest) <= 5
        assert counting.kinds.count(QEvent.Type.Paint) <= 20
        # A few timers look at progress and at the mouse; what goes round without end makes thousands of events.
        assert len(counting.kinds) < 300
    finally:
        window.close()
        program.close()
