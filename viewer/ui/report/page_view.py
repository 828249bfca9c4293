"""The widget of the readable page: writes it anew when another width asks for another table."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QTextBrowser

from viewer.export.report_page import Describe, ReportPage
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
