"""The histogram of the slice or of the whole stack, with the window as two lines that can be dragged, and statistics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.imaging.colour import takes_window
from viewer.imaging.histogram import PERCENTILES, Histogram, histogram
from viewer.imaging.shown_values import ShownScale, modality_picture
from viewer.loading.store import Delivered, Store
from viewer.loading.wanted import is_on_a_pane
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, WindowChoice
from viewer.scene.color_bars import pane_bar
from viewer.scene.plain_words import NO_BREAK_SPACE, count, decimal
from viewer.ui.parts import SegmentedChoice, divider, label
from viewer.ui.take_window import take_window
from viewer.ui.theme.current import tokens

Of = Literal["slice", "stack"]
Line = Literal["low", "high", "both"]
_MOST_FRAMES = 48
_PIXELS_A_FRAME = 40_000
_GRAB = 8
_MARGIN = 10
_LATER_MS = 60
_BETWEEN = 12
"""Between the columns of the statistics."""
_TEXT_MARGIN = 6
"""Left of the number in a spin box: Qt leaves out the padding of the style sheet there."""


def tr(text: str) -> str:
    """Translate a text of the histogram."""
    return QCoreApplication.translate("Histogram", text)


@dataclass(frozen=True, eq=False)
class Counted:
    """A histogram, from how many of how many slices it is, and how its values are said."""

    found: Histogram | None
    slices: int
    of_slices: int
    scale: ShownScale


def counted(state: ReadingState, store: Store, of: Of) -> Counted | None:
    """Return the histogram of the active viewport; None without a grey image. A stack is sampled from what is loaded."""
    stack, shown = state.stack_of(state.pane), state.frame_of(state.pane)
    if stack is None or shown is None:
        return None
    frames = [shown]
    if of == "stack":
        held = [frame for frame in stack.frames if store.has(frame)]
        chosen = np.unique(np.linspace(0, len(held) - 1, min(_MOST_FRAMES, len(held))).round().astype(int))
        frames = [held[place] for place in chosen.tolist()]
    pictures = []
    for frame in frames:
        attributes, decoded = store.attributes(frame.instance), store.frame(frame)
        if not isinstance(attributes, ImageAttributes) or not isinstance(decoded, DecodedFrame):
            continue
        if not takes_window(attributes) or decoded.stored.ndim != 2:
            return None
        values = modality_picture(decoded, attributes, index=frame.index)
        step = max(1, round((values.size / _PIXELS_A_FRAME) ** 0.5)) if of == "stack" else 1
        pictures.append(values[::step, ::step])
    bar = pane_bar(state, state.pane, store)
    scale = bar.scale if bar is not None else ShownScale()
    return Counted(histogram(pictures), len(pictures), len(stack.frames), scale)


class Chart(QWidget):
    """The bars and the two lines. ``moved`` tells the ends of the window as modality values."""

    moved = Signal(float, float)
    let_go = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(QSize(420, 180))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Histogram"))
        self._found: Histogram | None = None
        self._ends: tuple[float, float] | None = None
        self._logarithmic = True
        self._held: tuple[Line, float, tuple[float, float]] | None = None

    def show_counts(self, found: Histogram | None, ends: tuple[float, float] | None, *, logarithmic: bool) -> None:
        """Show counts and the ends of the window, as modality values."""
        self._found, self._ends, self._logarithmic = found, ends, logarithmic
        self.update()

    def place_of(self, value: float) -> float:
        """Return where a value stands, in pixels from the left."""
        low, high = self._range()
        return _MARGIN + (value - low) / (high - low) * (self.width() - 2 * _MARGIN)

    def value_at(self, x: float) -> float:
        """Return the value at pixels from the left."""
        low, high = self._range()
        return low + (x - _MARGIN) / max(self.width() - 2 * _MARGIN, 1) * (high - low)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colors = QPainter(self), tokens()
        painter.fillRect(self.rect(), QColor(colors.bg0))
        if self._found is not None:
            self._paint_counts(painter, self._found)
        if self._ends is not None:
            self._paint_window(painter, self._ends)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position().x())
        if line is not None and self._ends is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = (line, self.value_at(event.position().x()), self._ends)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._held is None:
            line = self._line_at(x)
            shape = Qt.CursorShape.ArrowCursor
            if line is not None:
                shape = Qt.CursorShape.SizeHorCursor if line != "both" else Qt.CursorShape.OpenHandCursor
            self.setCursor(shape)
            return
        line, start, (low, high) = self._held
        by = self.value_at(x) - start
        low, high = low + (by if line != "high" else 0.0), high + (by if line != "low" else 0.0)
        least = abs(self._range()[1] - self._range()[0]) * 1e-4
        if high - low >= least:
            self.moved.emit(low, high)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.let_go.emit()

    def _range(self) -> tuple[float, float]:
        """Return the values at both sides: all that occur; lines beyond them stand at the edge."""
        return (self._found.low, self._found.high) if self._found is not None else (0.0, 1.0)

    def _line_at(self, x: float) -> Line | None:
        if self._ends is None or self._found is None:
            return None
        low, high = (self._inside(self.place_of(value)) for value in self._ends)
        nearest = min((abs(x - high), "high"), (abs(x - low), "low"))
        if nearest[0] <= _GRAB:
            return "high" if nearest[1] == "high" else "low"
        return "both" if low < x < high else None

    def _inside(self, x: float) -> float:
        return min(max(x, _MARGIN), self.width() - _MARGIN)

    def _paint_counts(self, painter: QPainter, found: Histogram) -> None:
        heights = np.log1p(found.counts) if self._logarithmic else found.counts.astype(float)
        tallest = float(heights.max()) or 1.0
        room, wide = self.height() - 2 * _MARGIN, (self.width() - 2 * _MARGIN) / len(heights)
        color = QColor(tokens().text3)
        for number in np.flatnonzero(heights).tolist():
            tall = float(heights[number]) / tallest * room
            left = _MARGIN + number * wide
            painter.fillRect(QRectF(left, self.height() - _MARGIN - tall, max(wide, 1.0), tall), color)

    def _paint_window(self, painter: QPainter, ends: tuple[float, float]) -> None:
        low, high = (self._inside(self.place_of(value)) for value in ends)
        veil = QColor(tokens().bg0)
        veil.setAlphaF(0.6)
        top, tall = 0.0, float(self.height())
        painter.fillRect(QRectF(0, top, low, tall), veil)
        painter.fillRect(QRectF(high, top, self.width() - high, tall), veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens().accent), 1.5))
        # How grey grows between the ends, as the eye knows it from a window.
        painter.drawLine(QPointF(low, tall - _MARGIN), QPointF(high, _MARGIN))
        for x in (low, high):
            painter.drawLine(QPointF(x, 0), QPointF(x, tall))


class HistogramDialog(QDialog):
    """The window beside the images; it follows the active viewport until it is closed."""

    def __init__(self, reading: Reading, store: Store, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Histogram"))
        self._reading, self._store = reading, store
        self._counted: Counted | None = None
        self._step = 0
        self.chart = Chart()
        self._of: Of = "slice"
        self.of = SegmentedChoice((("slice", tr("Slice")), ("stack", tr("Stack"))), tr("Counted"))
        self.of.set_value("slice")
        self.of.chosen.connect(self.count_of)
        self.logarithmic = QCheckBox(tr("Logarithmic"))
        self.logarithmic.setChecked(True)
        self.low, self.high = _number(tr("Black at")), _number(tr("White at"))
        self.head, self.note = label("", "head"), label("", "caption")
        self._values: dict[str, QLabel] = {}
        self._lay_out()
        self.chart.moved.connect(self._take_ends)
        self.chart.let_go.connect(self._end_drag)
        self.logarithmic.toggled.connect(self.refresh)
        for spin in (self.low, self.high):
            spin.editingFinished.connect(self._take_numbers)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(self.refresh)
        self._stops: list[Callable[[], None]] = [reading.connect(self._follow), store.listen(self._take)]
        self.refresh()

    def refresh(self) -> None:
        """Count anew and show it."""
        self._later.stop()
        state = self._reading.state
        self._counted = counted(state, self._store, self._of)
        ends = self._ends(state)
        found = self._counted.found if self._counted is not None else None
        self.chart.show_counts(found, ends if found is not None else None, logarithmic=self.logarithmic.isChecked())
        self._show_numbers(ends)
        self._show_statistics(found)

    def count_of(self, of: Of) -> None:
        """Count the slice or the stack."""
        self._of = of
        self.of.set_value(of)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop following."""
        self.stop()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """Stop following however it is closed."""
        self.stop()
        super().done(result)

    def stop(self) -> None:
        """Follow the reading no longer."""
        self._later.stop()
        for stop in self._stops:
            stop()
        self._stops = []

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.of)
        top.addWidget(self.logarithmic)
        top.addStretch()
        top.addWidget(self.head)
        ends = QHBoxLayout()
        for text, spin in ((tr("Black at"), self.low), (tr("White at"), self.high)):
            words = label(text, "second")
            words.setBuddy(spin)
            ends.addWidget(words)
            ends.addWidget(spin)
            ends.addSpacing(8)
        ends.addStretch()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        names = [tr("Pixels"), tr("Mean"), tr("Deviation"), tr("Lowest"), tr("Highest")]
        names += [tr("{percent} %").format(percent=f"{one:g}") for one in PERCENTILES]
        for place, name in enumerate(names):
            row, column = place % 4, place // 4 * 3
            value = label("–", "head")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._values[name] = value
            grid.addWidget(label(name, "second"), row, column)
            grid.addWidget(value, row, column + 1)
            grid.setColumnStretch(column + 1, 1)
            grid.setColumnMinimumWidth(column + 2, _BETWEEN)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(16, 14, 16, 14)
        column_of.setSpacing(10)
        column_of.addLayout(top)
        column_of.addWidget(self.chart, 1)
        column_of.addLayout(ends)
        column_of.addWidget(divider())
        column_of.addLayout(grid)
        column_of.addWidget(self.note)

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.panes is not new.panes or old.active_pane != new.active_pane or old.content is not new.content:
            if old.pane.frame == new.pane.frame and old.pane.stack_id == new.pane.stack_id and self._counted is not None:
                ends = self._ends(new)
                self.chart.show_counts(self._counted.found, ends, logarithmic=self.logarithmic.isChecked())
                self._show_numbers(ends)
            else:
                self._later.start()

    def _take(self, what: Delivered) -> None:
        if what.kind == "frame" and (self._of == "stack" or is_on_a_pane(self._reading.state, what.key)):
            self._later.start()

    def _ends(self, state: ReadingState) -> tuple[float, float] | None:
        bar = pane_bar(state, state.pane, self._store)
        return (bar.low, bar.high) if bar is not None else None

    def _take_ends(self, low: float, high: float) -> None:
        choice = WindowChoice("user", center=(low + high) / 2, width=high - low)
        take_window(self._reading, self._store, choice, merge_key=f"histogram:{self._step}")

    def _end_drag(self) -> None:
        self._step += 1

    def _take_numbers(self) -> None:
        if self._counted is None:
            return
        low, high = (self._counted.scale.back(spin.value()) for spin in (self.low, self.high))
        before = self._ends(self._reading.state)
        if before is None or high <= low or np.allclose((low, high), before, rtol=1e-4, atol=abs(high - low) * 1e-4):
            return
        self._take_ends(low, high)
        self._end_drag()

    def _show_numbers(self, ends: tuple[float, float] | None) -> None:
        scale = self._counted.scale if self._counted is not None else ShownScale()
        for spin, value in zip((self.low, self.high), ends or (0.0, 0.0), strict=True):
            said = scale.of(value)
            spin.setEnabled(ends is not None)
            if spin.hasFocus() and spin.lineEdit().isModified():
                continue
            spin.blockSignals(True)
            spin.setDecimals(0 if ends is not None and abs(scale.of(ends[1]) - scale.of(ends[0])) >= 50 else 3)
            spin.setValue(said)
            spin.setSuffix(f"{NO_BREAK_SPACE}{scale.unit}" if scale.unit else "")
            spin.blockSignals(False)

    def _show_statistics(self, found: Histogram | None) -> None:
        state, scale = self._reading.state, self._counted.scale if self._counted is not None else ShownScale()
        self.head.setText(" ".join(filter(None, (scale.name, scale.unit))))
        texts = ["–"] * len(self._values)
        if found is not None:
            apart = abs(scale.factor) * max(found.high - found.low, 1e-12)
            digits = 1 if apart >= 50 else 3
            values = [found.mean, found.lowest, found.highest, *found.percentiles]
            whole = all(scale.of(value).is_integer() for value in (found.lowest, found.highest))
            said = [decimal(scale.of(found.mean), digits)]
            said += [decimal(scale.of(value), 0 if whole else digits) for value in values[1:]]
            deviation = decimal(found.deviation * abs(scale.factor), digits)
            texts = [count(found.pixels), said[0], deviation, *said[1:]]
        for value, text in zip(self._values.values(), texts, strict=True):
            value.setText(text)
        if self._counted is None or state.frame_of(state.pane) is None:
            self.note.setText(tr("There is no grey image in the active viewport."))
        elif self._of == "stack":
            self.note.setText(
                tr("Sampled from {number} of {all} slices. Padding does not count.").format(
                    number=count(self._counted.slices), all=count(self._counted.of_slices)
                )
            )
        else:
            self.note.setText(tr("Every pixel of this slice. Padding does not count."))


def _number(name: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(-1e9, 1e9)
    spin.setKeyboardTracking(False)
    spin.setAccessibleName(name)
    spin.setMinimumWidth(110)
    spin.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)
    return spin
