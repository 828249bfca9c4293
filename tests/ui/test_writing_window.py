"""How writing a review went is said: what was written and where, what is missing, or why nothing was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.export.reviewed_study import AT, everything, opened
from tests.synthetic.identity import save
from viewer.domain.edit import DeletePoint
from viewer.export.review_files import ReviewOrder, Written
from viewer.export.review_record import Signature
from viewer.reading.changes.editing import edit_part
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.ui.notices import Notice
from viewer.ui.write_review import WriteReviewDialog
from viewer.ui.writing_window import WritingInWindow

Told = list[tuple[Notice, Callable[[], None] | None]]


class Work:
    """Answers every order with what it was made with."""

    reader = "Jane Doe"

    def __init__(self, answer: Written | str) -> None:
        self.answer, self.orders, self.shown = answer, list[ReviewOrder](), list[tuple[Path, ...]]()

    def why_not_here(self, folder: Path) -> str:
        return ""

    def write(self, order: ReviewOrder, tell: Callable[[Written | str], None]) -> None:
        self.orders.append(order)
        tell(self.answer)

    def save_sheet(self, finding: Any, path: Path, tell: Callable[[Written | str], None]) -> None:
        tell(self.answer)

    def show(self, files: tuple[Path, ...]) -> None:
        self.shown.append(files)


def written(qtbot: QtBot, answer: Written | str) -> tuple[Work, Told]:
    """Open the dialog, and write what it proposes."""
    work, told, parent = Work(answer), Told(), QWidget()
    qtbot.addWidget(parent)
    WritingInWindow(Reading(), parent, work, lambda notice, follow: told.append((notice, follow))).ask()
    dialog = parent.findChild(WriteReviewDialog)
    assert isinstance(dialog, WriteReviewDialog)
    assert not work.orders
    dialog.write_button.click()
    return work, told


@pytest.mark.parametrize("edited", [False, True])
def test_corrected_contours_are_offered_once_there_are_some(qtbot: QtBot, tmp_path: Path, edited: bool) -> None:
    save(everything(), tmp_path)
    state = ReadingState(content=opened(tmp_path))
    contours = next(key for key, one in state.content.overlays.items() if one.kind == "structure_set")
    if edited:
        state = edit_part(state, (contours, 1), DeletePoint("0", 0), None, None, AT)
    parent = QWidget()
    qtbot.addWidget(parent)
    WritingInWindow(Reading(state), parent, Work(Written()), lambda notice, follow: None).ask()
    dialog = parent.findChild(WriteReviewDialog)
    assert isinstance(dialog, WriteReviewDialog)
    box = dialog.forms["segments"]
    assert (box.isEnabled(), box.isChecked()) == (edited, edited)


def test_what_was_written_can_be_shown(qtbot: QtBot) -> None:
    files = (Path("/reviews/review-report.dcm"), Path("/reviews/review-findings.csv"))
    work, [(notice, follow)] = written(qtbot, Written(files))
    assert (notice.title, notice.text, notice.severity) == ("The review was written.", "2 files in /reviews.", "ok")
    assert notice.link == "Show them"
    assert follow is not None
    follow()
    assert work.shown == [files]
    assert work.orders[0].signature == Signature("Jane Doe")


def test_a_table_alone_has_nothing_to_show(qtbot: QtBot) -> None:
    _, [(notice, follow)] = written(qtbot, Written((Path("/reviews/review-findings.csv"),)))
    assert (notice.link, follow) == ("", None)


def test_what_is_missing_is_said(qtbot: QtBot) -> None:
    answer = Written((Path("/reviews/review-report.dcm"),), ("No image of the study was marked or looked at.",))
    _, [(notice, _)] = written(qtbot, answer)
    assert notice.severity == "warning"
    assert notice.text.endswith("No image of the study was marked or looked at.")


def test_a_failure_says_why(qtbot: QtBot) -> None:
    _, [(notice, follow)] = written(qtbot, "No space left on device")
    assert (notice.title, notice.text, notice.severity) == (
        "The review was not written.",
        "No space left on device",
        "error",
    )
    assert follow is None
