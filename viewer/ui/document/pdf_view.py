"""The pages of a PDF below one another: scroll, zoom, hits, letters selected. Painted from pictures that come by and by."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea

from viewer.domain.instance import InstanceHeader
from viewer.loading.document_questions import Answer, AskLetters, AskPicture, Hit, Letters, Pages, Picture, Rectangle, Unread
from viewer.loading.documents import Documents
from viewer.ui.document.page_places import GAP, PagePlaces, lines_of, nearest_letter, placed
from viewer.ui.document.words import tr
from viewer.ui.theme.current import tokens

HUNDRED_PERCENT: Final = 96 / 72
"""Logical pixels a point at 100 %."""
SMALLEST, LARGEST = 0.1, 8.0
_STEP: Final = 1.2
_PICTURES_BYTES: Final = 96 << 20
_LETTERS_LATER: Final = 10
_ARROW: Final = 60


class PdfView(QAbstractScrollArea):
    """The view. ``moved`` tells that page or zoom may have changed."""

    moved = Signal()

    def __init__(self, documents: Documents) -> None:
        super().__init__()
        self._documents = documents
        self._header: InstanceHeader | None = None
        self._pages = Pages(())
        self._places: PagePlaces = placed((), 1.0, 0.0)
        self._scale: float | None = None
        self._pictures: OrderedDict[int, tuple[float, QImage]] = OrderedDict()
        self._failed: dict[int, str] = {}
        self._letters: dict[int, Letters] = {}
        self._hits: tuple[Hit, ...] = ()
        self._current_hit = -1
        self._anchor: tuple[int, int] | None = None
        self._cursor: tuple[int, int] | None = None
        self.setAccessibleName(tr("Pages of the document"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)

    # what is shown

    def show_pages(self, header: InstanceHeader, pages: Pages) -> None:
        """Show a document from its first page on, fitted to the width."""
        self._header, self._pages, self._scale = header, pages, None
        self._pictures.clear()
        self._failed.clear()
        self._letters.clear()
        self._hits, self._current_hit, self._anchor, self._cursor = (), -1, None, None
        self._lay_out()
        self.verticalScrollBar().setValue(0)

    @property
    def page(self) -> int:
        """The page (0-based) that most of the view shows."""
        return self._places.page_at(self.verticalScrollBar().value() + self.viewport().height() / 3)

    @property
    def zoom(self) -> float:
        """1 at 100 %."""
        return self._places.scale / HUNDRED_PERCENT

    def go_to_page(self, page: int) -> None:
        """Show a page (0-based, clamped) from its top."""
        if self._pages.sizes:
            page = max(0, min(page, len(self._pages.sizes) - 1))
            self.verticalScrollBar().setValue(round(self._places.tops[page] - GAP))

    def fit_width(self) -> None:
        """Make the widest page as wide as the view; it stays so when the view is resized."""
        self._scale = None
        self._lay_out(keep=True)

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle of the view."""
        self._scale = max(SMALLEST, min(self._places.scale * factor, LARGEST))
        self._lay_out(keep=True)

    def show_hits(self, hits: tuple[Hit, ...]) -> None:
        """Mark where words were found, and go to the first place at or after the page that is shown."""
        self._hits, self._current_hit = hits, -1
        if hits:
            here = self.page
            self.go_to_hit(next((number for number, hit in enumerate(hits) if hit.page >= here), 0))
        self.viewport().update()

    @property
    def current_hit(self) -> int:
        """The place (0-based) gone to last; -1 when none is found."""
        return self._current_hit

    def go_to_hit(self, number: int) -> None:
        """Go to a place where the words stand; after the last comes the first."""
        if not self._hits:
            return
        self._current_hit = number % len(self._hits)
        hit = self._hits[self._current_hit]
        if hit.places and hit.page < len(self._pages.sizes):
            left, top, right, bottom = self._places.on_column(hit.page, hit.places[0])
            self._bring_into_sight(left, top, right, bottom)
        self.viewport().update()
        self.moved.emit()

    def selected_text(self) -> str:
        """Return the selected letters; empty when none is."""
        found = []
        for page, first, last in self._selected():
            found.append(self._letters[page].text[first : last + 1].replace("\r\n", "\n").replace("\r", "\n"))
        return "\n".join(found)

    def copy(self) -> None:
        """Put the selected letters on the clipboard, or those of the whole page when none is selected."""
        letters = self._letters.get(self.page)
        text = self.selected_text() or (letters.text.replace("\r\n", "\n") if letters is not None else "")
        if text:
            QGuiApplication.clipboard().setText(text)

    def select_page(self) -> None:
        """Select all letters of the page that is shown."""
        letters = self._letters.get(self.page)
        if letters is not None and letters.text:
            self._anchor, self._cursor = (self.page, 0), (self.page, len(letters.text) - 1)
            self.viewport().update()

    # layout and scrolling

    def _lay_out(self, *, keep: bool = False) -> None:
        bar, view = self.verticalScrollBar(), self.viewport()
        old, middle = self._places, bar.value() + view.height() / 2
        widest = max((width for width, _ in self._pages.sizes), default=0.0)
        fitting = (view.width() - 2 * GAP) / widest if widest else 1.0
        scale = self._scale if self._scale is not None else max(SMALLEST, min(fitting, LARGEST))
        self._places = placed(self._pages.sizes, scale, view.width())
        bar.setRange(0, max(round(self._places.height) - view.height(), 0))
        bar.setPageStep(view.height())
        bar.setSingleStep(_ARROW)
        across = self.horizontalScrollBar()
        across.setRange(0, max(round(self._places.width) - view.width(), 0))
        across.setPageStep(view.width())
        if keep and bar.value() and old.sizes and old.sizes == self._places.sizes:
            page = old.page_at(middle)
            share = (middle - old.tops[page]) / (old.sizes[page][1] * old.scale)
            bar.setValue(round(self._places.tops[page] + share * old.sizes[page][1] * scale - view.height() / 2))
            across.setValue(across.maximum() // 2)
        view.update()
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out(keep=True)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        del dx, dy
        self.viewport().update()
        self.moved.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_page()
        elif event.matches(QKeySequence.StandardKey.ZoomIn) or event.key() == Qt.Key.Key_Plus:
            self.zoom_by(_STEP)
        elif event.matches(QKeySequence.StandardKey.ZoomOut) or event.key() == Qt.Key.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _bring_into_sight(self, left: float, top: float, right: float, bottom: float) -> None:
        bar, across, view = self.verticalScrollBar(), self.horizontalScrollBar(), self.viewport()
        if not bar.value() <= top <= bottom <= bar.value() + view.height():
            bar.setValue(round((top + bottom - view.height()) / 2))
        if not across.value() <= left <= right <= across.value() + view.width():
            across.setValue(round((left + right - view.width()) / 2))

    # selecting

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._anchor = self._cursor = self._letter_at(event.position())
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self._cursor = self._letter_at(event.position()) or self._cursor
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        if self._anchor == self._cursor:
            self._anchor = self._cursor = None
            self.viewport().update()

    def _letter_at(self, point: QPointF) -> tuple[int, int] | None:
        x, y = point.x() + self.horizontalScrollBar().value(), point.y() + self.verticalScrollBar().value()
        page = self._places.page_at(y) if self._pages.sizes else 0
        letters = self._letters.get(page)
        if letters is None or not letters.places:
            return None
        return page, nearest_letter(letters, *self._places.point_on_page(page, x, y))

    def _selected(self) -> list[tuple[int, int, int]]:
        """Return (page, first letter, last letter) of what is selected."""
        if self._anchor is None or self._cursor is None or self._anchor == self._cursor:
            return []
        (first_page, first), (last_page, last) = sorted((self._anchor, self._cursor))
        found = []
        for page in range(first_page, last_page + 1):
            letters = self._letters.get(page)
            if letters is not None and letters.text:
                begin = first if page == first_page else 0
                end = last if page == last_page else len(letters.text) - 1
                found.append((page, begin, end))
        return found

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(tokens().bg0))
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        painter.translate(-left, -top)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shown = self._places.pages_between(top, top + self.viewport().height()) if self._pages.sizes else range(0)
        selected = {page: (first, last) for page, first, last in self._selected()}
        for page in shown:
            self._paint_page(painter, page, selected.get(page))
        painter.end()
        self._ask_for(shown)

    def _paint_page(self, painter: QPainter, page: int, selected: tuple[int, int] | None) -> None:
        area = _area(self._places.rectangle(page))
        painter.fillRect(area, QColor(Qt.GlobalColor.white))
        if page in self._pictures:
            self._pictures.move_to_end(page)
            painter.drawImage(area, self._pictures[page][1])
        elif page in self._failed:
            words = tr("This page cannot be shown: {reason}.").format(reason=self._failed[page])
            painter.setPen(QColor(Qt.GlobalColor.black))
            painter.drawText(area.adjusted(24, 24, -24, -24), int(Qt.TextFlag.TextWordWrap), words)
        paint = QColor(tokens().fill)
        for number, hit in enumerate(self._hits):
            if hit.page == page:
                paint.setAlpha(150 if number == self._current_hit else 60)
                for place in hit.places:
                    painter.fillRect(_area(self._places.on_column(page, place)).adjusted(-1, -1, 1, 1), paint)
        if selected is not None:
            paint.setAlpha(90)
            for place in lines_of(self._letters[page], *selected):
                painter.fillRect(_area(self._places.on_column(page, place)), paint)

    # asking

    def _ask_for(self, shown: range) -> None:
        header = self._header
        if header is None:
            return
        scale = self._places.scale * self.devicePixelRatioF()
        wanted = {("page", header.key, page) for page in shown} | {("letters", header.key, page) for page in shown}
        self._documents.keep(lambda slot: not (isinstance(slot, tuple) and slot[0] in ("page", "letters")) or slot in wanted)
        for page in shown:
            have = self._pictures.get(page)
            if page not in self._failed and (have is None or abs(have[0] - scale) > 1e-6):
                slot = ("page", header.key, page)
                if not self._documents.is_busy_with(slot):
                    self._documents.ask(
                        slot, AskPicture(header, page, scale), partial(self._take_picture, header, page, scale)
                    )
            slot = ("letters", header.key, page)
            if page not in self._letters and not self._documents.is_busy_with(slot):
                self._documents.ask(
                    slot, AskLetters(header, page), partial(self._take_letters, header, page), priority=_LETTERS_LATER
                )

    def _take_picture(self, header: InstanceHeader, page: int, scale: float, answer: Answer) -> None:
        if header is not self._header:
            return
        if not isinstance(answer, Picture):
            self._failed[page] = answer.reason if isinstance(answer, Unread) else ""
            self.viewport().update()
            return
        image = QImage(answer.rgb, answer.width, answer.height, answer.width * 3, QImage.Format.Format_RGB888).copy()
        self._pictures[answer.page] = (scale, image)
        self._pictures.move_to_end(answer.page)
        while len(self._pictures) > 1 and sum(one.sizeInBytes() for _, one in self._pictures.values()) > _PICTURES_BYTES:
            self._pictures.popitem(last=False)
        self.viewport().update()

    def _take_letters(self, header: InstanceHeader, page: int, answer: Answer) -> None:
        if header is self._header:
            self._letters[page] = answer if isinstance(answer, Letters) else Letters(page, "", ())


def _area(place: Rectangle) -> QRectF:
    return QRectF(QPointF(place[0], place[1]), QPointF(place[2], place[3]))
