"""The dialog that writes a review: nothing is written unasked, and it says what stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from viewer.export.review_files import ReviewOrder
from viewer.ui.write_review import WriteReviewDialog, WritingFacts

ORDERS = list[ReviewOrder]


def dialog(qtbot: QtBot, folder: Path, *, decided: int = 3, marks: bool = True) -> tuple[WriteReviewDialog, ORDERS]:
    orders: ORDERS = []
    facts = WritingFacts("Jane Doe", folder, decided, 5, marks)

    def why_not(wanted: Path) -> str:
        return "Not there." if wanted.name == "opened" else ""

    made = WriteReviewDialog(facts, why_not, orders.append)
    qtbot.addWidget(made)
    return made, orders


def test_the_order_is_what_was_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    made, orders = dialog(qtbot, tmp_path)
    made.organization.setText("General Hospital")
    made.forms["images"].setChecked(True)
    made.forms["sheet"].setChecked(False)
    made.write_button.click()
    (order,) = orders
    assert order.folder == tmp_path
    assert order.forms == {"report", "images", "marks", "table"}
    assert (order.signature.reader, order.signature.organization) == ("Jane Doe", "General Hospital")


def test_verified_is_off_until_the_reader_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    made, orders = dialog(qtbot, tmp_path)
    made.write_button.click()
    made.verified.setChecked(True)
    made.write_button.click()
    assert [one.signature.verified for one in orders] == [False, True]


def test_a_refused_folder_says_why_and_nothing_can_be_written(qtbot: QtBot, tmp_path: Path) -> None:
    made, orders = dialog(qtbot, tmp_path)
    made.folder.setText(str(tmp_path / "opened"))
    assert made.warning.text() == "Not there."
    assert not made.write_button.isEnabled()
    made.write_button.click()
    assert orders == []
    made.folder.setText(str(tmp_path))
    assert made.write_button.isEnabled()


@pytest.mark.parametrize(("folder", "says"), [("", "Choose a folder."), ("reviews", "Name the folder with its whole path.")])
def test_a_folder_needs_a_place(qtbot: QtBot, tmp_path: Path, folder: str, says: str) -> None:
    made, _ = dialog(qtbot, tmp_path)
    made.folder.setText(folder)
    assert (made.warning.text(), made.write_button.isEnabled()) == (says, False)


def test_a_review_needs_a_reader(qtbot: QtBot, tmp_path: Path) -> None:
    made, _ = dialog(qtbot, tmp_path)
    made.reader.setText("  ")
    assert made.warning.text() == "A review needs the name of its reader."


def test_something_must_be_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    made, _ = dialog(qtbot, tmp_path)
    for box in made.forms.values():
        box.setChecked(False)
    assert made.warning.text() == "Choose at least one thing to write."


def test_without_measurements_there_are_no_marks_to_write(qtbot: QtBot, tmp_path: Path) -> None:
    made, orders = dialog(qtbot, tmp_path, marks=False)
    assert not made.forms["marks"].isEnabled()
    made.write_button.click()
    assert "marks" not in orders[0].forms


def test_cancel_writes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    made, orders = dialog(qtbot, tmp_path)
    made.reject()
    assert orders == []
