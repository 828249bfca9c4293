"""The tree model tells views exactly what changed, and never breaks the rules of Qt's models."""

from __future__ import annotations

import random
from collections.abc import Hashable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from viewer.ui.tree_model import NODE_ROLE, TreeModel


@dataclass(frozen=True)
class Row:
    key: Hashable
    name: str = ""
    tip: str = ""
    children: tuple[Row, ...] = ()


def shape(model: TreeModel[Row], parent: QModelIndex | None = None) -> list[tuple[Hashable, str, list]]:
    above = parent or QModelIndex()
    found = []
    for row in range(model.rowCount(above)):
        index = model.index(row, 0, above)
        node = index.data(NODE_ROLE)
        found.append((node.key, node.name, shape(model, index)))
    return found


def expected(rows: tuple[Row, ...]) -> list[tuple[Hashable, str, list]]:
    return [(row.key, row.name, expected(row.children)) for row in rows]


def test_a_kept_row_keeps_its_place_over_inserts_removals_and_renames(qtbot: QtBot) -> None:
    model: TreeModel[Row] = TreeModel()
    model.set_tree((Row("a"), Row("b", children=(Row("b1"), Row("b2"))), Row("c")))
    kept = QPersistentModelIndex(model.index_of("b2"))
    model.set_tree((Row("new"), Row("b", "renamed", children=(Row("b0"), Row("b2"))), Row("c")))
    assert kept.isValid()
    assert kept.data(NODE_ROLE).key == "b2"
    assert kept.row() == 1
    assert not model.index_of("a").isValid()


def test_only_changed_rows_are_announced(qtbot: QtBot) -> None:
    model: TreeModel[Row] = TreeModel()
    model.set_tree(tuple(Row(number, "old") for number in range(118)))
    announced: list[int] = []
    model.dataChanged.connect(lambda first, last: announced.append(first.row()))
    model.set_tree(tuple(Row(number, "new" if number == 60 else "old") for number in range(118)))
    assert announced == [60]


def test_random_trees_follow_one_another_by_the_rules(qtbot: QtBot) -> None:
    chance = random.Random(3)
    model: TreeModel[Row] = TreeModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    def tree(keys: list[int], depth: int) -> tuple[Row, ...]:
        chance.shuffle(keys)
        rows = []
        while keys:
            key = keys.pop()
            below = [keys.pop() for _ in range(min(len(keys), chance.randrange(4)))] if depth else []
            rows.append(Row(key, str(chance.randrange(3)), children=tree(below, depth - 1) if below else ()))
        return tuple(rows)

    for _ in range(60):
        wanted = tree(chance.sample(range(40), chance.randrange(30)), 2)
        model.set_tree(wanted)
        assert shape(model) == expected(wanted)
        assert all(model.index_of(node.key).data(NODE_ROLE) is node for node in model.nodes())
    del tester
