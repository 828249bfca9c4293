"""Objects of the layers panel change places by mouse: a head is carried up or down, a line shows where it would come to lie.

Decided
    While a head is carried all objects are folded to their heads. With 118 rows below each, the next place would otherwise
    be out of reach; what was open opens again where it lies then.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QTreeView

from viewer.domain.instance import InstanceKey
from viewer.ui.layers.row import LayerRow
from viewer.ui.theme.rows import color
from viewer.ui.tree_model import NODE_ROLE, TreeModel

Neighbours = Callable[[InstanceKey], frozenset[InstanceKey]]
"""Among which objects one can change places, itself included."""

EDGE = 28
"""Nearer to the upper or lower edge than this (logical pixels) the list scrolls."""
SCROLL_EVERY_MS = 16
_FASTEST = 14
"""Logical pixels a step of the scroll, at the very edge."""
_LINE = 2


@dataclass(frozen=True)
class _Lifted:
    """What is carried. ``held_at`` is how far below the head's upper edge it was taken."""

    key: Hashable
    overlay: InstanceKey
    held_at: int
    opened: tuple[Hashable, ...]


class HeadDrag(QObject):
    """The drag. ``dropped``: the object carried, the one it was let go beside, and whether below that one."""

    dropped = Signal(object, object, bool)

    def __init__(self, view: QTreeView, neighbours: Neighbours) -> None:
        super().__init__(view)
        self._view, self._neighbours = view, neighbours
        self._pressed: tuple[LayerRow, QPoint] | None = None
        self._lifted: _Lifted | None = None
        self._at = QPoint()
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(SCROLL_EVERY_MS)
        self._scrolling.timeout.connect(self._scroll)

    @property
    def is_carrying(self) -> bool:
        """Say whether a head is on its way."""
        return self._lifted is not None

    def press(self, node: LayerRow, spot: QPoint) -> None:
        """Remember where a head was pressed: it may be carried from there."""
        self._pressed = (node, spot) if node.kind == "object" else None

    def move(self, spot: QPoint) -> bool:
        """Follow the mouse; return whether it belongs to the drag."""
        if self._pressed is None:
            return False
        self._at = spot
        node, start = self._pressed
        if self._lifted is None and (spot - start).manhattanLength() >= QApplication.startDragDistance():
            self._lift(node, start)
        if self._lifted is not None:
            self._near_edge()
            self._view.viewport().update()
        return True

    def release(self) -> bool:
        """Let go; return whether something was carried."""
        place = self._place()
        lifted = self._put_down()
        if lifted is not None and place is not None and place[0].overlay != lifted.overlay:
            self.dropped.emit(lifted.overlay, place[0].overlay, place[1])
            self._keep_under_mouse(lifted)
        return lifted is not None

    def cancel(self) -> None:
        """Leave everything where it was."""
        self._put_down()

    def paint(self, painter: QPainter) -> None:
        """Paint, over the rows, which head is carried and where it would come to lie."""
        lifted = self._lifted
        if lifted is None:
            return
        width = self._view.viewport().width()
        head = self._rect(self._index(lifted.key))
        veil = color("bg1")
        veil.setAlphaF(0.55)
        painter.fillRect(QRect(0, head.y(), width, head.height()), veil)
        place = self._place()
        if place is None:
            return
        row, below = place
        rect = self._rect(self._index(row.key))
        y = max(0, (rect.bottom() + 1 if below else rect.y()) - _LINE // 2)
        y = min(y, self._view.viewport().height() - _LINE)
        painter.fillRect(QRect(0, y, width, _LINE), color("accent"))
        painter.fillRect(QRect(0, y - 3, _LINE + 1, _LINE + 6), color("accent"))

    def _lift(self, node: LayerRow, start: QPoint) -> None:
        heads = self._heads(node.overlay)
        if len(heads) < 2:
            self._pressed = None
            return
        view, model = self._view, self._model
        tops = [model.index(row, 0) for row in range(model.rowCount())]
        opened = tuple(index.data(NODE_ROLE).key for index in tops if view.isExpanded(index))
        held_at = start.y() - self._rect(self._index(node.key)).y()
        for key in opened:
            view.collapse(self._index(key))
        self._lifted = _Lifted(node.key, node.overlay, held_at, opened)
        self._keep_under_mouse(self._lifted)
        view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _put_down(self) -> _Lifted | None:
        lifted, self._lifted, self._pressed = self._lifted, None, None
        self._scrolling.stop()
        if lifted is not None:
            for key in lifted.opened:
                self._view.expand(self._index(key))
            self._view.viewport().unsetCursor()
            self._keep_under_mouse(lifted)
            self._view.viewport().update()
        return lifted

    def _keep_under_mouse(self, lifted: _Lifted) -> None:
        """Scroll so that the head is where the mouse holds it, as far as the list reaches."""
        self._view.doItemsLayout()
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + self._rect(self._index(lifted.key)).y() - (self._at.y() - lifted.held_at))

    def _place(self) -> tuple[LayerRow, bool] | None:
        """Return beside which head, and whether below it, the mouse is; None where it would stay where it is."""
        if self._lifted is None:
            return None
        heads = self._heads(self._lifted.overlay)
        keys = [head.overlay for head in heads]
        if self._lifted.overlay not in keys:
            return None
        own = keys.index(self._lifted.overlay)
        above = sum(self._rect(self._index(head.key)).center().y() < self._at.y() for head in heads)
        if above in (own, own + 1):
            return None
        return (heads[above], False) if above < len(heads) else (heads[-1], True)

    def _heads(self, overlay: InstanceKey) -> list[LayerRow]:
        model, among = self._model, self._neighbours(overlay)
        nodes = (model.index(row, 0).data(NODE_ROLE) for row in range(model.rowCount()))
        return [node for node in nodes if node.kind == "object" and node.overlay in among]

    def _near_edge(self) -> None:
        if self._speed():
            if not self._scrolling.isActive():
                self._scrolling.start()
        else:
            self._scrolling.stop()

    def _speed(self) -> int:
        """Return by how many logical pixels a step of the scroll moves; the nearer to the edge, the more."""
        y, height = self._at.y(), self._view.viewport().height()
        inward = min(y, height - y)
        if inward >= EDGE:
            return 0
        step = max(1, round(_FASTEST * min(1.0, (EDGE - inward) / EDGE)))
        return -step if y < height - y else step

    def _scroll(self) -> None:
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + self._speed())
        self._view.viewport().update()

    def _index(self, key: Hashable) -> QModelIndex:
        return self._model.index_of(key)

    def _rect(self, index: QModelIndex) -> QRect:
        return self._view.visualRect(index)

    @property
    def _model(self) -> TreeModel[LayerRow]:
        return self._view.model()  # type: ignore[return-value]
