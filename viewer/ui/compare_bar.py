"""The bar below the images while two results are compared: legend, how it is shown, and the table of parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.export.comparison import Comparison, PairCompared, PartAlone
from viewer.export.spreadsheet import tab_text
from viewer.reading.changes.comparing import end_comparing, select_compared, show_compared
from viewer.reading.changes.workspace import set_frame
from viewer.reading.navigate import go_to_point
from viewer.reading.reading import Reading
from viewer.reading.state import ComparedPair, ReadingState
from viewer.scene.difference import AS_OTHER, IN_BOTH, ONLY_A, ONLY_B
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import decimal, plain, volume
from viewer.ui.part_work import PartWork
from viewer.ui.parts import SegmentedChoice, icon_button, label
from viewer.ui.plain_text import tooltip
from viewer.ui.theme import rows
from viewer.ui.theme.icons import icon

_HEAD, _ROW, _ROWS_SHOWN = 30, 24, 6
_NAME_CHARACTERS = 28
_WORDS_FROM = 1000
"""Width (logical pixels) from which the button has its words."""
_KEY_LEAST, _SWATCH = 64, 16


def tr(text: str) -> str:
    """Translate a text of the comparison."""
    return QCoreApplication.translate("Compare", text)


HEADERS: tuple[str, ...] = ("Part", "Dice", "A, mL", "B, mL", "Difference, %", "Mean, mm", "95 %, mm", "Largest, mm")


class CompareBar(QWidget):
    """The bar; hidden while nothing is compared. ``refused`` tells why two results cannot be compared."""

    refused = Signal(str)

    def __init__(self, reading: Reading, work: PartWork) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._reading, self._work = reading, work
        self._found: Comparison | None = None
        self._asked: ComparedPair | None = None
        self._legend = QHBoxLayout()
        self._legend.setSpacing(14)
        self._names: list[_Key] = []
        self._choice = SegmentedChoice(
            (("difference", tr("Difference")), ("side_by_side", tr("Side by side"))), tr("How two results are shown")
        )
        self._choice.chosen.connect(
            lambda shown: reading.apply_undoable("", show_compared, cast("Literal['difference', 'side_by_side']", shown))
        )
        self._worst = QPushButton(tr("Where they differ most"))
        self._worst.setProperty("kind", "small")
        self._worst.setToolTip(tr("Where they differ most"))
        self._worst.setAccessibleName(tr("Where they differ most"))
        self._worst.clicked.connect(self.go_to_worst)
        self._copy = icon_button("copy", tr("Copy the table"))
        self._copy.clicked.connect(self.copy)
        self._close = icon_button("x", tr("End the comparison (Esc)"))
        self._close.clicked.connect(lambda: reading.apply_undoable("", end_comparing))
        self.table = QTableWidget(0, len(HEADERS))
        self._words = label("", "third", wrap=True)
        self._dress_table()
        self._lay_out()
        self.destroyed.connect(reading.connect(self._follow))
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room of a narrow bar to the names: what is compared must be read."""
        super().resizeEvent(event)
        narrow = event.size().width() < _WORDS_FROM
        self._worst.setText("" if narrow else tr("Where they differ most"))
        self._worst.setIcon(icon("target") if narrow else QIcon())

    def go_to_worst(self) -> None:
        """Go to where the selected pair differs most; without one, to where any does."""
        if self._found is None or self._reading.state.compared is None:
            return
        row = self.table.currentRow()
        item = self.table.item(row, 0) if row >= 0 and self.table.selectedItems() else None
        chosen = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        pairs = [chosen] if isinstance(chosen, PairCompared) else list(self._found.matched)
        worst = max(pairs, key=lambda one: one.worst_area_mm2, default=None)
        if worst is None or worst.worst_point is None:
            return
        self._reading.apply(select_compared, worst.a, worst.b)
        self._reading.apply(go_to_point, self._reading.state.compared.a, worst.worst_point)
        # What is linked goes along.
        state = self._reading.state
        self._reading.apply(set_frame, state.active_pane, state.pane.frame)

    def copy(self) -> None:
        """Copy the table for a spreadsheet."""
        found = self._found
        if found is not None:
            rows = [pair_cells(one) for one in found.matched]
            QGuiApplication.clipboard().setText(tab_text((HEADERS, *rows)))

    def _dress_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([tr(text) for text in HEADERS])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setAccessibleName(tr("Parts compared"))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        first = table.horizontalHeaderItem(0)
        if first is not None:
            first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.itemSelectionChanged.connect(self._select)
        table.itemDoubleClicked.connect(lambda _: self.go_to_worst())
        table.itemActivated.connect(lambda _: self.go_to_worst())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 8, 4)
        head.setSpacing(10)
        head.addLayout(self._legend)
        head.addStretch(1)
        for widget in (self._worst, self._choice, self._copy, self._close):
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table)
        self._words.setContentsMargins(12, 2, 12, 4)
        column.addWidget(self._words)

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.compared == new.compared:
            return
        compared = new.compared
        self.setVisible(compared is not None)
        if compared is None:
            self._asked, self._found = None, None
            return
        self._choice.set_value(compared.shown)
        if self._asked is None or (self._asked.a, self._asked.b) != (compared.a, compared.b):
            self._asked = compared
            self._ask(new, compared)

    def _ask(self, state: ReadingState, compared: ComparedPair) -> None:
        self._found = None
        self.table.setRowCount(0)
        self._words.setText(tr("Being compared…"))
        self._fit()
        first, second = (overlay_name(state.content, state.content.overlays[key], tr) for key in (compared.a, compared.b))
        self._show_legend(first.whole, second.whole)
        self._work.compare(compared.a, compared.b, lambda found: self._take(compared, found))

    def _take(self, asked: ComparedPair, found: Comparison | str) -> None:
        now = self._reading.state.compared
        if now is None or (now.a, now.b) != (asked.a, asked.b):
            return
        if isinstance(found, str):
            self._words.setText(found)
            self.refused.emit(found)
            return
        self._found = found
        nothing = tr("No part of the one has a counterpart in the other, by code or name.")
        self._words.setText(tr("Other regions are hidden meanwhile. Esc ends the comparison.") if found.matched else nothing)
        self.table.setToolTip(tooltip(found.method))
        ordered = sorted(found.matched, key=lambda one: 2.0 if one.dice is None else one.dice)
        rows: list[tuple[PairCompared | PartAlone, tuple[str, ...]]] = [(one, pair_cells(one)) for one in ordered]
        rows += [(one, _alone_cells(one, tr("only in A"), first=True)) for one in found.only_a]
        rows += [(one, _alone_cells(one, tr("only in B"), first=False)) for one in found.only_b]
        self._fill(rows)
        self._fit()

    def _fill(self, rows: list[tuple[PairCompared | PartAlone, tuple[str, ...]]]) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(len(rows))
        for row, (one, cells) in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setData(Qt.ItemDataRole.UserRole, one)
                self.table.setItem(row, column, item)
        self.table.clearSelection()
        self.table.setCurrentCell(-1, -1)
        self.table.blockSignals(False)

    def _fit(self) -> None:
        """Take no more of the images' room than the rows need."""
        rows = min(max(self.table.rowCount(), 1), _ROWS_SHOWN)
        self.table.setVisible(self.table.rowCount() > 0)
        self.table.setFixedHeight(rows * _ROW + _HEAD)

    def _select(self) -> None:
        items = self.table.selectedItems()
        one = items[0].data(Qt.ItemDataRole.UserRole) if items else None
        if isinstance(one, PairCompared):
            self._reading.apply(select_compared, one.a, one.b)
        elif isinstance(one, PartAlone) and self._found is not None:
            in_a = one in self._found.only_a
            self._reading.apply(select_compared, one.part if in_a else None, None if in_a else one.part)

    def _show_legend(self, first: str, second: str) -> None:
        keys = (
            (ONLY_A, tr("only A: {name}").format(name=_short(first)), first),
            (ONLY_B, tr("only B: {name}").format(name=_short(second)), second),
            (IN_BOTH, tr("both"), tr("Both have the same part here.")),
            (AS_OTHER, tr("both, as other parts"), tr("Both have something here, but not the same part.")),
        )
        if not self._names:
            self._names = [_Key() for _ in keys]
            for made in self._names:
                self._legend.addWidget(made)
        for made, (color, text, tip) in zip(self._names, keys, strict=True):
            made.say(QColor(*color), text, tip)


class _Key(QWidget):
    """A swatch and its words."""

    def __init__(self) -> None:
        super().__init__()
        self._color, self._text = QColor(), ""
        self.setMinimumWidth(_KEY_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(_SWATCH + self.fontMetrics().horizontalAdvance(self._text) + 2, self.fontMetrics().lineSpacing() + 4)

    def say(self, color: QColor, text: str, tip: str) -> None:
        """Show a colour and what it stands for."""
        self._color, self._text = color, text
        self.setToolTip(tooltip(tip))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the swatch as the image has it: a line around a ground."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self._color)
        ground.setAlphaF(0.6)
        painter.setBrush(ground)
        painter.setPen(QPen(self._color, 1.5))
        painter.drawRoundedRect(1, self.height() // 2 - 6, 11, 11, 2.5, 2.5)
        place = self.rect().adjusted(_SWATCH, 0, 0, 0)
        painter.setPen(rows.color("text1"))
        words = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()


def pair_cells(one: PairCompared) -> tuple[str, ...]:
    """Return the cells of a pair of parts, in the order of ``HEADERS``."""
    name = plain(one.label_a) if one.label_a == one.label_b else f"{plain(one.label_a)} / {plain(one.label_b)}"
    distances = one.distances
    return (
        name,
        _number(one.dice, lambda value: decimal(value, 3)),
        _number(one.volume_a_ml, volume),
        _number(one.volume_b_ml, volume),
        _number(one.difference_percent, lambda value: decimal(value, 1)),
        _number(distances.mean_mm if distances else None, lambda value: decimal(value, 2)),
        _number(distances.p95_mm if distances else None, lambda value: decimal(value, 2)),
        _number(distances.largest_mm if distances else None, lambda value: decimal(value, 2)),
    )


def _alone_cells(one: PartAlone, where: str, *, first: bool) -> tuple[str, ...]:
    value = _number(one.volume_ml, volume)
    return (f"{plain(one.label)} ({where})", "–", value if first else "–", "–" if first else value, *["–"] * 4)


def _number(value: float | None, said: Callable[[float], str]) -> str:
    return "–" if value is None else said(value)


def _short(name: str) -> str:
    return name if len(name) <= _NAME_CHARACTERS else name[: _NAME_CHARACTERS - 1] + "…"
