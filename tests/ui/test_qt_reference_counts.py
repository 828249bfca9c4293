"""The installed Qt binding keeps reference counts: PySide6 6.12.0 on Python 3.11 loses one of None with every void call."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

_TIMES = 3000
_NOISE = 50


class _Switch(QObject):
    toggled = Signal(bool)


def test_thousands_of_repaints_and_signals_leave_none_and_true_alone(qtbot: QtBot) -> None:
    switch, picture = _Switch(), QImage(8, 8, QImage.Format.Format_RGB32)
    heard: list[int] = [0]

    def hear(on: bool) -> None:
        heard[0] += on

    switch.toggled.connect(hear)

    def work() -> None:
        for _ in range(_TIMES):
            painter = QPainter(picture)
            painter.fillRect(0, 0, 8, 8, 0)
            painter.end()
            switch.toggled.emit(True)

    work()  # first calls fill caches of the binding, which hold references of their own
    before = (sys.getrefcount(None), sys.getrefcount(True))
    work()
    after = (sys.getrefcount(None), sys.getrefcount(True))
    assert heard[0] == 2 * _TIMES
    assert all(abs(now - then) < _NOISE for then, now in zip(before, after, strict=True))
