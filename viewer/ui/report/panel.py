"""The report panel: which report, its standing, its tree, its readable page; both lead to the images."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QSignalBlocker, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QWidget,
)

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.report import Report
from viewer.export.report_page import ReportPage, report_page
from viewer.export.report_text import report_text
from viewer.loading.documents import Documents
from viewer.reading.changes.layers import select
from viewer.reading.navigate import go_to_item
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.ui.document.document_view import DocumentView
from viewer.ui.parts import EmptyState, SegmentedChoice, is_theme_change, label, plain_column, search_field
from viewer.ui.report.content_model import ITEM_ROLE, ContentModel
from viewer.ui.report.delegate import ReportDelegate
from viewer.ui.report.hovering import TreeHover
from viewer.ui.report.page import LINK
from viewer.ui.report.page_view import PageView
from viewer.ui.report.report_files import copy_item, copy_measurements, report_forms, write_report
from viewer.ui.report.standing import badges_of, part_of_item, reports_of
from viewer.ui.report.words import describe, report_name, row_words, tr
from viewer.ui.row_view import RowView
from viewer.ui.theme.icons import icon
from viewer.ui.turns import Later

TREE_WIDTH: Final = 352
BOTH_FROM: Final = 700
"""Width from which tree and page stand side by side; below, a switch chooses one."""

_WORDS_FROM: Final = 460
"""Width from which buttons have words."""
_FACTS_FROM: Final = 560
"""Width from which plain facts have badges: below, the name of the report needs the room."""


class ReportPanel(QWidget):
    """The panel. ``number_changed`` tells how many reports there are; ``documents`` answers for documents and waveforms."""

    number_changed = Signal(int)
    export_failed = Signal(str)

    def __init__(self, reading: Reading, documents: Documents) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._reading = reading
        self._shown: InstanceKey | None = None
        self._listed: tuple[InstanceKey, ...] = ()
        self._hits: list[str] = []
        self._badges: list[QLabel] = []
        self._written_for = ""
        self._page_is_old = False
        self._page_model: ReportPage | None = None
        self.model = ContentModel(self)
        self.selector = QComboBox()
        self.selector.setAccessibleName(tr("Report"))
        self.selector.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.selector.setMinimumContentsLength(8)
        self.badges = QWidget()
        self.badges.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.search = search_field(tr("Find in report"))
        self.search.setMinimumWidth(60)
        self.found = label("", "third")
        self.tree = RowView()
        # Of hundreds of rows only one need be measured.
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(tr("Items of the report"))
        self.tree.setModel(self.model)
        self.delegate = ReportDelegate(self.tree)
        self.tree.setItemDelegate(self.delegate)
        self.page = PageView()
        self.switch = SegmentedChoice((("tree", tr("Tree")), ("page", tr("Page"))), tr("Show"))
        self.document = DocumentView(documents)
        self.copy, self.export = QPushButton(icon("copy"), ""), QPushButton(icon("upload"), "")
        self._view: object = "tree"
        self._pending = Later(self, self.refresh, wait_ms=15)
        self._lay_out()
        self._connect_parts()
        self.destroyed.connect(reading.connect(self._follow))
        self.refresh()

    @property
    def shown(self) -> InstanceKey | None:
        """The report that is shown."""
        return self._shown

    @property
    def view(self) -> QWidget:
        """What has the keyboard when the panel has it: the tree, or the document in front."""
        return self.tree if self._report() is not None else self.document.front

    def show_report(self, overlay: InstanceKey) -> None:
        """Show a report and select it."""
        self._reading.apply(select, Selection(overlay))
        self.refresh()

    def show_next(self, by: int) -> None:
        """Show the next report (or, with -1, the previous one)."""
        if self._listed:
            place = self._listed.index(self._shown) if self._shown in self._listed else -1
            self.show_report(self._listed[max(0, min(len(self._listed) - 1, place + by))])

    def refresh(self) -> None:
        """Make the panel match the state now; otherwise it happens a blink after each change."""
        self._pending.drop()
        state = self._reading.state
        overlays = reports_of(state)
        keys = tuple(overlay.instance for overlay in overlays)
        named = (state.selection.overlay, *(key for key, _ in state.selection.said))
        chosen = next((key for key in named if key in keys), None)
        wanted = chosen if chosen in keys else self._shown if self._shown in keys else next(iter(keys), None)
        self._list(overlays, state)
        same_library = self.model.library is state.content.library
        if wanted != self._shown or self._report() is None or not same_library:
            self._show(wanted, state)
        self._show_selected(state.selection)
        self._pages.setCurrentIndex(0 if wanted is not None else 1)
        self.number_changed.emit(len(keys))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) and hasattr(self, "_pages"):
            self._write_page(self._reading.state.selection)
            self.tree.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        for button, words in self._worded():
            button.setProperty("kind", "small")
            button.setAccessibleName(words)
            button.setToolTip(words)
        top = QHBoxLayout()
        top.setContentsMargins(10, 8, 10, 8)
        top.setSpacing(8)
        top.addWidget(self.selector, 2)
        top.addWidget(self.badges)
        top.addStretch(1)
        tools = QHBoxLayout()
        tools.setContentsMargins(10, 0, 10, 8)
        tools.setSpacing(8)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.found)
        tools.addWidget(self.switch)
        tools.addWidget(self.copy)
        tools.addWidget(self.export)
        self._badge_line = QHBoxLayout(self.badges)
        self._badge_line.setContentsMargins(0, 0, 0, 0)
        self._badge_line.setSpacing(6)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.tree)
        self.split.addWidget(self.page)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([TREE_WIDTH, BOTH_FROM])
        report, self._bodies, whole = QWidget(), QStackedWidget(), QWidget()
        self._bodies.addWidget(report)
        self._bodies.addWidget(self.document)
        inside, column = plain_column(report), plain_column(whole)
        inside.addLayout(tools)
        inside.addWidget(self.split, 1)
        column.addLayout(top)
        column.addWidget(self._bodies, 1)
        self._empty = EmptyState(
            "file-chart-column", tr("No report here"), tr("No opened object of this patient is a report or a document.")
        )
        self._pages = QStackedLayout(self)
        self._pages.addWidget(whole)
        self._pages.addWidget(self._empty)

    def _connect_parts(self) -> None:
        self.selector.activated.connect(lambda row: self.show_report(self._listed[row]))
        self.tree.selectionModel().currentChanged.connect(self._select)
        self.tree.doubleClicked.connect(self._jump)
        self.tree.entered_key.connect(self._jump)
        self._hovering = TreeHover(self._reading, self.tree, self.model, self._overlay)
        self.page.anchorClicked.connect(self._follow_link)
        self.switch.set_value("tree")
        self.switch.chosen.connect(self._choose_view)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._find_next)
        self.copy.clicked.connect(self.copy_report)
        copy_row = QAction(tr("Copy item"), self.tree)
        copy_row.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy_row.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy_row.triggered.connect(self.copy_item)
        copy_table = QAction(tr("Copy all measurements"), self.tree)
        copy_table.triggered.connect(self.copy_measurements)
        self.tree.addActions([copy_row, copy_table])
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        menu = QMenu(self.export)
        for text, ending in report_forms():
            menu.addAction(text).triggered.connect(partial(self._ask_where, ending))
        self.export.setMenu(menu)

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        self._hovering.follow(old, new)
        if old.content is not new.content or old.selection != new.selection or old.pane is not new.pane:
            self._pending.ask()

    def _overlay(self) -> Overlay | None:
        return self._reading.state.content.overlays.get(self._shown) if self._shown is not None else None

    def _report(self) -> Report | None:
        overlay = self._overlay()
        return overlay.content if overlay is not None and isinstance(overlay.content, Report) else None

    def _list(self, overlays: tuple[Overlay, ...], state: ReadingState) -> None:
        keys = tuple(overlay.instance for overlay in overlays)
        if keys != self._listed:
            self._listed = keys
            self.selector.clear()
            self.selector.addItems([report_name(one, state) for one in overlays])

    def _show(self, wanted: InstanceKey | None, state: ReadingState) -> None:
        self._shown = wanted
        with QSignalBlocker(self.tree.selectionModel()):
            self.model.show_report(self._report(), state.content.library)
        if wanted is not None:
            # Not with blocked signals: then the field would go on showing the name of the report before.
            self.selector.setCurrentIndex(self._listed.index(wanted))
            self.selector.update()
        self._page_model = None
        overlay = self._overlay()
        reads_document = overlay is not None and self._report() is None
        self._bodies.setCurrentIndex(1 if reads_document else 0)
        if overlay is not None and reads_document:
            self.document.show_overlay(overlay, state)
        else:
            self.document.forget()
        self._open_rows()
        self._show_badges()
        self._find(self.search.text())
        self._write_page(state.selection)

    def _open_rows(self) -> None:
        """Open the first levels, as far as that stays a list that can be looked through."""
        for index in self.model.first_levels():
            self.tree.expand(index)

    def _show_badges(self) -> None:
        for badge in self._badges:
            self._badge_line.removeWidget(badge)
            badge.deleteLater()
        overlay = self._overlay()
        self._badges = badges_of(overlay, self._reading.state) if overlay is not None else []
        for badge in self._badges:
            self._badge_line.addWidget(badge)
        self._arrange()

    def _show_selected(self, selection: Selection) -> None:
        item = self._item_of(selection)
        index = self.model.index_of(item) if item else QModelIndex()
        current = self.tree.currentIndex()
        if index.isValid() and index != current:
            with QSignalBlocker(self.tree.selectionModel()):
                self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)
            self.tree.viewport().update()
        if item != self._written_for:
            self._write_page(selection)

    def _write_page(self, selection: Selection) -> None:
        """Write the page anew; while it is hidden that waits until it is shown."""
        self._written_for = self._item_of(selection)
        self._page_is_old = not self._page_is_wanted()
        page = None if self._page_is_old else self._made_page()
        self.page.show_page(page, describe(self.model.library), selected=self._written_for)

    def _item_of(self, selection: Selection) -> str:
        """Return the item of the shown report that is selected, itself or as what speaks of the selected finding."""
        return dict((*selection.said, (selection.overlay, selection.item))).get(self._shown, "")

    def _made_page(self) -> ReportPage | None:
        """Return the page of the report that is shown; made when it is first asked for."""
        overlay, report = self._overlay(), self._report()
        if self._page_model is None and overlay is not None and report is not None:
            patient = self.model.library.patient_of(overlay.instance).name
            self._page_model = report_page(overlay, report, describe(self.model.library), patient=patient)
        return self._page_model

    def _page_is_wanted(self) -> bool:
        return self.width() >= BOTH_FROM or self._view == "page"

    def _select(self, current: QModelIndex, _previous: QModelIndex) -> None:
        item = current.data(ITEM_ROLE)
        if item is not None and self._shown is not None:
            overlay = self._overlay()
            part = part_of_item(overlay, item.position) if overlay is not None else None
            self._reading.apply(select, Selection(self._shown, part, item.position))

    def _jump(self, index: QModelIndex) -> None:
        item = index.data(ITEM_ROLE)
        if item is not None:
            self._go_to(item.by_reference or item.position)

    def _go_to(self, position: str) -> None:
        if self._shown is not None and self.model.index_of(position).isValid():
            self._reading.apply(go_to_item, self._shown, position)

    def _follow_link(self, url: QUrl) -> None:
        text = url.toString()
        if text.startswith(LINK):
            self._go_to(text.removeprefix(LINK))

    def _find(self, text: str) -> None:
        wanted = text.casefold().strip()
        library = self.model.library
        self._hits = (
            [item.position for item in self.model.items if wanted in " ".join(row_words(item, library)).casefold()]
            if wanted
            else []
        )
        self.delegate.hits = frozenset(self._hits)
        self.found.setText(tr("{number} found").format(number=len(self._hits)) if wanted else "")
        self.tree.viewport().update()
        if self._hits:
            self.tree.scrollTo(self.model.index_of(self._hits[0]))

    def _find_next(self) -> None:
        if not self._hits:
            return
        item = self.tree.currentIndex().data(ITEM_ROLE)
        here = self._hits.index(item.position) if item is not None and item.position in self._hits else -1
        self.tree.setCurrentIndex(self.model.index_of(self._hits[(here + 1) % len(self._hits)]))

    def copy_report(self) -> None:
        """Put the whole report on the clipboard as text."""
        page = self._made_page()
        if page is not None:
            QGuiApplication.clipboard().setText(report_text(page, describe(self.model.library)))

    def copy_item(self) -> None:
        """Put the current item, with all that stands below it, on the clipboard as tab-separated rows."""
        item = self.tree.currentIndex().data(ITEM_ROLE)
        if item is not None:
            copy_item(item, describe(self.model.library))

    def copy_measurements(self) -> None:
        """Put the table of all measurements on the clipboard."""
        if (overlay := self._overlay()) is not None:
            copy_measurements(overlay)

    def _ask_where(self, ending: str) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Export report"), f"report.{ending}", f"*.{ending}")
        if chosen:
            self.write_report(Path(chosen))

    def write_report(self, path: Path) -> None:
        """Write the report in the form that the ending asks for; ``export_failed`` tells why it could not be."""
        page, overlay = self._made_page(), self._overlay()
        if page is None or overlay is None:
            return
        try:
            write_report(path, overlay, page, describe(self.model.library))
        except OSError as error:
            self.export_failed.emit(error.strerror or "")

    def _choose_view(self, value: object) -> None:
        self._view = value
        self._arrange()

    def _worded(self) -> tuple[tuple[QPushButton, str], ...]:
        return (self.copy, tr("Copy")), (self.export, tr("Export"))

    def _arrange(self) -> None:
        both, wide = self.width() >= BOTH_FROM, self.width() >= _WORDS_FROM
        for button, words in self._worded():
            button.setText(words if wide else "")
        for badge in self._badges:
            badge.setVisible(self.width() >= _FACTS_FROM or badge.property("role") != "fact")
        self.switch.setVisible(not both)
        self.tree.setVisible(both or self._view == "tree")
        self.page.setVisible(self._page_is_wanted())
        if self._page_is_old and self._page_is_wanted():
            self._write_page(self._reading.state.selection)
