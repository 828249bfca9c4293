"""A button that opens all tools of a group; the one in use that has no button of its own stands in its place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from viewer.ui.theme.icons import icon


class ToolFlyout(QToolButton):
    """The button.

    Parameters
    ----------
    name
        What it opens, in words.
    actions
        Everything in its menu.
    beside
        Those of them that have a button of their own.
    """

    def __init__(self, name: str, actions: Sequence[QAction], beside: Sequence[QAction]) -> None:
        super().__init__()
        self._name = name
        self._alone = [action for action in actions if action not in beside and action.isCheckable()]
        self.setCheckable(True)
        self.setFixedSize(30, 30)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addActions(actions)
        self.setMenu(menu)
        for action in self._alone:
            action.toggled.connect(self._show_used)
        menu.aboutToHide.connect(self._show_used)
        self._show_used()

    def _show_used(self) -> None:
        used = next((action for action in self._alone if action.isChecked()), None)
        self.setChecked(used is not None)
        self.setIcon(used.icon() if used is not None else icon("chevron-down"))
        words = self._name if used is None else f"{used.text()}\n{self._name}"
        self.setToolTip(words)
        self.setAccessibleName(words.replace("\n", ", "))
