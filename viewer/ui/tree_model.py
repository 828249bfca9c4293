"""A model over a tree of immutable nodes: a new tree is compared with the old one, and only what differs is told to views.

So selection, scroll place and open branches of a view survive every change of the reading state.

Decided
    The rows are Qt's own items, with all that a view asks for stored in them, the height of a row included: a view that
    lays itself out asks thousands of times, and each answer in Python waits for the jobs that run meanwhile.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, cast

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

NODE_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_WIDTH = 60
"""Of every row, as far as its height's sake goes: views are as wide as their panel."""


class Node(Protocol):
    """One row. ``key`` is unique in the tree and stays the same over changes; ``name`` is what it is called aloud."""

    @property
    def key(self) -> Hashable: ...
    @property
    def name(self) -> str: ...
    @property
    def tip(self) -> str: ...
    @property
    def children(self) -> Sequence[Any]: ...


N = TypeVar("N", bound=Node)


class _Item(QStandardItem, Generic[N]):
    """A row in the model. ``below`` are the rows under it: to ask Qt for them costs more."""

    def __init__(self, node: N) -> None:
        super().__init__(node.name)
        self.node = node
        self.below: list[_Item[N]] = []
        self.height = -1


@cache
def _size(height: int) -> QSize:
    return QSize(_WIDTH, height)


class TreeModel(QStandardItemModel, Generic[N]):
    """The model. ``NODE_ROLE`` gives a row's node; display and accessible text its name; tooltip its tip.

    Parameters
    ----------
    inert
        Names rows (heads of columns, sentences) that are passed over by keyboard and mouse.
    height_of
        Returns the height of a row in logical pixels; without it the view's delegate is asked.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        inert: Callable[[N], bool] = lambda _node: False,
        height_of: Callable[[N], int] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setColumnCount(1)
        self._inert, self._height_of = inert, height_of
        self._by_key: dict[Hashable, _Item[N]] = {}
        self._roots: list[_Item[N]] = []

    def set_tree(self, nodes: Sequence[N]) -> None:
        """Show another tree: rows that went are removed, new ones inserted, changed ones announced."""
        self._match(None, list(nodes))

    def fit(self) -> None:
        """Measure all heights anew: the width or the size of letters is another. Views are to be laid out afterwards."""
        with QSignalBlocker(self):
            for item in self._by_key.values():
                self._size(item)

    def node(self, index: Index) -> N | None:
        """Return the node of a row, or None for an invalid index."""
        return cast("N | None", index.data(NODE_ROLE)) if index.isValid() else None

    def index_of(self, key: Hashable) -> QModelIndex:
        """Return the row of a key; an invalid index when there is none."""
        item = self._by_key.get(key)
        return QModelIndex() if item is None else item.index()

    def nodes(self) -> list[N]:
        """Return every node, top to bottom."""
        found: list[N] = []
        waiting = list(reversed(self._roots))
        while waiting:
            item = waiting.pop()
            found.append(item.node)
            waiting.extend(reversed(item.below))
        return found

    def _match(self, parent: _Item[N] | None, nodes: list[N]) -> None:
        siblings = parent.below if parent is not None else self._roots
        if parent is not None and not siblings and not nodes:
            return
        above = parent if parent is not None else self.invisibleRootItem()
        wanted = [node.key for node in nodes]
        position = {key: place for place, key in enumerate(wanted)}
        last = len(nodes)
        for row in range(len(siblings) - 1, -1, -1):
            # A row that would have to move up past one that stays is taken out and inserted again.
            place = position.get(siblings[row].node.key)
            if place is None or place >= last:
                self._forget(siblings.pop(row))
                above.removeRow(row)
            else:
                last = place
        row = 0
        while row < len(nodes):
            if row < len(siblings) and siblings[row].node.key == wanted[row]:
                row += 1
                continue
            end = row + 1
            while end < len(nodes) and not (row < len(siblings) and siblings[row].node.key == wanted[end]):
                end += 1
            if row >= len(siblings):
                end = len(nodes)
            made = [self._new(node) for node in nodes[row:end]]
            siblings[row:row] = made
            if not above.columnCount():
                # Qt would add the column amid the rows.
                above.setColumnCount(1)
            above.insertRows(row, made)
            row = end
        self._update(siblings, nodes)

    def _update(self, siblings: list[_Item[N]], nodes: list[N]) -> None:
        changed = []
        with QSignalBlocker(self):
            for row, (item, node) in enumerate(zip(siblings, nodes, strict=True)):
                if item.node is node:
                    continue
                if item.node != node:
                    changed.append(row)
                item.node = node
                self._fill(item)
        # Neighbours are told together.
        for _, run in itertools.groupby(enumerate(changed), key=lambda pair: pair[1] - pair[0]):
            rows = [row for _, row in run]
            self.dataChanged.emit(siblings[rows[0]].index(), siblings[rows[-1]].index())
        for row in changed:
            self._match(siblings[row], list(nodes[row].children))

    def _new(self, node: N) -> _Item[N]:
        item = _Item(node)
        self._by_key[node.key] = item
        self._fill(item)
        if self._inert(node):
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        else:
            item.setEditable(False)
        if node.children:
            item.below = [self._new(cast("N", child)) for child in node.children]
            item.appendRows(item.below)
        return item

    def _fill(self, item: _Item[N]) -> None:
        node = item.node
        item.setText(node.name)
        item.setData(node.name, Qt.ItemDataRole.AccessibleTextRole)
        item.setToolTip(node.tip)
        item.setData(node, NODE_ROLE)
        self._size(item)

    def _size(self, item: _Item[N]) -> None:
        height = self._height_of(item.node) if self._height_of is not None else item.height
        if height != item.height:
            item.height = height
            item.setSizeHint(_size(height))

    def _forget(self, item: _Item[N]) -> None:
        for child in item.below:
            self._forget(child)
        if self._by_key.get(item.node.key) is item:
            del self._by_key[item.node.key]
