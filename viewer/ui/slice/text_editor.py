"""The field in which the words of a measurement are written, on the image beside it: several lines, any script.

Enter ends, Shift+Enter begins a line, Esc leaves everything as it was; so does a click elsewhere end.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

WIDTH, LEAST_LINES, MOST_LINES = 220, 2, 8
LONGEST = 2000
"""Letters: a note is no document."""


def tr(text: str) -> str:
    """Translate a text of the field."""
    return QCoreApplication.translate("TextEditor", text)


class TextEditor(QPlainTextEdit):
    """The field over one viewport.

    Parameters
    ----------
    parent
        The viewport's picture; the field stays inside it.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._done: Callable[[str], None] | None = None
        self.setProperty("role", "on-image")
        self.setAccessibleName(tr("Words of the measurement"))
        self.setPlaceholderText(tr("Write here. Enter ends, Shift+Enter begins a line."))
        self.setTabChangesFocus(True)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._fit)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether words are being written."""
        return self._done is not None

    def open_at(self, spot: QPoint, text: str, done: Callable[[str], None]) -> None:
        """Open the field at a spot of the parent; ``done`` is called with the words, and never when it is left by Esc."""
        self.close_with("words")
        self._done = done
        self.setPlainText(text)
        self._fit()
        room = self._over.size()
        left = min(max(spot.x(), 0), max(room.width() - self.width(), 0))
        top = min(max(spot.y(), 0), max(room.height() - self.height(), 0))
        self.move(left, top)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_with(self, what: str) -> None:
        """Close the field; ``what`` is "words" to take them, anything else to leave what was."""
        done, self._done = self._done, None
        if done is None:
            return
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._over.setFocus(Qt.FocusReason.OtherFocusReason)
        if what == "words":
            done(self.toPlainText().strip()[:LONGEST])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # The keys of the viewport are letters and arrows: while words are written they are that and nothing else.
            commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            if not event.modifiers() & commands:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape:
            self.close_with("nothing")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shifted:
            self.close_with("words")
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.close_with("words")

    def _fit(self) -> None:
        """Be as high as the words, within bounds."""
        lines = min(max(self.document().size().height(), LEAST_LINES), MOST_LINES)
        height = round(lines * self.fontMetrics().lineSpacing() + 2 * self.document().documentMargin() + 6)
        width = min(WIDTH + self.fontMetrics().averageCharWidth() * 4, max(self._over.width(), 64))
        self.resize(width, height)
