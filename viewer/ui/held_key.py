"""A key that acts for as long as it is down: overlays vanish while Space is held, and come back whatever happens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_TYPING = (QLineEdit, QAbstractSpinBox, QComboBox, QAbstractButton)
"""Widgets that need the key for themselves: fields to type in, buttons to press."""


class HeldKey(QObject):
    """Watches one key for one window. Repeats are ignored; losing the window's focus counts as letting go."""

    def __init__(self, window: QWidget, key: str, *, pressed: Callable[[], None], released: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._pressed, self._released = window, pressed, released
        self._down: int | None = None
        self.set_key(key)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        QGuiApplication.instance().applicationStateChanged.connect(lambda _state: self.let_go())  # type: ignore[union-attr]

    def set_key(self, key: str) -> None:
        """Watch another key; an empty text watches none."""
        self._key = QKeySequence(key)

    def let_go(self) -> None:
        """Act as if the key was released."""
        if self._down is not None:
            self._down = None
            self._released()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_press(watched, event)
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and event.key() == self._down:
            if not event.isAutoRepeat():
                self.let_go()
            return True
        if kind == QEvent.Type.WindowDeactivate and watched is self._window.window():
            self.let_go()
        return False

    def _on_press(self, watched: QObject, event: QKeyEvent) -> bool:
        if not isinstance(watched, QWidget) or watched.window() is not self._window.window():
            return False
        if self._key.isEmpty() or QKeySequence(event.keyCombination()) != self._key:
            return False
        editable = isinstance(watched, QTextEdit | QPlainTextEdit) and not watched.isReadOnly()
        if isinstance(watched, _TYPING) or editable:
            return False
        if not event.isAutoRepeat() and self._down is None:
            self._down = event.key()
            self._pressed()
        return True
