"""The values of marks on plates beside them: the selected one first; no plate covers another, nor the line of a mark."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from viewer.geometry.plane import FloatArray
from viewer.scene.drawables import MarkDrawable, MeasurementDrawable
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.image_words import black_plate, image_font, text_width
from viewer.ui.theme.current import metrics
from viewer.ui.theme.tokens import ON_IMAGE

_PAD, _LINE, _GAP = 7, 15, 8
WRAP_AT = 60
"""Letters in a line of a plate."""

Marked = MarkDrawable | MeasurementDrawable


@dataclass(frozen=True, eq=False)
class Plate:
    """Words of a mark and where they stand, in device pixels."""

    place: QRectF
    lines: tuple[str, ...]
    selected: bool = False
    measurement: str = ""
    """Id of the measurement whose words these are."""


def paint_mark_plates(painter: QPainter, marks: Sequence[Marked], geometry: ViewGeometry) -> None:
    """Paint the words of marks, each where it is free; one that finds no place shows its words when the mouse is on it."""
    for plate in plates_of(marks, geometry):
        _paint(painter, plate, geometry.ratio)


def plates_of(marks: Sequence[Marked], geometry: ViewGeometry) -> list[Plate]:
    """Return the plates that find a place where they cover no other plate and no line of a mark.

    The selected mark and the reader's own measurements always say their words: where all places are taken, at the best.
    """
    found: list[Plate] = []
    said: set[tuple[str, str]] = set()
    drawn = _Lines(marks, geometry)
    for mark in sorted(marks, key=lambda one: not one.selected):
        item = mark.part.item if isinstance(mark, MarkDrawable) else ""
        words = (mark.label, item)
        if not mark.label or (item and words in said):
            continue
        lines = lines_shown(mark)
        used = image_font(11, 600 if mark.selected else 500, geometry.ratio)
        width = max(text_width(line, used) for line in lines) + 2 * _PAD * geometry.ratio
        height = (metrics().px(_LINE) * len(lines) + 5) * geometry.ratio
        places = list(_places(mark, geometry, width, height))
        free = [place for place in places if not any(place.intersects(other.place) for other in found)]
        best = next((place for place in free if not drawn.cross(place)), None)
        if best is None and (mark.selected or isinstance(mark, MeasurementDrawable)):
            best = next(iter(free or places), None)
        if best is not None:
            measurement = mark.measurement if isinstance(mark, MeasurementDrawable) else ""
            found.append(Plate(best, tuple(lines), mark.selected, measurement))
            said.add(words)
    return found


class _Lines:
    """The lines of all marks in the view, to find out whether a plate would cover one."""

    def __init__(self, marks: Sequence[Marked], geometry: ViewGeometry) -> None:
        self._paths = [path for mark in marks for path in _outlines(mark, geometry)]
        self._paths = [path for path in self._paths if len(path)]
        corners = [(*path.min(axis=0).tolist(), *path.max(axis=0).tolist()) for path in self._paths]
        self._boxes = np.array(corners, np.float64).reshape(-1, 4)

    def cross(self, place: QRectF) -> bool:
        """Say whether a line of a mark touches a rectangle."""
        boxes = self._boxes
        near = (boxes[:, 0] <= place.right()) & (boxes[:, 2] >= place.left())
        near &= (boxes[:, 1] <= place.bottom()) & (boxes[:, 3] >= place.top())
        return any(_path_crosses(self._paths[number], place) for number in np.flatnonzero(near).tolist())


def _outlines(mark: Marked, geometry: ViewGeometry) -> list[FloatArray]:
    points = geometry.to_view(mark.path if len(mark.path) else mark.handles)
    further = [geometry.to_view(one) for one in mark.further] if isinstance(mark, MeasurementDrawable) else []
    return [np.vstack((points, points[:1])) if mark.closed and len(points) > 1 else points, *further]


def _path_crosses(path: FloatArray, place: QRectF) -> bool:
    """Say whether a polyline touches a rectangle: each segment is cut to it (Liang and Barsky 1984)."""
    start = path[:-1] if len(path) > 1 else path
    way = path[1:] - start if len(path) > 1 else np.zeros_like(path)
    enter, leave = np.zeros(len(start)), np.ones(len(start))
    for axis, (low, high) in enumerate(((place.left(), place.right()), (place.top(), place.bottom()))):
        along, still = way[:, axis], way[:, axis] == 0
        safe = np.where(still, 1.0, along)
        first, last = (low - start[:, axis]) / safe, (high - start[:, axis]) / safe
        inside = (start[:, axis] >= low) & (start[:, axis] <= high)
        enter = np.maximum(enter, np.where(still, np.where(inside, 0.0, 2.0), np.minimum(first, last)))
        leave = np.minimum(leave, np.where(still, 1.0, np.maximum(first, last)))
    return bool((enter <= leave).any())


def lines_shown(mark: Marked) -> list[str]:
    """Return the words on a plate: all of the selected mark, of others the first measurement, which leaves room.

    A measurement of the reader always says what it rests on. What the reader wrote is wrapped.
    """
    if isinstance(mark, MeasurementDrawable):
        lines = [*mark.label.splitlines(), *(mark.detail.splitlines() if mark.selected else ())]
        return [piece for line in lines for piece in wrap(line, WRAP_AT) or [""]]
    lines = mark.label.splitlines()
    return lines if mark.selected or len(lines) < 2 else [f"{lines[0]} …"]


def _places(mark: Marked, geometry: ViewGeometry, width: float, height: float) -> Iterator[QRectF]:
    """Yield where a plate may go, best first, inside the pane."""
    points = geometry.to_view(mark.path if len(mark.path) else mark.handles)
    if not len(points):
        return
    further = mark.further if isinstance(mark, MeasurementDrawable) else ()
    if further:
        # Beside all of it, not between two lines.
        points = np.vstack([points, *(geometry.to_view(one) for one in further)])
    gap = _GAP * geometry.ratio
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    candidates: list[tuple[float, float]] = []
    if isinstance(mark, MeasurementDrawable) and mark.pointed:
        # The words of an arrow stand at its end, away from what it points to.
        (x, y), (from_x, from_y) = points[-1].tolist(), points[0].tolist()
        reach_x, reach_y = width / 2 + gap, height / 2 + gap
        steep = abs(y - from_y) * reach_x > abs(x - from_x) * reach_y
        x += 0.0 if steep else math.copysign(reach_x, x - from_x)
        y += math.copysign(reach_y, y - from_y) if steep else 0.0
        candidates.append((x - width / 2, y - height / 2))
    elif len(points) > 1 and not mark.closed and not further:
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
        (left - gap - width, bottom + gap),
        (left - gap - width, top - gap - height),
    ]
    pane = QRectF(0, 0, *geometry.size)
    for x, y in candidates:
        place = QRectF(round(x), round(y), round(width), round(height))
        if pane.contains(place):
            yield place


def _paint(painter: QPainter, plate: Plate, ratio: float) -> None:
    place, selected = plate.place, plate.selected
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ON_IMAGE.selected) if selected else black_plate())
    painter.drawRoundedRect(place, 3 * ratio, 3 * ratio)
    painter.setFont(image_font(11, 600 if selected else 500, ratio))
    painter.setPen(QColor(ON_IMAGE.selected_text if selected else ON_IMAGE.text))
    for row, line in enumerate(plate.lines):
        painter.drawText(
            QPointF(place.left() + _PAD * ratio, place.top() + (metrics().px(_LINE) * (row + 1) - 1) * ratio), line
        )
