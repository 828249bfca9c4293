"""The slice strip beside a viewport: where in the stack results lie and the pane stands; click jumps, drag scrolls."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from viewer.domain.decision import Verdict
from viewer.reading.changes.workspace import set_active_pane
from viewer.reading.key_images import go_to, scroll
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_at_hand, ticks_on
from viewer.scene.strip import Strip, strip_of
from viewer.ui.slice.frame_words import translated
from viewer.ui.theme.tokens import DARK, ON_IMAGE
from viewer.ui.turns import Later
from viewer.ui.wheel_steps import WheelSteps

WIDTH = 18
_LANE_LEFT, _LANE_WIDTH = 2.0, 2.0
_PRESENCE_LEFT, _PRESENCE_WIDTH = 6.0, 6.0
_SELECTED_LEFT, _SELECTED_WIDTH = 13.0, 3.0
_KEY_WIDTH = 6.0
_TICK_LEFT = 10.0
_MARGIN = 4.0
_TICKS_MS = 250
"""While a study is read its findings change with every object: they are shown when that has calmed down a little."""


class SliceStrip(QWidget):
    """The strip of one pane; takes no room when the stack has a single frame."""

    def __init__(self, reading: Reading, pane: int) -> None:
        super().__init__()
        self._reading, self._pane = reading, pane
        self._strip: Strip | None = None
        self._wheel = WheelSteps()
        self.setFixedWidth(WIDTH)
        self._ticks: Mapping[int, Verdict] = {}
        self._lanes_of: tuple[object, ...] = ()
        self._lanes = QPixmap()
        self._ticked = ""
        """Id of the stack of the ticks."""
        self._ticks_later = Later(self, self._take_ticks, wait_ms=_TICKS_MS)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(translated("Slice strip"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        """Return the fixed width."""
        return QSize(WIDTH, 64)

    def on_changed(self, old: ReadingState, new: ReadingState) -> None:
        """Follow a change of the reading."""
        del old
        if self._pane >= len(new.panes):
            return
        strip = strip_of(new, self._pane)
        self._strip = strip
        self.setVisible(strip is not None)
        self._ticks_later.ask()
        self.update()

    def _take_ticks(self) -> None:
        """Find where findings lie; while these are being worked out again, what stood on this stack stays."""
        state = self._reading.state
        if self._pane >= len(state.panes):
            return
        stack = state.stack_of(state.panes[self._pane])
        stack_id = stack.id if stack is not None else ""
        if findings_at_hand(state) is None and stack_id == self._ticked and not state.overlays_hidden:
            return
        ticks = ticks_on(state, stack_id)
        self._ticked = stack_id
        if ticks != self._ticks:
            self._ticks = ticks
            self.update()

    def place_at(self, y: float) -> int:
        """Return the 0-based frame at a height of the widget."""
        count = self._strip.count if self._strip is not None else 1
        share = (y - _MARGIN) / max(self.height() - 2 * _MARGIN, 1.0)
        return int(np.clip(np.floor(share * count), 0, count - 1))

    def top_of(self, place: float) -> float:
        """Return the height at which a 0-based frame begins."""
        count = self._strip.count if self._strip is not None else 1
        return _MARGIN + (self.height() - 2 * _MARGIN) * place / count

    def _middle_of(self, place: int) -> float:
        return (self.top_of(place) + self.top_of(place + 1)) / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lanes and the bar that says where the pane stands."""
        del event
        painter = QPainter(self)
        strip, state = self._strip, self._reading.state
        if strip is None or self._pane >= len(state.panes):
            painter.fillRect(self.rect(), QColor(ON_IMAGE.strip))
            return
        lanes = (strip, self._ticks, self.size(), self.devicePixelRatioF())
        if self._lanes_of != lanes:
            # They stay while slices pass by, hundreds of pieces of them.
            self._lanes_of, self._lanes = lanes, self._paint_lanes(strip)
        painter.drawPixmap(0, 0, self._lanes)
        middle = self._middle_of(state.panes[self._pane].frame)
        painter.fillRect(QRectF(0.0, round(middle - 1.5), WIDTH, 3.0), QColor(ON_IMAGE.selected))
        painter.end()

    def _paint_lanes(self, strip: Strip) -> QPixmap:
        ratio = self.devicePixelRatioF()
        lanes = QPixmap(self.size() * ratio)
        lanes.setDevicePixelRatio(ratio)
        lanes.fill(QColor(ON_IMAGE.strip))
        painter = QPainter(lanes)
        for first, last in _runs(strip.evaluated):
            self._lane(painter, first, last, _LANE_LEFT, _LANE_WIDTH, ON_IMAGE.ai)
        most = max(int(strip.parts.max()), 1)
        for first, last, count in _runs_of_value(strip.parts):
            width = 1.0 + (_PRESENCE_WIDTH - 1.0) * count / most
            self._lane(painter, first, last, _PRESENCE_LEFT, width, ON_IMAGE.presence)
        color = QColor(*strip.selected_color).name() if strip.selected_color is not None else ON_IMAGE.text_second
        for first, last in _runs(strip.selected):
            self._lane(painter, first, last, _SELECTED_LEFT, _SELECTED_WIDTH, color)
        for marked, color in ((strip.keys, ON_IMAGE.text), (strip.rejected, DARK.error)):
            for place in (place for _, frames in marked for place in np.flatnonzero(frames).tolist()):
                self._tick(painter, place, WIDTH - _KEY_WIDTH, color)
        for place, verdict in self._ticks.items():
            self._tick(painter, place, _TICK_LEFT, getattr(DARK, verdict))
        painter.end()
        return lanes

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to the frame."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._reading.apply(set_active_pane, self._pane)
            self._reading.apply(go_to, self._pane, self.place_at(event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._reading.apply(go_to, self._pane, self.place_at(event.position().y()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; fine wheels and touch pads add up to whole steps."""
        if steps := self._wheel.take(event):
            self._reading.apply(scroll, self._pane, -steps)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Show what lies on the slice under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().y()), self)
            return True
        return super().event(event)

    def words_at(self, y: float) -> str:
        """Return the tooltip at a height, plain text."""
        if self._strip is None:
            return ""
        place = self.place_at(y)
        words = [translated("Slice {number}").format(number=place + 1)]
        names, more = self._strip.names_on(place)
        words.extend(names)
        words += [
            translated("key image: {title}").format(title=title) for title, frames in self._strip.keys if frames[place]
        ]
        words += [
            translated("rejected: {title}").format(title=title) for title, frames in self._strip.rejected if frames[place]
        ]
        if more:
            words.append(translated("and {count} more").format(count=more))
        if self._strip.evaluated.any() and not self._strip.evaluated[place]:
            words.append(translated("not named by the AI result: perhaps not evaluated"))
        # An escaped text is shown as text: names come from files.
        return "\n".join(words).replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")

    def _tick(self, painter: QPainter, place: int, left: float, color: str) -> None:
        painter.fillRect(QRectF(left, round(self._middle_of(place) - 1), WIDTH - left, 2.0), QColor(color))

    def _lane(self, painter: QPainter, first: int, last: int, left: float, width: float, color: str) -> None:
        top, bottom = self.top_of(first), self.top_of(last + 1)
        painter.fillRect(QRectF(left, top, width, max(bottom - top, 1.0)), QColor(color))


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (first, last) of every run of True."""
    padded = np.concatenate([[False], mask, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _runs_of_value(values: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return (first, last, value) of every run of equal values that are not 0."""
    starts = np.concatenate([[0], np.flatnonzero(np.diff(values)) + 1, [len(values)]])
    return [(int(first), int(end) - 1, int(values[first])) for first, end in pairwise(starts.tolist()) if values[first]]
