"""The numbers of all parts of an object as a table in a window of its own: to look through, to copy, to save."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.export.part_numbers import PartNumbers
from viewer.export.spreadsheet import csv_text, tab_text
from viewer.export.whole_files import written_whole
from viewer.ui.layers.numbers import COLUMNS, table_rows
from viewer.ui.parts import label


def tr(text: str) -> str:
    """Translate a text of the table of numbers."""
    return QCoreApplication.translate("Numbers", text)


class NumbersWindow(QDialog):
    """The table. Waits with a sentence until ``show_numbers`` brings them."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Numbers of {name}").format(name=name))
        self.resize(1080, 560)
        self._rows: list[tuple[str, ...]] = []
        self._waiting = label(tr("Being measured…"), "second", wrap=True)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels([tr(text) for text in COLUMNS])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAccessibleName(tr("Numbers of all parts"))
        copy, save, close = (QPushButton(text) for text in (tr("Copy"), tr("Save as CSV…"), tr("Close")))
        copy.clicked.connect(self.copy)
        save.clicked.connect(self._ask_where)
        close.clicked.connect(self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self).activated.connect(self.copy)
        line = QHBoxLayout()
        line.addWidget(self._waiting, 1)
        for button in (copy, save, close):
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self.table)
        column.addLayout(line)

    def show_numbers(self, found: Sequence[PartNumbers]) -> None:
        """Fill the table."""
        self._rows = table_rows(found)
        why = dict.fromkeys(one for each in found for one in each.why)
        self._waiting.setText(" ".join(why))
        self.table.setRowCount(len(self._rows))
        for row, cells in enumerate(self._rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column not in (1, 8, 15):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()

    def copy(self) -> None:
        """Copy the whole table for a spreadsheet."""
        QGuiApplication.clipboard().setText(tab_text((COLUMNS, *self._rows)))

    def save(self, path: Path) -> None:
        """Write the table as CSV; raises OSError."""
        with written_whole(path) as temporary:
            # Spreadsheets take a file without the mark for one in an old code page.
            temporary.write_text(csv_text(COLUMNS, self._rows), encoding="utf-8-sig", newline="")

    def _ask_where(self) -> None:
        named, _ = QFileDialog.getSaveFileName(
            self, tr("Save the numbers as a table"), tr("numbers.csv"), tr("Table (*.csv)")
        )
        if not named:
            return
        path = Path(named)
        try:
            self.save(path if path.suffix else path.with_suffix(".csv"))
        except OSError as error:
            self._waiting.setText(tr("The table could not be saved: {reason}").format(reason=error.strerror or ""))
