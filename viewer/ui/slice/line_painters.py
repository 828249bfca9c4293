"""Painters of reference lines and of the crosshair: thin lines over the whole picture, in the colours of body planes."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from viewer.geometry.plane import FloatArray
from viewer.scene.drawables import CrosshairDrawable, PatientPlane, ReferenceLine
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.pictures import Pictures
from viewer.ui.theme.tokens import ON_IMAGE

LINE, UNDER = 1.25, 3.0
OPEN_IMAGE, OPEN_SCREEN = 18.0, 24.0
"""How wide the crosshair is open at its middle: image pixels, but no fewer screen pixels (logical)."""
OPEN_MOST = 0.12
"""How far it is open to each side at most, as a part of the shorter side of the pane: far in, lines must stay in sight."""
_STRAIGHT: Final = 1e-3
"""Device pixels: a line that strays no more runs along rows or columns."""
_UNDER_ALPHA: Final = 128
_FAINT: Final = 0.45
_DASHES: Final = (6.0, 4.0)
_COLORS: Final[dict[PatientPlane, str]] = {
    "axial": ON_IMAGE.axial,
    "coronal": ON_IMAGE.coronal,
    "sagittal": ON_IMAGE.sagittal,
}


def paint_reference_line(painter: QPainter, line: ReferenceLine, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint where another plane lies: strong over a dark line, faint, or thin and dashed for the ends of a stack."""
    del pictures
    ends = geometry.to_view(line.ends)
    color = QColor(_COLORS[line.plane])
    if line.strength == "faint":
        color.setAlphaF(_FAINT)
    width = 1.0 if line.strength == "end" else LINE
    dashed = line.strength == "end" or line.registered
    _stroke(painter, [ends], (color, width, dashed), geometry.ratio, dark=line.strength == "strong")


def paint_crosshair(painter: QPainter, cross: CrosshairDrawable, geometry: ViewGeometry, pictures: Pictures) -> None:
    """Paint the cross over the whole pane, open at the point."""
    del pictures
    at = geometry.to_view(cross.at)
    gap = max(OPEN_IMAGE / 2 * geometry.zoom, OPEN_SCREEN / 2 * geometry.ratio)
    gap = min(gap, min(geometry.size) * OPEN_MOST)
    reach = float(np.hypot(*geometry.size)) + float(np.abs(at).max())
    for direction, name in zip(cross.along, (cross.horizontal, cross.vertical), strict=True):
        along = geometry.linear @ np.array(direction)
        along = along / np.hypot(*along)
        arms = [np.array([at + along * sign * gap, at + along * sign * reach]) for sign in (-1, 1)]
        _stroke(painter, arms, (QColor(_COLORS[name]), LINE, False), geometry.ratio, dark=True)


def _stroke(
    painter: QPainter, lines: list[FloatArray], look: tuple[QColor, float, bool], ratio: float, *, dark: bool
) -> None:
    color, width, dashed = look
    under = QColor(ON_IMAGE.outline)
    under.setAlpha(_UNDER_ALPHA)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for ink, thickness in ((under, UNDER), (color, width)):
        if ink is under and not dark:
            continue
        pen = QPen(ink, thickness * ratio)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashed:
            # Dashes count line widths: both lines must have theirs at the same places.
            pen.setDashPattern([dash * width / thickness for dash in _DASHES])
        painter.setPen(pen)
        for ends in lines:
            (x, y), (to_x, to_y) = ends.tolist()
            if not dashed and min(abs(x - to_x), abs(y - to_y)) < _STRAIGHT:
                painter.fillRect(_straight(x, y, to_x, to_y, thickness * ratio), ink)
            else:
                painter.drawLine(QLineF(QPointF(x, y), QPointF(to_x, to_y)))


def _straight(x: float, y: float, to_x: float, to_y: float, thickness: float) -> QRect:
    """Return a line along rows or columns as whole pixels: sharp, and ten times as fast as a smoothed one."""
    left, right, top, bottom = min(x, to_x), max(x, to_x), min(y, to_y), max(y, to_y)
    wide = max(round(thickness), 1)
    if right - left < _STRAIGHT:
        return QRect(round(x - wide / 2), round(top), wide, round(bottom - top))
    return QRect(round(left), round(y - wide / 2), round(right - left), wide)
