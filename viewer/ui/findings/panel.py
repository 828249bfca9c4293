"""The findings panel: progress and filters above, the list, and the card of the chosen finding below."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from viewer.domain.decision import Verdict, status_of
from viewer.domain.finding import Finding
from viewer.reading.changes.hovering import hover
from viewer.reading.changes.layers import select
from viewer.reading.finding_walk import go_to_finding
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.scene.findings_shown import finding_chosen, findings_at_hand
from viewer.scene.hovered import parts_hovered
from viewer.scene.plain_words import count
from viewer.ui.findings.card import FindingCard
from viewer.ui.findings.delegate import FindingsDelegate
from viewer.ui.findings.progress import ProgressHead
from viewer.ui.findings.rows import FindingFilter, FindingRow, Grouping, Sorting, finding_rows, findings_in
from viewer.ui.findings.words import tr
from viewer.ui.live_actions import Actions
from viewer.ui.parts import EmptyState, search_field
from viewer.ui.row_view import RowView
from viewer.ui.theme.icons import icon
from viewer.ui.tree_model import NODE_ROLE, TreeModel
from viewer.ui.turns import Later

GROUPINGS: tuple[tuple[Grouping, str], ...] = (
    ("none", "No groups"),
    ("object", "Object"),
    ("site", "Site"),
    ("state", "Decision"),
    ("algorithm", "Algorithm"),
)
SORTINGS: tuple[tuple[Sorting, str], ...] = (
    ("importance", "Lesions first"),
    ("name", "Name"),
    ("slice", "Slice"),
    ("size", "Size"),
    ("difference", "Doubts first"),
)
_LIST, _CARD = 5, 4
"""How list and card share the height at first."""


CALM_MS = 250
"""How long changes of what the files say are collected before the list is made anew."""


class FindingsPanel(QWidget):
    """The panel. ``number_changed`` tells how many findings there are; ``asked`` the id of an action."""

    number_changed = Signal(int)
    asked = Signal(str)

    def __init__(self, reading: Reading, actions: Actions, list_findings: Callable[[ReadingState], None]) -> None:
        """``list_findings`` has the findings of a state worked out; the reading changes when they are there."""
        super().__init__()
        self.setProperty("role", "panel")
        self._reading, self._list_findings = reading, list_findings
        self._shown: tuple[object, object] = (None, None)
        """Library and patient of the rows."""
        self._filter = FindingFilter()
        self.view = RowView()
        self.view.setAccessibleName(tr("Findings"))
        self._delegate = FindingsDelegate(self.view)
        self.model: TreeModel[FindingRow] = TreeModel(self, height_of=self._delegate.height_of)
        self.view.setModel(self.model)
        self.view.setItemDelegate(self._delegate)
        self.head = ProgressHead()
        self.head.chosen.connect(self._show_only)
        self.search = search_field(tr("Find a finding"))
        self.search.textChanged.connect(self._search_changed)
        self.search.went_down.connect(self.view.take_keyboard)
        self.arrange = QPushButton(tr("Arrange"))
        self.arrange.setIcon(icon("list-tree"))
        self.arrange.setProperty("kind", "menu")
        self.arrange.setMenu(self._arrange_menu())
        self.card = FindingCard(actions)
        self.card.asked.connect(self.asked)
        self._empty = EmptyState("circle-dashed", tr("No findings"))
        self._empty.link_followed.connect(self._follow_link)
        self._lay_out()
        self._connect_view()
        self._pending = Later(self, self.refresh, wait_ms=15)
        # While a study is read its findings change with every object.
        self._calm = Later(self, self.refresh, wait_ms=CALM_MS)
        self.destroyed.connect(reading.connect(self._follow))
        self.refresh()

    @property
    def walked(self) -> tuple[Finding, ...]:
        """The findings in the order in which they stand on the screen: the one in which N goes."""
        if self._pending.is_waiting or self._calm.is_waiting:
            self.refresh()
        rows = finding_rows(self._reading.state, self._filter)
        return findings_in(rows, lambda row: self.view.isExpanded(self.model.index_of(row.key)))

    def refresh(self) -> None:
        """Make the rows match the state now; otherwise it happens a blink after each change."""
        self._pending.drop()
        self._calm.drop()
        state = self._reading.state
        if findings_at_hand(state) is None:
            self._list_findings(state)
        found = findings_at_hand(state)
        if found is None:
            self._wait_for_list(state)
            return
        self._shown = (state.content.library, state.patient)
        listed = found.findings
        rows = finding_rows(state, self._filter)
        known = {node.key for node in self.model.nodes()}
        with QSignalBlocker(self.view.selectionModel()):
            # Qt makes a neighbour the current row when one goes; that is no choice of the reader's.
            self.model.set_tree(rows)
        for row in rows:
            if row.kind == "group" and row.key not in known:
                self.view.expand(self.model.index_of(row.key))
        self.head.show_statuses([status_of(one, state.decisions) for one in listed])
        self.head.setVisible(bool(listed))
        self._tools.setVisible(bool(listed))
        self._pages.setCurrentIndex(0 if rows else 1)
        if not rows:
            self._say_empty(state, listed=len(listed))
        self.number_changed.emit(len(listed))
        self._show_chosen(state)
        self.card.show_state(state, with_buttons=not state.selection.finding)

    def _wait_for_list(self, state: ReadingState) -> None:
        """Show nothing of another study while the list is worked out; of this one what stood there stays until then."""
        library, patient = self._shown
        if library is not state.content.library or patient is not state.patient:
            self.model.set_tree(())
            self.head.setVisible(False)
            self._tools.setVisible(False)
            self._pages.setCurrentIndex(1)
            self._empty.say(tr("Looking for findings"), "")

    def _say_empty(self, state: ReadingState, *, listed: int) -> None:
        if state.blind:
            self._empty.say(tr("Results are hidden"), tr("They are shown when you finish the first read."), tr("Show them"))
        elif listed:
            self._empty.say(tr("No finding matches"), "", tr("Clear filter"))
        elif state.content.overlays:
            number = count(len(state.content.overlays))
            self._empty.say(tr("No findings"), tr("Objects read: {number}. None makes a claim.").format(number=number))
        else:
            self._empty.say(tr("No findings"), tr("No opened object says anything of these images."))

    def _lay_out(self) -> None:
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(12, 2, 12, 8)
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.arrange)
        body = QWidget()
        self._pages = QStackedLayout(body)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.view)
        self.split.addWidget(self.card)
        self.split.setChildrenCollapsible(False)
        self.split.setStretchFactor(0, _LIST)
        self.split.setStretchFactor(1, _CARD)
        self.split.setSizes([100 * _LIST, 100 * _CARD])
        self._pages.addWidget(self.split)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._tools)
        column.addWidget(body, 1)

    def _connect_view(self) -> None:
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.view.clicked.connect(lambda index: self._choose(index, QModelIndex()))
        self.view.entered_key.connect(self._toggle)
        self.view.doubleClicked.connect(self._toggle)
        self.view.expanded.connect(lambda _: self._pending.ask())
        self.view.collapsed.connect(lambda _: self._pending.ask())
        self.view.about_to_focus.connect(lambda: self.refresh() if self._pending.is_waiting else None)
        self.view.entered.connect(self._hover)
        self.view.left.connect(lambda: self._reading.apply(hover, Selection()))

    def _arrange_menu(self) -> QMenu:
        menu = QMenu(self.arrange)
        for title, choices, chosen, take in (
            (tr("Group"), GROUPINGS, self._filter.grouping, self._set_grouping),
            (tr("Order"), SORTINGS, self._filter.sorting, self._set_sorting),
        ):
            menu.addSection(title)
            group = QActionGroup(menu)
            for value, text in choices:
                action = QAction(tr(text), menu)
                action.setCheckable(True)
                action.setChecked(value == chosen)
                action.setData(value)
                group.addAction(action)
                menu.addAction(action)
            group.triggered.connect(take)
        return menu

    def _set_grouping(self, action: QAction) -> None:
        self._take(FindingFilter(self._filter.search, self._filter.state, action.data(), self._filter.sorting))

    def _set_sorting(self, action: QAction) -> None:
        self._take(FindingFilter(self._filter.search, self._filter.state, self._filter.grouping, action.data()))

    def _search_changed(self, text: str) -> None:
        self._take(FindingFilter(text, self._filter.state, self._filter.grouping, self._filter.sorting))

    def _show_only(self, state: object) -> None:
        verdict = cast("Verdict | None", state)
        self._take(FindingFilter(self._filter.search, verdict, self._filter.grouping, self._filter.sorting))

    def _take(self, chosen: FindingFilter) -> None:
        self._filter = chosen
        self.refresh()

    def _follow_link(self) -> None:
        if self._reading.state.blind:
            self.asked.emit("reveal")
            return
        self.search.clear()
        self.head.show_chosen(None)
        self._take(FindingFilter(grouping=self._filter.grouping, sorting=self._filter.sorting))

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.hovered != new.hovered:
            self._show_hovered(new)
        if (
            old.edits is not new.edits
            or old.decisions is not new.decisions
            or old.selection != new.selection
            or old.patient is not new.patient
            or old.content.listings != new.content.listings
        ):
            self._pending.ask()
        elif old.content is not new.content:
            self._calm.ask()

    def _hover(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        finding = node.finding if isinstance(node, FindingRow) else None
        on = finding.sources[0] if finding is not None and not finding.members else None
        self._reading.apply(hover, Selection(on.overlay, on.part) if on is not None else Selection())

    def _show_hovered(self, state: ReadingState) -> None:
        here = parts_hovered(state)
        rows = [
            self.model.index_of(node.key)
            for node in (self.model.nodes() if here else ())
            if node.finding is not None
            and not node.finding.members
            and any((one.overlay, one.part) in here for one in node.finding.sources)
        ]
        self.view.let_stand_out(rows)

    def _show_chosen(self, state: ReadingState) -> None:
        chosen = finding_chosen(state)
        index = self.model.index_of(("finding", chosen.id)) if chosen is not None else QModelIndex()
        if index == self.view.currentIndex():
            return
        with QSignalBlocker(self.view.selectionModel()):
            if index.isValid() and (not index.parent().isValid() or self.view.isExpanded(index.parent())):
                self.view.setCurrentIndex(index)
                self.view.scrollTo(index)
            elif not index.isValid():
                self.view.selectionModel().clear()
        self.view.viewport().update()

    def _choose(self, index: QModelIndex, _previous: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        if not isinstance(node, FindingRow):
            return
        if node.finding is not None and self._reading.state.selection.finding != node.finding.id:
            self._reading.apply(go_to_finding, node.finding)
        elif node.overlay is not None:
            self._reading.apply(select, Selection(node.overlay))

    def _toggle(self, index: QModelIndex) -> None:
        self.view.setExpanded(index, not self.view.isExpanded(index))
