"""Paints the rows of the layers panel: heads with their style choice, parts with eye, swatch, name, tools and volume."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from viewer.scene.plain_words import shortened
from viewer.ui.layers.areas import BAR, Areas, areas_of
from viewer.ui.layers.row import LayerRow
from viewer.ui.theme import rows
from viewer.ui.theme.current import metrics
from viewer.ui.theme.fonts import font
from viewer.ui.theme.icons import paint_icon
from viewer.ui.theme.metrics import COLUMN_HEAD, GROUP_ROW, OBJECT_HEAD, SIDE, TREE_ROW
from viewer.ui.tree_model import NODE_ROLE

Index = QModelIndex | QPersistentModelIndex
_HEIGHTS = {
    "object": OBJECT_HEAD,
    "part": TREE_ROW,
    "group": GROUP_ROW,
    "columns": COLUMN_HEAD,
    "threshold": OBJECT_HEAD,
    "measurements": OBJECT_HEAD,
    "fused": OBJECT_HEAD,
    "fused_floor": OBJECT_HEAD,
    "map_range": OBJECT_HEAD,
    "measurement": TREE_ROW,
    "calm": TREE_ROW,
}


class LayersDelegate(QStyledItemDelegate):
    """One delegate for all rows; ``is_solo`` says whether an object shows only one of its parts."""

    def __init__(self, view: QTreeView, *, solo_part: Callable[[LayerRow], bool]) -> None:
        super().__init__(view)
        self._view, self._solo_elsewhere = view, solo_part

    def height_of(self, node: LayerRow) -> int:
        """Return the height of a row in logical pixels."""
        if node.kind == "columns":
            return metrics().px(COLUMN_HEAD)
        if node.kind in ("reason", "note"):
            width = max(80, self._view.viewport().width() - 2 * self._view.indentation() - SIDE - 28)
            place, words = QRect(0, 0, width, 1000), shortened(node.name)
            wrapped = QFontMetrics(font(11)).boundingRect(place, int(Qt.TextFlag.TextWordWrap), words)
            return wrapped.height() + 10
        return metrics().row(_HEIGHTS[node.kind])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node: LayerRow = index.data(NODE_ROLE)
        rect: QRect = option.rect
        full = QRect(0, rect.y(), self._view.viewport().width(), rect.height())
        if node.kind in ("object", "measurements", "fused"):
            painter.fillRect(full, rows.color("bg2"))
            painter.fillRect(QRect(0, full.y(), full.width(), 1), rows.color("line"))
        if node.kind not in ("reason", "note", "columns", "threshold", "fused_floor", "map_range"):
            rows.paint_ground(painter, option, full, focused=self._view.hasFocus())
        areas = areas_of(node, QRect(rect.x(), rect.y(), full.right() + 1 - rect.x(), rect.height()))
        # A selected row stays selected: its tools must not cost its name; the mouse brings them anyway.
        tools = rows.is_hovered(option) or (rows.is_selected(option) and has_room_for_tools(node, areas))
        if node.kind in ("object", "measurements", "fused"):
            self._paint_object(painter, option, areas, node)
        elif node.kind == "part":
            self._paint_part(painter, option, areas, node, tools=tools)
        elif node.kind == "measurement":
            self._paint_measurement(painter, option, areas, node, tools=tools)
        elif node.kind == "map_range":
            self._paint_range(painter, areas, node)
        elif node.kind in ("threshold", "fused_floor"):
            self._paint_threshold(painter, areas, node)
        elif node.kind == "columns":
            rows.paint_text(painter, areas.name, node.name, token="text3", size=11, weight=500)
            rows.paint_number(painter, areas.value, node.value, token="text3", size=11)
        elif node.kind in ("reason", "note"):
            self._paint_reason(painter, areas, node)
        elif node.kind == "calm":
            rows.paint_text(painter, areas.name, node.name, token="text2", size=11)
            _paint_choices(painter, areas, set(), on_selected=rows.is_selected(option))
        else:
            x = rows.paint_text(painter, areas.name, node.name, token="text2", weight=500) + 6
            rows.paint_text(painter, areas.name.adjusted(x, 0, 0, 0), node.second, token=rows.second_text(option))
        if rows.has_focus(option):
            rows.paint_focus(painter, full)

    def _paint_object(self, painter: QPainter, option: QStyleOptionViewItem, areas: Areas, node: LayerRow) -> None:
        self._paint_eye(painter, areas.eye, node, rows.second_text(option))
        badges = fitting_badges(node, areas.name.width())
        room = sum(rows.badge_width(badge) + 6 for badge in badges)
        bar = rows.is_hovered(option) and areas.bar.x() - areas.name.x() > room + 60
        space = areas.name.adjusted(0, 0, -areas.bar.width() if bar else 0, 0)
        name = space.adjusted(0, 0, -min(room, space.width() - 40), 0)
        ink = rows.second_text(option) if not node.shown else "text1"
        x = name.x() + rows.paint_text(painter, name, node.name, token=ink, weight=600) + 6
        for badge in badges:
            if x + rows.badge_width(badge) <= space.right() + 1:
                x += rows.paint_badge(painter, x, areas.name, badge) + 6
        if node.second and not bar and x + rows.text_width(node.second, size=11) <= space.right():
            rows.paint_text(
                painter, space.adjusted(x - space.x(), 0, 0, 0), node.second, token=rows.second_text(option), size=11
            )
        if node.value:
            rows.paint_number(painter, areas.value, node.value, token=rows.second_text(option))
        if bar:
            rows.paint_bar(painter, _bar(areas.bar), node.opacity)
        chosen: set[object] = {node.style} if node.has_style else {"apply"} if node.applied else set()
        _paint_choices(painter, areas, chosen, on_selected=rows.is_selected(option))

    def _paint_part(
        self, painter: QPainter, option: QStyleOptionViewItem, areas: Areas, node: LayerRow, *, tools: bool
    ) -> None:
        quiet = rows.second_text(option)
        self._paint_eye(painter, areas.eye, node, quiet)
        rows.paint_swatch(painter, areas.swatch, node.color, hollow=node.hollow, dimmed=node.dimmed)
        if node.repaired:
            corner = areas.swatch.center()
            rows.paint_dot(painter, QPointF(corner.x() + 6, corner.y() - 5), token="warning", radius=2.5)
        name = areas.name
        if tools:
            name = QRect(name.x(), name.y(), areas.jump.x() - name.x() - 4, name.height())
            paint_icon(painter, areas.jump, "target", "text2", 13)
            rows.paint_bar(painter, _bar(areas.bar), node.opacity)
        elif node.solo:
            name = QRect(name.x(), name.y(), areas.solo.x() - name.x() - 4, name.height())
        if tools or node.solo:
            width = metrics().px(rows.BADGE_HEIGHT)
            end = areas.solo.center().x() + width // 2
            rows.paint_key(painter, end, areas.solo, "S", filled="warning" if node.solo else "")
        room = rows.text_width(node.second, size=11) + 6 if node.second else 0
        x = rows.paint_text(painter, name.adjusted(0, 0, -room, 0), node.name, token=quiet if node.dimmed else "text1")
        if node.second:
            rows.paint_text(painter, name.adjusted(x + 6, 0, 0, 0), node.second, token="modified", size=11)
        if node.value:
            rows.paint_number(painter, areas.value, node.value, token=quiet if node.dimmed else "text1")
        elif node.state:
            word = rows.text_width(node.state, size=11)
            spot = QRect(areas.value.right() + 1 - word, areas.value.y(), word + 1, areas.value.height())
            rows.paint_text(painter, spot, node.state, token=quiet, size=11)
        elif node.busy:
            rows.paint_bar(painter, QRect(areas.value.right() - 27, areas.value.y(), 28, areas.value.height()), 0.4)

    @staticmethod
    def _paint_measurement(
        painter: QPainter, option: QStyleOptionViewItem, areas: Areas, node: LayerRow, *, tools: bool
    ) -> None:
        quiet = rows.second_text(option)
        ink = quiet if node.dimmed else "text1"
        x = areas.name.x() + rows.paint_text(painter, areas.name, node.name, token=ink) + 6
        if x + rows.text_width(node.second, size=11) <= areas.name.right():
            rows.paint_text(painter, areas.name.adjusted(x - areas.name.x(), 0, 0, 0), node.second, token=quiet, size=11)
        if tools:
            paint_icon(painter, areas.jump, "target", "text2", 13)
        rows.paint_number(painter, areas.value, node.value, token=ink)

    @staticmethod
    def _paint_threshold(painter: QPainter, areas: Areas, node: LayerRow) -> None:
        rows.paint_text(painter, areas.name, node.name, token="text2")
        rows.paint_bar(painter, areas.bar.adjusted(4, 0, -4, 0), node.threshold)
        spot = areas.bar.x() + 4 + round((areas.bar.width() - 8) * node.threshold)
        rows.paint_dot(painter, QRectF(spot - 5, areas.bar.center().y() - 4, 10, 10).center(), token="text1", radius=5)
        rows.paint_number(painter, areas.value, node.value)
        _paint_choices(painter, areas, {"graded" if node.graded else "region"}, on_selected=False)

    @staticmethod
    def _paint_range(painter: QPainter, areas: Areas, node: LayerRow) -> None:
        rows.paint_text(painter, areas.name, node.name, token="text2")
        left, width = areas.bar.x() + 4, areas.bar.width() - 8
        low, high = (left + round(width * part) for part in node.ends)
        rows.paint_bar(painter, areas.bar.adjusted(4, 0, -4, 0), 0.0)
        rows.paint_bar(painter, QRect(low, areas.bar.y(), max(high - low, 1), areas.bar.height()), 1.0)
        for spot in (low, high):
            rows.paint_dot(painter, QRectF(spot - 5, areas.bar.center().y() - 4, 10, 10).center(), token="text1", radius=5)
        rows.paint_number(painter, areas.value, node.value)

    @staticmethod
    def _paint_reason(painter: QPainter, areas: Areas, node: LayerRow) -> None:
        top = QRect(areas.name.x(), areas.name.y() + 4, 16, metrics().px(15))
        picture = ("triangle-alert", "warning") if node.kind == "reason" else ("info", "text2")
        paint_icon(painter, top, *picture, 13)
        painter.setFont(font(11))
        painter.setPen(rows.color("text2"))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(areas.name.adjusted(20, 4, 0, 0), flags, shortened(node.name))

    def _paint_eye(self, painter: QPainter, place: QRect, node: LayerRow, quiet: str) -> None:
        faint = node.dimmed or self._solo_elsewhere(node)
        paint_icon(painter, place, "eye" if node.shown else "eye-off", quiet if faint or not node.shown else "text2", 15)


def fitting_badges(node: LayerRow, width: int) -> tuple[rows.Badge, ...]:
    """Return the badges of an object, fewer and shorter before its name is cut: without its kind, then AI as its icon."""
    kept = node.badges

    def fit(badges: tuple[rows.Badge, ...]) -> bool:
        room = sum(rows.badge_width(badge) + 6 for badge in badges)
        return rows.text_width(node.name, weight=600) + room <= width

    if not fit(kept) and len(kept) > 1:
        kept = kept[:-1]
    if not fit(kept):
        kept = tuple(replace(badge, text="") if badge.kind == "ai" else badge for badge in kept)
    return kept


def has_room_for_tools(node: LayerRow, areas: Areas) -> bool:
    """Say whether the tools of a row leave its name whole."""
    second = rows.text_width(node.second, size=11) + 6 if node.second else 0
    return rows.text_width(node.name) + second <= areas.jump.x() - areas.name.x() - 4


def _bar(area: QRect) -> QRect:
    return QRect(area.x() + (area.width() - BAR) // 2, area.y(), BAR, area.height())


def _paint_choices(painter: QPainter, areas: Areas, chosen: set[object], *, on_selected: bool) -> None:
    """Paint the choices of a row; on a selected row the chosen one must stand out from a ground of its own colour."""
    if not areas.choices:
        return
    whole = areas.choices[0][2].united(areas.choices[-1][2])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for value, word, place in areas.choices:
        on = value in chosen
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(rows.color("fill" if on_selected else "sel"))
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(rows.color(("on_fill" if on_selected else "text1") if on else "text2"))
        painter.setFont(font(11, 500))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, word)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(rows.color("line2"), 1))
    painter.drawRoundedRect(QRectF(whole).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    for _, _, place in areas.choices[1:]:
        painter.drawLine(place.topLeft(), place.bottomLeft())
    painter.restore()
