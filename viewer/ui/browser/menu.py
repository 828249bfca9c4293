"""The menu of a series in the browser: show it, lay it over the active image, go to what it was made from or made of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from viewer.reading.changes.workspace import show_stack
from viewer.reading.fusing import refusal
from viewer.reading.reading import Reading
from viewer.ui.browser.tree import BrowserRow, tr
from viewer.ui.looks_menus import toggle_fusion
from viewer.ui.plain_text import sentence


def series_menu(parent: QWidget, reading: Reading, row: BrowserRow, hung: Callable[[], None]) -> QMenu:
    """Return the menu of a row that stands for a stack; empty for any other row.

    Parameters
    ----------
    hung
        Called when a stack was put into a viewport.
    """
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    state = reading.state
    stack = state.content.library.stack(row.stack_id) if row.stack_id else None
    if stack is None:
        return menu

    def show(stack_id: str) -> None:
        reading.apply_undoable("", show_stack, reading.state.active_pane, stack_id)
        hung()

    menu.addAction(tr("Show in the active viewport")).triggered.connect(lambda: show(stack.id))
    under = state.stack_of(state.pane)
    over = menu.addAction(tr("Lay over the active image"))
    refused = refusal(state.content, under, stack) if under is not None and under.id != stack.id else None
    over.setEnabled(under is not None and under.id != stack.id and refused is None)
    over.setCheckable(True)
    over.setChecked(any(one.stack_id == stack.id for one in state.pane.fused))
    if refused is not None:
        over.setToolTip(sentence(refused))
    over.triggered.connect(lambda: toggle_fusion(reading, stack.id))
    links = [one for one in row.children if isinstance(one.key, tuple) and one.key[0] == "link"]
    if links:
        menu.addSeparator()
    for link in links:
        menu.addAction(link.name.replace("&", "&&")).triggered.connect(lambda _=False, to=link.stack_id: show(to))
    return menu
