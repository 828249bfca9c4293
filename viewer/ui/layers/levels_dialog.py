"""Asks at which doses isodose lines are drawn: a list of percentages or of doses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from viewer.domain.dose_levels import Reference
from viewer.ui.parts import SegmentedChoice, label

MOST = 24


def tr(text: str) -> str:
    """Translate a text of the dialog."""
    return QCoreApplication.translate("IsodoseLevels", text)


class LevelsDialog(QDialog):
    """The dialog. ``levels`` are the doses that were chosen, in the unit of the grid; None: the usual ones."""

    def __init__(self, levels: Sequence[float], reference: Reference, unit: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Isodose levels"))
        self.setMinimumWidth(440)
        self._reference, self._unit = reference, unit
        self.levels: tuple[float, ...] | None = tuple(levels)
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Levels"))
        self.in_unit = SegmentedChoice((("percent", "%"), ("dose", unit)), tr("Unit"))
        self.in_unit.setVisible(bool(unit))
        self.hint = label("", "caption", wrap=True)
        self.usual = QPushButton(tr("Usual levels"))
        self.cancel = QPushButton(tr("Cancel"))
        self.accept_button = QPushButton()
        self.accept_button.setProperty("kind", "primary")
        self.accept_button.setDefault(True)
        self._lay_out()
        self.in_unit.set_value("percent")
        self._percent = True
        self._write(levels)
        self.field.textChanged.connect(self._check)
        self.in_unit.chosen.connect(self._unit_changed)
        self.usual.clicked.connect(self._take_usual)
        self.cancel.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self.accept)
        self._check()

    def read(self) -> tuple[float, ...]:
        """Return what the field says as doses; empty when a part of it is no number above 0."""
        written = [one for one in re.split(r"[\s,;]+", self.field.text().strip()) if one]
        try:
            numbers = [float(one) for one in written]
        except ValueError:
            return ()
        if not numbers or len(numbers) > MOST or not all(0 < one < 1e6 for one in numbers):
            return ()
        factor = self._reference.value / 100 if self._percent else 1.0
        return tuple(sorted({one * factor for one in numbers}, reverse=True))

    def _write(self, levels: Sequence[float]) -> None:
        factor = 100 / self._reference.value if self._percent else 1.0
        self.field.setText(", ".join(f"{one * factor:.4g}" for one in levels))

    def _unit_changed(self, value: object) -> None:
        known = self.read()
        self._percent = value == "percent"
        self._write(known or self.levels or ())

    def _take_usual(self) -> None:
        self.levels = None
        QDialog.accept(self)

    def accept(self) -> None:
        """Take what the field says."""
        found = self.read()
        if found:
            self.levels = found
            super().accept()

    def _check(self) -> None:
        found = self.read()
        self.accept_button.setEnabled(bool(found))
        self.accept_button.setText(tr("Draw {number} levels").format(number=len(found)) if found else tr("Draw levels"))
        basis = tr("prescribed") if self._reference.basis == "prescription" else tr("the maximum")
        hundred = f"{self._reference.value:g} {self._unit}".strip()
        about = tr("100 % is {dose}, {basis}.").format(dose=hundred, basis=basis)
        wrong = "" if found else " " + tr("Write 1 to {most} numbers above 0, parted by commas.").format(most=MOST)
        self.hint.setText(about + wrong)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.field, 1)
        top.addWidget(self.in_unit)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.usual)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.hint)
        column.addLayout(buttons)
