"""The study browser: search above, the tree below; a series is dragged or activated into a viewport."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QDrag, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStackedLayout, QVBoxLayout, QWidget

from viewer.domain.instance import InstanceKey
from viewer.loading.store import Delivered, Store
from viewer.reading.changes.layers import select
from viewer.reading.changes.workspace import show_stack
from viewer.reading.navigate import go_to_part
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.ui.browser.delegate import BrowserDelegate
from viewer.ui.browser.menu import series_menu
from viewer.ui.browser.tree import BrowserRow, browser_rows, tr
from viewer.ui.parts import EmptyState, search_field
from viewer.ui.row_view import RowView
from viewer.ui.stack_drag import stack_on_its_way
from viewer.ui.theme.current import metrics
from viewer.ui.theme.metrics import THUMBNAIL, TREE_ROW
from viewer.ui.theme.rows import color
from viewer.ui.tree_model import NODE_ROLE, TreeModel
from viewer.ui.turns import Later


class Thumbnails:
    """Pixmaps of the series' pictures, made from the store's arrays once each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[str, QPixmap] = {}

    def __call__(self, series_key: str) -> QPixmap | None:
        """Return the picture of a series, or None while the store has none."""
        if series_key not in self._made:
            pixels = self._store.thumbnail(series_key)
            if pixels is None:
                return None
            self._made[series_key] = pixmap_of(pixels)
        return self._made[series_key]

    def forget(self, series_key: str | None = None) -> None:
        """Forget one picture, or all."""
        if series_key is None:
            self._made.clear()
        else:
            self._made.pop(series_key, None)


def pixmap_of(pixels: NDArray[np.uint8]) -> QPixmap:
    """Return (rows, columns, 3) RGB pixels as a pixmap."""
    whole = np.ascontiguousarray(pixels)
    rows, columns, _ = whole.shape
    return QPixmap.fromImage(QImage(whole.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy())


class BrowserView(RowView):
    """The tree of the browser; dragging a series carries its stack id."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAccessibleName(tr("Studies"))

    def paint_branch(self, painter: QPainter, column: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        node: BrowserRow = index.data(NODE_ROLE)
        if node.kind == "series":
            return
        if index.parent().parent().isValid() and index.parent().data(NODE_ROLE).kind in ("series", "more"):
            painter.setPen(color("line2"))
            x = column.x() + 2
            painter.drawLine(x, column.y(), x, column.bottom())
        row = QRect(column.x(), column.y(), column.width(), min(column.height(), metrics().row(TREE_ROW)))
        super().paint_branch(painter, row, index)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        node = self.currentIndex().data(NODE_ROLE)
        if isinstance(node, BrowserRow) and node.stack_id:
            start_stack_drag(self, node.stack_id, self._thumbnails(node.series_key))


def start_stack_drag(widget: QWidget, stack_id: str, picture: QPixmap | None) -> None:
    """Drag a stack; the picture hangs at the pointer."""
    drag = QDrag(widget)
    drag.setMimeData(stack_on_its_way(stack_id))
    if picture is not None:
        drag.setPixmap(picture.scaled(THUMBNAIL, THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio))
    drag.exec(Qt.DropAction.CopyAction)


class BrowserPanel(QWidget):
    """The panel. Signals tell what the window must do beyond the state."""

    report_wanted = Signal(object)
    """A report was activated: its instance key."""
    health_wanted = Signal()
    hung = Signal()
    """A series was put into a viewport from here."""

    def __init__(self, reading: Reading, store: Store, thumbnails: Thumbnails | None = None) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._reading = reading
        self.thumbnails = thumbnails or Thumbnails(store)
        self.model: TreeModel[BrowserRow] = TreeModel(self)
        self.view = BrowserView(self.thumbnails)
        self.view.setModel(self.model)
        self.view.setItemDelegate(
            BrowserDelegate(self.view, thumbnail=self.thumbnails, active_stack=lambda: self._reading.state.pane.stack_id)
        )
        self.search = search_field(tr("Patient, series, UID"))
        self.search.textChanged.connect(self._refill)
        self.search.went_down.connect(self.view.take_keyboard)
        self._empty = EmptyState("search", "")
        self._empty.link_followed.connect(self.search.clear)
        self._lay_out()
        self.view.clicked.connect(self._select)
        self.view.doubleClicked.connect(self.activate)
        self.view.entered_key.connect(self.activate)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self._pending = Later(self, self._refill)
        self._disconnect: list[Callable[[], None]] = [reading.connect(self._follow), store.listen(self._take)]
        self.destroyed.connect(lambda: [stop() for stop in self._disconnect])
        self.model.rowsInserted.connect(self._open_new)
        self._refill()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(10, 8, 10, 8)
        top.addWidget(self.search)
        column.addLayout(top)
        body = QWidget()
        self._pages = QStackedLayout(body)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        column.addWidget(body, 1)

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.content is not new.content:
            self._pending.ask()
        if old.pane.stack_id != new.pane.stack_id:
            self.view.viewport().update()
        if old.selection != new.selection:
            self._show_selected(new.selection.overlay)

    def _take(self, what: Delivered) -> None:
        if what.kind == "thumbnail":
            self.thumbnails.forget(str(what.key))
            self.view.viewport().update()

    def _refill(self) -> None:
        search = self.search.text()
        rows = browser_rows(self._reading.state.content, search)
        self.model.set_tree(rows)
        if search:
            self.view.expandAll()
            self._empty.say(tr("Nothing matches “{text}”").format(text=search), "", tr("Clear search"))
        else:
            self._empty.say(tr("Nothing open"))
        self._pages.setCurrentIndex(0 if rows or not search else 1)
        self._show_selected(self._reading.state.selection.overlay)

    def _open_new(self, parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            self._open(self.model.index(row, 0, parent))
        if parent.isValid() and self.model.rowCount(parent) == last - first + 1:
            self._open(parent)

    def _open(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        if isinstance(node, BrowserRow) and node.kind != "more" and node.children:
            self.view.expand(index)
            for row in range(self.model.rowCount(index)):
                self._open(self.model.index(row, 0, index))

    def _show_selected(self, overlay: InstanceKey | None) -> None:
        current = self.view.currentIndex().data(NODE_ROLE)
        if overlay is None or (isinstance(current, BrowserRow) and current.overlay == overlay):
            return
        index = self.model.index_of(("overlay", overlay))
        if index.isValid() and not self.view.hasFocus():
            self.view.setCurrentIndex(index)

    def _select(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        if not isinstance(node, BrowserRow):
            return
        if node.stack_id:
            self.activate(index)
        elif node.kind == "skipped":
            self.health_wanted.emit()
        elif node.kind == "more":
            self.view.setExpanded(index, not self.view.isExpanded(index))
        elif node.overlay is not None:
            self._reading.apply(select, Selection(node.overlay))
            if node.is_report:
                self.report_wanted.emit(node.overlay)

    def go_to_series(self, series_key: str) -> None:
        """Make the row of a series the current one and bring it into sight; another key does nothing."""
        index = self.model.index_of(("series", series_key))
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def activate(self, index: QModelIndex) -> None:
        """Do what a double click or Enter means: hang a series, go to an overlay, open or close a branch."""
        node = index.data(NODE_ROLE)
        if not isinstance(node, BrowserRow):
            return
        if node.stack_id:
            state = self._reading.state
            # One of the volumes that the row stands for may be shown already: which one was the reader's choice.
            if len(node.stack_ids) < 2 or state.pane.stack_id not in node.stack_ids:
                self._reading.apply_undoable("", show_stack, state.active_pane, node.stack_id)
            self.hung.emit()
        elif node.overlay is not None:
            self._go_to(node)
        elif node.kind == "skipped":
            self.health_wanted.emit()
        else:
            self.view.setExpanded(index, not self.view.isExpanded(index))

    def _show_menu(self, spot: QPoint) -> None:
        node = self.view.indexAt(spot).data(NODE_ROLE)
        if not isinstance(node, BrowserRow):
            return
        menu = series_menu(self, self._reading, node, self.hung.emit)
        if not menu.isEmpty():
            menu.exec(self.view.viewport().mapToGlobal(spot))
        menu.deleteLater()

    def _go_to(self, node: BrowserRow) -> None:
        overlay = self._reading.state.content.overlays.get(node.overlay) if node.overlay else None
        if overlay is None:
            return
        if node.is_report:
            self._reading.apply(select, Selection(overlay.instance))
            self.report_wanted.emit(overlay.instance)
        elif overlay.parts:
            self._reading.apply(go_to_part, overlay.instance, overlay.parts[0].number)
            self.hung.emit()
