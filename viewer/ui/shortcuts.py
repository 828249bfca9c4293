"""The shortcuts sheet: every action with its keys, searchable, and each key can be changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.action_spec import MENUS, ActionSpec
from viewer.ui.actions import ACTIONS, BY_ID, action_text, clashes, key_text, keys_of, menu_text
from viewer.ui.parts import divider, label, search_field


def tr(text: str) -> str:
    """Translate a text of the shortcuts sheet."""
    return QCoreApplication.translate("Shortcuts", text)


MOUSE: tuple[tuple[str, str], ...] = (
    ("Left drag", "Window and level, or the chosen tool"),
    ("Shift + left drag", "Pan"),
    ("Middle drag", "Pan"),
    ("Right drag", "Zoom"),
    ("Wheel", "Images"),
    ("Ctrl + wheel", "Zoom"),
    ("Double click", "Active viewport alone, or all"),
)
"""What the mouse does in a viewport; the same in every one."""
LISTS: tuple[tuple[str, str], ...] = (
    ("Enter", "Open the row, or switch it on or off"),
    ("↑ ↓", "Next and previous row"),
    ("← →", "Fold and unfold"),
    ("Alt ← →", "Opacity or threshold of the row"),
    ("→", "Whole list of studies, from the thumbnails"),
    ("Esc", "Empty the search, close what was opened"),
)
"""Keys that belong to a list as long as it has the focus; letters act there as everywhere."""


class ShortcutsSheet(QDialog):
    """The sheet.

    Parameters
    ----------
    chosen
        The user's own keys by action id.
    change
        Called with the new table when the user changes a key.
    """

    def __init__(self, chosen: Mapping[str, str], change: Callable[[dict[str, str]], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts"))
        self._chosen, self._change = dict(chosen), change
        self._editing: ActionSpec | None = None
        self.search = search_field(tr("Search actions and keys"))
        self.search.textChanged.connect(lambda _text: self._fill())
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(label(tr("Shortcuts"), "dialog-title"))
        head.addStretch()
        self.search.setFixedWidth(260)
        head.addWidget(self.search)
        column.addLayout(head)
        column.addWidget(self._area, 1)
        column.addWidget(divider())
        column.addWidget(self._foot())
        self.resize(860, 620)
        self._fill()

    def _foot(self) -> QWidget:
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(0, 0, 0, 0)
        self._what = label(tr("Click a key to change it."), "second")
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName(tr("New key"))
        self._use, self._default, self._none = QPushButton(tr("Use")), QPushButton(tr("Default")), QPushButton(tr("No key"))
        self._use.setProperty("kind", "primary")
        self._use.clicked.connect(lambda: self._take(self.edit.keySequence().toString()))
        self._default.clicked.connect(lambda: self._take(None))
        self._none.clicked.connect(lambda: self._take(""))
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.accept)
        line.addWidget(self._what, 1)
        for widget in (self.edit, self._use, self._default, self._none):
            widget.hide()
            line.addWidget(widget)
        line.addWidget(close)
        return foot

    def _fill(self) -> None:
        words = self.search.text().casefold().split()
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(36)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        blocks = [block for menu in MENUS if (block := self._block(menu, words)) is not None]
        for title, table in ((tr("Mouse"), MOUSE), (tr("In lists"), LISTS)):
            fixed = _fixed_block(title, table, words)
            if fixed is not None:
                blocks.append(fixed)
        halves: tuple[QVBoxLayout, QVBoxLayout] = (QVBoxLayout(), QVBoxLayout())
        heights = [0, 0]
        for part, rows in blocks:
            side = 0 if heights[0] <= heights[1] else 1
            halves[side].addWidget(part)
            heights[side] += rows + 2
        for side, half in enumerate(halves):
            half.addStretch()
            grid.addLayout(half, 0, side)
        if not blocks:
            halves[0].insertWidget(0, label(tr("No action has these words."), "third"))
        self._area.setWidget(page)

    def _block(self, menu: str, words: list[str]) -> tuple[QWidget, int] | None:
        specs = [spec for spec in ACTIONS if spec.menu == menu and self._holds(spec, words)]
        if not specs:
            return None
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 8)
        grid.setVerticalSpacing(2)
        grid.addWidget(label(menu_text(specs[0].menu), "head"), 0, 0)
        for row, spec in enumerate(specs, start=1):
            grid.addWidget(label(action_text(spec).rstrip("…"), "second"), row, 0)
            keys = " ".join(key_text(key) for key in keys_of(spec, self._chosen)) or "–"
            button = QPushButton(keys)
            button.setProperty("kind", "small")
            button.setAccessibleName(tr("Key of {action}: {key}").format(action=action_text(spec), key=keys))
            button.clicked.connect(lambda _=False, spec=spec: self._start(spec))
            grid.addWidget(button, row, 1, Qt.AlignmentFlag.AlignRight)
        return block, len(specs)

    def _holds(self, spec: ActionSpec, words: list[str]) -> bool:
        keys = " ".join(key_text(key) for key in keys_of(spec, self._chosen))
        text = f"{action_text(spec)} {menu_text(spec.menu)} {keys}".casefold()
        return all(word in text for word in words)

    def _start(self, spec: ActionSpec) -> None:
        self._editing = spec
        self._what.setText(tr("New key for “{action}”:").format(action=action_text(spec).rstrip("…")))
        keys = keys_of(spec, self._chosen)
        self.edit.setKeySequence(QKeySequence(keys[0]) if keys else QKeySequence())
        for widget in (self.edit, self._use, self._default, self._none):
            widget.show()
        self.edit.setFocus()

    def _take(self, key: str | None) -> None:
        if self._editing is None:
            return
        chosen = dict(self._chosen)
        if key is None:
            chosen.pop(self._editing.id, None)
        else:
            chosen[self._editing.id] = key
        others = [
            one for ids in clashes(chosen).values() if self._editing.id in ids for one in ids if one != self._editing.id
        ]
        if others:
            names = ", ".join(f"“{action_text(BY_ID[one]).rstrip('…')}”" for one in others)
            self._what.setText(tr("That key belongs to {actions}. Choose another.").format(actions=names))
            return
        self._chosen = chosen
        self._change(dict(chosen))
        self._what.setText(tr("Click a key to change it."))
        for widget in (self.edit, self._use, self._default, self._none):
            widget.hide()
        self._fill()


def _fixed_block(title: str, table: tuple[tuple[str, str], ...], words: list[str]) -> tuple[QWidget, int] | None:
    """Return a block of what cannot be changed, and its number of rows."""
    found = [(tr(gesture), tr(act)) for gesture, act in table]
    found = [pair for pair in found if all(word in f"{pair[0]} {pair[1]}".casefold() for word in words)]
    if not found:
        return None
    block = QWidget()
    grid = QGridLayout(block)
    grid.setContentsMargins(0, 0, 0, 8)
    grid.addWidget(label(title, "head"), 0, 0)
    for row, (gesture, act) in enumerate(found, start=1):
        grid.addWidget(label(act, "second"), row, 0)
        grid.addWidget(label(gesture, "key"), row, 1, Qt.AlignmentFlag.AlignRight)
    return block, len(found)
