"""A tree view as our lists want it: rows by delegate, chevrons in quiet ink, no type-ahead (letters are commands)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTreeView, QWidget

from viewer.ui.theme.current import metrics
from viewer.ui.theme.metrics import INDENT, OBJECT_HEAD
from viewer.ui.theme.rows import color, paint_chevron
from viewer.ui.tree_model import TreeModel


class RowView(QTreeView):
    """The tree.

    ``entered_key``: Enter was pressed on the current row; ``about_to_focus``: the keyboard comes; ``left``: the mouse went.
    """

    entered_key = Signal(QModelIndex)
    about_to_focus = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setIndentation(INDENT)
        self.setMouseTracking(True)
        self.setUniformRowHeights(False)
        self.setExpandsOnDoubleClick(False)
        self.setAnimated(False)
        self.setAutoScroll(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAllColumnsShowFocus(True)
        self._standing_out: frozenset[QPersistentModelIndex] = frozenset()

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint nothing: the delegate's ground would cover it. ``drawRow`` paints the branch afterwards."""

    @property
    def standing_out(self) -> tuple[QModelIndex, ...]:
        """The rows that stand out."""
        return tuple(self.model().index(row.row(), 0, row.parent()) for row in self._standing_out if row.isValid())

    def let_stand_out(self, rows: Iterable[QModelIndex]) -> None:
        """Paint rows as if the mouse were on them: it is on what they stand for, somewhere else."""
        found = frozenset(QPersistentModelIndex(row) for row in rows if row.isValid())
        if found != self._standing_out:
            self._standing_out = found
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        if self._standing_out and QPersistentModelIndex(index) in self._standing_out:
            painter.fillRect(QRect(0, options.rect.y(), self.viewport().width(), options.rect.height()), color("bg3"))
        super().drawRow(painter, options, index)
        rect = self.visualRect(index)
        column = QRect(rect.x() - self.indentation(), rect.y(), self.indentation(), rect.height())
        self.paint_branch(painter, column, index)

    def paint_branch(self, painter: QPainter, column: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint the chevron of a row that has others below it, in the column before it."""
        if self.model().hasChildren(index):
            first_line = QRect(column.x(), column.y(), column.width(), min(column.height(), metrics().row(OBJECT_HEAD)))
            paint_chevron(painter, first_line, opened=self.isExpanded(index))

    def take_keyboard(self) -> None:
        """Take the keyboard from the field above: to the current row, else to the first one that is worth entering."""
        self.about_to_focus.emit()
        known = self.currentIndex().isValid()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        first = None if known else next(filter(self.is_worth_entering, self._rows()), None)
        if first is not None:
            self.setCurrentIndex(first)
            self.scrollTo(first)

    def is_worth_entering(self, index: QModelIndex) -> bool:
        """Say whether the keyboard comes to a row rather than to one above it."""
        return bool(index.flags() & Qt.ItemFlag.ItemIsSelectable)

    def _rows(self) -> Iterator[QModelIndex]:
        """Yield the rows from the top, without those that are folded."""
        index = self.model().index(0, 0)
        while index.isValid():
            yield index
            index = self.indexBelow(index)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands everywhere, so typing does not move the current row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entered_key.emit(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            # Wrapped rows are as high as the width makes them.
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        model = self.model()
        if isinstance(model, TreeModel):
            model.fit()
        self.scheduleDelayedItemsLayout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.about_to_focus.emit()
        # Qt makes the first row the current one when there is none; that is no choice of the reader's.
        self.selectionModel().blockSignals(True)
        super().focusInEvent(event)
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
