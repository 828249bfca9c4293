"""The one line that says in a blind read that results are hidden; never how many, nor whether there are any."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.ui.findings.words import tr
from viewer.ui.parts import IconMark, label


class BlindLine(QFrame):
    """The line. ``finished``: the reader wants to see the results."""

    finished = Signal()

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.setProperty("role", "blind")
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 6, 8, 6)
        line.setSpacing(10)
        line.addWidget(IconMark("eye-off", color="ai"))
        line.addWidget(label(tr("Results are hidden for a blind first read."), "head"))
        line.addWidget(label(tr("They stay hidden until you finish it."), "second"), 1)
        link = QPushButton(tr("Finish and show them"))
        link.setProperty("kind", "link")
        link.clicked.connect(self.finished)
        line.addWidget(link)
        self.setVisible(reading.state.blind)
        self.destroyed.connect(reading.connect(self._follow))

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.blind != new.blind:
            self.setVisible(new.blind)
