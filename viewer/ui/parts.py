"""Small widgets used all over the window: search field, icon that follows the theme, empty state, segmented choice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.theme.icons import icon, paint_icon

_NONE = Qt.KeyboardModifier.NoModifier


class IconMark(QWidget):
    """An icon that is not a button."""

    def __init__(self, name: str, *, color: str = "text2", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._color, self._size = name, color, size
        self.setFixedSize(size, size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, self.rect(), self._name, self._color, self._size)
        painter.end()


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label that never takes its text for markup; ``role`` picks its look in the sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def paint_own_ground(widget: QWidget) -> None:
    """Let a widget of ours paint the ground that the sheet gives it; Qt does so by itself only for its own classes."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def plain_column(widget: QWidget) -> QVBoxLayout:
    """Return the layout of a widget whose parts stand below one another without a gap."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def divider() -> QFrame:
    """Return a thin horizontal line."""
    made = QFrame()
    made.setProperty("role", "divider")
    made.setFixedHeight(1)
    return made


def icon_button(name: str, text: str, *, size: int = 14, color: str = "text2") -> QToolButton:
    """Return a small button with an icon; ``text`` is its tooltip and what it is called aloud."""
    made = QToolButton()
    made.setIcon(icon(name, color=color))
    made.setIconSize(QSize(size, size))
    made.setProperty("kind", "small")
    made.setToolTip(text)
    made.setAccessibleName(text)
    made.setFixedSize(24, 24)
    return made


def search_field(placeholder: str) -> SearchField:
    """Return a field with a magnifying glass; Escape empties it."""
    made = SearchField()
    made.setPlaceholderText(placeholder)
    made.setAccessibleName(placeholder)
    made.setClearButtonEnabled(False)
    made.addAction(QAction(icon("search", color="text3"), "", made), QLineEdit.ActionPosition.LeadingPosition)
    return made


class SearchField(QLineEdit):
    """The field. ``went_down``: the Down key asks for the list below."""

    went_down = Signal()

    def event(self, event: QEvent) -> bool:
        # Escape is a command of the window; while there is text to clear it belongs to the field.
        is_key = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_key and event.type() == QEvent.Type.ShortcutOverride and self.text():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            event.accept()
            return
        if event.key() == Qt.Key.Key_Down and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == _NONE:
            self.went_down.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class EmptyState(QWidget):
    """What a panel shows when it has nothing: an icon, one bold line, one plain line, one link."""

    link_followed = Signal()

    def __init__(self, name: str, title: str, text: str = "", link: str = "") -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._title, self._text = label(title, "head", wrap=True), label(text, "second", wrap=True)
        self._link = QPushButton(link)
        self._link.setProperty("kind", "link")
        self._link.clicked.connect(self.link_followed)
        column = QVBoxLayout(self)
        column.setSpacing(6)
        column.addStretch()
        column.addWidget(IconMark(name, color="text3", size=22), alignment=Qt.AlignmentFlag.AlignHCenter)
        for text_label in (self._title, self._text):
            text_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(text_label)
        column.addWidget(self._link, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._link.setVisible(bool(link))
        self._text.setVisible(bool(text))

    def say(self, title: str, text: str = "", link: str = "") -> None:
        """Change the words."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._link.setText(link)
        self._link.setVisible(bool(link))


class SegmentedChoice(QWidget):
    """A few words side by side, of which one is chosen. ``chosen`` tells the value when the user picks another."""

    chosen = Signal(object)

    def __init__(self, choices: Sequence[tuple[object, str]], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._group = QButtonGroup(self)
        self._values: list[object] = []
        for value, text in choices:
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setAccessibleName(f"{name}: {text}")
            self._group.addButton(button, len(self._values))
            self._values.append(value)
            line.addWidget(button)
        self._group.idClicked.connect(self._tell)

    def set_value(self, value: object) -> None:
        """Show a value as the chosen one."""
        if value in self._values:
            self._group.button(self._values.index(value)).setChecked(True)

    def _tell(self, number: int) -> None:
        self.chosen.emit(self._values[number])


def is_theme_change(event: QEvent) -> bool:
    """Say whether an event tells of new colours or a new text size."""
    return event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange)
