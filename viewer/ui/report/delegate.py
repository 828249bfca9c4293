"""Paints the rows of a report's tree: icon of what can be jumped to, name quiet, value strong, search hits marked."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from viewer.domain.report import ContentItem
from viewer.ui.report.content_model import ITEM_ROLE, ContentModel
from viewer.ui.report.words import row_words
from viewer.ui.theme import rows
from viewer.ui.theme.current import metrics
from viewer.ui.theme.icons import paint_icon

REPORT_ROW = 24
_ICON = 15
_BETWEEN = 6

_ICONS = {
    "SCOORD": "spline",
    "SCOORD3D": "spline",
    "IMAGE": "images",
    "COMPOSITE": "file",
    "WAVEFORM": "file",
}


def icon_of(item: ContentItem) -> str:
    """Return the icon of an item that leads somewhere; empty for one that only says something."""
    if item.by_reference:
        return "link-2"
    if item.value_type == "NUM" and any(child.value_type in ("SCOORD", "SCOORD3D") for child in item.children):
        return "ruler"
    if any(reference.segments for reference in item.references):
        return "layers"
    return _ICONS.get(item.value_type, "")


class ReportDelegate(QStyledItemDelegate):
    """The delegate; ``hits`` are the identifiers of the items that the search found."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self.hits: frozenset[str] = frozenset()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(60, metrics().row(REPORT_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        item: ContentItem | None = index.data(ITEM_ROLE)
        if item is None:
            return
        rect: QRect = option.rect
        full = QRect(0, rect.y(), self._view.viewport().width(), rect.height())
        rows.paint_ground(painter, option, full, focused=self._view.hasFocus())
        place = QRect(rect.x() + 2, rect.y(), full.right() - rect.x() - 8, rect.height())
        name = icon_of(item)
        if name:
            paint_icon(painter, QRect(place.x(), place.y(), _ICON, place.height()), name, "text2", _ICON)
            place.setLeft(place.x() + _ICON + _BETWEEN)
        words, value = row_words(item, cast("ContentModel", index.model()).library)
        found = item.position in self.hits
        width = rows.paint_text(painter, place, words, token="accent" if found else "text2")
        place.setLeft(place.x() + width + _BETWEEN)
        if value and place.width() > 0:
            rows.paint_text(painter, place, value, token="accent" if found else "text1", weight=500)
        if rows.has_focus(option):
            rows.paint_focus(painter, full)
