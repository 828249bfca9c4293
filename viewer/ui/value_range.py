"""Asks which values of the image stay in a segment; the images show at once what is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from viewer.ui.editing_acts import tr
from viewer.ui.parts import label

_LARGEST = 1e7


class ValueRange(QDialog):
    """The dialog, at the foot of its parent so that the images stay in sight.

    Parameters
    ----------
    ends
        The lowest and highest value at first.
    unit
        Of the values; empty when it is not known.
    show_range
        Takes every range that is tried; called with the first one when the dialog opens.
    take_back
        Called when the reader gives it up.
    """

    def __init__(
        self,
        ends: tuple[float, float],
        unit: str,
        show_range: Callable[[float, float], object],
        take_back: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keep values in a range"))
        self.setModal(True)
        self._show_range, self._take_back = show_range, take_back
        whole = ends[1] - ends[0] >= 20
        self.lowest, self.highest = (self._field(name, whole=whole) for name in (tr("Lowest value"), tr("Highest value")))
        self.lowest.setValue(ends[0])
        self.highest.setValue(ends[1])
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.clicked.connect(self.reject)
        self._keep = QPushButton(tr("Keep these values"))
        self._keep.setProperty("kind", "primary")
        self._keep.setDefault(True)
        self._keep.clicked.connect(self.accept)
        for field in (self.lowest, self.highest):
            field.valueChanged.connect(self._try)
        self._lay_out(unit)
        self.finished.connect(self._end)

    def open_above(self, spot: QPoint) -> None:
        """Show it with its lower left corner at a global position, and what the first range leaves."""
        self.adjustSize()
        self.move(spot - QPoint(0, self.sizeHint().height()))
        self.open()
        self._try()

    def _field(self, name: str, *, whole: bool) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setRange(-_LARGEST, _LARGEST)
        field.setDecimals(0 if whole else 3)
        field.setSingleStep(5.0 if whole else 0.01)
        field.setAccessibleName(name)
        field.setKeyboardTracking(False)
        field.setMinimumWidth(96)
        return field

    def _lay_out(self, unit: str) -> None:
        fields = QHBoxLayout()
        fields.setSpacing(8)
        fields.addWidget(label(tr("From")))
        fields.addWidget(self.lowest)
        fields.addWidget(label(tr("to")))
        fields.addWidget(self.highest)
        fields.addWidget(label(unit, "second"))
        fields.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(
            label(tr("Voxels of the segment with other values go. It starts with the window of the image."), "second")
        )
        column.addLayout(fields)
        column.addLayout(buttons)

    def _try(self) -> None:
        if self.lowest.value() <= self.highest.value():
            self._show_range(self.lowest.value(), self.highest.value())

    def _end(self, result: int) -> None:
        if result != QDialog.DialogCode.Accepted:
            self._take_back()
