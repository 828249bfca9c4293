"""One line of the layers panel while every overlay is hidden."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from viewer.ui.layers.row import tr
from viewer.ui.parts import label


class HiddenLine(QWidget):
    """One line while every overlay is hidden, so that an empty image is never taken for "nothing found"."""

    show_again = Signal()

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 12, 4)
        line.addWidget(label(tr("Every overlay is hidden."), "warning"), 1)
        link = QPushButton(tr("Show"))
        link.setProperty("kind", "link")
        link.clicked.connect(self.show_again)
        line.addWidget(link)
