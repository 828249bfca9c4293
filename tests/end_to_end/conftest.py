"""The program as a fixture: its settings and saved state lie in a folder of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.end_to_end.driven import Driven


@pytest.fixture
def driven(qtbot, qapp: QApplication, tmp_path: Path) -> Iterator[Driven]:
    """A program with an empty window, 1600 x 960, that has the keyboard."""
    made = Driven.started(qapp, tmp_path)
    made.show_active(qtbot)
    yield made
    made.close()
