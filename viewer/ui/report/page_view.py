"""The widget of the readable page: writes it anew when another width asks for another table."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QResizeEvent, QTextOption, QTextTable
from PySide6.QtWidgets import QTextBrowser

from viewer.export.report_page import Describe, ReportPage
from viewer.export.spreadsheet import tab_text
from viewer.ui.report.page import findings_fit, page_html
from viewer.ui.report.words import tr

MARGIN: Final = 16
"""Around the page, logical pixels."""


class PageView(QTextBrowser):
    """The page of one report; links are told by ``anchorClicked`` and followed by the panel."""

    def __init__(self) -> None:
        super().__init__()
        self._page: ReportPage | None = None
        self._words: Describe | None = None
        self._selected = ""
        self._fits = True
        self.setOpenLinks(False)
        self.setAccessibleName(tr("Readable page of the report"))
        self.setProperty("kind", "plain")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(MARGIN)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy a table as tab-separated rows: Qt would write each cell on a line of its own."""
        cursor = self.textCursor()
        table = cursor.currentTable()
        made = super().createMimeDataFromSelection()
        if table is not None and cursor.hasSelection():
            begin, end = table.cellAt(cursor.selectionStart()), table.cellAt(cursor.selectionEnd())
            if begin.isValid() and end.isValid() and (begin.row(), begin.column()) != (end.row(), end.column()):
                rows, columns = (
                    range(min(one, other), max(one, other) + 1)
                    for one, other in ((begin.row(), end.row()), (begin.column(), end.column()))
                )
                # Over several rows Qt marks whole rows.
                columns = columns if len(rows) == 1 else range(table.columns())
                # Qt's own object is kept, and takes its words late: one made here would outlive Python in the clipboard.
                made.text()
                made.setText(tab_text(_rows_of(table, rows, columns)))
        return made

    def show_page(self, page: ReportPage | None, words: Describe, *, selected: str) -> None:
        """Show a page, or nothing; the place that is read stays in sight."""
        self._page, self._words, self._selected = page, words, selected
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._page is not None and self._fits != findings_fit(self._page, self._width()):
            self._write()

    def _width(self) -> int:
        return self.viewport().width() - 2 * MARGIN

    def _write(self) -> None:
        if self._page is None or self._words is None:
            self.clear()
            return
        self._fits = findings_fit(self._page, self._width())
        bar = self.verticalScrollBar()
        place = bar.value()
        self.setHtml(page_html(self._page, self._words, selected=self._selected, width=self._width()))
        bar.setValue(place)


def _rows_of(table: QTextTable, rows: range, columns: range) -> list[list[str]]:
    """Return the words of cells; what stands below a row, over all its columns, is the last word of that row."""
    found: list[list[str]] = []
    for row in rows:
        spread = next((one for one in columns if table.cellAt(row, one).columnSpan() > 1), None)
        if spread is None or not found:
            found.append([_words_of(table, row, column) for column in columns])
        else:
            found[-1].append(_words_of(table, row, spread))
    return found


def _words_of(table: QTextTable, row: int, column: int) -> str:
    """Return the text of a cell."""
    cell = table.cellAt(row, column)
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.lastPosition(), cursor.MoveMode.KeepAnchor)
    return cursor.selectedText().replace("\u2029", " ")
