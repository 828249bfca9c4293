"""The browser of a narrow window: a column of thumbnails. A click or Enter hangs a series as in the wide browser.

The button on top, the right mouse button and the Right key open the whole browser beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.domain.burned_in import has_burned_in_ai
from viewer.domain.provenance import Origin
from viewer.loading.store import Delivered, Store
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import Content, ReadingState
from viewer.scene.plain_words import count, plain
from viewer.ui.browser.delegate import paint_thumbnail
from viewer.ui.browser.panel import Thumbnails, start_stack_drag
from viewer.ui.browser.tree import patient_name, tr
from viewer.ui.parts import icon_button
from viewer.ui.plain_text import tooltip
from viewer.ui.theme import rows
from viewer.ui.theme.icons import icon, paint_icon
from viewer.ui.theme.metrics import THUMBNAIL
from viewer.ui.turns import Later

RAIL_WIDTH = 56
_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class RailEntry:
    """One image series."""

    series_key: str
    stack_id: str
    stacks: tuple[str, ...]
    name: str
    tip: str
    ai: bool


def rail_entries(content: Content) -> tuple[RailEntry, ...]:
    """Return the image series of all studies, those for processing left to the flyout."""
    ai_stacks = {
        entry.stack_id
        for key, binding in content.bindings.items()
        if key in content.overlays and content.overlays[key].origin in (Origin.AI, Origin.AI_ASSISTED)
        for entry in binding.lies_on
        if entry.default
    }
    found = []
    for patient in content.library.patients:
        for study in patient.studies:
            for series in study.series:
                if series.role != "image" or series.for_processing or not series.stacks:
                    continue
                largest = max(series.stacks, key=lambda stack: len(stack.frames))
                stacks = tuple(stack.id for stack in series.stacks)
                name = plain(series.description) or plain(series.modality)
                burned_in = has_burned_in_ai(series)
                ai = burned_in or bool(ai_stacks & set(stacks))
                tip = tooltip(name, patient_name(patient), study.description, tr("AI, burned in") if burned_in else "")
                found.append(RailEntry(series.key, largest.id, stacks, name, tip, ai))
    return tuple(found)


class _RailModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[RailEntry, ...] = ()

    def set_entries(self, entries: tuple[RailEntry, ...]) -> None:
        if entries != self.entries:
            self.beginResetModel()
            self.entries = entries
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.tip
        return entry if role == _ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled


class _RailDelegate(QStyledItemDelegate):
    def __init__(self, view: QListView, reading: Reading, thumbnails: Thumbnails) -> None:
        super().__init__(view)
        self._reading, self._thumbnails = reading, thumbnails

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(RAIL_WIDTH, THUMBNAIL + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: RailEntry = index.data(_ROLE)
        rect: QRect = option.rect
        picture = QRect(0, 0, THUMBNAIL, THUMBNAIL)
        picture.moveCenter(rect.center())
        paint_thumbnail(painter, picture, self._thumbnails(entry.series_key), shown=True)
        if entry.ai:
            spark = QRect(picture.right() - 10, picture.bottom() - 10, 12, 12)
            painter.fillRect(spark, rows.color("ai_bg"))
            paint_icon(painter, spark, "sparkles", "ai", 10)
        if self._reading.state.pane.stack_id in entry.stacks or rows.has_focus(option) or rows.is_hovered(option):
            hung = self._reading.state.pane.stack_id in entry.stacks
            token = "focus" if rows.has_focus(option) else "accent" if hung else "line2"
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(rows.color(token), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(picture.adjusted(-2, -2, 2, 2), 4, 4)
            painter.restore()


class _RailView(QListView):
    opened = Signal(str)
    """The whole browser is wanted, at the series of this key."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(tr("Series"))

    def startDrag(self, _actions: Qt.DropAction) -> None:
        entry = self.currentIndex().data(_ROLE)
        if isinstance(entry, RailEntry):
            start_stack_drag(self, entry.stack_id, self._thumbnails(entry.series_key))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entry = self.currentIndex().data(_ROLE)
        if event.key() == Qt.Key.Key_Right and isinstance(entry, RailEntry):
            self.opened.emit(entry.series_key)
            event.accept()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        entry = self.indexAt(event.pos()).data(_ROLE)
        self.opened.emit(entry.series_key if isinstance(entry, RailEntry) else "")
        event.accept()

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands everywhere, so typing does not move the current row."""


class BrowserRail(QWidget):
    """The rail. ``flyout_wanted`` asks for the whole browser, with a series' key or an empty one."""

    flyout_wanted = Signal(str)
    hung = Signal()
    """A series was put into a viewport from here."""
    health_wanted = Signal()

    def __init__(self, reading: Reading, store: Store, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setFixedWidth(RAIL_WIDTH)
        self._reading = reading
        self.model = _RailModel()
        self.view = _RailView(thumbnails)
        self.view.setModel(self.model)
        self.view.setItemDelegate(_RailDelegate(self.view, reading, thumbnails))
        opener = icon_button("panel-left", tr("Studies"), size=16)
        opener.clicked.connect(lambda: self.flyout_wanted.emit(""))
        self.skipped = QToolButton()
        self.skipped.setProperty("kind", "warning")
        self.skipped.setIcon(icon("triangle-alert", color="warning"))
        self.skipped.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.skipped.clicked.connect(self.health_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(4)
        column.addWidget(opener, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.view, 1)
        column.addWidget(self.skipped, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.view.clicked.connect(self._hang)
        self.view.activated.connect(self._hang)
        self.view.opened.connect(self.flyout_wanted)
        self._pending = Later(self, self._refill)
        stops = [reading.connect(self._follow), store.listen(self._take)]
        self.destroyed.connect(lambda: [stop() for stop in stops])
        self._refill()

    def _hang(self, index: QModelIndex) -> None:
        state, entry = self._reading.state, index.data(_ROLE)
        if state.pane.stack_id not in entry.stacks:
            self._reading.apply_undoable("", show_stack, state.active_pane, entry.stack_id)
        self.hung.emit()

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.content is not new.content:
            self._pending.ask()
        if old.pane.stack_id != new.pane.stack_id:
            self.view.viewport().update()

    def _take(self, what: Delivered) -> None:
        if what.kind == "thumbnail":
            self.view.viewport().update()

    def _refill(self) -> None:
        content = self._reading.state.content
        self.model.set_entries(rail_entries(content))
        number = len(content.library.skipped)
        self.skipped.setVisible(number > 0)
        self.skipped.setText(count(number))
        self.skipped.setToolTip(tr("{number} files skipped").format(number=count(number)))
        self.skipped.setAccessibleName(self.skipped.toolTip())
