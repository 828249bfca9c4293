"""Documents in the report panel, by keyboard and mouse: read, found in, copied, zoomed, saved, and refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.dicom.header_of import header_of
from tests.synthetic.documents import (
    CDA_STORAGE,
    PDF_STORAGE,
    DocumentResult,
    Line,
    encapsulated,
    pdf_bytes,
    stl_bytes,
    surface,
)
from tests.synthetic.identity import Study
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.waveform import LIMB_LEADS, Group, annotation, electrocardiogram, waveform
from viewer.domain.binding import bind
from viewer.domain.grouping import build_library
from viewer.iods.registry import read_overlay
from viewer.loading.document_worker import DocumentWorker
from viewer.loading.documents import Documents
from viewer.reading.changes.layers import select
from viewer.reading.changes.library import library_grew, overlays_read
from viewer.reading.reading import Reading
from viewer.reading.state import Selection
from viewer.ui.report.panel import ReportPanel

PAGES = [
    [Line("Spleen 12.5 ml", 40, 100, 20), Line("liver", 40, 300, 12)],
    [Line("The LIVER again", 300, 700, 12)],
    [Line("Third page", 40, 100, 12)],
]
TETRAHEDRON = np.array([(0, 0, 0), (6, 0, 0), (0, 6, 0), (0, 0, 6)], float)
FACES = np.array([(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)])


class _Wake(QObject):
    called = Signal()


@pytest.fixture
def documents() -> Iterator[Documents]:
    wake = _Wake()
    made = Documents(wake.called.emit, DocumentWorker())
    wake.called.connect(made.deliver, Qt.ConnectionType.QueuedConnection)
    yield made
    made.close()


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path, documents: Documents) -> Callable[..., ReportPanel]:
    """Returns a function that opens documents and shows the first of them in a report panel."""

    def show(*contents: tuple[bytes, str, str] | object) -> ReportPanel:
        grid = Grid((3, 6, 5), (2.0, 1.5, 1.0), (-2.0, -3.0, 1.0))
        images = image_series(np.zeros(grid.shape, np.int16), grid, Series("ct", "CT", 1, "Images", Study()))
        made = []
        for number, one in enumerate(contents):
            if isinstance(one, tuple):
                result = DocumentResult(f"document {number}", f"Document {number}", 9 + number)
                made.append(encapsulated(one[0], one[1], one[2], images, result))
            else:
                made.append(
                    surface(stl_bytes(TETRAHEDRON, FACES), images, DocumentResult("s", "Surface", 9)) if one is None else one
                )
        headers = []
        for number, dataset in enumerate((*images, *made)):
            dataset.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
            headers.append(header_of(tmp_path / f"{number}.dcm"))
        reading = Reading()
        library = build_library(headers, [], seconds=0.0, files=len(headers))
        reading.apply(library_grew, library, scanning=False)
        overlays = [read_overlay(header) for header in headers[len(images) :]]
        reading.apply(overlays_read, {one.instance: (one, bind(one, library)) for one in overlays})
        panel = ReportPanel(reading, documents)
        qtbot.addWidget(panel)
        panel.resize(760, 700)
        panel.show()
        qtbot.waitExposed(panel)
        panel.show_report(overlays[0].instance)
        return panel

    return show


def pdf(qtbot: QtBot, opened: Callable[..., ReportPanel]) -> ReportPanel:
    panel = opened((pdf_bytes(PAGES), "application/pdf", PDF_STORAGE))
    qtbot.waitUntil(lambda: panel.document.shows is panel.document.pdf, timeout=10_000)
    return panel


def is_painted(panel: ReportPanel) -> bool:
    """Whether the picture of the page has come: words are dark."""
    picture = panel.document.pdf.viewport().grab().toImage()
    middle = range(0, picture.height(), 2)
    return any(picture.pixelColor(x, y).lightness() < 100 for y in middle for x in range(60, 300, 3))


def test_a_pdf_is_read_page_by_page_with_the_keyboard(qtbot: QtBot, opened: Callable[..., ReportPanel]) -> None:
    panel = pdf(qtbot, opened)
    view = panel.document.pdf
    assert panel.view is view, "what the keys for panels give the keyboard to"
    qtbot.waitUntil(lambda: is_painted(panel), timeout=10_000)
    assert (panel.document.page.value(), panel.document.pages.text()) == (1, "of 3")
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert panel.document.page.value() == 3
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert panel.document.page.value() == 1
    panel.document.page.setValue(2)
    assert view.page == 1
    before = view.zoom
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom == pytest.approx(before * 1.2)
    assert panel.document.scale.text() == f"{view.zoom:.0%}"
    panel.document.fit.click()
    assert view.zoom == pytest.approx(before)


def test_words_are_found_and_walked_through(qtbot: QtBot, opened: Callable[..., ReportPanel]) -> None:
    panel = pdf(qtbot, opened)
    document = panel.document
    qtbot.keyClicks(document.search, "liver")
    qtbot.waitUntil(lambda: document.found.text() == "1 of 2", timeout=10_000)
    qtbot.keyClick(document.search, Qt.Key.Key_Return)
    assert document.found.text() == "2 of 2"
    _, top, _, bottom = document.pdf._places.on_column(1, document.pdf._hits[1].places[0])
    scrolled = document.pdf.verticalScrollBar().value()
    assert scrolled <= top <= bottom <= scrolled + document.pdf.viewport().height()
    document.next.click()
    assert document.found.text() == "1 of 2", "after the last comes the first"
    document.previous.click()
    assert document.found.text() == "2 of 2"
    document.search.setText("kidney")
    qtbot.waitUntil(lambda: document.found.text() == "not found", timeout=10_000)
    assert not document.next.isEnabled()


def test_letters_are_selected_with_the_mouse_and_copied(qtbot: QtBot, opened: Callable[..., ReportPanel]) -> None:
    panel = pdf(qtbot, opened)
    view = panel.document.pdf
    qtbot.waitUntil(lambda: 0 in view._letters, timeout=10_000)
    places = view._letters[0].places
    start, end = (view._places.on_column(0, places[number]) for number in (0, 5))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(start[0]) + 1, round(start[3]) - 2))
    qtbot.mouseMove(view.viewport(), QPoint(round(end[0]) + 3, round(end[3]) - 2))
    view._cursor = view._letter_at(QPointF(end[0] + 3, end[3] - 2))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(end[0]) + 3, round(end[3]) - 2))
    assert view.selected_text() == "Spleen"
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Spleen"
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    panel.document.copy.click()
    assert QGuiApplication.clipboard().text().split() == ["Spleen", "12.5", "ml", "liver"]


@pytest.mark.parametrize(
    ("content", "mime", "words"),
    [
        (b"broken", "application/pdf", "broken, or no PDF"),
        (b"", "application/pdf", "empty"),
        (b"anything", "application/msword", "application/msword"),
        (b"<!DOCTYPE a><a/>", "text/xml", "document type declaration"),
    ],
)
def test_what_cannot_be_shown_says_why_and_can_be_saved(
    qtbot: QtBot, opened: Callable[..., ReportPanel], tmp_path: Path, content: bytes, mime: str, words: str
) -> None:
    panel = opened((content, mime, PDF_STORAGE))
    document = panel.document
    qtbot.waitUntil(lambda: words in document.empty._text.text(), timeout=10_000)
    assert document.shows is document.empty
    assert not document.save.isHidden()
    document.save_copy(tmp_path / "copy.bin")
    qtbot.waitUntil(lambda: (tmp_path / "copy.bin").exists(), timeout=10_000)
    assert (tmp_path / "copy.bin").read_bytes() == content
    with qtbot.waitSignal(document.save_failed, timeout=10_000):
        document.save_copy(tmp_path / "nowhere" / "copy.bin")


def test_markup_of_a_text_is_shown_as_text(qtbot: QtBot, opened: Callable[..., ReportPanel]) -> None:
    hostile = '<img src="http://evil.example/x.png"> <a href="http://evil.example">here</a> & <b>bold</b>'
    panel = opened((hostile.encode(), "text/plain", PDF_STORAGE))
    text = panel.document.text
    qtbot.waitUntil(lambda: panel.document.shows is text, timeout=10_000)
    assert text.toPlainText() == hostile
    assert "<a href" not in text.toHtml().replace("&lt;", "")
    panel.document.search.setText("bold")
    assert panel.document.found.text() == "1 of 1"


def test_a_clinical_document_is_laid_out(qtbot: QtBot, opened: Callable[..., ReportPanel]) -> None:
    cda = (
        b"<ClinicalDocument xmlns='urn:hl7-org:v3'><title>Letter</title><component><structuredBody><component><section>"
        b"<title>Liver</title><text><table><tr><td>A</td><td>B</td></tr></table>After</text></section></component>"
        b"</structuredBody></component></ClinicalDocument>"
    )
    panel = opened((cda, "text/xml", CDA_STORAGE))
    qtbot.waitUntil(lambda: panel.document.shows is panel.document.text, timeout=10_000)
    assert panel.document.text.toPlainText().split() == ["Letter", "Liver", "A", "B", "After"]


def test_a_surface_says_its_size_volume_and_where_it_is_drawn(opened: Callable[..., ReportPanel]) -> None:
    panel = opened(None)
    words = panel.document.text.toPlainText().replace("\N{NO-BREAK SPACE}", " ")
    assert "0.04 mL" in words
    assert "6.0 × 6.0 × 6.0 mm" in words
    assert "Images" in words


def test_an_electrocardiogram_is_plotted_on_its_paper_and_read_with_the_mouse(
    qtbot: QtBot, opened: Callable[..., ReportPanel]
) -> None:
    stored = electrocardiogram(frequency_hz=250.0)
    made = waveform([Group(LIMB_LEADS, stored, 250.0)], Study(), "Resting ECG")
    made.WaveformAnnotationSequence = [annotation("Sinus rhythm"), annotation("here", channel=2, samples=[1001])]
    panel = opened(made)
    document = panel.document
    qtbot.waitUntil(lambda: document.shows is document.waves, timeout=10_000)
    signal = document.signal
    assert signal.speed == "25 mm/s · 10 mm/mV"
    assert [document.notes.item(row).text() for row in range(2)] == ["Sinus rhythm", "here · Lead II"]
    layout = signal._layout
    assert layout is not None
    # 4.002 s: sample 1000, counted from 0, of the second lane.
    x = 4.002 * layout.second_px - signal.horizontalScrollBar().value() + 116
    told = signal.words_at(QPointF(x, layout.middle(1)))
    assert told == f"4.002 s · Lead II · {stored[1000, 1] * 5} µV"
    document.larger.click()
    assert signal._layout is not None
    assert signal._layout.mm_px == pytest.approx(layout.mm_px * 1.25)
    document.notes.setCurrentRow(1)
    assert signal._marked == 4.0


def test_the_selector_steps_through_documents_and_says_their_kind(qtbot: QtBot, opened: Callable[..., ReportPanel]) -> None:
    panel = opened((pdf_bytes(PAGES), "application/pdf", PDF_STORAGE), (b"words", "text/plain", PDF_STORAGE))
    assert [badge.text() for badge in panel._badges] == ["PDF"]
    panel.show_next(1)
    qtbot.waitUntil(lambda: panel.document.shows is panel.document.text, timeout=10_000)
    assert [badge.text() for badge in panel._badges] == ["Text"]
    assert panel.document.text.toPlainText() == "words"
    panel.show_next(-1)
    qtbot.waitUntil(lambda: panel.document.shows is panel.document.pdf, timeout=10_000)


def test_another_study_forgets_what_was_asked_of_the_one_before(qtbot: QtBot, opened: Callable[..., ReportPanel]) -> None:
    panel = opened((pdf_bytes(PAGES), "application/pdf", PDF_STORAGE))
    panel._reading.apply(select, Selection())
    panel._reading.apply(lambda state: replace(state, content=replace(state.content, overlays={})))
    panel.refresh()
    qtbot.waitUntil(lambda: panel.document._documents.idle, timeout=10_000)
    assert panel.shown is None
