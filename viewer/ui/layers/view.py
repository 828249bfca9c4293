"""The tree of the layers panel: the mouse finds eye, swatch, tools and choices in the painted rows."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent

from viewer.ui.layers.areas import BAR, Areas, areas_of
from viewer.ui.layers.head_drag import HeadDrag, Neighbours
from viewer.ui.layers.row import LayerRow, tr
from viewer.ui.row_view import RowView
from viewer.ui.tree_model import NODE_ROLE

BARS = ("threshold", "fused_floor", "map_range")
"""Kinds of rows whose bar is a threshold, as wide as the row allows; elsewhere it is the opacity."""


class LayersView(RowView):
    """Signals carry the row concerned; the panel turns them into changes of the reading.

    Parameters
    ----------
    neighbours
        Among which objects one can change places; without it none can.
    """

    eye_clicked = Signal(object)
    swatch_clicked = Signal(object)
    jump_clicked = Signal(object)
    solo_clicked = Signal(object)
    bar_dragged = Signal(object, float)
    bar_released = Signal()
    choice_clicked = Signal(object, str)

    def __init__(self, neighbours: Neighbours = lambda _overlay: frozenset()) -> None:
        super().__init__()
        self.setAccessibleName(tr("Layers"))
        self._dragged: LayerRow | None = None
        self.head_drag = HeadDrag(self, neighbours)

    def opened(self) -> frozenset[Hashable]:
        """Return the keys of the objects that are open."""
        model = self.model()
        tops = [model.index(row, 0) for row in range(model.rowCount())]
        return frozenset(index.data(NODE_ROLE).key for index in tops if self.isExpanded(index))

    def is_worth_entering(self, index: QModelIndex) -> bool:
        """Say whether a row is a part or a measurement: what a filter looks for, not the heads above it."""
        return index.data(NODE_ROLE).kind in ("part", "measurement")

    def row_rect(self, index: QModelIndex) -> QRect:
        """Return the rectangle of a row after its branches, in the viewport."""
        return self.visualRect(index)

    def areas(self, index: QModelIndex) -> Areas:
        """Return where in a row what can be clicked, in the viewport."""
        rect = self.row_rect(index)
        return areas_of(index.data(NODE_ROLE), QRect(rect.x(), rect.y(), self.viewport().width() - rect.x(), rect.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current row in sight when the panel's foot grows."""
        current = self.currentIndex()
        was_seen = current.isValid() and QRect(QPoint(0, 0), event.oldSize()).intersects(self.visualRect(current))
        super().resizeEvent(event)
        if was_seen:
            self.scrollTo(current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and self._hit(index, event.position().toPoint()):
            event.accept()
            return
        super().mousePressEvent(event)
        node = index.data(NODE_ROLE)
        if event.button() == Qt.MouseButton.LeftButton and isinstance(node, LayerRow):
            self.head_drag.press(node, event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._drag_to(event.position().toPoint())
            event.accept()
            return
        if event.buttons() & Qt.MouseButton.LeftButton and self.head_drag.move(event.position().toPoint()):
            event.accept()
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.head_drag.release():
            self.setState(self.State.NoState)
            event.accept()
            return
        if self._dragged is not None:
            self._dragged = None
            self.bar_released.emit()
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        index = self.indexAt(spot)
        if index.isValid() and self._hit(index, spot):
            event.accept()
            return
        super().mouseDoubleClickEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Escape from what it does elsewhere while a head is carried."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.ShortcutOverride and self.head_drag.is_carrying:
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.head_drag.cancel()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.head_drag.is_carrying:
            painter = QPainter(self.viewport())
            self.head_drag.paint(painter)
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.head_drag.is_carrying and event.key() == Qt.Key.Key_Escape:
            self.head_drag.cancel()
            event.accept()
            return
        node = self.currentIndex().data(NODE_ROLE)
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if isinstance(node, LayerRow) and node.kind in ("part", "object", "fused", *BARS):
                step = 0.05 if event.key() == Qt.Key.Key_Right else -0.05
                now = node.ends[1] if node.kind == "map_range" else node.threshold if node.kind in BARS else node.opacity
                self.bar_dragged.emit(node, max(0.0, min(1.0, round(now + step, 2))))
            event.accept()
            return
        super().keyPressEvent(event)

    def _hit(self, index: QModelIndex, spot: QPoint) -> bool:
        node = index.data(NODE_ROLE)
        if not isinstance(node, LayerRow):
            return False
        areas = self.areas(index)
        if areas.eye.contains(spot):
            self.eye_clicked.emit(node)
        elif areas.swatch.contains(spot):
            self.swatch_clicked.emit(node)
        elif areas.jump.contains(spot):
            self.jump_clicked.emit(node)
        elif areas.solo.contains(spot):
            self.solo_clicked.emit(node)
        elif areas.bar.contains(spot):
            self._dragged = node
            self._drag_to(spot)
        else:
            choice = next((value for value, _, place in areas.choices if place.contains(spot)), None)
            if choice is None:
                return False
            self.choice_clicked.emit(node, choice)
        return True

    def _drag_to(self, spot: QPoint) -> None:
        index = self.model().index_of(self._dragged.key) if self._dragged is not None else QModelIndex()  # type: ignore[attr-defined]
        if not index.isValid():
            self._dragged = None
            return
        node = index.data(NODE_ROLE)
        bar = self.areas(index).bar
        width = bar.width() - 8 if node.kind in BARS else BAR
        left = bar.x() + (bar.width() - width) / 2
        self.bar_dragged.emit(node, max(0.0, min(1.0, round((spot.x() - left) / width, 2))))
