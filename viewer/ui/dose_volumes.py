"""The window of dose-volume histograms: curves of the regions of a structure set, their numbers, a table to take along."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.domain.dose import Dose
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.structure_set import StructureSet
from viewer.export.dose_table import RegionDose, as_csv, regions_with_dose, rows
from viewer.export.spreadsheet import tab_text
from viewer.export.whole_files import written_whole
from viewer.reading.reading import Reading
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal, plain
from viewer.ui.dose_chart import Curve, DoseChart
from viewer.ui.host import Host
from viewer.ui.parts import label
from viewer.ui.theme.current import tokens

_BEFORE_NAME, _WIDEST_NAME = 44, 280
FIRST_SHOWN = 12
"""So many regions have their curve at first."""


def tr(text: str) -> str:
    """Translate a text of the window of dose-volume histograms."""
    return QCoreApplication.translate("DoseVolumes", text)


class DoseVolumesDialog(QDialog):
    """The window. What it shows is made in the background; closing it ends that.

    Parameters
    ----------
    dose
        The dose that is shown first; None: the first that is open.
    """

    def __init__(self, reading: Reading, host: Host, parent: QWidget, dose: InstanceKey | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Dose-volume histogram"))
        self.resize(980, 680)
        self._reading, self._host = reading, host
        self._asked = 0
        self.regions: tuple[RegionDose, ...] = ()
        self.chart = DoseChart()
        self.doses, self.structures = QComboBox(), QComboBox()
        self.doses.setAccessibleName(tr("Dose"))
        self.structures.setAccessibleName(tr("Structure set"))
        self.table = QTableWidget()
        self.under_mouse, self.note = label("", "second"), label("", "caption", wrap=True)
        self.copy, self.save = QPushButton(tr("Copy the table")), QPushButton(tr("Save as CSV…"))
        self._lay_out()
        self._fill_choices(dose)
        self.doses.currentIndexChanged.connect(self._fill_structures)
        self.structures.currentIndexChanged.connect(self.measure)
        self.chart.pointed.connect(self._say_point)
        self.table.itemChanged.connect(self._draw)
        self.table.currentCellChanged.connect(lambda row, *_: self.chart.let_stand_out(self._key_of(row)))
        self.copy.clicked.connect(self.copy_table)
        self.save.clicked.connect(self._ask_where)
        self._fill_structures()

    def measure(self) -> None:
        """Ask for the histograms of what is chosen."""
        dose, structures = self._chosen(self.doses), self._chosen(self.structures)
        self._asked += 1
        asked = self._asked
        self._show(())
        if dose is None or structures is None:
            self.note.setText(self._why_nothing(dose))
            return
        self.note.setText(
            tr("Working out the dose in {number} regions …").format(number=len(list(regions_with_dose(dose, structures))))
        )

        def take(found: Sequence[RegionDose] | str) -> None:
            if asked == self._asked and isinstance(found, str):
                self.note.setText(found)
            elif asked == self._asked and not isinstance(found, str):
                self._show(tuple(found))

        self._host.measure_dose(dose, structures, take)

    def copy_table(self) -> None:
        """Put the numbers on the clipboard, for a spreadsheet."""
        QGuiApplication.clipboard().setText(tab_text(rows(self._kept())))

    def save_table(self, path: Path) -> None:
        """Write numbers and curves; what goes wrong is said in the window."""
        try:
            with written_whole(path) as temporary:
                temporary.write_text(as_csv(self._kept()), encoding="utf-8-sig", newline="")
        except OSError as failure:
            self.note.setText(
                tr("{path} cannot be written: {reason}.").format(path=path, reason=failure.strerror or failure)
            )

    def done(self, result: int) -> None:
        """Wait for nothing any more."""
        self._asked += 1
        super().done(result)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        for words, choice in ((tr("Dose"), self.doses), (tr("Regions of"), self.structures)):
            name = label(words, "second")
            name.setBuddy(choice)
            choice.setMinimumWidth(200)
            top.addWidget(name)
            top.addWidget(choice)
            top.addSpacing(8)
        top.addStretch(1)
        top.addWidget(self.under_mouse)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.setAccessibleName(tr("Dose in regions"))
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.chart)
        parts.addWidget(self.table)
        parts.setSizes((340, 190))
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setChildrenCollapsible(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.copy)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(parts, 1)
        column.addLayout(foot)

    def _fill_choices(self, first: InstanceKey | None) -> None:
        content = self._reading.state.content
        for key, overlay in content.overlays.items():
            if isinstance(overlay.content, Dose):
                self.doses.addItem(overlay_name(content, overlay, tr).whole, key)
                if key == first:
                    self.doses.setCurrentIndex(self.doses.count() - 1)

    def _fill_structures(self) -> None:
        content, dose = self._reading.state.content, self._chosen(self.doses)
        self.structures.blockSignals(True)
        self.structures.clear()
        for key, overlay in content.overlays.items():
            if dose is not None and isinstance(overlay.content, StructureSet) and any(regions_with_dose(dose, overlay)):
                self.structures.addItem(overlay_name(content, overlay, tr).whole, key)
        self.structures.blockSignals(False)
        self.measure()

    def _chosen(self, choice: QComboBox) -> Overlay | None:
        return self._reading.state.content.overlays.get(choice.currentData())

    @staticmethod
    def _why_nothing(dose: Overlay | None) -> str:
        if dose is None:
            return tr("No dose is open.")
        return tr("No structure set in the Frame of Reference of this dose is open.")

    def _show(self, regions: tuple[RegionDose, ...]) -> None:
        self.regions = regions
        self.copy.setEnabled(bool(regions))
        self.save.setEnabled(bool(regions))
        self.table.blockSignals(True)
        table = rows(regions)
        self.table.clear()
        self.table.setRowCount(max(len(table) - 1, 0))
        self.table.setColumnCount(len(table[0]) if table else 0)
        self.table.setHorizontalHeaderLabels(table[0] if table else [])
        for row, (one, texts) in enumerate(zip(regions, table[1:], strict=True)):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(plain(text) if column == 0 else text.replace("-", "−"))
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                else:
                    item.setIcon(_swatch(one.color))
                    item.setCheckState(Qt.CheckState.Checked if self._first_shown(row) else Qt.CheckState.Unchecked)
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()
        # The box and the colour before a name are not counted.
        self.table.setColumnWidth(0, min(self.table.columnWidth(0) + _BEFORE_NAME, _WIDEST_NAME))
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.table.blockSignals(False)
        self._draw()
        self.note.setText(self._said_of(regions))

    def _first_shown(self, row: int) -> bool:
        one = self.regions[row]
        return one.structures.part(one.part).visible_by_default and one.found.maximum is not None and row < FIRST_SHOWN

    def _said_of(self, regions: tuple[RegionDose, ...]) -> str:
        if not regions:
            return ""
        said = [f"{regions[0].found.method[:1].upper()}{regions[0].found.method[1:]}."]
        apart = [(one.difference_percent, one.label) for one in regions if one.difference_percent is not None]
        if apart:
            largest, where = max(apart)
            said.append(
                tr(
                    "Dashed: what the dose object states; it differs by at most {percent} % of the volume ({region})."
                ).format(percent=decimal(largest, 1), region=plain(where))
            )
        return " ".join(said)

    def _kept(self) -> tuple[RegionDose, ...]:
        """Return the regions whose row is checked."""
        checked = [
            (item := self.table.item(row, 0)) is not None and item.checkState() == Qt.CheckState.Checked
            for row in range(len(self.regions))
        ]
        return tuple(one for one, on in zip(self.regions, checked, strict=True) if on)

    def _draw(self) -> None:
        curves = []
        for one in self._kept():
            curves.append(Curve(one.part, one.label, one.found.edges, one.found.curve_percent, one.color))
            stored = one.stored
            if stored is not None and one.difference_percent is not None:
                share = stored.volume / stored.volume[0] * 100
                curves.append(Curve(one.part, one.label, stored.dose[:-1], np.asarray(share), one.color, dashed=True))
        self.chart.show_curves(curves, self.regions[0].unit if self.regions else "")

    def _key_of(self, row: int) -> int:
        return self.regions[row].part if 0 <= row < len(self.regions) else -1

    def _say_point(self, point: tuple[float, float, int] | None) -> None:
        if point is None:
            self.under_mouse.setText("")
            return
        dose, percent, key = point
        near = next((one for one in self.regions if one.part == key), None)
        if near is not None:
            percent = near.found.percent_of(dose) or 0.0
        unit = f"{NO_BREAK_SPACE}{near.unit if near is not None else self.regions[0].unit if self.regions else ''}".rstrip()
        words = f"{decimal(dose, 2)}{unit}   {decimal(percent, 1)}{NO_BREAK_SPACE}%"
        self.under_mouse.setText(f"{plain(near.label)}   {words}" if near is not None else words)

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save as CSV"), "dose.csv", tr("Table (*.csv)"))
        if name:
            self.save_table(Path(name))


def _swatch(color: tuple[int, int, int]) -> QIcon:
    picture = QPixmap(12, 12)
    picture.fill(QColor(tokens().bg1))
    painter = QPainter(picture)
    painter.fillRect(1, 1, 10, 10, QColor(*color))
    painter.end()
    return QIcon(picture)
