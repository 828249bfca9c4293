"""A whole review by keyboard alone: walking, deciding, notes, undo; fast, and never while something is being typed."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.domain.decision import decided_number
from viewer.domain.finding import Finding
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_shown
from viewer.ui.main_window import MainWindow

MISTAKES = {("Spleen", ""), ("Liver lesion", ""), ("Right kidney", "Right")}


@pytest.fixture
def reading(sample_state: ReadingState) -> Reading:
    return Reading(sample_state)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, *, repeated: bool = False) -> None:
    """Send a key to what has the keyboard, as the desktop would."""
    target = QApplication.focusWidget()
    assert target is not None
    text = chr(key).lower() if 65 <= key <= 90 else ""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.postEvent(target, QKeyEvent(kind, key, modifiers, text, repeated))
    QApplication.processEvents()


def listed(reading: Reading) -> tuple[Finding, ...]:
    return findings_shown(reading.state).findings


def verdicts(reading: Reading) -> dict[str, str]:
    return {name: one.verdict for name, one in reading.state.decisions.items()}


def test_the_sample_study_is_reviewed_by_keyboard_alone_and_its_mistakes_are_flagged(
    qtbot: QtBot, window: MainWindow, reading: Reading
) -> None:
    flagged: set[tuple[str, str]] = set()
    started = time.monotonic()
    for number, finding in enumerate(listed(reading)):
        press(Qt.Key.Key_N)
        assert reading.state.selection.finding == finding.id
        if finding.location is not None:
            assert reading.state.pane.stack_id == finding.location.stack_id
            assert reading.state.pane.frame == finding.location.frame
        if reading.state.content.checks.flagged(finding.id):
            flagged.add((finding.label, finding.laterality))
            press(Qt.Key.Key_X)
        else:
            press(Qt.Key.Key_U if number == 1 else Qt.Key.Key_D if number == 3 else Qt.Key.Key_A)
    taken = time.monotonic() - started
    assert flagged == MISTAKES
    assert decided_number(listed(reading), reading.state.decisions) == len(listed(reading)) > 20
    assert sorted(verdicts(reading).values()).count("rejected") == 3
    # What the program adds to the reader's own time; a second for each finding would be the whole minute.
    assert taken < 20
    qtbot.waitUntil(lambda: "all decided" in window.panels.findings.head._left.text())


def test_review_keys_act_in_lists_and_never_in_text_fields(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    press(Qt.Key.Key_N)
    window.panels.layers.view.setFocus()
    window.panels.findings.view.setFocus()
    press(Qt.Key.Key_A)
    assert list(verdicts(reading).values()) == ["accepted"]
    window.panels.findings.search.setFocus()
    qtbot.keyClick(window.panels.findings.search, Qt.Key.Key_X)
    assert window.panels.findings.search.text() == "x"
    assert list(verdicts(reading).values()) == ["accepted"]


def test_a_key_that_is_held_decides_once(window: MainWindow, reading: Reading) -> None:
    first = listed(reading)[0]
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_N, repeated=True)
    press(Qt.Key.Key_N, repeated=True)
    assert reading.state.selection.finding == first.id


def test_a_note_is_written_and_undone_by_keyboard(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_X)
    before = QApplication.focusWidget()
    press(Qt.Key.Key_M)
    assert window.review.editor.isVisible()
    press(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClicks(window.review.editor.field, "apex and n")
    press(Qt.Key.Key_Return)
    assert not window.review.editor.isVisible()
    assert QApplication.focusWidget() is before
    (decision,) = reading.state.decisions.values()
    assert (decision.verdict, decision.reasons, decision.note) == ("rejected", ("wrong_size",), "apex and n")
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    (decision,) = reading.state.decisions.values()
    assert (decision.reasons, decision.note) == ((), "")
    press(Qt.Key.Key_M)
    press(Qt.Key.Key_Escape)
    assert not window.review.editor.isVisible()


def test_walking_goes_on_where_a_filter_took_the_decided_one_away(window: MainWindow, reading: Reading) -> None:
    window.panels.findings.head.chosen.emit("undecided")
    first, second, third = listed(reading)[:3]
    for expected, key in ((first, Qt.Key.Key_A), (second, Qt.Key.Key_X), (third, Qt.Key.Key_U)):
        press(Qt.Key.Key_N)
        assert reading.state.selection.finding == expected.id
        press(key)
    press(Qt.Key.Key_P)
    assert reading.state.selection.finding not in ("", first.id, second.id)


def test_everything_that_is_left_is_accepted_at_once_and_taken_back_at_once(window: MainWindow, reading: Reading) -> None:
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_X)
    window.actions_table["accept_listed"].trigger()
    found = list(verdicts(reading).values())
    assert (found.count("rejected"), found.count("accepted")) == (1, len(listed(reading)) - 1)
    reading.undo()
    assert list(verdicts(reading).values()) == ["rejected"]


def test_an_unfinished_review_is_said_once_before_closing(window: MainWindow, reading: Reading) -> None:
    press(Qt.Key.Key_N)
    press(Qt.Key.Key_A)
    assert not window.close()
    assert window.notices.titles == ("The review is not finished.",)
    assert window.close()


def test_without_a_decision_nothing_is_asked_before_closing(window: MainWindow) -> None:
    assert window.close()


def test_the_report_shows_the_item_of_the_finding(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    spleen = next(one for one in listed(reading) if one.label == "Spleen" and one.measurements)
    window.panels.findings.search.setText("spleen")
    press_n_until(reading, spleen)
    key, item = reading.state.selection.said[0]
    qtbot.waitUntil(lambda: window.panels.report.shown == key)
    qtbot.waitUntil(lambda: window.panels.report.tree.currentIndex() == window.panels.report.model.index_of(item))


def press_n_until(reading: Reading, finding: Finding) -> None:
    for _ in range(30):
        press(Qt.Key.Key_N)
        if reading.state.selection.finding == finding.id:
            return
    raise AssertionError(finding.label)


def test_the_walk_takes_planes_and_cameras_along(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    press(Qt.Key.Key_0)
    for _ in range(2):
        press(Qt.Key.Key_N)
    finding = listed(reading)[1]
    assert reading.state.selection.finding == finding.id
    assert finding.location is not None
    assert reading.state.crosshair is not None
    assert reading.state.crosshair.point_patient == pytest.approx(finding.location.point_patient, abs=3.0)
    qtbot.waitUntil(window.review.bar.isVisible)
    press(Qt.Key.Key_X)
    assert list(verdicts(reading).values()) == ["rejected"]
