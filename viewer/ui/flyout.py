"""A panel laid over the images for a moment: a click elsewhere, Escape or another size of the window closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QVBoxLayout, QWidget


class Flyout(QFrame):
    """The whole browser, laid over the images beside the rail."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "flyout")
        self._content: QWidget | None = None
        self._home: QStackedWidget | None = None
        self._before: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self.hide()
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    def open_with(self, content: QWidget, place: QPoint, size: tuple[int, int]) -> None:
        """Take a widget in and show it with its top left corner at ``place``; ``size`` is (width, height)."""
        parent = content.parentWidget()
        if isinstance(parent, QStackedWidget):
            self._home = parent
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._content = content
        self._column.addWidget(content)
        content.show()
        self.setGeometry(place.x(), place.y(), *size)
        self.show()
        self.raise_()

    def close_it(self) -> None:
        """Give the widget back and hide."""
        content, self._content = self._content, None
        if content is not None and self._home is not None:
            current = self._home.currentWidget()
            self._home.insertWidget(0, content)
            if current is not None:
                self._home.setCurrentWidget(current)
        self.hide()

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the commands of the window while the keyboard is in here."""
        escapes = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escapes and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape; the keyboard goes back to where it was."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        before, self._before = self._before, None
        self.close_it()
        if before is not None:
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        event.accept()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.close_it()
        return False

    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Close when the keyboard goes to another part of this window; a menu or another program leaves it open."""
        if self.isVisible() and new is not None and new.window() is self.window() and not self.isAncestorOf(new):
            self.close_it()
