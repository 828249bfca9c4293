"""The second slider, under a viewport: through the times, echoes, b-values ... of one place."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from viewer.domain.dimensions import Axis
from viewer.reading.changes.volumes import axes_of_pane, set_volume, step_volume
from viewer.reading.changes.workspace import set_active_pane
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.dimension_words import axis_words
from viewer.ui.image_words import image_font, text_width
from viewer.ui.plain_text import tooltip
from viewer.ui.slice.frame_words import elided, translated
from viewer.ui.theme.current import metrics
from viewer.ui.theme.tokens import ON_IMAGE
from viewer.ui.wheel_steps import WheelSteps

ROW = 26
_MARGIN = 11
_GAP = 14
_TICK_ROOM = 4.0
"""Ticks nearer than this (logical pixels) would be a grey bar: then there are none."""
_SHARE = 0.6
"""The words take no more of the width than this."""
_MEASURED = 400
"""So many volumes are measured for the width of the words, evenly picked."""


class VolumeSlider(QWidget):
    """The sliders of one pane, a row for each axis; takes no room where the stack is alone."""

    def __init__(self, reading: Reading, pane: int) -> None:
        super().__init__()
        self._reading, self._pane = reading, pane
        self._axes: tuple[Axis, ...] = ()
        self._dragged: int | None = None
        self._wheel = WheelSteps()
        self._library = reading.state.content.library
        self._said: dict[tuple[str, tuple[str, ...], int], str] = {}
        self._widths: dict[tuple[str, tuple[str, ...], int], float] = {}
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setVisible(False)

    def sizeHint(self) -> QSize:
        """Return the height that the rows take."""
        return QSize(120, self._row_height() * len(self._axes))

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What the rows go through."""
        return self._axes

    def on_changed(self, new: ReadingState) -> None:
        """Follow a change of the reading."""
        axes = axes_of_pane(new, self._pane)
        if axes == self._axes and new.content.library is self._library:
            return
        if new.content.library is not self._library:
            self._library = new.content.library
            self._said.clear()
            self._widths.clear()
        self._axes = axes
        self.setFixedHeight(max(self._row_height() * len(axes), 1))
        self.setVisible(bool(axes))
        self.setAccessibleName(" · ".join(self.words(way) for way in range(len(axes))))
        self.update()

    def words(self, way: int) -> str:
        """Return what a row says now."""
        return self._words_at(way, self._axes[way].place)

    def place_at(self, way: int, x: float) -> int:
        """Return the 0-based volume of a row at a horizontal position."""
        left, width = self._track()
        count = len(self._axes[way].stack_ids)
        return max(0, min(round((x - left) / max(width, 1.0) * (count - 1)), count - 1))

    def x_of(self, way: int, place: int) -> float:
        """Return the horizontal position of a 0-based volume of a row."""
        left, width = self._track()
        return left + width * place / max(len(self._axes[way].stack_ids) - 1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint words, track, ticks and the bar that says which volume is shown."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(ON_IMAGE.strip))
        for way, axis in enumerate(self._axes):
            self._paint_row(painter, way, axis)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the volume."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._reading.apply(set_active_pane, self._pane)
            self._dragged = self._row_at(event.position().y())
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        del event
        self._dragged = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step; fine wheels and touch pads add up to whole steps."""
        if steps := self._wheel.take(event):
            self._reading.apply(step_volume, self._pane, -steps, self._row_at(event.position().y()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Say what the volume under the mouse is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._axes:
            way = self._row_at(event.pos().y())
            words = self._words_at(way, self.place_at(way, event.pos().x()))
            QToolTip.showText(event.globalPos(), tooltip(words), self)
            return True
        return super().event(event)

    def _go(self, x: float) -> None:
        if self._dragged is not None and self._dragged < len(self._axes):
            self._reading.apply(set_volume, self._pane, self._dragged, self.place_at(self._dragged, x))

    def _row_at(self, y: float) -> int:
        return max(0, min(int(y / self._row_height()), len(self._axes) - 1))

    def _row_height(self) -> int:
        return metrics().px(ROW)

    def _words_at(self, way: int, place: int) -> str:
        axis = self._axes[way]
        key = (axis.keyword, axis.stack_ids, place)
        if key not in self._said:
            stack = self._library.stack(axis.stack_ids[place])
            self._said[key] = axis_words(stack, replace(axis, place=place), translated) if stack is not None else ""
        return self._said[key]

    def _words_width(self, way: int) -> float:
        axis = self._axes[way]
        key = (axis.keyword, axis.stack_ids, metrics().px(12))
        if key not in self._widths:
            count, used = len(axis.stack_ids), image_font(12, 500, 1.0)
            places = range(0, count, max(1, count // _MEASURED))
            self._widths[key] = max(text_width(self._words_at(way, place), used) for place in (*places, count - 1))
        return self._widths[key]

    def _track(self) -> tuple[float, float]:
        """Return (left, width) of the tracks: all begin at one place, which does not move while the words change."""
        room = self.width() - 2 * _MARGIN - _GAP
        words = min(max(map(self._words_width, range(len(self._axes)))) + 1, room * _SHARE)
        return _MARGIN + words + _GAP, max(room - words - 2, 1.0)

    def _paint_row(self, painter: QPainter, way: int, axis: Axis) -> None:
        height = self._row_height()
        top, middle = way * height, way * height + height / 2
        left, width = self._track()
        used = image_font(12, 500, 1.0)
        painter.setFont(used)
        painter.setPen(QColor(ON_IMAGE.text))
        words = QRectF(_MARGIN, top, left - _MARGIN - _GAP + 2, height)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, flags, elided(self.words(way), used, words.width()))
        painter.fillRect(QRectF(left, round(middle) - 1, width, 2), QColor(ON_IMAGE.presence))
        count = len(axis.stack_ids)
        if width / max(count - 1, 1) >= _TICK_ROOM:
            for place in range(count):
                painter.fillRect(
                    QRectF(round(self.x_of(way, place)) - 1, round(middle) - 4, 2, 8), QColor(ON_IMAGE.presence)
                )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        here = QPointF(round(self.x_of(way, axis.place)), round(middle))
        painter.fillRect(QRectF(here.x() - 2, here.y() - 8, 4, 16), QColor(ON_IMAGE.selected))
