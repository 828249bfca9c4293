"""Painting of rows, shared by the delegates of all lists: ground, text, badges, swatches, bars, key caps, chevrons.

Every function takes a QPainter and rectangles, uses the theme in force, and knows no model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from viewer.ui.theme.current import metrics, tokens
from viewer.ui.theme.fonts import Weight, font
from viewer.ui.theme.icons import paint_icon

BadgeKind = Literal["ai", "fact", "must_know", "failed"]
BADGE_HEIGHT = 16
_AI_ICON = 11
_BADGE_PAD = 4


@dataclass(frozen=True)
class Badge:
    """A word in a small box. ``ai`` has the spark, in little room nothing else; ``fact`` an outline; the others a tint."""

    text: str
    kind: BadgeKind = "fact"


def color(name: str) -> QColor:
    """Return a token's colour."""
    return QColor(getattr(tokens(), name))


def is_selected(option: QStyleOptionViewItem) -> bool:
    """Say whether a row is selected."""
    return bool(option.state & QStyle.StateFlag.State_Selected)


def is_hovered(option: QStyleOptionViewItem) -> bool:
    """Say whether the mouse is over a row."""
    return bool(option.state & QStyle.StateFlag.State_MouseOver)


def has_focus(option: QStyleOptionViewItem) -> bool:
    """Say whether the row is the current one of a list with the keyboard focus."""
    return bool(option.state & QStyle.StateFlag.State_HasFocus)


def second_text(option: QStyleOptionViewItem) -> str:
    """Return the token for quiet text: on a selected row text3 would be too faint."""
    return "text2" if is_selected(option) else "text3"


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, full: QRect, *, focused: bool) -> None:
    """Paint hover, selection with its 2 px bar at the left edge, over the full width of the list."""
    if is_selected(option):
        painter.fillRect(full, color("sel" if focused else "sel_idle"))
        painter.fillRect(QRect(full.x(), full.y(), 2, full.height()), color("accent" if focused else "edge"))
    elif is_hovered(option):
        painter.fillRect(full, color("bg3"))


def paint_focus(painter: QPainter, full: QRect) -> None:
    """Paint the focus ring inside a row."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color("focus"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(full).adjusted(1, 1, -1, -1), 3, 3)
    painter.restore()


def paint_text(
    painter: QPainter, rect: QRect, text: str, *, token: str = "text1", size: float = 12, weight: Weight = 400
) -> int:
    """Paint one line of text, elided at its end; return the width taken in logical pixels."""
    made = font(size, weight)
    measures = QFontMetrics(made)
    shown = measures.elidedText(text, Qt.TextElideMode.ElideRight, max(0, rect.width()))
    painter.setFont(made)
    painter.setPen(color(token))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, shown)
    return measures.horizontalAdvance(shown)


def paint_number(painter: QPainter, rect: QRect, text: str, *, token: str = "text1", size: float = 12) -> int:
    """Paint a number flush right, never elided; return its width."""
    made = font(size)
    painter.setFont(made)
    painter.setPen(color(token))
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine, text)
    return QFontMetrics(made).horizontalAdvance(text)


def text_width(text: str, *, size: float = 12, weight: Weight = 400) -> int:
    """Return the width of a text in logical pixels."""
    return QFontMetrics(font(size, weight)).horizontalAdvance(text)


def badge_width(badge: Badge) -> int:
    """Return the width of a badge."""
    weight: Weight = 600 if badge.kind == "ai" else 500
    icon = _AI_ICON + (3 if badge.text else 0) if badge.kind == "ai" else 0
    return text_width(badge.text, size=10, weight=weight) + 2 * _BADGE_PAD + icon


def paint_badge(painter: QPainter, x: int, row: QRect, badge: Badge) -> int:
    """Paint a badge with its left edge at ``x``, in the middle of a row; return its width."""
    height = metrics().px(BADGE_HEIGHT)
    box = QRect(x, row.y() + (row.height() - height) // 2, badge_width(badge), height)
    ground = {"ai": "ai_bg", "must_know": "warning_bg", "failed": "error_bg"}.get(badge.kind)
    ink = {"ai": "ai", "must_know": "warning", "failed": "error"}.get(badge.kind, "text2")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if ground else QPen(color("line2"), 1))
    painter.setBrush(color(ground) if ground else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.restore()
    text = box.adjusted(_BADGE_PAD, 0, 0, 0)
    if badge.kind == "ai":
        paint_icon(painter, QRect(text.x(), text.y(), _AI_ICON, text.height()), "sparkles", "ai", _AI_ICON)
        text.adjust(_AI_ICON + 3, 0, 0, 0)
    paint_text(painter, text, badge.text, token=ink, size=10, weight=600 if badge.kind == "ai" else 500)
    return box.width()


def paint_swatch(painter: QPainter, rect: QRect, ink: tuple[int, int, int], *, hollow: bool, dimmed: bool = False) -> None:
    """Paint a part's colour, 12 px: a ring with a 45 % ground; hollow when it is not on this slice."""
    side = 12
    box = QRectF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if dimmed:
        painter.setOpacity(0.45)
    ring, ground = QColor(*ink), QColor(*ink)
    ground.setAlphaF(0.45)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else ground)
    if tokens().name == "light":
        around = QColor(tokens().canvas)
        around.setAlphaF(0.38)
        painter.setPen(QPen(around, 1))
        painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3)
    painter.setPen(QPen(ring, 1.5))
    painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 2.5, 2.5)
    painter.restore()


def paint_bar(painter: QPainter, rect: QRect, part: float) -> None:
    """Paint a 4 px bar of which ``part`` (0..1) is filled, in the middle of a rectangle."""
    bar = QRectF(rect.x(), rect.y() + rect.height() / 2 - 2, rect.width(), 4)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("bg4"))
    painter.drawRoundedRect(bar, 2, 2)
    painter.setBrush(color("accent"))
    painter.drawRoundedRect(QRectF(bar.x(), bar.y(), bar.width() * part, 4), 2, 2)
    painter.restore()


def paint_key(painter: QPainter, right: int, row: QRect, text: str, *, filled: str = "") -> int:
    """Paint a key cap that ends at ``right``; ``filled`` is a token for a key that is on. Return its width."""
    height = metrics().px(BADGE_HEIGHT)
    width = max(height, text_width(text, size=10, weight=500) + 8)
    box = QRectF(right - width, row.y() + (row.height() - height) / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color(filled or "line2"), 1))
    painter.setBrush(color(filled) if filled else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setPen(color("bg0" if filled else "text2"))
    painter.setFont(font(10, 500))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return width


def paint_dot(painter: QPainter, center: QPointF, *, token: str = "accent", radius: float = 3) -> None:
    """Paint a round dot."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(token))
    painter.drawEllipse(center, radius, radius)
    painter.restore()


def paint_chevron(painter: QPainter, rect: QRect, *, opened: bool) -> None:
    """Paint the mark of a branch that can be opened or closed."""
    paint_icon(painter, rect, "chevron-down" if opened else "chevron-right", "text3", 14)
