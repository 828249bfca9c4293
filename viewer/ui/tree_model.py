"""A model over a tree of immutable nodes: a new tree is compared with the old one, and only what differs is told to views.

So selection, scroll place and open branches of a view survive every change of the reading state.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, cast

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

NODE_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


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


@dataclass
class _Item(Generic[N]):
    id: int
    node: N
    parent: _Item[N] | None
    children: list[_Item[N]] = field(default_factory=list)


class TreeModel(QAbstractItemModel, Generic[N]):
    """The model. ``NODE_ROLE`` gives a row's node; display and accessible text its name; tooltip its tip.

    Rows that ``inert`` names (heads of columns, sentences) are passed over by keyboard and mouse.
    """

    def __init__(self, parent: QObject | None = None, *, inert: Callable[[N], bool] = lambda _node: False) -> None:
        super().__init__(parent)
        self._inert = inert
        self._numbers = itertools.count(1)
        self._items: dict[int, _Item[N]] = {}
        self._by_key: dict[Hashable, _Item[N]] = {}
        self._roots: list[_Item[N]] = []

    def set_tree(self, nodes: Sequence[N]) -> None:
        """Show another tree: rows that went are removed, new ones inserted, changed ones announced."""
        self._match(None, list(nodes))

    def node(self, index: Index) -> N | None:
        """Return the node of a row, or None for an invalid index."""
        item = self._items.get(index.internalId()) if index.isValid() else None
        return item.node if item is not None else None

    def index_of(self, key: Hashable) -> QModelIndex:
        """Return the row of a key; an invalid index when there is none."""
        item = self._by_key.get(key)
        return QModelIndex() if item is None else self._index(item)

    def nodes(self) -> list[N]:
        """Return every node, top to bottom."""
        found: list[N] = []
        waiting = list(reversed(self._roots))
        while waiting:
            item = waiting.pop()
            found.append(item.node)
            waiting.extend(reversed(item.children))
        return found

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        siblings = self._children_of(parent)
        return self.createIndex(row, column, siblings[row].id) if column == 0 and 0 <= row < len(siblings) else QModelIndex()

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        item = self._items.get(child.internalId()) if child.isValid() else None
        return QModelIndex() if item is None or item.parent is None else self._index(item.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._children_of(parent))

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        node = self.node(index)
        if node is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return node.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.tip
        return node if role == NODE_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self.node(index)
        return Qt.ItemFlag.NoItemFlags if node is not None and self._inert(node) else super().flags(index)

    def _children_of(self, parent: Index) -> list[_Item[N]]:
        if not parent.isValid():
            return self._roots
        item = self._items.get(parent.internalId())
        return item.children if item is not None else []

    def _index(self, item: _Item[N]) -> QModelIndex:
        siblings = item.parent.children if item.parent is not None else self._roots
        return self.createIndex(siblings.index(item), 0, item.id)

    def _match(self, parent: _Item[N] | None, nodes: list[N]) -> None:
        siblings = parent.children if parent is not None else self._roots
        if parent is not None and not siblings and not nodes:
            return
        wanted = [node.key for node in nodes]
        position = {key: place for place, key in enumerate(wanted)}
        above = QModelIndex() if parent is None else self._index(parent)
        last = len(nodes)
        for row in range(len(siblings) - 1, -1, -1):
            # A row that would have to move up past one that stays is taken out and inserted again.
            place = position.get(siblings[row].node.key)
            if place is None or place >= last:
                self.beginRemoveRows(above, row, row)
                self._forget(siblings.pop(row))
                self.endRemoveRows()
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
            self.beginInsertRows(above, row, end - 1)
            siblings[row:row] = [self._new(node, parent) for node in nodes[row:end]]
            self.endInsertRows()
            row = end
        self._update(siblings, nodes)

    def _update(self, siblings: list[_Item[N]], nodes: list[N]) -> None:
        for item, node in zip(siblings, nodes, strict=True):
            if item.node is node:
                continue
            changed = item.node != node
            item.node = node
            if changed:
                index = self._index(item)
                self.dataChanged.emit(index, index)
                self._match(item, list(node.children))

    def _new(self, node: N, parent: _Item[N] | None) -> _Item[N]:
        item = _Item(next(self._numbers), node, parent)
        self._items[item.id] = item
        self._by_key[node.key] = item
        item.children = [self._new(cast("N", child), item) for child in node.children]
        return item

    def _forget(self, item: _Item[N]) -> None:
        for child in item.children:
            self._forget(child)
        self._items.pop(item.id, None)
        if self._by_key.get(item.node.key) is item:
            del self._by_key[item.node.key]
