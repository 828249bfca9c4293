"""Paints the rows of the findings panel: decision, name, note, flag, value, objects, slice."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from viewer.domain.provenance import Origin
from viewer.reading.coverage import Outcome
from viewer.ui.findings.rows import FindingRow
from viewer.ui.findings.words import ICONS
from viewer.ui.row_view import RowView
from viewer.ui.theme import rows
from viewer.ui.theme.current import metrics
from viewer.ui.theme.icons import paint_icon
from viewer.ui.theme.metrics import GROUP_ROW, OBJECT_HEAD, SIDE
from viewer.ui.tree_model import NODE_ROLE

OBJECTS = 52
PLACE = 26
VALUE = 70
NARROW = 340
"""Width of the list (logical pixels) below which the column of objects goes: the card has it."""
_ICON = 22
_FLAG = 18
_GAP = 6

OUTCOME_ICONS: Final[dict[Outcome, tuple[str, str]]] = {
    "no_findings": ("check", "text2"),
    "not_evaluated": ("scan-line", "text2"),
    "partial": ("triangle-alert", "warning"),
    "failed": ("octagon-alert", "error"),
    "unreadable": ("octagon-alert", "error"),
}


class FindingsDelegate(QStyledItemDelegate):
    """One delegate for all rows."""

    def __init__(self, view: RowView) -> None:
        super().__init__(view)
        self._view = view

    def height_of(self, node: FindingRow) -> int:
        """Return the height of a row in logical pixels."""
        return metrics().row(GROUP_ROW if node.kind == "group" else OBJECT_HEAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        node: FindingRow = index.data(NODE_ROLE)
        rect: QRect = option.rect
        full = QRect(0, rect.y(), self._view.viewport().width(), rect.height())
        rows.paint_ground(painter, option, full, focused=self._view.hasFocus())
        place = QRect(rect.x(), rect.y(), full.right() + 1 - SIDE - rect.x(), rect.height())
        if node.kind == "group":
            taken = rows.paint_text(painter, place.adjusted(4, 0, 0, 0), node.name, token="text2", weight=500)
            rows.paint_text(painter, place.adjusted(taken + 10, 0, 0, 0), node.second, token=rows.second_text(option))
        elif node.kind == "outcome":
            self._paint_outcome(painter, place, node)
        else:
            self._paint_finding(painter, option, place, node)
        if rows.has_focus(option):
            rows.paint_focus(painter, full)

    def _paint_finding(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, node: FindingRow) -> None:
        icon, token = ICONS[node.status], node.status
        paint_icon(painter, QRect(place.x(), place.y(), 16, place.height()), icon, token, 16)
        quiet = rows.second_text(option)
        right = place.right() + 1
        slice_width = metrics().px(PLACE)
        rows.paint_number(
            painter, QRect(right - slice_width, place.y(), slice_width, place.height()), node.place, token=quiet, size=11
        )
        right -= slice_width + _GAP
        if self._view.viewport().width() >= NARROW:
            width = metrics().px(OBJECTS)
            rows.paint_text(
                painter, QRect(right - width, place.y(), width, place.height()), node.objects, token=quiet, size=11
            )
            right -= width + _GAP
        value = node.value or node.second
        value_width = max(rows.text_width(value), metrics().px(VALUE) if value else 0)
        ink = "text1" if node.value else quiet
        rows.paint_number(painter, QRect(right - value_width, place.y(), value_width, place.height()), value, token=ink)
        right -= value_width + _GAP
        for shown, name, color in (
            (node.flagged, "triangle-alert", "warning"),
            (node.stale, "refresh-ccw", "warning"),
            (node.noted, "message-square-text", "text2"),
        ):
            if shown:
                right -= _FLAG
                paint_icon(painter, QRect(right, place.y(), _FLAG, place.height()), name, color, 13)
        spark = node.origin in (Origin.AI, Origin.AI_ASSISTED)
        left = place.x() + _ICON
        name_rect = QRect(left, place.y(), max(right - left - (16 if spark else 0) - 4, 20), place.height())
        taken = rows.paint_text(painter, name_rect, node.name)
        if spark:
            paint_icon(painter, QRect(left + taken + 4, place.y(), 12, place.height()), "sparkles", "ai", 11)

    def _paint_outcome(self, painter: QPainter, place: QRect, node: FindingRow) -> None:
        assert node.outcome is not None
        icon, token = OUTCOME_ICONS[node.outcome]
        paint_icon(painter, QRect(place.x(), place.y(), 16, place.height()), icon, token, 16)
        width = rows.text_width(node.value)
        ink = token if token in ("error", "warning") else "text2"
        rows.paint_number(painter, place, node.value, token=ink)
        name = QRect(place.x() + _ICON, place.y(), max(place.width() - _ICON - width - _GAP, 20), place.height())
        rows.paint_text(painter, name, node.name, token="text2")
