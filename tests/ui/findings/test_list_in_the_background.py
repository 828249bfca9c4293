"""While the list of findings is worked out elsewhere the window stands for nothing that is old, and loses no key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.findings.conftest import ReviewProgram
from tests.ui.small_study import SEG, small_state
from viewer.app.settings import Settings
from viewer.domain.decision import status_of
from viewer.loading.document_worker import DocumentWorker
from viewer.loading.documents import Documents
from viewer.loading.store import Store
from viewer.reading.changes.library import findings_listed, measures_made
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_at_hand, findings_shown
from viewer.scene.remembered import forget_everything
from viewer.ui.main_window import MainWindow


class SlowProgram(ReviewProgram):
    """A program that works lists out only when the test says so."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading
        self.asked: list[ReadingState] = []

    def list_findings(self, state: ReadingState) -> None:
        self.asked.append(state)

    def finish(self) -> None:
        """Work out what was asked for last, as the job does."""
        findings_shown(self.asked.pop())
        self.asked.clear()
        self.reading.apply(findings_listed)


@pytest.fixture
def slow(qtbot: QtBot) -> Iterator[tuple[MainWindow, SlowProgram]]:
    forget_everything()
    program = SlowProgram(Reading(small_state()))
    program.documents = Documents(lambda: None, DocumentWorker())
    made = MainWindow(program.reading, Store(budget_bytes=1 << 24), program.settings, program)
    program.window = made
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.grid.active_picture.setFocus()
    qtbot.waitUntil(lambda: bool(program.asked))
    yield made, program
    program.change_settings(Settings())
    program.reading.apply(lambda state: replace(state, decisions={}))
    made.close()
    program.documents.close()


def names(window: MainWindow) -> list[str]:
    return [node.name for node in window.panels.findings.model.nodes()]


def test_nothing_is_listed_until_the_list_is_there(slow: tuple[MainWindow, SlowProgram], qtbot: QtBot) -> None:
    window, program = slow
    assert names(window) == []
    assert findings_at_hand(program.reading.state) is None
    program.finish()
    qtbot.waitUntil(lambda: len(names(window)) > 1)


def test_keys_pressed_meanwhile_are_done_in_their_order(slow: tuple[MainWindow, SlowProgram], qtbot: QtBot) -> None:
    window, program = slow
    for key in (Qt.Key.Key_N, Qt.Key.Key_A, Qt.Key.Key_N, Qt.Key.Key_X):
        qtbot.keyClick(window.grid.active_picture, key)
    assert dict(program.reading.state.decisions) == {}
    assert findings_at_hand(program.reading.state) is None, "no key made the window work it out"
    program.finish()
    qtbot.waitUntil(lambda: len(program.reading.state.decisions) == 2)
    first, second = findings_shown(program.reading.state).findings[:2]
    decisions = program.reading.state.decisions
    assert [status_of(first, decisions), status_of(second, decisions)] == ["accepted", "rejected"]


def test_rows_of_the_same_study_stay_until_the_new_list_is_there(slow: tuple[MainWindow, SlowProgram], qtbot: QtBot) -> None:
    window, program = slow
    program.finish()
    qtbot.waitUntil(lambda: len(names(window)) > 1)
    before = names(window)
    program.reading.apply(measures_made, SEG, MappingProxyType({}))
    qtbot.waitUntil(lambda: bool(program.asked))
    assert names(window) == before
    program.finish()
    qtbot.waitUntil(lambda: findings_at_hand(program.reading.state) is not None)


def test_rows_of_another_study_go_at_once(slow: tuple[MainWindow, SlowProgram], qtbot: QtBot) -> None:
    window, program = slow
    program.finish()
    qtbot.waitUntil(lambda: len(names(window)) > 1)
    other = small_state(5).content
    program.reading.apply(lambda state: replace(state, content=other))
    qtbot.waitUntil(lambda: bool(program.asked))
    assert names(window) == []
    program.finish()
    qtbot.waitUntil(lambda: len(names(window)) > 4)
