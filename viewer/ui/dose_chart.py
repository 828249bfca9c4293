"""Dose-volume histograms as curves: dose along, the percentage of each region that receives at least it upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.geometry.plane import FloatArray
from viewer.scene.plain_words import decimal
from viewer.ui.theme.current import tokens
from viewer.ui.theme.fonts import font

_LEFT, _RIGHT, _TOP, _BELOW = 46, 14, 12, 40
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LINES = 6
_NEAR_PIXELS = 8


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve: (n,) doses and percentages. ``dashed``: stored in the dose object, not computed here."""

    key: int
    name: str
    dose: FloatArray
    percent: FloatArray
    color: tuple[int, int, int]
    dashed: bool = False


def tr(text: str) -> str:
    """Translate a text of the chart."""
    return QCoreApplication.translate("DoseChart", text)


class DoseChart(QWidget):
    """The chart. ``pointed`` tells dose and percentage under the mouse and the nearest curve's key, None when it left."""

    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(420, 240))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Dose-volume histogram"))
        self._curves: tuple[Curve, ...] = ()
        self._unit, self._strong = "", -1
        self._highest = 1.0

    def show_curves(self, curves: Sequence[Curve], unit: str) -> None:
        """Show curves; ``unit`` is that of their doses."""
        self._curves, self._unit = tuple(curves), unit
        ends = [float(one.dose[np.flatnonzero(one.percent > 0)[-1]]) for one in curves if (one.percent > 0).any()]
        self._highest = max(ends, default=1.0) * 1.04 or 1.0
        self.update()

    def let_stand_out(self, key: int) -> None:
        """Draw the curve of one region stronger; -1: none."""
        if key != self._strong:
            self._strong = key
            self.update()

    def place_of(self, dose: float, percent: float) -> QPointF:
        """Return where a point of a curve stands, in pixels."""
        area = self._area()
        x = area.left() + dose / self._highest * area.width()
        return QPointF(x, area.bottom() - percent / 100 * area.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colors = QPainter(self), tokens()
        painter.fillRect(self.rect(), QColor(colors.bg0))
        self._paint_grid(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._area().adjusted(-1, -2, 1, 2))
        for curve in sorted(self._curves, key=lambda one: one.key == self._strong):
            path = QPainterPath()
            kept = np.flatnonzero(np.concatenate([[True], np.abs(np.diff(curve.percent)) > 0.01]))
            for number, place in enumerate(sorted({*kept.tolist(), *(np.maximum(kept - 1, 0)).tolist()})):
                spot = self.place_of(float(curve.dose[place]), float(curve.percent[place]))
                path.moveTo(spot) if number == 0 else path.lineTo(spot)
            pen = QPen(QColor(*curve.color), 2.6 if curve.key == self._strong else 1.6)
            if curve.dashed:
                pen.setDashPattern([4, 3])
                pen.setWidthF(1.1)
            painter.setPen(pen)
            painter.drawPath(path)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, area = event.position(), self._area()
        if not area.contains(at):
            self._leave()
            return
        dose = (at.x() - area.left()) / area.width() * self._highest
        percent = (area.bottom() - at.y()) / area.height() * 100
        solid = [one for one in self._curves if not one.dashed]
        apart = [abs(float(np.interp(dose, one.dose, one.percent, right=0.0)) - percent) for one in solid]
        near = min(apart, default=100.0) / 100 * area.height() <= _NEAR_PIXELS
        key = solid[int(np.argmin(apart))].key if near else -1
        self.let_stand_out(key)
        self.pointed.emit((dose, percent, key))

    def leaveEvent(self, _event: QEvent) -> None:
        self._leave()

    def _leave(self) -> None:
        self.let_stand_out(-1)
        self.pointed.emit(None)

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, max(self.width() - _LEFT - _RIGHT, 1), max(self.height() - _TOP - _BELOW, 1))

    def _paint_grid(self, painter: QPainter) -> None:
        area, colors = self._area(), tokens()
        small = font(11)
        painter.setFont(small)
        metrics = QFontMetricsF(small)
        step = _step(self._highest)
        doses = np.arange(0, self._highest, step).tolist()
        digits = 0 if step >= 1 else 1 if step >= 0.1 else 3
        for dose in doses:
            spot = self.place_of(dose, 0)
            painter.setPen(QPen(QColor(colors.line), 1))
            painter.drawLine(QPointF(round(spot.x()) + 0.5, area.top()), QPointF(round(spot.x()) + 0.5, area.bottom()))
            painter.setPen(QColor(colors.text2))
            words = decimal(dose, digits)
            painter.drawText(QPointF(spot.x() - metrics.horizontalAdvance(words) / 2, area.bottom() + 16), words)
        for percent in (0, 25, 50, 75, 100):
            y = round(self.place_of(0, percent).y()) + 0.5
            painter.setPen(QPen(QColor(colors.line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colors.text2))
            words = f"{percent} %"
            painter.drawText(QPointF(area.left() - metrics.horizontalAdvance(words) - 6, y + 4), words)
        title = tr("Dose ({unit})").format(unit=self._unit) if self._unit else tr("Dose")
        painter.setPen(QColor(colors.text2))
        place = QRectF(area.left(), area.bottom() + 20, area.width(), 18)
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, title)


def _step(highest: float) -> float:
    """Return a round distance between lines so that there are about as many as wanted."""
    wanted = highest / _LINES
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(next(one * power for one in _STEPS if one * power >= wanted))
