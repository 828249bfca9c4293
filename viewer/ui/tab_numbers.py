"""Numbers in the tabs of a bar: as many as find room beside all names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QTabBar

from viewer.scene.plain_words import count
from viewer.ui.parts import label

_KEPT_FREE = 44
"""At the right end of a bar, in logical pixels: there its menu stands."""
_GAP = 6
_SIDE = QTabBar.ButtonPosition.RightSide


def number_tabs(bar: QTabBar, numbers: Sequence[tuple[int, int]]) -> None:
    """Show numbers in tabs, none at 0.

    Parameters
    ----------
    numbers
        (index of the tab, number), most important first. A tab that is not named has none.
    """
    room = bar.width() - _KEPT_FREE
    for tab in range(bar.count()):
        pill = bar.tabButton(tab, _SIDE)
        room -= bar.tabRect(tab).width() - (pill.width() + _GAP if pill is not None else 0)
    shown = dict.fromkeys(range(bar.count()), 0)
    for tab, number in numbers:
        wide = label(count(number), "pill").sizeHint().width() + _GAP if number else 0
        if number and wide <= room:
            room -= wide
            shown[tab] = number
    for tab, number in shown.items():
        _set_pill(bar, tab, number)


def _set_pill(bar: QTabBar, tab: int, number: int) -> None:
    old, text = bar.tabButton(tab, _SIDE), count(number) if number else ""
    if (old.text() if isinstance(old, QLabel) else "") == text:
        return
    # A new label each time: a tab bar hides the one that was there, even when it is given the same again.
    bar.setTabButton(tab, _SIDE, label(text, "pill") if text else None)
    if old is not None:
        old.deleteLater()
