"""Reasons and a note for a decision: chips and one line of text over the images, by keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from viewer.domain.decision import Decision
from viewer.domain.finding import Finding
from viewer.ui.findings.rows import finding_name
from viewer.ui.findings.words import reason_text, tr
from viewer.ui.parts import label

WIDTH = 520
_IN_A_ROW = 4
_FIRST_DIGIT = Qt.Key.Key_1.value
_ABOVE = 8


class NoteEditor(QFrame):
    """The editor. ``kept`` tells the id of the finding, its reasons and its note; Escape leaves without a word."""

    kept = Signal(str, object, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "popup")
        self._finding = ""
        self._back: QWidget | None = None
        self._chips: list[tuple[str, QPushButton]] = []
        self._title = label("", "card-title")
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Note"))
        self.field.setPlaceholderText(tr("Note"))
        self.field.returnPressed.connect(self._keep)
        self.field.installEventFilter(self)
        hint = label(tr("Alt+number: a reason · Enter: keep · Esc: leave as it was"), "caption")
        keep = QPushButton(tr("Keep"))
        keep.setProperty("kind", "primary")
        keep.clicked.connect(self._keep)
        foot = QHBoxLayout()
        foot.addWidget(hint, 1)
        foot.addWidget(keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addLayout(self._grid)
        column.addWidget(self.field)
        column.addLayout(foot)
        self.hide()

    def open_for(self, finding: Finding, decision: Decision | None, reasons: Sequence[str], over: QRect) -> None:
        """Ask for the reasons and the note of a finding.

        Parameters
        ----------
        reasons
            Those to choose from; others that were given before stay to be taken away.
        over
            Rectangle of the window at whose lower edge the editor stands.
        """
        self._finding = finding.id
        self._back = QApplication.focusWidget()
        self._title.setText(finding_name(finding))
        given = decision.reasons if decision is not None else ()
        self._show_chips(list(dict.fromkeys((*reasons, *given))), given)
        self.field.setText(decision.note if decision is not None else "")
        self.setFixedWidth(min(WIDTH, max(over.width() - 24, 320)))
        self.adjustSize()
        self.move(over.x() + (over.width() - self.width()) // 2, over.bottom() - self.height() - _ABOVE)
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_it(self) -> None:
        """Close, and give the keyboard back to where it was."""
        if self.isVisible():
            self.hide()
            if self._back is not None and self._back.isVisible():
                self._back.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                if event.type() == QEvent.Type.KeyPress:
                    self.close_it()
                event.accept()
                return True
            number = event.key() - _FIRST_DIGIT
            if event.modifiers() == Qt.KeyboardModifier.AltModifier and 0 <= number < len(self._chips):
                if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                    self._chips[number][1].toggle()
                event.accept()
                return True
        return False

    def _show_chips(self, reasons: list[str], given: Sequence[str]) -> None:
        for _, chip in self._chips:
            self._grid.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for place, reason in enumerate(reasons):
            text = reason_text(reason)
            chip = QPushButton(f"{place + 1}  {text}" if place < 9 else text)
            chip.setProperty("kind", "pill")
            chip.setAccessibleName(text)
            chip.setCheckable(True)
            chip.setChecked(reason in given)
            self._grid.addWidget(chip, *divmod(place, _IN_A_ROW))
            self._chips.append((reason, chip))

    def _keep(self) -> None:
        reasons = tuple(reason for reason, chip in self._chips if chip.isChecked())
        self.kept.emit(self._finding, reasons, self.field.text().strip())
        self.close_it()
