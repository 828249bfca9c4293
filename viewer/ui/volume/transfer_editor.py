"""The editor of a transfer function: points dragged over the values, opacity upwards; the colour of each can be chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QColorDialog, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from viewer.domain.transfer import TransferFunction
from viewer.ui.parts import label
from viewer.ui.theme.current import tokens

_REACH, _RADIUS, _MARGIN = 9.0, 5.0, 12.0
_KEY_SHARE = 0.01
_SPARE = 0.08


def tr(text: str) -> str:
    """Translate a text of the 3D pane."""
    return QCoreApplication.translate("Volume", text)


class TransferCurve(QWidget):
    """The function over the values that it spans, with a handle at every point.

    Parameters
    ----------
    changed
        Called with every function that the reader makes; ``ended`` when a drag is over.
    """

    def __init__(
        self, function: TransferFunction, changed: Callable[[TransferFunction], None], ended: Callable[[], None]
    ) -> None:
        super().__init__()
        self._changed, self._ended = changed, ended
        self._dragged: int | None = None
        self.chosen = 0
        self.function = function
        values = [point.value for point in function.points]
        spare = (values[-1] - values[0]) * _SPARE
        self._span = (values[0] - spare, values[-1] + spare)
        self.setMinimumSize(QSize(360, 160))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Opacity by value"))
        self.setToolTip(tr("Drag a point. Left and Right choose one, Ctrl with the arrows moves it, Enter takes a colour."))

    def show_function(self, function: TransferFunction) -> None:
        """Show another function."""
        self.function = function
        self.update()

    def place_of(self, index: int) -> QPointF:
        """Return where the handle of a point is."""
        point, area = self.function.points[index], self._area()
        low, high = self._span
        return QPointF(
            area.left() + (point.value - low) / (high - low) * area.width(),
            area.bottom() - point.opacity * area.height(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, colours, curve and handles."""
        del event
        ink, area = tokens(), self._area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(ink.bg1))
        colors = QLinearGradient(area.topLeft(), area.topRight())
        low, high = self._span
        for point in self.function.points:
            colors.setColorAt(min(max((point.value - low) / (high - low), 0.0), 1.0), QColor(*point.color))
        painter.fillRect(QRectF(area.left(), area.bottom() + 3, area.width(), 6), colors)
        painter.setPen(QPen(QColor(ink.line2), 1))
        painter.drawRect(area)
        places = [self.place_of(index) for index in range(len(self.function.points))]
        path = [QPointF(area.left(), places[0].y()), *places, QPointF(area.right(), places[-1].y())]
        painter.setPen(QPen(QColor(ink.text2), 1.5))
        painter.drawPolyline(path)
        for index, place in enumerate(places):
            painter.setPen(QPen(QColor(ink.accent if index == self.chosen else ink.text1), 2 if index == self.chosen else 1))
            painter.setBrush(QColor(*self.function.points[index].color))
            painter.drawEllipse(place, _RADIUS, _RADIUS)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearest handle."""
        distances = [
            (self.place_of(index) - event.position()).manhattanLength() for index in range(len(self.function.points))
        ]
        nearest = min(range(len(distances)), key=distances.__getitem__)
        self._dragged = nearest if distances[nearest] <= 2 * _REACH else None
        if self._dragged is not None:
            self.chosen = self._dragged
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle that was taken."""
        if self._dragged is None:
            return
        area = self._area()
        low, high = self._span
        value = low + (event.position().x() - area.left()) / area.width() * (high - low)
        opacity = (area.bottom() - event.position().y()) / area.height()
        self._take(self.function.with_point(self._dragged, value=value, opacity=opacity))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._dragged = None
        self._ended()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Choose the colour of the point."""
        del event
        self._choose_color()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a point, move it, or choose its colour."""
        moved = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        sideways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        upwards = {Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}.get(Qt.Key(event.key()), 0)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose_color()
        elif moved and (sideways or upwards):
            point, (low, high) = self.function.points[self.chosen], self._span
            value = point.value + sideways * _KEY_SHARE * (high - low)
            self._take(self.function.with_point(self.chosen, value=value, opacity=point.opacity + upwards * _KEY_SHARE))
        elif sideways:
            self.chosen = min(max(self.chosen + sideways, 0), len(self.function.points) - 1)
            self.update()
        else:
            super().keyPressEvent(event)

    def _choose_color(self) -> None:
        point = self.function.points[self.chosen]
        color = QColorDialog.getColor(QColor(*point.color), self, tr("Colour of this value"))
        if color.isValid():
            changed = replace(point, color=(color.red(), color.green(), color.blue()))
            points = (*self.function.points[: self.chosen], changed, *self.function.points[self.chosen + 1 :])
            self._take(replace(self.function, points=points))
            self._ended()

    def _take(self, function: TransferFunction) -> None:
        self.show_function(function)
        self._changed(function)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN - 8)


class TransferEditor(QDialog):
    """The curve with what goes for all of it: back to the preset, denser or thinner, close."""

    def __init__(
        self,
        function: TransferFunction,
        parent: QWidget,
        *,
        changed: Callable[[TransferFunction | None], None],
        ended: Callable[[], None],
        preset: Callable[[], TransferFunction],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Colours and opacity"))
        self._changed, self._preset = changed, preset
        self.curve = TransferCurve(function, changed, ended)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(label(tr("Value to the right, opacity of a millimetre upwards."), "second"))
        column.addWidget(self.curve, 1)
        row = QHBoxLayout()
        for text, act in (
            (tr("Lower values"), lambda: self._change(lambda one: one.shifted(-self._step()))),
            (tr("Higher values"), lambda: self._change(lambda one: one.shifted(self._step()))),
            (tr("As the preset"), self._reset),
        ):
            button = QPushButton(text)
            button.clicked.connect(act)
            row.addWidget(button)
        row.addStretch(1)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.accept)
        row.addWidget(close)
        column.addLayout(row)

    def _step(self) -> float:
        points = self.curve.function.points
        return (points[-1].value - points[0].value) / 20

    def _change(self, how: Callable[[TransferFunction], TransferFunction]) -> None:
        function = how(self.curve.function)
        self.curve.show_function(function)
        self._changed(function)

    def _reset(self) -> None:
        self.curve.show_function(self._preset())
        self._changed(None)
