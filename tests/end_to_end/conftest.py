"""The program as a fixture: its settings and saved state lie in a folder of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.end_to_end.driven import Driven
from viewer.app.window import Program


@pytest.fixture
def driven(qtbot, qapp: QApplication, tmp_path: Path) -> Iterator[Driven]:
    """A program with an empty window, 1600 x 960, that has the keyboard."""
    made = Driven(Program(qapp, settings_path=tmp_path / "settings" / "settings.json", data_folder=tmp_path / "user"))
    with qtbot.waitActive(made.window, timeout=10_000):
        made.window.show()
        made.window.activateWindow()
    yield made
    made.close()
