"""The plot of a group of waveform channels: lanes below one another over one time axis, on paper where it is an ECG."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea

from viewer.domain.content_words import sensible_digits
from viewer.domain.waveform import Samples, Waveform
from viewer.scene.plain_words import plain
from viewer.ui.document.traces import (
    MM_A_MILLIVOLT,
    TraceLayout,
    columns_of,
    fitting_zoom,
    laid_out,
    millivolts,
    time_step,
    value_span,
)
from viewer.ui.document.words import tr
from viewer.ui.theme.current import metrics, tokens
from viewer.ui.theme.fonts import font

Values = NDArray[np.floating[Any]]

_AXIS: Final = 22
_NAMES: Final = 116
_STEP: Final = 1.25
_SMALLEST_ZOOM, _LARGEST_ZOOM = 1e-4, 400.0
_FINE_GRID_FROM: Final = 2.6
_DOTS_FROM: Final = 6.0
_SCROLL: Final = 40
_TICK: Final = 7


class SignalView(QAbstractScrollArea):
    """The plot. ``pointed`` tells in words what is under the mouse."""

    pointed = Signal(str)
    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._waveform: Waveform | None = None
        self._group = 0
        self._samples: Samples | None = None
        self._spans: list[tuple[float, float]] = []
        self._zoom: float | None = None
        self._layout: TraceLayout | None = None
        self._mouse: QPointF | None = None
        self._marked: float | None = None
        self.setAccessibleName(tr("Plot of the waveform"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def show_samples(self, waveform: Waveform, samples: Samples) -> None:
        """Show a group of channels, the whole time fitted to the width where that can be read."""
        self._waveform, self._group, self._samples = waveform, samples.group, samples
        self._spans = [value_span(row) for row in samples.values]
        self._zoom, self._marked = None, None
        self._lay_out()
        self.horizontalScrollBar().setValue(0)
        self.verticalScrollBar().setValue(0)

    @property
    def speed(self) -> str:
        """Words for the scale of the plot."""
        layout = self._layout
        if layout is None:
            return ""
        if layout.mm_px:
            return tr("25 mm/s · 10 mm/mV")
        return tr("{number} s a screen").format(number=f"{self.viewport().width() / layout.second_px:.3g}")

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle of the view."""
        if self._layout is not None:
            self._zoom_at(factor, self.viewport().width() / 2)

    def fit_width(self) -> None:
        """Fit the whole time to the width."""
        self._zoom = None
        self._lay_out()

    def go_to_time(self, seconds: float) -> None:
        """Bring a moment into the middle and mark it."""
        self._marked = seconds
        if self._layout is not None:
            middle = seconds * self._layout.second_px - (self.viewport().width() - _NAMES) / 2
            self.horizontalScrollBar().setValue(round(middle))
        self.viewport().update()

    def _lay_out(self) -> None:
        if self._waveform is None or self._samples is None:
            return
        group, view = self._waveform.groups[self._group], self.viewport()
        zoom = self._zoom
        if zoom is None:
            zoom = fitting_zoom(self._waveform, group, view.width() - _NAMES - 12)
        self._layout = laid_out(self._waveform, group, zoom)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, max(math.ceil(self._layout.width) + _NAMES + 12 - view.width(), 0))
        across.setPageStep(max(view.width() - _NAMES, 1))
        across.setSingleStep(_SCROLL)
        down.setRange(0, max(math.ceil(self._layout.height) + _AXIS - view.height(), 0))
        down.setPageStep(view.height())
        down.setSingleStep(_SCROLL)
        view.update()
        self.moved.emit()

    def _zoom_at(self, factor: float, x: float) -> None:
        layout = self._layout
        if layout is None:
            return
        seconds = (x - _NAMES + self.horizontalScrollBar().value()) / layout.second_px
        zoom = layout.second_px / 25.0 * factor
        self._zoom = min(max(zoom, _SMALLEST_ZOOM), _LARGEST_ZOOM)
        self._lay_out()
        self.horizontalScrollBar().setValue(round(seconds * self._layout.second_px - x + _NAMES) if self._layout else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        del dx, dy
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_at(_STEP if event.angleDelta().y() > 0 else 1 / _STEP, event.position().x())
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        across = self.horizontalScrollBar()
        moves = {
            Qt.Key.Key_Left: across.value() - _SCROLL,
            Qt.Key.Key_Right: across.value() + _SCROLL,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: across.maximum(),
        }
        if event.key() in moves:
            across.setValue(moves[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Plus:
            self.zoom_by(_STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_by(1 / _STEP)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        self.pointed.emit(self.words_at(event.position()))
        self.viewport().update()

    def leaveEvent(self, event: object) -> None:
        del event
        self._mouse = None
        self.pointed.emit("")
        self.viewport().update()

    def words_at(self, point: QPointF) -> str:
        """Return time, channel and value at a point of the view; empty where there is none."""
        layout, samples = self._layout, self._samples
        if layout is None or samples is None:
            return ""
        seconds = (point.x() - _NAMES + self.horizontalScrollBar().value()) / layout.second_px
        channel = int((point.y() + self.verticalScrollBar().value()) // layout.lane_px)
        sample = math.floor(seconds * layout.group.frequency_hz)
        if not (0 <= channel < len(layout.group.channels) and 0 <= sample < samples.values.shape[1]):
            return ""
        described, value = layout.group.channels[channel], float(samples.values[channel, sample])
        shown = "–" if math.isnan(value) else f"{sensible_digits(f'{value:.6g}')} {described.unit}".strip()
        return f"{seconds:.3f} s · {plain(described.label)} · {shown}"

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        ink = tokens()
        painter.fillRect(self.viewport().rect(), QColor(ink.bg1))
        layout = self._layout
        if layout is not None and self._samples is not None:
            painter.setFont(font(11))
            left, top = self.horizontalScrollBar().value() - _NAMES, self.verticalScrollBar().value()
            plot = QRectF(_NAMES, 0, self.viewport().width() - _NAMES, self.viewport().height() - _AXIS)
            painter.save()
            painter.setClipRect(plot)
            painter.translate(-left, -top)
            self._paint_grid(painter, layout, plot.translated(left, top))
            for channel in range(len(layout.group.channels)):
                if top - layout.lane_px < layout.lane_px * channel < top + plot.height() + layout.lane_px:
                    self._paint_channel(painter, layout, channel, (left + _NAMES, plot.width()))
            self._paint_moments(painter, layout, plot.translated(left, top))
            painter.restore()
            self._paint_names(painter, layout, top)
            self._paint_axis(painter, layout, left)
        painter.end()

    def _paint_grid(self, painter: QPainter, layout: TraceLayout, area: QRectF) -> None:
        ink = tokens()
        end = min(area.right(), layout.width)
        bottom = min(area.bottom(), layout.height)
        if layout.mm_px:
            fine = layout.mm_px >= _FINE_GRID_FROM
            for every, color in ((1, ink.line), (5, ink.line2)) if fine else ((5, ink.line2),):
                step = layout.mm_px * every
                columns = np.arange(math.floor(area.left() / step), math.ceil(end / step) + 1) * step
                rows = np.arange(math.floor(area.top() / step), math.ceil(bottom / step) + 1) * step
                painter.setPen(QPen(QColor(color), 0))
                painter.drawLines([QLineF(x, area.top(), x, bottom) for x in columns.tolist() if x <= end + 1])
                painter.drawLines([QLineF(area.left(), y, end, y) for y in rows.tolist() if y <= bottom + 1])
            return
        step = time_step(layout.second_px) * layout.second_px
        painter.setPen(QPen(QColor(ink.line), 0))
        columns = np.arange(math.floor(area.left() / step), math.ceil(end / step) + 1) * step
        painter.drawLines([QLineF(x, area.top(), x, bottom) for x in columns.tolist()])
        painter.setPen(QPen(QColor(ink.line2), 0))
        for channel in range(1, len(layout.group.channels)):
            painter.drawLine(QLineF(area.left(), layout.lane_px * channel, end, layout.lane_px * channel))

    def _heights(self, layout: TraceLayout, channel: int, values: Values) -> Values:
        """Return at which height of the plot values of a channel lie."""
        if layout.mm_px:
            scale = (millivolts(layout.group.channels[channel]) or 1.0) * MM_A_MILLIVOLT * layout.mm_px
            return layout.middle(channel) - values * scale
        low, high = self._spans[channel]
        inner = layout.lane_px * 0.84
        return layout.lane_px * (channel + 0.92) - (values - low) / (high - low) * inner

    def _paint_channel(self, painter: QPainter, layout: TraceLayout, channel: int, seen: tuple[float, float]) -> None:
        assert self._samples is not None
        values = self._samples.values[channel]
        sample_px = layout.second_px / layout.group.frequency_hz
        skew_px = layout.group.channels[channel].skew_s * layout.second_px
        painter.setPen(QPen(QColor(tokens().text1), 1.2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if sample_px >= 1.0:
            first = max(math.floor((seen[0] - skew_px) / sample_px) - 1, 0)
            last = min(math.ceil((seen[0] + seen[1] - skew_px) / sample_px) + 2, len(values))
            xs = np.arange(first, last) * sample_px + skew_px
            self._lines(painter, xs, self._heights(layout, channel, values[first:last]), dots=sample_px >= _DOTS_FROM)
        else:
            found = columns_of(values, sample_px, max(math.floor(seen[0] - skew_px), 0), math.ceil(seen[1]) + 1)
            xs = np.arange(found.first, found.first + len(found.low)) + skew_px + 0.5
            ups, downs = self._heights(layout, channel, found.high), self._heights(layout, channel, found.low)
            some = np.isfinite(ups)
            painter.drawLines(
                [
                    QLineF(x, up, x, max(down, up + 0.8))
                    for x, up, down in zip(xs[some].tolist(), ups[some].tolist(), downs[some].tolist(), strict=True)
                ]
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    @staticmethod
    def _lines(painter: QPainter, xs: Values, ys: Values, *, dots: bool) -> None:
        """Draw lines from sample to sample, broken where there is none."""
        breaks = np.flatnonzero(~np.isfinite(ys))
        for part in np.split(np.arange(len(ys)), breaks):
            points = [QPointF(xs[n], ys[n]) for n in part.tolist() if math.isfinite(ys[n])]
            if len(points) > 1:
                painter.drawPolyline(QPolygonF(points))
            for point in points if dots else ():
                painter.drawRect(QRectF(point.x() - 1, point.y() - 1, 2, 2))

    def _paint_moments(self, painter: QPainter, layout: TraceLayout, area: QRectF) -> None:
        """Paint short ticks where annotations point, and the moment that was gone to as a line."""
        ink = tokens()
        assert self._waveform is not None
        painter.setPen(QPen(QColor(ink.accent), 0))
        for note in self._waveform.annotations:
            if not note.times_s or not any(group == self._group + 1 for group, _ in note.channels):
                continue
            for seconds in note.times_s:
                x = seconds * layout.second_px
                if area.left() <= x <= area.right():
                    painter.drawLine(QLineF(x, area.top(), x, area.top() + _TICK))
        if self._marked is not None:
            painter.setPen(QPen(QColor(ink.accent), 2))
            x = self._marked * layout.second_px
            painter.drawLine(QLineF(x, area.top(), x, min(area.bottom(), layout.height)))

    def _paint_names(self, painter: QPainter, layout: TraceLayout, top: float) -> None:
        ink, words = tokens(), QFontMetrics(painter.font())
        painter.fillRect(QRectF(0, 0, _NAMES, self.viewport().height()), QColor(ink.bg1))
        line = metrics().px(15)
        for place, channel in enumerate(layout.group.channels):
            middle = layout.middle(place) - top
            if not -layout.lane_px < middle < self.viewport().height() + layout.lane_px:
                continue
            painter.setPen(QColor(ink.text1))
            name = words.elidedText(plain(channel.label), Qt.TextElideMode.ElideRight, _NAMES - 20)
            both = layout.lane_px >= 2 * line
            painter.drawText(QPointF(12, middle + (0 if both else line / 3)), name)
            if both:
                painter.setPen(QColor(ink.text3))
                low, high = (sensible_digits(f"{value:.6g}") for value in self._spans[place])
                unit = channel.unit or tr("no unit")
                told = unit if layout.mm_px else f"{low} … {high} {unit}"
                painter.drawText(
                    QPointF(12, middle + line), words.elidedText(told, Qt.TextElideMode.ElideRight, _NAMES - 20)
                )

    def _paint_axis(self, painter: QPainter, layout: TraceLayout, left: float) -> None:
        ink, top = tokens(), self.viewport().height() - _AXIS
        painter.fillRect(QRectF(0, top, self.viewport().width(), _AXIS), QColor(ink.bg2))
        painter.setPen(QColor(ink.text2))
        step = time_step(layout.second_px)
        number = max(math.ceil((left + _NAMES) / layout.second_px / step), 0)
        while (x := number * step * layout.second_px - left) < self.viewport().width():
            if number * step > layout.group.duration_s + 1e-9:
                break
            painter.drawLine(QLineF(x, top, x, top + 4))
            painter.drawText(QPointF(x + 3, top + _AXIS - 7), f"{number * step + layout.group.offset_s:.6g} s")
            number += 1
