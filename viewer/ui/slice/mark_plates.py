"""The values of marks on plates beside them: the selected one first; no plate covers another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from viewer.scene.drawables import MarkDrawable, MeasurementDrawable
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.image_words import black_plate, image_font, text_width
from viewer.ui.theme.current import metrics
from viewer.ui.theme.tokens import ON_IMAGE

_PAD, _LINE, _GAP = 7, 15, 8

Marked = MarkDrawable | MeasurementDrawable


def paint_mark_plates(painter: QPainter, marks: Sequence[Marked], geometry: ViewGeometry) -> None:
    """Paint the words of marks, each where it is free; one that finds no place shows its words when the mouse is on it."""
    taken: list[QRectF] = []
    said: set[tuple[str, str]] = set()
    for mark in sorted(marks, key=lambda one: not one.selected):
        item = mark.part.item if isinstance(mark, MarkDrawable) else ""
        words = (mark.label, item)
        if not mark.label or (item and words in said):
            continue
        lines = lines_shown(mark)
        used = image_font(11, 600 if mark.selected else 500, geometry.ratio)
        width = max(text_width(line, used) for line in lines) + 2 * _PAD * geometry.ratio
        height = (metrics().px(_LINE) * len(lines) + 5) * geometry.ratio
        for place in _places(mark, geometry, width, height):
            if mark.selected or not any(place.intersects(other) for other in taken):
                taken.append(place)
                said.add(words)
                _paint(painter, place, lines, geometry.ratio, selected=mark.selected)
                break


def lines_shown(mark: Marked) -> list[str]:
    """Return the words on a plate: all of the selected mark, of others the first measurement, which leaves room.

    A measurement of the reader always says what it rests on.
    """
    lines = mark.label.splitlines()
    return lines if mark.selected or len(lines) < 2 or isinstance(mark, MeasurementDrawable) else [f"{lines[0]} …"]


def _places(mark: Marked, geometry: ViewGeometry, width: float, height: float) -> Iterator[QRectF]:
    """Yield where a plate may go, best first, inside the pane."""
    points = geometry.to_view(mark.path if len(mark.path) else mark.handles)
    if not len(points):
        return
    gap = _GAP * geometry.ratio
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    candidates: list[tuple[float, float]] = []
    if len(points) > 1 and not mark.closed:
        center = np.array([middle_x, middle_y]) if len(points) == 2 else points[len(points) // 2]
        along = points[-1] - points[0]
        across = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
        across = across if across[1] >= 0 else -across
        reach = abs(across[0]) * width / 2 + abs(across[1]) * height / 2 + gap
        # Beside the vertex of an angle, not between its legs.
        inwards = len(points) > 2 and float(across @ (points[[0, -1]].mean(axis=0) - center)) > 0
        for side in (-1.0, 1.0) if inwards else (1.0, -1.0):
            x, y = (center + side * across * reach).tolist()
            candidates.append((x - width / 2, y - height / 2))
    candidates += [
        (right + gap, middle_y - height / 2),
        (middle_x - width / 2, bottom + gap),
        (left - gap - width, middle_y - height / 2),
        (middle_x - width / 2, top - gap - height),
        (right + gap, bottom + gap),
        (right + gap, top - gap - height),
    ]
    pane = QRectF(0, 0, *geometry.size)
    for x, y in candidates:
        place = QRectF(round(x), round(y), round(width), round(height))
        if pane.contains(place):
            yield place


def _paint(painter: QPainter, place: QRectF, lines: Sequence[str], ratio: float, *, selected: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ON_IMAGE.selected) if selected else black_plate())
    painter.drawRoundedRect(place, 3 * ratio, 3 * ratio)
    painter.setFont(image_font(11, 600 if selected else 500, ratio))
    painter.setPen(QColor(ON_IMAGE.selected_text if selected else ON_IMAGE.text))
    for row, line in enumerate(lines):
        painter.drawText(
            QPointF(place.left() + _PAD * ratio, place.top() + (metrics().px(_LINE) * (row + 1) - 1) * ratio), line
        )
