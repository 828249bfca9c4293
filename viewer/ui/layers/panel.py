"""The layers panel: filter above, objects and their parts below, where the selected one comes from at the foot."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from viewer.domain.instance import InstanceKey
from viewer.export.part_files import can_be_written
from viewer.loading.store import Delivered, Store
from viewer.loading.wanted import is_on_a_pane
from viewer.reading.changes.hovering import hover
from viewer.reading.changes.layers import select
from viewer.reading.changes.workspace import hide_overlays
from viewer.reading.edited import overlays_at
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.representations.on_plane import OnPlane
from viewer.scene.hovered import parts_hovered
from viewer.scene.plain_words import count
from viewer.scene.slide_scene import slide_inputs
from viewer.ui.layers.card import SelectionCard
from viewer.ui.layers.delegate import LayersDelegate
from viewer.ui.layers.edits import with_edits
from viewer.ui.layers.fused import fused_rows
from viewer.ui.layers.group_menu import NO_GROUPS, GroupCalls, fill_groups
from viewer.ui.layers.hidden_line import HiddenLine
from viewer.ui.layers.maps import bars_beside, with_value_rows
from viewer.ui.layers.measurements import measurement_rows
from viewer.ui.layers.object_menu import drop_object
from viewer.ui.layers.row import Grouping, LayerFilter, LayerRow, tr
from viewer.ui.layers.row_acts import RowActs
from viewer.ui.layers.tree import is_report, layer_rows, listed_with, overlays_listed
from viewer.ui.layers.view import LayersView
from viewer.ui.measuring_acts import copy_measurement
from viewer.ui.part_work import PartWork
from viewer.ui.parts import EmptyState, divider, search_field
from viewer.ui.theme.icons import icon
from viewer.ui.tree_model import NODE_ROLE, TreeModel
from viewer.ui.turns import Later

OBJECTS_OPEN = 6
"""Where more objects than this are listed, reports are folded."""
SHORT_BELOW = 430
"""Width (logical pixels) below which the buttons of groups have no words."""

GROUPINGS: tuple[tuple[Grouping, str], ...] = (
    ("none", "No groups"),
    ("category", "Category"),
    ("type", "Type"),
    ("region", "Region"),
    ("laterality", "Laterality"),
    ("algorithm", "Algorithm"),
)


class LayersPanel(QWidget):
    """The panel.

    ``number_changed`` tells how many rows can be switched, ``report_wanted`` that a report was chosen, ``writing_wanted``
    that the words of a measurement, given by its id, are to be written, ``dose_volumes_wanted`` that the dose in regions is,
    ``export_wanted`` that an object, or a part of it, is to be exported.
    """

    number_changed = Signal(int)
    report_wanted = Signal(object)
    writing_wanted = Signal(str)
    dose_volumes_wanted = Signal(object)
    export_wanted = Signal(object, object)

    def __init__(
        self, reading: Reading, store: Store, *, work: PartWork | None = None, groups: GroupCalls = NO_GROUPS
    ) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._reading, self._store = reading, store
        self._filter = LayerFilter()
        self._folds = False
        self._number = 0
        self._followed = Selection()
        self.view = LayersView(lambda overlay: listed_with(reading.state, overlay))
        delegate = LayersDelegate(self.view, solo_part=self._solo_elsewhere)
        self.model: TreeModel[LayerRow] = TreeModel(
            self, inert=lambda row: row.kind in ("columns", "reason", "note"), height_of=delegate.height_of
        )
        self.view.setModel(self.model)
        self.view.setItemDelegate(delegate)
        self.search = search_field(tr("Filter segments"))
        self.search.textChanged.connect(self._filter_changed)
        self.search.went_down.connect(self.view.take_keyboard)
        self.grouping = QPushButton(tr("Group"))
        self.grouping.setIcon(icon("list-tree"))
        self.grouping.setProperty("kind", "menu")
        self.grouping.setAccessibleName(tr("Group the rows"))
        self.on_slice = QPushButton(tr("On slice"))
        self.on_slice.setCheckable(True)
        self.on_slice.setProperty("kind", "small")
        self.on_slice.setToolTip(tr("Only what touches the slice that is shown"))
        self.on_slice.toggled.connect(self._filter_changed)
        self.showing = QPushButton(tr("Show"))
        self.showing.setIcon(icon("eye"))
        self.showing.setProperty("kind", "menu")
        self.showing.setAccessibleName(tr("What is shown"))
        self.showing.setToolTip(tr("Show a group: organs, bones, your own"))
        self._make_grouping_menu()
        self._make_showing_menu(groups)
        self._hidden = HiddenLine()
        self._hidden.show_again.connect(lambda: reading.apply(hide_overlays, "shown"))
        self.provenance = SelectionCard(reading, work)
        self._empty = EmptyState("layers", tr("No layers here"))
        self._empty.link_followed.connect(self._clear_filter)
        self.acts = RowActs(
            reading,
            self,
            fold=self._fold,
            open_report=self.report_wanted.emit,
            write=self.writing_wanted.emit,
            show_dose=self.dose_volumes_wanted.emit,
            copy=lambda measurement: copy_measurement(reading, store, measurement),
        )
        self._lay_out()
        self._connect_view()
        self._pending = Later(self, self.refresh, wait_ms=15)
        stops = [reading.connect(self._follow), store.listen(self._take)]
        self.destroyed.connect(lambda: [stop() for stop in stops])
        self.refresh()

    def refresh(self) -> None:
        """Make the rows match the state now; otherwise it happens a blink after each change."""
        self._pending.drop()
        state = self._reading.state
        known = {node.key for node in self.model.nodes()}
        opened = self.view.opened()
        measured = measurement_rows(state, self._filter, self._store)
        bars = bars_beside(state, self._store)
        objects = with_value_rows(state, layer_rows(state, self._filter, self._parts_here), bars)
        objects = with_edits(state, objects, self._store)
        rows = (*fused_rows(state, self._filter, bars), *objects, *measured)
        current = self.view.currentIndex().data(NODE_ROLE)
        with QSignalBlocker(self.view.selectionModel()):
            # A row that moves or goes makes Qt choose another one; that is no choice of the reader's.
            self.model.set_tree(rows)
        listed = overlays_listed(state)
        many = len(listed) > OBJECTS_OPEN
        folded = {overlay.instance for overlay in listed if is_report(overlay)} if many else set()
        for row in rows:
            closes = row.overlay in folded
            # What had to move in the list comes back closed.
            moved = row.key in opened and not self.view.isExpanded(self.model.index_of(row.key))
            if self._filter.search or (row.key not in known and not closes) or (moved and (not closes or self._folds)):
                self.view.expandRecursively(self.model.index_of(row.key))
            elif closes and not self._folds:
                self.view.collapse(self.model.index_of(row.key))
        self._folds = many
        number = sum(len(overlay.parts) for overlay in listed)
        self.number_changed.emit(number)
        self._number = number
        self._name_search()
        self._pages.setCurrentIndex(0 if rows else 1)
        if not rows:
            self._say_empty(filtered=bool(listed))
        self._hidden.setVisible(state.overlays_hidden)
        self._show_current(current if state.selection == self._followed else None, state.selection)

    def _say_empty(self, *, filtered: bool) -> None:
        if filtered and self._filter.search:
            self._empty.say(tr("No row matches “{text}”").format(text=self._filter.search), "", tr("Clear filter"))
        elif filtered:
            self._empty.say(tr("Nothing on this slice"), "", tr("Clear filter"))
        else:
            self._empty.say(tr("No layers here"), tr("No opened object lays anything on these images."))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(10, 8, 10, 8)
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.showing)
        top.addWidget(self.grouping)
        top.addWidget(self.on_slice)
        body = QWidget()
        self._pages = QStackedLayout(body)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._hidden)
        column.addWidget(body, 1)
        column.addWidget(divider())
        column.addWidget(self.provenance)

    def _connect_view(self) -> None:
        view = self.view
        view.about_to_focus.connect(self._catch_up)
        view.eye_clicked.connect(self.acts.toggle)
        view.entered_key.connect(lambda index: self.acts.toggle(index.data(NODE_ROLE)))
        view.swatch_clicked.connect(self.acts.choose_color)
        view.jump_clicked.connect(self.acts.jump)
        view.solo_clicked.connect(self.acts.toggle_solo)
        view.bar_dragged.connect(self.acts.set_bar)
        view.bar_released.connect(self._reading.end_step)
        view.choice_clicked.connect(self.acts.choose)
        view.head_drag.dropped.connect(self._drop)
        view.doubleClicked.connect(lambda index: self.acts.jump(index.data(NODE_ROLE)))
        view.selectionModel().currentChanged.connect(self._select)
        view.entered.connect(self._hover)
        view.left.connect(lambda: self._reading.apply(hover, Selection()))
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)

    def _make_grouping_menu(self) -> None:
        menu = QMenu(self.grouping)
        group = QActionGroup(menu)
        for value, text in GROUPINGS:
            action = QAction(tr(text), menu)
            action.setCheckable(True)
            action.setChecked(value == self._filter.grouping)
            action.setData(value)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._set_grouping)
        self.grouping.setMenu(menu)

    def _make_showing_menu(self, groups: GroupCalls) -> None:
        menu = QMenu(self.showing)

        def fill() -> None:
            menu.clear()
            fill_groups(menu, self._reading, groups)
            first = next((one for one in menu.actions() if one.isEnabled()), None)
            if first is not None:
                menu.setActiveAction(first)

        menu.aboutToShow.connect(fill)
        self.showing.setMenu(menu)

    def _set_grouping(self, action: QAction) -> None:
        grouping = cast("Grouping", action.data())
        self._filter = LayerFilter(self._filter.search, on_slice=self._filter.on_slice, grouping=grouping)
        self._name_grouping()
        self.refresh()
        for node in self.model.nodes():
            if node.kind == "group":
                self.view.expand(self.model.index_of(node.key))
        # Its row went into another group, or out of one.
        self.view.scrollTo(self.view.currentIndex(), self.view.ScrollHint.PositionAtCenter)

    def _name_grouping(self) -> None:
        grouping = self._filter.grouping
        word = tr("Group") if grouping == "none" else tr(dict(GROUPINGS)[grouping])
        short = self.width() < SHORT_BELOW
        self.grouping.setText("" if short else word)
        self.showing.setText("" if short else tr("Show"))
        self.grouping.setToolTip(tr("Group the rows") + ("" if grouping == "none" else f": {word}"))

    def _name_search(self) -> None:
        """Say in the field how many rows there are, where there is room for it."""
        words = tr("Filter {number} rows").format(number=count(self._number)) if self._number > 1 else tr("Filter rows")
        self.search.setAccessibleName(words)
        self.search.setPlaceholderText(tr("Filter") if self.width() < SHORT_BELOW else words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.provenance.suit(self.height())
        self._column.activate()
        self._name_grouping()
        self._name_search()

    def _filter_changed(self) -> None:
        self._filter = LayerFilter(self.search.text(), on_slice=self.on_slice.isChecked(), grouping=self._filter.grouping)
        self.refresh()

    def _clear_filter(self) -> None:
        self.search.clear()
        self.on_slice.setChecked(False)

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.hovered != new.hovered or old.hovered_below != new.hovered_below:
            self._show_hovered(new)
        if (
            old.content is not new.content
            or old.layers is not new.layers
            or old.pane is not new.pane
            or old.selection != new.selection
            or old.overlays_hidden != new.overlays_hidden
            or old.measurements is not new.measurements
            or old.measurements_hidden != new.measurements_hidden
            or old.layer_order != new.layer_order
            or old.safe_colors != new.safe_colors
            or old.edits is not new.edits
            or old.originals_shown != new.originals_shown
        ):
            self._pending.ask()

    def _hover(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        on_part = isinstance(node, LayerRow) and node.kind == "part"
        self._reading.apply(hover, Selection(node.overlay, node.part) if on_part else Selection())

    def _show_hovered(self, state: ReadingState) -> None:
        """Let the rows stand out that stand for what the mouse is on elsewhere."""
        self.view.let_stand_out(self.model.index_of(("part", overlay, part)) for overlay, part in parts_hovered(state))

    def _catch_up(self) -> None:
        if self._pending.is_waiting:
            self.refresh()

    def _take(self, what: Delivered) -> None:
        shown = what.kind in ("on_plane", "image_on_plane") and is_on_a_pane(self._reading.state, what.key)
        if (shown or what.kind == "edited") and not self._pending.is_waiting:
            self._pending.ask()

    def _parts_here(self, overlay: InstanceKey) -> frozenset[int] | None:
        state = self._reading.state
        stack = state.stack_of(state.pane)
        if stack is None or not stack.planes:
            return None
        place = min(state.pane.frame, len(stack.planes) - 1)
        if all(overlay != one.instance for one in overlays_at(state, stack, place)):
            return frozenset()
        slide = slide_inputs(state, state.active_pane, state.pane.view, self._store)
        found = (slide or self._store).on_plane(overlay, stack.planes[place])
        return found.parts_here if isinstance(found, OnPlane) else None

    def choose_color_of_selected(self) -> None:
        """Ask for the colour of the selected part."""
        chosen = self._reading.state.selection
        row = self.model.node(self.model.index_of(("part", chosen.overlay, chosen.part)))
        if row is not None:
            self.acts.choose_color(row)

    def _solo_elsewhere(self, row: LayerRow) -> bool:
        solo = self._reading.state.layer(row.overlay).solo
        return row.kind == "part" and solo is not None and solo != row.part

    def _show_current(self, kept: LayerRow | None, selection: Selection) -> None:
        """Make the row of a new selection the current one; else keep the row that was, which may be none to select."""
        self._followed = selection
        key: tuple[object, ...] = ("object", selection.overlay)
        if selection.measurement:
            key = ("measurement", selection.measurement)
        elif selection.part is not None:
            key = ("part", selection.overlay, selection.part)
        index = self.model.index_of(kept.key) if kept is not None else QModelIndex()
        index = index if index.isValid() else self.model.index_of(key)
        if index == self.view.currentIndex():
            return
        with QSignalBlocker(self.view.selectionModel()):
            self.view.setCurrentIndex(index)
        if index.isValid():
            self.view.scrollTo(index)
        self.view.viewport().update()

    def _select(self, current: QModelIndex, _previous: QModelIndex) -> None:
        node = current.data(NODE_ROLE)
        if isinstance(node, LayerRow) and node.kind in ("object", "part"):
            self._reading.apply(select, Selection(node.overlay, node.part, node.item))
        elif isinstance(node, LayerRow) and node.kind == "measurement":
            self._reading.apply(select, Selection(measurement=node.item))

    def _drop(self, carried: InstanceKey, beside: InstanceKey, below: bool) -> None:
        drop_object(self._reading, carried, beside, below=below)
        self.refresh()

    def _fold(self, row: LayerRow) -> None:
        index = self.model.index_of(row.key)
        self.view.setExpanded(index, not self.view.isExpanded(index))

    def _show_menu(self, spot: QPoint) -> None:
        row = self.view.indexAt(spot).data(NODE_ROLE)
        if not isinstance(row, LayerRow):
            return
        menu = self.acts.menu_of(row)
        overlay = self._reading.state.content.overlays.get(row.overlay)
        if row.kind in ("object", "part") and overlay is not None and can_be_written(overlay):
            menu.addSeparator()
            export = menu.addAction(tr("Export…"))
            export.triggered.connect(lambda: self.export_wanted.emit(row.overlay, row.part))
        if not menu.isEmpty():
            menu.exec(self.view.viewport().mapToGlobal(spot))
        menu.deleteLater()
