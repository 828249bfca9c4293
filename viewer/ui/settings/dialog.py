"""The settings dialog, generated from the typed model: every field with a title, in the model's order, effective at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.parts import divider, label
from viewer.ui.theme.current import metrics

_WIDTH = 560
_SIDES = 56
"""Margins and scroll bar beside the rows, logical pixels."""
_AROUND = 220
"""Title, buttons and frame above and below the rows."""
_TEXT_MARGIN = 6
"""Left of the number in a spin box, logical pixels: Qt leaves out the padding of the style sheet there."""

CHOICE_TEXTS = {
    "dark": "Dark",
    "light": "Light",
    "system": "As the desktop",
    "compact": "Compact",
    "normal": "Normal",
    "roomy": "Roomy",
}


def tr(text: str) -> str:
    """Translate a text of the settings dialog."""
    return QCoreApplication.translate("Settings", text)


class SettingsDialog(QDialog):
    """The dialog; ``change`` is called with a new model for every change."""

    def __init__(self, settings: BaseModel, change: Callable[[Any], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self._settings, self._change = settings, change
        self.editors: dict[str, QWidget] = {}
        self._group: object = None
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for name, field in type(settings).model_fields.items():
            if not field.title:
                continue
            group = _extra(field, "group")
            if group and group != self._group:
                grid.addWidget(label(tr(str(group)), "head"), grid.rowCount(), 0, 1, 2)
            self._group = group
            row = grid.rowCount()
            text = tr(field.title)
            editor = self._editor(name, field)
            editor.setAccessibleName(text)
            editor.installEventFilter(self)
            self.editors[name] = editor
            words = label(text, "second")
            words.setBuddy(editor)
            grid.addWidget(words, row, 0)
            grid.addWidget(editor, row, 1)
            if field.description:
                grid.addWidget(label(tr(field.description), "caption", wrap=True), row + 1, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._body)
        self._reset = QPushButton(tr("All as at first"))
        self._reset.setProperty("kind", "quiet")
        self._reset.clicked.connect(self._set_defaults)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._reset)
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(label(tr("Settings"), "dialog-title"))
        column.addWidget(self._area, 1)
        column.addWidget(divider())
        column.addLayout(foot)
        self.setMinimumWidth(metrics().px(_WIDTH))

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the wrapped words need, and no higher than the screen: the rest is scrolled to."""
        needed = self._body.heightForWidth(metrics().px(_WIDTH) - _SIDES)
        self._area.setMinimumHeight(min(needed, self.screen().availableGeometry().height() - metrics().px(_AROUND)))
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to the list: who scrolls past a field does not mean to change it."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _editor(self, name: str, field: FieldInfo) -> QWidget:
        value = getattr(self._settings, name)
        kind = field.annotation
        if get_origin(kind) is Literal:
            return self._choice(name, get_args(kind), value)
        if kind is bool:
            box = QCheckBox()
            box.setChecked(value)
            box.toggled.connect(lambda on: self._set(name, on))
            return box
        if kind in (int, float):
            return self._number(name, field, value)
        edit = QLineEdit(str(value))
        edit.editingFinished.connect(lambda: self._set(name, edit.text()))
        return edit

    def _choice(self, name: str, values: tuple[str, ...], value: str) -> QComboBox:
        box = QComboBox()
        for one in values:
            box.addItem(tr(CHOICE_TEXTS.get(one, one)), one)
        box.setCurrentIndex(values.index(value))
        box.currentIndexChanged.connect(lambda: self._set(name, box.currentData()))
        return box

    def _number(self, name: str, field: FieldInfo, value: float) -> QWidget:
        lowest, highest = _limits(field)
        step = _extra(field, "step")
        if field.annotation is int:
            whole = QSpinBox()
            whole.setRange(int(lowest), int(highest))
            whole.setSingleStep(int(step) if isinstance(step, int | float) else 1)
            whole.setValue(int(value))
            whole.valueChanged.connect(lambda number: self._set(name, number))
            whole.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)
            return whole
        spin = QDoubleSpinBox()
        spin.setRange(lowest, highest)
        spin.setSingleStep(float(step) if isinstance(step, int | float) else 0.1)
        spin.setDecimals(2)
        spin.setValue(value)
        spin.valueChanged.connect(lambda number: self._set(name, round(number, 2)))
        spin.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)
        return spin

    def _set(self, name: str, value: object) -> None:
        self._settings = self._settings.model_copy(update={name: value})
        self._change(self._settings)

    def _set_defaults(self) -> None:
        for name, editor in self.editors.items():
            default = type(self._settings).model_fields[name].get_default(call_default_factory=True)
            if isinstance(editor, QComboBox):
                editor.setCurrentIndex(editor.findData(default, Qt.ItemDataRole.UserRole))
            elif isinstance(editor, QCheckBox):
                editor.setChecked(default)
            elif isinstance(editor, QSpinBox | QDoubleSpinBox):
                editor.setValue(default)
            elif isinstance(editor, QLineEdit):
                editor.setText(str(default))
                self._set(name, default)


def _extra(field: FieldInfo, name: str) -> object:
    """Return what the model says of how to show a field; None when it says nothing."""
    extra = field.json_schema_extra
    return extra.get(name) if isinstance(extra, dict) else None


def _limits(field: FieldInfo) -> tuple[float, float]:
    lowest, highest = -1e9, 1e9
    for rule in field.metadata:
        lowest = getattr(rule, "ge", lowest)
        highest = getattr(rule, "le", highest)
    return lowest, highest
