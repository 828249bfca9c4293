"""Sheets on paper: every finding with its picture, its numbers and the decision; nothing is cut off and every page warns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from tests.export.reviewed_study import decided, record, study_in
from viewer.app.paths import resources
from viewer.app.review_writing import picture_of
from viewer.export.finding_sheet import Sheet, sheet_of
from viewer.export.review_record import ReviewedContent, ReviewRecord
from viewer.loading.eager import EagerInputs
from viewer.ui.finding_sheets import save_sheet_pdf, sheet_picture
from viewer.ui.printing import start_off_screen


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> ReviewedContent:
    return study_in(tmp_path_factory.mktemp("study"))


@pytest.fixture
def reviewed(known: ReviewedContent, qapp: object) -> ReviewRecord:
    start_off_screen(resources())
    return record(known, decided(known, undecided=1))


def pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return found


def no_picture(_: object) -> None:
    return None


def grey(_: object) -> QImage:
    made = QImage(90, 60, QImage.Format.Format_RGB32)
    made.fill(QColor(90, 90, 90))
    return made


def pixels(picture: QImage) -> NDArray[np.uint8]:
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3)


def test_every_decided_finding_stands_on_the_sheet_with_its_decision(reviewed: ReviewRecord, tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    save_sheet_pdf(sheet_of(reviewed), grey, path)
    found = pages(path)
    text = "\n".join(found)
    for one in reviewed.decided:
        assert one.finding.label in text
    assert all(word in text for word in ("Accepted", "Rejected", "Uncertain", "Modified"))
    assert all(word in text for word in ("Wrong side", "eigene Worte", "größer als gemessen"))
    assert all(word in text for word in ("12.25 ml", "computed again", "Synthetic Organs 1.0"))


def test_every_page_names_patient_and_reader_and_warns(reviewed: ReviewRecord, tmp_path: Path) -> None:
    save_sheet_pdf(sheet_of(reviewed), grey, tmp_path / "sheet.pdf")
    found = pages(tmp_path / "sheet.pdf")
    # Three findings a page.
    assert len(found) == 2
    for number, page in enumerate(found, start=1):
        assert all(
            word in page for word in ("Sample, Torso", "SAMPLE-1", "Jane Doe", "not verified", "Not for diagnostic use")
        )
        assert f"Page {number}" in page


def test_one_finding_has_a_sheet_decided_or_not(reviewed: ReviewRecord, tmp_path: Path) -> None:
    undecided = next(one for one in reviewed.reviewed if not one.is_decided)
    sheet = sheet_of(reviewed, frozenset({undecided.finding.id}))
    save_sheet_pdf(sheet, no_picture, tmp_path / "sheet.pdf")
    (page,) = pages(tmp_path / "sheet.pdf")
    assert undecided.finding.label in page
    assert "Undecided" in page
    assert "No image of it is open." in page


def test_a_long_note_is_written_to_its_end(reviewed: ReviewRecord, tmp_path: Path) -> None:
    first = reviewed.decided[0]
    assert first.decision is not None
    note = " ".join(f"word{number}" for number in range(900))
    longer = replace(first, decision=replace(first.decision, note=note))
    save_sheet_pdf(sheet_of(replace(reviewed, reviewed=(longer,))), grey, tmp_path / "sheet.pdf")
    text = " ".join("".join(pages(tmp_path / "sheet.pdf")).split())
    assert "word0 " in text
    assert "word899" in text


def test_a_picture_is_as_high_as_its_words(reviewed: ReviewRecord) -> None:
    sheet = sheet_of(reviewed)
    one = sheet_picture(Sheet(sheet.patient, sheet.study, sheet.signed, sheet.blocks[:1]), grey)
    two = sheet_picture(Sheet(sheet.patient, sheet.study, sheet.signed, sheet.blocks[:2]), grey)
    assert one.width() == two.width()
    assert one.height() < two.height()
    margin = pixels(one)[-40:]
    assert (margin == 255).all()


def test_the_picture_of_a_finding_shows_that_finding_alone(known: ReviewedContent, reviewed: ReviewRecord) -> None:
    blocks = {block.finding.label: block for block in sheet_of(reviewed, frozenset(known_ids(reviewed))).blocks}
    content = known.content
    with EagerInputs(content.library, dict(content.overlays)) as inputs:
        spot, kidney = (picture_of(reviewed, blocks[name], inputs) for name in ("Spot", "Kidney"))
    assert spot is not None
    assert kidney is not None
    of_spot, of_kidney = (colored(one) for one in (spot, kidney))
    assert of_spot.any()
    assert of_kidney.any()
    # The spot lies below and to the right of the kidney: columns 5 to 10 of 11, rows 4 to 6 of 7.
    assert np.argwhere(of_spot).mean(axis=0)[1] > np.argwhere(of_kidney).mean(axis=0)[1] + 100


def known_ids(reviewed: ReviewRecord) -> set[str]:
    return {one.finding.id for one in reviewed.reviewed}


def colored(picture: QImage) -> NDArray[np.bool_]:
    found = pixels(picture).astype(int)
    return np.asarray(np.ptp(found, axis=2) > 40)
