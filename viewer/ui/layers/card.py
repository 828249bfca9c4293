"""The card at the foot of the layers panel: where the selected part comes from, or its numbers. Folds to one line.

Decided
    Open it is as high as its panel gives it room, whatever it says: a card that grew when a row is clicked would take the
    place of that very row, and the second click of a double click would meet the card. What does not fit is scrolled to.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from viewer.domain.provenance import Origin
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.export.part_numbers import PartNumbers
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.ui.layers.numbers import number_lines, number_tip
from viewer.ui.layers.provenance import frames_of, provenance_lines, short_words, source_stack
from viewer.ui.layers.row import tr
from viewer.ui.layers.tree import why_not_here
from viewer.ui.part_work import PartWork
from viewer.ui.parts import SegmentedChoice, icon_button, label
from viewer.ui.plain_text import sentence, tooltip
from viewer.ui.theme import rows
from viewer.ui.theme.icons import icon

_BETWEEN_ROWS = 4
_MORE_THAN_ROWS = 20
_ROWS_SHOWN = (4, 8)
"""So many lines are seen at once in a low panel, and in a high one."""

_SHARE = 0.2
"""Of the panel, for the lines: the rest belongs to the list above."""

Page = Literal["provenance", "numbers"]


class SelectionCard(QWidget):
    """The card. ``table_wanted`` asks for the numbers of all parts of an object.

    Parameters
    ----------
    work
        Measures parts in the background; None: there are no numbers.
    """

    table_wanted = Signal(object)

    def __init__(self, reading: Reading, work: PartWork | None = None) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._reading, self._work = reading, work
        self._open, self._narrow = True, False
        self._rows = _ROWS_SHOWN[1]
        self._page: Page = "provenance"
        self._numbers: PartNumbers | None = None
        self._asked: tuple[object, ...] = ()
        self._choice = SegmentedChoice(
            (("provenance", tr("Provenance")), ("numbers", tr("Numbers"))), tr("About the selected")
        )
        self._choice.set_value("provenance")
        self._choice.chosen.connect(self._turn_to)
        self._short = label("", "third")
        self._ai = label("", "ai")
        self._fold = icon_button("chevron-down", tr("Fold"))
        self._fold.clicked.connect(self.toggle)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(12, 2, 12, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(_BETWEEN_ROWS)
        self._grid.setColumnMinimumWidth(0, 82)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(_MORE_THAN_ROWS, 1)
        lines = QWidget()
        lines.setProperty("role", "panel")
        lines.setLayout(self._grid)
        self._body = QScrollArea()
        self._body.setWidget(lines)
        self._body.setWidgetResizable(True)
        self._body.setFrameShape(QFrame.Shape.NoFrame)
        self._body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body.setAccessibleName(tr("About the selected"))
        self._strip = CoverageStrip(reading)
        self._link = QPushButton(tr("Go to source"))
        self._link.setToolTip(tr("Show the source series"))
        self._link.setProperty("kind", "link")
        self._link.clicked.connect(self._show_source)
        self._table = QPushButton(tr("All parts…"))
        self._table.setToolTip(tr("Numbers of all parts"))
        self._table.setProperty("kind", "link")
        self._table.clicked.connect(lambda: self.table_wanted.emit(self._reading.state.selection.overlay))
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._lay_out()
        self.destroyed.connect(reading.connect(self._follow))
        self._show()

    def set_open(self, opened: bool) -> None:
        """Open the card, or fold it to one line."""
        self._open = opened
        self._show()

    def fit(self, *, narrow: bool) -> None:
        """Fold to one line when the window becomes narrow, where the rows above need the room; open when it becomes wide."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.set_open(not narrow)

    def suit(self, panel_height: int) -> None:
        """Take as many lines as a panel of a height (logical pixels) has room for beside its list."""
        least, most = _ROWS_SHOWN
        self._rows = min(max(int(_SHARE * panel_height / self._line_height), least), most)
        self._body.setFixedHeight(self._rows * self._line_height + 2)
        # At once, as the panel does: rows are where they stay when it is first seen.
        self._column.activate()

    @property
    def _line_height(self) -> int:
        return self.fontMetrics().lineSpacing() + _BETWEEN_ROWS

    def toggle(self) -> None:
        """Open or fold."""
        self.set_open(not self._open)

    def turn_to(self, page: Page) -> None:
        """Show the one or the other, and open."""
        self._choice.set_value(page)
        self._page, self._open = page, True
        self._show()

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return what the card says now, as (label, text) pairs."""
        return provenance_lines(self._reading.state) if self._page == "provenance" else self._number_lines()

    def _turn_to(self, page: object) -> None:
        self.turn_to("numbers" if page == "numbers" else "provenance")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 8, 4)
        head.setSpacing(8)
        head.addWidget(self._choice)
        head.addWidget(self._ai)
        head.addWidget(self._short, 1)
        head.addWidget(self._link)
        head.addWidget(self._table)
        head.addWidget(self._fold)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._body)
        column.addWidget(self._strip)
        self._short.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if (
            old.selection != new.selection
            or old.pane.stack_id != new.pane.stack_id
            or old.content.overlays is not new.content.overlays
            or old.content.bindings is not new.content.bindings
            or old.content.measures is not new.content.measures
            or (old.layers is not new.layers and self._page == "numbers")
            or old.edits.keys() != new.edits.keys()
            or old.originals_shown != new.originals_shown
        ):
            self._show()
        elif old.pane is not new.pane:
            self._strip.update()

    def _show(self) -> None:
        state = self._reading.state
        if self._page == "numbers" and self._open:
            self._ask()
        lines = self.lines()
        overlay = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
        self.setVisible(bool(state.content.overlays))
        self._body.setVisible(self._open)
        self._body.setFixedHeight(self._rows * self._line_height + 2)
        self._fold.setIcon(icon("chevron-down" if self._open else "chevron-right"))
        self._fold.setAccessibleName(tr("Fold provenance") if self._open else tr("Open provenance"))
        made_by_ai = overlay is not None and overlay.origin in (Origin.AI, Origin.AI_ASSISTED)
        self._ai.setText(overlay.origin.value if overlay is not None else "")
        self._ai.setVisible(made_by_ai)
        self._short.setText(tr("Nothing is selected.") if overlay is None else "" if self._open else short_words(lines))
        self._fill(lines)
        self._choice.setToolTip(tooltip(*self._tip_lines()))
        source = source_stack(state, overlay) if overlay is not None and self._page == "provenance" else None
        self._link.setVisible(self._open and source is not None and source.id != state.pane.stack_id)
        measurable = overlay is not None and isinstance(overlay.content, Segmentation | StructureSet)
        self._table.setVisible(self._open and self._page == "numbers" and measurable)
        self._strip.setVisible(self._open)
        self._strip.update()

    def _fill(self, lines: tuple[tuple[str, str], ...]) -> None:
        while len(self._labels) < len(lines):
            row = len(self._labels)
            pair = (label("", "second"), label("", wrap=True))
            pair[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for column, made in enumerate(pair):
                self._grid.addWidget(made, row, column, Qt.AlignmentFlag.AlignTop)
            self._labels.append(pair)
        for row, (name, text) in enumerate(self._labels):
            used = row < len(lines)
            name.setVisible(used)
            text.setVisible(used)
            if used:
                name.setText(lines[row][0])
                text.setText(lines[row][1])

    def _ask(self) -> None:
        state = self._reading.state
        chosen = state.selection
        measures = state.content.measures.get(chosen.overlay) if chosen.overlay is not None else None
        asked = (chosen, state.pane.stack_id, id(measures), state.layer(chosen.overlay).threshold if chosen.overlay else 0)
        if asked == self._asked:
            return
        self._asked, self._numbers = asked, None
        if self._work is not None and chosen.overlay is not None and chosen.part is not None:
            self._work.numbers(chosen.overlay, chosen.part, lambda found: self._take(asked, chosen, found))

    def _take(self, asked: tuple[object, ...], chosen: Selection, found: tuple[PartNumbers, ...]) -> None:
        if asked == self._asked and chosen == self._reading.state.selection:
            self._numbers = found[0] if found else None
            self._fill(self.lines())
            self._choice.setToolTip(tooltip(*self._tip_lines()))

    def _number_lines(self) -> tuple[tuple[str, str], ...]:
        chosen = self._reading.state.selection
        if chosen.part is None:
            return ((tr("Part"), tr("Select a segment or ROI to see its numbers.")),) if chosen.overlay is not None else ()
        if self._numbers is None:
            return ((tr("Numbers"), tr("Being measured…")),)
        return number_lines(self._numbers)

    def _show_source(self) -> None:
        state = self._reading.state
        overlay = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
        source = source_stack(state, overlay) if overlay is not None else None
        if source is not None:
            self._reading.apply_undoable("", show_stack, state.active_pane, source.id)

    def _tip_lines(self) -> list[str]:
        if self._page == "numbers":
            return number_tip(self._numbers).splitlines() if self._numbers is not None else []
        state = self._reading.state
        overlay = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
        return [sentence(found) for found in overlay.issues] if overlay is not None else []


class CoverageStrip(QWidget):
    """Which images of the active stack the selected part, or object, lies on: a bar, with a mark at the one shown."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading
        self.setFixedHeight(16)
        self.setAccessibleName(tr("Images that the selected one lies on"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint runs of images, first at the left."""
        del event
        state = self._reading.state
        stack = state.stack_of(state.pane)
        overlay = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
        if stack is None or overlay is None or len(stack.frames) < 2 or stack.pyramid is not None:
            return
        if why_not_here(state, overlay):
            return
        touched = frames_of(overlay, stack, state.selection.part)
        painter = QPainter(self)
        bar = QRectF(12, 5, self.width() - 24, 6)
        painter.fillRect(bar, rows.color("bg3"))
        step = bar.width() / len(touched)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], touched, [False]]).astype(int)))
        ink = rows.color("ai" if overlay.origin in (Origin.AI, Origin.AI_ASSISTED) else "text2")
        for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            painter.fillRect(QRectF(bar.x() + first * step, bar.y(), max((after - first) * step, 1.5), bar.height()), ink)
        place = min(state.pane.frame, len(touched) - 1)
        painter.fillRect(QRectF(bar.x() + (place + 0.5) * step - 1, bar.y() - 3, 2, bar.height() + 6), rows.color("text1"))
        painter.end()
