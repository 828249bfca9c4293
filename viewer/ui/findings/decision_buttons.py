"""The buttons that decide, with their keys; the decision taken has an edge in its colour."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from viewer.domain.decision import Verdict
from viewer.ui.findings.words import ICONS, VERDICTS, tr
from viewer.ui.live_actions import Actions
from viewer.ui.theme.icons import paint_icon
from viewer.ui.theme.rows import paint_key, paint_text, text_width

ACTION_OF: dict[Verdict, str] = {
    "accepted": "accept",
    "rejected": "reject",
    "uncertain": "uncertain",
    "modified": "modified",
}
_ICON = 16
_PAD, _TIGHT = 10, 6
_APART = 6


class _ActButton(QPushButton):
    """A button with icon, word and key cap, painted so that the word stays neutral and the icon keeps its colour."""

    def __init__(self, word: str, icon: str, color: str) -> None:
        super().__init__()
        self._word, self._icon, self._color, self._key = word, icon, color, ""
        self.is_brief = False
        self.setAccessibleName(word)
        self.setProperty("kind", "decide")
        # In a narrow panel the words give way to the icons, and nothing is pushed out of it.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        # Keys go on acting on the images and lists.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_key(self, key: str) -> None:
        """Show the key that does the same; empty for none."""
        self._key = key
        self.updateGeometry()
        self.update()

    def show_word(self, *, brief: bool) -> None:
        """Show the word beside the icon, or the icon alone."""
        if brief != self.is_brief:
            self.is_brief = brief
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(2 * _PAD + _ICON if self.is_brief else self.whole_width, super().sizeHint().height())

    @property
    def whole_width(self) -> int:
        """How wide it is with its word and key."""
        key = 12 + text_width(self._key, size=10, weight=500) + 8 if self._key else 0
        return 2 * _PAD + _ICON + 6 + text_width(self._word, weight=500) + key

    @property
    def least_width(self) -> int:
        """How wide it must be for its word."""
        return 2 * _TIGHT + _ICON + 6 + text_width(self._word, weight=500)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * _TIGHT + _ICON, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        enabled = self.isEnabled()
        words = text_width(self._word, weight=500)
        key = 12 + text_width(self._key, size=10, weight=500) + 8 if self._key else 0
        whole = _ICON + 6 + words + key
        box = self.rect()
        if whole > box.width() - 8:
            key, whole = 0, _ICON + 6 + words
        if self.is_brief or whole > box.width() - 4:
            words, whole = 0, _ICON
        left = box.x() + (box.width() - whole) // 2
        icon_box = box.adjusted(left, 0, 0, 0)
        icon_box.setWidth(_ICON)
        paint_icon(painter, icon_box, self._icon, self._color if enabled else "disabled", _ICON)
        if words:
            text = box.adjusted(left + _ICON + 6, 0, 0, 0)
            paint_text(painter, text, self._word, token="text1" if enabled else "disabled", weight=500)
        if key:
            paint_key(painter, left + whole, box, self._key)
        painter.end()


class DecisionButtons(QWidget):
    """Accept, reject, uncertain, modified, note. ``asked`` tells the id of the action."""

    asked = Signal(str)

    def __init__(self, actions: Actions, *, keys: bool) -> None:
        super().__init__()
        self._actions, self._keys = actions, keys
        words: dict[Verdict, str] = {
            "accepted": tr("Accept"),
            "rejected": tr("Reject"),
            "uncertain": tr("Uncertain"),
            "modified": tr("Modified"),
        }
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(_APART)
        self.buttons: dict[str, _ActButton] = {}
        for verdict in VERDICTS:
            self._add(ACTION_OF[verdict], _ActButton(words[verdict], ICONS[verdict], verdict))
        self._add("note", _ActButton(tr("Note"), "message-square-text", "text2"))
        for button in self.buttons.values():
            line.addWidget(button)

    def show_status(self, status: Verdict, *, writable: bool) -> None:
        """Show the decision taken."""
        for verdict, action in ACTION_OF.items():
            button, taken = self.buttons[action], verdict if verdict == status else ""
            if button.property("taken") != taken:
                button.setProperty("taken", taken)
                button.style().unpolish(button)
                button.style().polish(button)
        for action, button in self.buttons.items():
            button.setEnabled(writable)
            button.show_key(next(iter(self._actions.keys(action)), "") if self._keys else "")
            button.setToolTip(self._actions[action].toolTip())

    def sizeHint(self) -> QSize:
        widths = [button.whole_width for button in self.buttons.values()]
        return QSize(sum(widths) + _APART * (len(widths) - 1), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Let the words of the last ones go where there is no room for all, so that the first ones keep theirs."""
        # Key caps go before any word: each button leaves its own out by itself.
        over = sum(one.least_width + _APART for one in self.buttons.values()) - _APART - self.width()
        for button in reversed(self.buttons.values()):
            button.show_word(brief=over > 0)
            over -= button.least_width - button.minimumSizeHint().width()

    def _add(self, action: str, button: _ActButton) -> None:
        button.clicked.connect(lambda: self.asked.emit(action))
        self.buttons[action] = button
