"""In a blind read no word, count, row, picture or default place tells of a result; the reveal brings all of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QTabBar, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.findings.test_review_by_keyboard import press
from viewer.domain.provenance import Origin
from viewer.reading.changes.library import hang_default
from viewer.reading.changes.review import hide_results
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.strip import strip_of
from viewer.ui.main_window import MainWindow

AT = "2026-01-15T10:00:00.000+00:00"
TELLING = (
    "(AI)",
    "organs a",
    "organs b",
    "torso organs",
    "liver lesion",
    "findings.dcm",
    "report_a",
    "summary a",
    "pancreas",
)


@pytest.fixture
def reading(sample_state: ReadingState) -> Reading:
    return Reading(hang_default(hide_results(sample_state, AT)))


def words_of(widget: QWidget) -> str:
    """Return every text that a widget and all below it hold, shown or not: rows, tips, names, fields, tabs."""
    found: list[str] = []
    for one in (widget, *widget.findChildren(QWidget)):
        found += [one.toolTip(), one.accessibleName(), one.accessibleDescription(), one.windowTitle(), one.statusTip()]
        found += [text for action in one.actions() for text in (action.text(), action.toolTip())]
        if isinstance(one, QLabel | QAbstractButton | QLineEdit):
            found.append(one.text())
        elif isinstance(one, QTextEdit):
            found.append(one.toPlainText())
        elif isinstance(one, QTabBar):
            found += [one.tabText(number) for number in range(one.count())]
        elif isinstance(one, QAbstractItemView) and one.model() is not None:
            found += rows_of(one.model(), QModelIndex())
    return "\n".join(found)


def rows_of(model: QAbstractItemModel, parent: QModelIndex) -> list[str]:
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    found: list[str] = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        found += [str(index.data(role) or "") for role in roles]
        found += rows_of(model, index)
    return found


def test_no_word_in_the_window_tells_of_a_result(window: MainWindow) -> None:
    said = words_of(window).casefold()
    assert "torso, portal venous" in said, "the images themselves are listed"
    assert [word for word in TELLING if word.casefold() in said] == []


def test_one_line_says_that_results_are_hidden_without_a_number(window: MainWindow) -> None:
    lines = [one.text() for one in window.findChildren(QLabel) if "hidden" in one.text()]
    assert "Results are hidden for a blind first read." in lines
    assert not any(character.isdigit() for line in lines for character in line)


def test_counts_strips_and_layers_hold_nothing_but_a_readers_own(window: MainWindow, reading: Reading) -> None:
    state = reading.state
    assert {one.origin for one in state.content.overlays.values() if one.parts} <= {Origin.READER}
    strip = strip_of(state, 0)
    assert strip is not None
    assert not strip.evaluated.any()
    assert state.content.unreadable == {}


def test_the_key_reveals_everything_and_the_record_says_when(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    window.grid.active_picture.setFocus()
    press(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not reading.state.blind
    qtbot.waitUntil(lambda: "organs a (ai)" in words_of(window.panels.layers).casefold())
    qtbot.waitUntil(lambda: "pancreas" in words_of(window.panels.findings).casefold())
    (reads,) = reading.state.blind_reads.values()
    assert [(one.began, bool(one.revealed)) for one in reads] == [(AT, True)]
