"""Panels are made anew one at a time, and between two of them the window paints."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from viewer.ui.turns import IMAGES, Later


def test_two_calls_never_share_a_pass_of_the_event_loop_and_images_go_first(qtbot: QtBot) -> None:
    told: list[str] = []
    beat = QTimer()
    beat.setInterval(0)
    beat.timeout.connect(lambda: told.append("|"))
    parent = QObject()
    panels = [Later(parent, lambda name=name: told.append(name)) for name in ("browser", "layers", "report")]
    images = Later(parent, lambda: told.append("images"), rank=IMAGES)
    beat.start()
    for one in (*panels, images, *panels):
        one.ask()
    qtbot.waitUntil(lambda: "report" in told)
    beat.stop()
    words = [word for word in told if word != "|"]
    assert sorted(words) == ["browser", "images", "layers", "report"]
    assert words.index("images") <= 1
    passes = "".join(word if word == "|" else "x" for word in told)
    assert "xx" not in passes
    assert not any(one.is_waiting for one in (*panels, images))


def test_a_dropped_call_is_not_made_and_one_whose_owner_went_neither(qtbot: QtBot) -> None:
    told: list[str] = []
    kept, gone = QObject(), QObject()
    dropped, orphan, last = (
        Later(kept, lambda: told.append("dropped")),
        Later(gone, lambda: told.append("orphan")),
        Later(kept, lambda: told.append("last"), wait_ms=5),
    )
    for one in (dropped, orphan, last):
        one.ask()
    dropped.drop()
    gone.deleteLater()
    qtbot.waitUntil(lambda: "last" in told)
    assert told == ["last"]
    assert not dropped.is_waiting
