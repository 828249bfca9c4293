"""The head of the findings panel: how many are decided, a bar in the colours of decisions, the filter by decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from viewer.domain.decision import Verdict
from viewer.scene.plain_words import count
from viewer.ui.findings.words import ICONS, VERDICTS, tr, verdict_text
from viewer.ui.parts import label
from viewer.ui.theme.icons import icon
from viewer.ui.theme.rows import color

_BAR = 4


class DecisionBar(QWidget):
    """A 4 px bar: a part for every decision in its colour, what is undecided last."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: Counter[Verdict] = Counter()
        self.setFixedHeight(_BAR)

    def show_numbers(self, numbers: Counter[Verdict]) -> None:
        """Show how many there are of each."""
        self._numbers = numbers
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("bg4"))
        whole, x = max(self._numbers.total(), 1), 0.0
        for verdict in ("accepted", "modified", "uncertain", "rejected"):
            width = self.width() * self._numbers[verdict] / whole
            if width:
                painter.fillRect(QRectF(x, 0, max(width - 1, 1), self.height()), color(verdict))
                x += width
        painter.end()


class ProgressHead(QWidget):
    """The head. ``chosen`` tells the decision to show alone, None for all."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._words, self._left = label("", "head"), label("", "third")
        self._bar = DecisionBar()
        self._pills: dict[Verdict | None, QPushButton] = {}
        group = QButtonGroup(self)
        pills = QHBoxLayout()
        pills.setSpacing(6)
        for verdict in (None, "undecided", *VERDICTS):
            pill = self._pill(verdict)
            group.addButton(pill)
            pills.addWidget(pill)
            self._pills[verdict] = pill
        pills.addStretch(1)
        words = QHBoxLayout()
        words.addWidget(self._words, 1)
        words.addWidget(self._left)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 6)
        column.setSpacing(8)
        column.addLayout(words)
        column.addWidget(self._bar)
        column.addLayout(pills)
        self._pills[None].setChecked(True)

    def show_statuses(self, statuses: Sequence[Verdict]) -> None:
        """Show how the findings of the whole list stand."""
        numbers = Counter(statuses)
        whole, left = len(statuses), numbers["undecided"]
        self._words.setText(tr("{decided} of {all} decided").format(decided=count(whole - left), all=count(whole)))
        self._left.setText(tr("{number} left").format(number=count(left)) if left else tr("all decided"))
        self._bar.show_numbers(numbers)
        self._bar.setAccessibleName(self._words.text())
        for verdict, pill in self._pills.items():
            number = count(whole if verdict is None else numbers[verdict])
            word = tr("All") if verdict is None else tr("Undecided") if verdict == "undecided" else ""
            pill.setText(f"{word} {number}".strip())
            name = tr("All") if verdict is None else verdict_text(verdict)
            pill.setAccessibleName(f"{name}: {number}")
            pill.setToolTip(f"{name}: {number}")
            pill.setVisible(verdict in (None, "undecided") or bool(numbers[verdict]) or pill.isChecked())

    def show_chosen(self, verdict: Verdict | None) -> None:
        """Show which decision is shown alone."""
        self._pills[verdict].setChecked(True)

    def _pill(self, verdict: Verdict | None) -> QPushButton:
        pill = QPushButton()
        pill.setProperty("kind", "pill")
        pill.setCheckable(True)
        if verdict is not None:
            pill.setIcon(icon(ICONS[verdict], color=verdict, checked=verdict))
            pill.setIconSize(QSize(13, 13))
        pill.setCursor(Qt.CursorShape.PointingHandCursor)
        pill.clicked.connect(lambda _=False, one=verdict: self.chosen.emit(one))
        return pill
