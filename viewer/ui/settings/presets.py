"""The editor of window presets: each has a name, modality, centre, width, unit and key; kept in the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.imaging.window_presets import WindowPreset
from viewer.ui.parts import divider, label
from viewer.ui.theme.current import metrics

MODALITIES: Final = ("CT", "PT", "MR", "CR", "DX", "MG", "NM", "US", "XA", "RF", "OT")
_COLUMNS: Final = 6
_WIDTHS: Final = (96, 100, 100, 150, 76)
"""Of all columns but the name, which takes the rest."""
_TEXT_MARGIN: Final = 6
"""Left of the number in a spin box: Qt leaves out the padding of the style sheet there."""
_LARGEST: Final = 1e9


def tr(text: str) -> str:
    """Translate a text of the presets."""
    return QCoreApplication.translate("Presets", text)


class PresetsDialog(QDialog):
    """The editor.

    Parameters
    ----------
    presets
        Those in force.
    change
        Takes the presets after every change; None for those that come with the program.
    defaults
        Returns the presets in force after that.
    """

    def __init__(
        self,
        presets: Sequence[WindowPreset],
        change: Callable[[tuple[WindowPreset, ...] | None], None],
        defaults: Callable[[], Sequence[WindowPreset]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Window presets"))
        self._change, self._defaults = change, defaults
        self._filling = False
        self.table = QTableWidget(0, _COLUMNS)
        self.table.setHorizontalHeaderLabels([tr("Name"), tr("Modality"), tr("Centre"), tr("Width"), tr("Unit"), tr("Key")])
        self.table.setAccessibleName(tr("Window presets"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setDefaultSectionSize(metrics().row(36))
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS, start=1):
            self.table.setColumnWidth(column, metrics().px(width))
        self.add = _button(tr("Add"), self._add)
        self.remove = _button(tr("Remove"), self._remove)
        self.restore = _button(tr("All as at first"), self._restore)
        self.restore.setProperty("kind", "quiet")
        close = _button(tr("Close"), self.accept)
        close.setDefault(True)
        foot = QHBoxLayout()
        for widget in (self.add, self.remove, self.restore):
            foot.addWidget(widget)
        foot.addStretch()
        foot.addWidget(close)
        page = QVBoxLayout(self)
        page.setContentsMargins(20, 16, 20, 16)
        page.setSpacing(12)
        page.addWidget(label(tr("Window presets"), "dialog-title"))
        page.addWidget(
            label(tr("Keys 1 to 9 take the windows of the file first, then these; a key of its own goes before."), "caption")
        )
        page.addWidget(self.table, 1)
        page.addWidget(divider())
        page.addLayout(foot)
        self.resize(metrics().px(780), metrics().px(500))
        self._fill(presets)

    def presets(self) -> tuple[WindowPreset, ...]:
        """Return what the table says, rows without a name left out."""
        found = []
        for row in range(self.table.rowCount()):
            name, modality, center, width, unit, key = (self.table.cellWidget(row, place) for place in range(_COLUMNS))
            assert isinstance(name, QLineEdit)
            assert isinstance(center, QDoubleSpinBox)
            assert isinstance(width, QDoubleSpinBox)
            assert isinstance(modality, QComboBox)
            assert isinstance(unit, QComboBox)
            assert isinstance(key, QComboBox)
            if name.text().strip():
                found.append(
                    WindowPreset(
                        name.text().strip(),
                        center.value(),
                        width.value(),
                        modality.currentText().strip().upper(),
                        key.currentData(),
                        unit.currentData(),
                    )
                )
        return tuple(found)

    def _fill(self, presets: Sequence[WindowPreset]) -> None:
        self._filling = True
        self.table.setRowCount(0)
        for preset in presets:
            self._append(preset)
        self._filling = False
        self.remove.setEnabled(self.table.rowCount() > 0)

    def _append(self, preset: WindowPreset) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        name = QLineEdit(preset.name)
        name.setAccessibleName(tr("Name"))
        name.editingFinished.connect(self._tell)
        modality = _choice(tr("Modality"), [(one, one) for one in MODALITIES], preset.modality)
        modality.setEditable(True)
        modality.setCurrentText(preset.modality)
        units = [(tr("of the image"), ""), (tr("SUV"), "SUV")]
        keys = [("–", None), *((str(number), number) for number in range(1, 10))]
        cells: list[QWidget] = [
            name,
            modality,
            _number(tr("Centre"), preset.center, lowest=-_LARGEST),
            _number(tr("Width"), preset.width, lowest=1e-6),
            _choice(tr("Unit"), units, preset.unit),
            _choice(tr("Key"), keys, preset.key),
        ]
        for place, cell in enumerate(cells):
            self.table.setItem(row, place, QTableWidgetItem())
            self.table.setCellWidget(row, place, cell)
            if isinstance(cell, QComboBox):
                cell.currentIndexChanged.connect(self._tell)
                cell.editTextChanged.connect(self._tell)
            elif isinstance(cell, QDoubleSpinBox):
                cell.valueChanged.connect(self._tell)

    def _tell(self) -> None:
        if not self._filling:
            self._change(self.presets())

    def _add(self) -> None:
        self._filling = True
        self._append(WindowPreset(tr("New window"), 50.0, 350.0))
        self._filling = False
        self.remove.setEnabled(True)
        row = self.table.rowCount() - 1
        self.table.setCurrentCell(row, 0)
        name = self.table.cellWidget(row, 0)
        assert isinstance(name, QLineEdit)
        name.selectAll()
        name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()

    def _remove(self) -> None:
        row = self.table.currentRow()
        if row < 0:
            focused = self.focusWidget()
            row = self.table.indexAt(focused.pos()).row() if focused is not None else -1
        self.table.removeRow(row if row >= 0 else self.table.rowCount() - 1)
        self.remove.setEnabled(self.table.rowCount() > 0)
        self._tell()

    def _restore(self) -> None:
        self._change(None)
        self._fill(self._defaults())


def _button(text: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _=False: act())
    return button


def _choice(name: str, choices: Sequence[tuple[str, object]], value: object) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for text, data in choices:
        box.addItem(text, data)
    box.setCurrentIndex(max(0, next((place for place, one in enumerate(choices) if one[1] == value), 0)))
    return box


def _number(name: str, value: float, *, lowest: float) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setAccessibleName(name)
    spin.setRange(lowest, _LARGEST)
    spin.setDecimals(0 if float(value).is_integer() and abs(value) >= 20 else 3)
    spin.setKeyboardTracking(False)
    spin.setValue(value)
    spin.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)
    return spin
