"""Paints the rows of the study browser: names, badges, counts, thumbnails, reasons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from viewer.scene.plain_words import shortened
from viewer.ui.browser.tree import BrowserRow
from viewer.ui.theme import rows
from viewer.ui.theme.current import metrics
from viewer.ui.theme.fonts import font
from viewer.ui.theme.icons import paint_icon
from viewer.ui.theme.metrics import GROUP_ROW, SERIES_ROW, SIDE, THUMBNAIL, TREE_ROW
from viewer.ui.tree_model import NODE_ROLE

Index = QModelIndex | QPersistentModelIndex
_REASON_LINES = 4


class BrowserDelegate(QStyledItemDelegate):
    """One delegate for all rows.

    Parameters
    ----------
    view
        The tree it paints for.
    thumbnail
        Gives the picture of a series, or None while there is none.
    active_stack
        Gives the stack of the active viewport: its row has a blue dot.
    """

    def __init__(
        self, view: QTreeView, *, thumbnail: Callable[[str], QPixmap | None], active_stack: Callable[[], str | None]
    ) -> None:
        super().__init__(view)
        self._view, self._thumbnail, self._active_stack = view, thumbnail, active_stack

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        node: BrowserRow = index.data(NODE_ROLE)
        size = metrics()
        if node.kind == "series":
            height = max(size.row(SERIES_ROW), THUMBNAIL + 8)
        elif node.kind == "study":
            height = size.row(GROUP_ROW)
        else:
            height = size.row(TREE_ROW)
        if node.kind == "warning":
            height = max(height, self._reason_height(node.name, self._text_width(index)) + 8)
        elif node.reason:
            height += self._reason_height(node.reason, self._text_width(index)) + 4
        return QSize(60, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node: BrowserRow = index.data(NODE_ROLE)
        rect: QRect = option.rect
        full = QRect(0, rect.y(), self._view.viewport().width(), rect.height())
        rows.paint_ground(painter, option, full, focused=self._view.hasFocus())
        place = QRect(rect.x() + 2, rect.y(), full.right() - SIDE - rect.x() - 2, rect.height())
        if node.kind == "series":
            # A series has no chevron: its picture stands where that of its study's row is.
            self._paint_series(painter, option, place.adjusted(-self._view.indentation(), 0, 0, 0), node)
        elif node.kind in ("patient", "study"):
            self._paint_head(painter, option, place, node)
        else:
            self._paint_row(painter, option, place, node)
        if rows.has_focus(option):
            rows.paint_focus(painter, full)

    def _paint_head(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, node: BrowserRow) -> None:
        right = place.right() + 1
        if node.count:
            right -= rows.paint_number(painter, place, node.count, token=rows.second_text(option)) + 8
        left = place.adjusted(0, 0, right - place.right() - 1, 0)
        left.adjust(rows.paint_text(painter, left, node.name, weight=600 if node.kind == "patient" else 500) + 6, 0, 0, 0)
        rows.paint_text(painter, left, node.second, token=rows.second_text(option))

    def _paint_series(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, node: BrowserRow) -> None:
        head = QRect(place.x(), place.y(), place.width(), max(metrics().row(SERIES_ROW), THUMBNAIL + 8))
        picture = QRect(head.x(), head.y() + (head.height() - THUMBNAIL) // 2, THUMBNAIL, THUMBNAIL)
        paint_thumbnail(painter, picture, self._thumbnail(node.series_key), shown=bool(node.stack_id))
        text = head.adjusted(THUMBNAIL + 9, 0, 0, 0)
        line = metrics().px(17)
        top = QRect(text.x(), text.y() + head.height() // 2 - line, text.width(), line)
        bottom = QRect(text.x(), text.y() + head.height() // 2, text.width(), line)
        if self._is_hung(node):
            rows.paint_dot(painter, QPointF(top.right() - 3, top.center().y()))
            top.adjust(0, 0, -12, 0)
        room = sum(rows.badge_width(badge) + 6 for badge in node.badges)
        second = rows.text_width(node.second, size=11) + 6
        below = rows.text_width(node.name, weight=500) + room > top.width() and second + room <= bottom.width()
        name = top if below else top.adjusted(0, 0, -min(room, top.width() // 2), 0)
        after_name = name.x() + rows.paint_text(painter, name, node.name, weight=500) + 6
        rows.paint_text(painter, bottom, node.second, token=rows.second_text(option), size=11)
        x, line_of_badges = (bottom.x() + second, bottom) if below else (after_name, top)
        for badge in node.badges:
            x += rows.paint_badge(painter, x, line_of_badges, badge) + 6
        self._paint_reason(painter, option, text, head.bottom(), node.reason)

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, node: BrowserRow) -> None:
        head = QRect(place.x(), place.y(), place.width(), metrics().row(TREE_ROW))
        warns = node.kind in ("warning", "skipped")
        ink = "warning" if warns else rows.second_text(option) if node.dimmed or node.kind == "more" else "text1"
        if node.icon == "octagon-alert":
            ink = "error"
        paint_icon(painter, QRect(head.x(), head.y(), 16, head.height()), node.icon, ink if warns else "text2", 14)
        text = head.adjusted(22, 0, 0, 0)
        if node.kind == "warning":
            self._paint_wrapped(painter, QRect(text.x(), place.y() + 4, text.width(), place.height() - 8), node.name, ink)
            return
        right = text.right() + 1
        if node.count:
            right -= rows.paint_number(painter, text, node.count, token=rows.second_text(option)) + 8
        if self._is_hung(node):
            rows.paint_dot(painter, QPointF(right - 4, head.center().y()))
            right -= 12
        room = sum(rows.badge_width(badge) + 6 for badge in node.badges) + (20 if node.unverified else 0)
        name = QRect(text.x(), text.y(), max(30, right - text.x() - room), text.height())
        x = name.x() + rows.paint_text(painter, name, node.name, token=ink) + 6
        for badge in node.badges:
            x += rows.paint_badge(painter, x, head, badge) + 6
        if node.unverified:
            paint_icon(painter, QRect(x, head.y(), 14, head.height()), "shield-alert", "text2", 13)
            x += 20
        # All of what tells it apart, else its day alone; half a date would be worse than none.
        day = node.second.partition(" ")[0]
        second = next((one for one in (node.second, day) if one and x + rows.text_width(one, size=11) <= right), "")
        if second:
            place = QRect(x, head.y(), right - x, head.height())
            rows.paint_text(painter, place, second, token=rows.second_text(option), size=11)
        self._paint_reason(painter, option, text, head.bottom(), node.reason)

    def _paint_reason(self, painter: QPainter, option: QStyleOptionViewItem, text: QRect, top: int, reason: str) -> None:
        if reason:
            place = QRect(text.x(), top - 2, text.width(), self._reason_height(reason, text.width()))
            self._paint_wrapped(painter, place, reason, rows.second_text(option))

    @staticmethod
    def _paint_wrapped(painter: QPainter, place: QRect, text: str, token: str) -> None:
        painter.setFont(font(11))
        painter.setPen(rows.color(token))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, flags, _fitting(shortened(text), place))

    def _is_hung(self, node: BrowserRow) -> bool:
        stack = self._active_stack()
        if stack is None or node.kind not in ("series", "stack", "processing"):
            return False
        if node.kind == "stack":
            return stack in (node.stack_id, *node.stack_ids)
        return stack in (node.stack_id, *node.stack_ids) or any(
            stack in (child.stack_id, *child.stack_ids) for child in node.children
        )

    def _text_width(self, index: Index) -> int:
        depth, parent = 1, index.parent()
        while parent.isValid():
            depth, parent = depth + 1, parent.parent()
        node: BrowserRow = index.data(NODE_ROLE)
        lead = THUMBNAIL + 11 - self._view.indentation() if node.kind == "series" else 24
        return max(80, self._view.viewport().width() - depth * self._view.indentation() - SIDE - lead)

    @staticmethod
    def _reason_height(text: str, width: int) -> int:
        measures = QFontMetrics(font(11))
        wrapped = measures.boundingRect(QRect(0, 0, width, 1000), int(Qt.TextFlag.TextWordWrap), shortened(text))
        return min(wrapped.height(), _REASON_LINES * measures.lineSpacing())


def _fitting(text: str, place: QRect) -> str:
    """Return as many words as fit a place, with an ellipsis when some are left out; the tooltip has them all."""
    measures, words = QFontMetrics(font(11)), text.split(" ")
    shown = text
    while len(words) > 1:
        wrapped = measures.boundingRect(QRect(0, 0, place.width(), 10000), int(Qt.TextFlag.TextWordWrap), shown)
        if wrapped.height() <= place.height():
            break
        words.pop()
        shown = " ".join(words) + " …"
    return shown


def paint_thumbnail(painter: QPainter, place: QRect, picture: QPixmap | None, *, shown: bool) -> None:
    """Paint a series' picture on black with rounded corners; an icon where there is none."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(QRectF(place), 3, 3)
    painter.fillPath(path, rows.color("canvas"))
    if picture is not None and not picture.isNull():
        painter.setClipPath(path)
        scaled = picture.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        spot = QRect(0, 0, scaled.width(), scaled.height())
        spot.moveCenter(place.center())
        painter.drawPixmap(spot, picture)
    elif not shown:
        paint_icon(painter, place, "image-off", "text3", 18)
    painter.restore()
