"""The readable page: whatever its width, no word and no number is broken, and numbers have digits that a person reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from viewer.app.commands.opening import open_library
from viewer.domain.report import Report
from viewer.export.report_html import report_html
from viewer.export.report_page import ReportPage, report_page
from viewer.iods.registry import read_overlay
from viewer.ui.report.page import findings_fit
from viewer.ui.report.page_view import PageView
from viewer.ui.report.words import describe

pytestmark = pytest.mark.real_data


def page_of(folder: Path, file: str) -> ReportPage:
    library = open_library([folder])
    overlay = read_overlay(next(one for one in library.instances if one.source.shown.endswith(file)))
    assert isinstance(overlay.content, Report)
    return report_page(overlay, overlay.content, describe(library))


@pytest.fixture
def rectangles(real_data: Path) -> ReportPage:
    return page_of(real_data / "sr-tid1500-shapes-dwv", "sr-rectangle.dcm")


def shown(qtbot: QtBot, page: ReportPage, width: int) -> PageView:
    view = PageView()
    qtbot.addWidget(view)
    view.resize(width, 900)
    view.show()
    view.show_page(page, lambda _reference: "Test data, slice 1", selected="")
    view.document().setTextWidth(view.viewport().width())
    return view


def lines_of_findings(view: PageView) -> list[str]:
    """Return what stands on each line of the findings: what is in a table and above the list of all items."""
    found: list[str] = []
    block = view.document().begin()
    while block.isValid() and block.text() != "Whole report":
        layout = block.layout()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            text = block.text()[line.textStart() : line.textStart() + line.textLength()]
            found.append(text.replace("\N{NO-BREAK SPACE}", " "))
        block = block.next()
    return found


@pytest.mark.parametrize("width", [420, 500, 700, 1200])
def test_no_number_and_no_word_of_the_findings_is_broken(qtbot: QtBot, rectangles: ReportPage, width: int) -> None:
    view = shown(qtbot, rectangles, width)
    lines, first = lines_of_findings(view), rectangles.findings[0]
    in_blocks = [words for one in first.measured for words in (one.name, one.short_value)]
    fits = findings_fit(rectangles, width - 60)
    for value in (*([*first.short_values, *rectangles.columns] if fits else in_blocks), first.where):
        assert value.replace("\N{NO-BREAK SPACE}", " ") in lines


def test_the_table_is_laid_out_as_blocks_where_it_does_not_fit_and_back(qtbot: QtBot, rectangles: ReportPage) -> None:
    view = shown(qtbot, rectangles, 1200)
    assert findings_fit(rectangles, 1200 - 60)
    assert not findings_fit(rectangles, 400)
    wide = view.toHtml()
    view.resize(420, 900)
    qtbot.waitUntil(lambda: view.toHtml() != wide)
    view.resize(1200, 900)
    qtbot.waitUntil(lambda: view.toHtml() == wide)


def test_numbers_of_the_table_have_sensible_digits_and_those_of_the_file_as_tooltip(
    qtbot: QtBot, rectangles: ReportPage
) -> None:
    view = shown(qtbot, rectangles, 1200)
    text = view.toPlainText()
    assert "4.03 mm" in text
    table, _, whole = text.partition("Whole report")
    assert "4.025316455696" not in table
    assert "4.025316455696 mm" in whole, "an item says its number as written"
    tips = set()
    cursor = view.document().find("4.03")
    while not cursor.isNull():
        tips.add(cursor.charFormat().toolTip())
        cursor = view.document().find("4.03", cursor)
    assert isinstance(cursor, QTextCursor)
    assert any("4.025316455696" in tip for tip in tips)
    assert all(tips)
    exported = report_html([rectangles], lambda _reference: "")
    assert "4.025316455696" in exported
    assert view.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def test_a_tracking_code_does_not_lead_a_row(real_data: Path, rectangles: ReportPage) -> None:
    assert [finding.name for finding in rectangles.findings] == ["Measurement Group"] * 3
    groups = page_of(real_data / "sr-tid1500-scoord3d", "sr_document_with_multiple_groups.dcm")
    assert [finding.name for finding in groups.findings] == ["Measurement Group", "Nodule, Lung", "Aorta", "Vertebra"]
