"""Choosing a layout: a button that opens a grid on which rows and columns are picked, and below it the saved layouts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QToolButton, QWidget, QWidgetAction

from viewer.reading.changes.layouts import GRIDS, set_layout
from viewer.reading.reading import Reading
from viewer.reading.state import Layout
from viewer.ui.theme.current import metrics
from viewer.ui.theme.icons import icon
from viewer.ui.theme.rows import color, paint_text

_CELL, _GAP, _EDGE, _WORDS = 34, 4, 12, 22
_MOST = 3
_BY_GRID: dict[tuple[int, int], Layout] = {grid: layout for layout, grid in GRIDS.items()}
_STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


def tr(text: str) -> str:
    """Translate a text of the layout picker."""
    return QCoreApplication.translate("LayoutPicker", text)


class GridPicker(QWidget):
    """Three by three cells: the mouse or the arrow keys reach out from the first one; a click or Enter picks."""

    picked = Signal(str)
    """The layout."""
    left = Signal()
    """The keys went on below the last row."""

    def __init__(self) -> None:
        super().__init__()
        self._reach = (1, 1)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(self.sizeHint())
        self.show_reach((1, 1))

    def sizeHint(self) -> QSize:
        """Return the size of the cells with the words below."""
        side = 2 * _EDGE + _MOST * _CELL + (_MOST - 1) * _GAP
        return QSize(side, side - _EDGE + metrics().px(_WORDS))

    @property
    def reach(self) -> tuple[int, int]:
        """(rows, columns) that are picked by a click or Enter."""
        return self._reach

    def show_reach(self, grid: tuple[int, int]) -> None:
        """Reach out to (rows, columns)."""
        self._reach = (max(1, min(grid[0], _MOST)), max(1, min(grid[1], _MOST)))
        self.setAccessibleName(self.words())
        self.update()

    def words(self) -> str:
        """Return what would be picked, in words."""
        rows, columns = self._reach
        if rows * columns == 1:
            return tr("One viewport")
        return tr("{rows} × {columns} viewports").format(rows=rows, columns=columns)

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """Return (rows, columns) up to the cell at a position of the widget."""
        step = _CELL + _GAP
        return int((y - _EDGE + _GAP / 2) // step) + 1, int((x - _EDGE + _GAP / 2) // step) + 1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.show_reach(self.cell_at(event.position().x(), event.position().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.show_reach(self.cell_at(event.position().x(), event.position().y()))
            self.picked.emit(_BY_GRID[self._reach])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows, columns = self._reach
        step = _STEPS.get(Qt.Key(event.key()))
        leaves = event.key() == Qt.Key.Key_Down and rows == _MOST
        if leaves:
            self.left.emit()
        elif step is not None:
            self.show_reach((rows + step[0], columns + step[1]))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(_BY_GRID[self._reach])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in range(_MOST):
            for column in range(_MOST):
                reached = row < self._reach[0] and column < self._reach[1]
                step = _CELL + _GAP
                cell = QRect(_EDGE + column * step, _EDGE + row * step, _CELL, _CELL)
                painter.setPen(QPen(color("accent" if reached else "edge"), 1))
                painter.setBrush(color("sel" if reached else "bg3"))
                painter.drawRoundedRect(cell.adjusted(0, 0, -1, -1), 3, 3)
        below = QRect(_EDGE, self.height() - metrics().px(_WORDS), self.width() - 2 * _EDGE, metrics().px(_WORDS))
        painter.setPen(color("text2"))
        paint_text(painter, below, self.words())
        painter.end()


class LayoutButton(QToolButton):
    """The button beside the common layouts.

    Parameters
    ----------
    fill
        Puts the saved layouts, and what can be done with them, into a menu below the grid.
    without_button
        The actions of layouts that have no button of their own: it stands for the one in use.
    """

    def __init__(self, reading: Reading, fill: Callable[[QMenu], None], without_button: Sequence[QAction]) -> None:
        super().__init__()
        self._without_button = without_button
        for action in without_button:
            action.toggled.connect(self._show_used)
        self._reading, self._fill = reading, fill
        self.setIcon(icon("grid-3x3"))
        self.setFixedSize(30, 30)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(tr("All layouts"))
        self.setAccessibleName(tr("All layouts"))
        self.picker = GridPicker()
        self.picker.picked.connect(self._take)
        self.picker.left.connect(self._go_below)
        self._grid = QWidgetAction(self)
        self._grid.setDefaultWidget(self.picker)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._refill)
        self.setMenu(menu)
        self.setCheckable(True)
        menu.aboutToHide.connect(self._show_used)

    def _show_used(self) -> None:
        self.setChecked(any(action.isChecked() for action in self._without_button))

    def open(self) -> None:
        """Open the menu with the keyboard on the grid."""
        # A menu takes the keyboard when it is on the screen, and showing it lasts until it is closed.
        QTimer.singleShot(0, self.picker, self.picker.setFocus)
        self.showMenu()

    def _go_below(self) -> None:
        """Take the keyboard from the grid to what stands below it."""
        below = [action for action in self.menu().actions() if action is not self._grid and action.isEnabled()]
        first = next((action for action in below if not action.isSeparator()), None)
        if first is not None:
            self.menu().setActiveAction(first)
            self.menu().setFocus()

    def _refill(self) -> None:
        menu = self.menu()
        menu.clear()
        self.picker.show_reach(GRIDS[self._reading.state.layout])
        menu.addAction(self._grid)
        menu.addSeparator()
        self._fill(menu)

    def _take(self, layout: Layout) -> None:
        self.menu().close()
        self._reading.apply_undoable("", set_layout, layout)
