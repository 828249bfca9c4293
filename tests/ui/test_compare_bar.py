"""The bar of a comparison shows the same numbers as the command, leads to differences, and is closed by Esc."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.reading.test_comparing import OTHER, two_results
from tests.ui.layers.test_crowded import NUMBERS
from tests.ui.small_study import SEG
from viewer.export.comparison import Comparison, PairCompared, PartAlone
from viewer.reading.changes.comparing import start_comparing
from viewer.reading.reading import Reading
from viewer.reading.state import Selection
from viewer.representations.compare import SurfaceDistances
from viewer.ui.compare_bar import HEADERS, CompareBar
from viewer.ui.numbers_window import NumbersWindow
from viewer.ui.parts_acts import leave

LIVER = PairCompared(
    1, 1, "Liver", "liver", 0.91, 10.0, 11.0, 10.0, SurfaceDistances(1.25, 3.5, 7.0), (5.0, 4.0, 15.0), 80.0
)
SPLEEN = PairCompared(2, 2, "Spleen", "Spleen", 0.5, 4.0, 2.0, -50.0, None, (3.0, 4.0, 0.0), 20.0)
FOUND = Comparison((LIVER, SPLEEN), (PartAlone(3, "Left kidney", 7.0),), (), "On one grid.")


class Compares:
    """Answers when told to."""

    def __init__(self) -> None:
        self.done: Callable[[Any], None] = lambda _: None

    def numbers(self, overlay: Any, part: int | None, done: Any) -> None:
        raise AssertionError((overlay, part, done))

    def compare(self, a: Any, b: Any, done: Callable[[Any], None]) -> None:
        assert (a, b) == (SEG, OTHER)
        self.done = done


@pytest.fixture
def reading() -> Reading:
    return Reading(two_results())


@pytest.fixture
def work() -> Compares:
    return Compares()


@pytest.fixture
def bar(qtbot: QtBot, reading: Reading, work: Compares) -> CompareBar:
    made = CompareBar(reading, work)
    qtbot.addWidget(made)
    made.resize(900, 240)
    return made


def cells(bar: CompareBar, row: int) -> list[str]:
    return [bar.table.item(row, column).text() for column in range(len(HEADERS))]


def test_it_is_there_while_two_results_are_compared(bar: CompareBar, reading: Reading, work: Compares) -> None:
    assert bar.isHidden()
    reading.apply_undoable("", start_comparing, SEG, OTHER)
    assert not bar.isHidden()
    assert bar.table.rowCount() == 0
    work.done(FOUND)
    assert cells(bar, 0) == ["Spleen", "0.500", "4.00", "2.00", "−50.0", "–", "–", "–"], "what differs most comes first"
    assert cells(bar, 1) == ["Liver / liver", "0.910", "10.0", "11.0", "10.0", "1.25", "3.50", "7.00"]
    assert cells(bar, 2)[:2] == ["Left kidney (only in A)", "–"]
    leave(reading)
    assert bar.isHidden()
    assert reading.state.compared is None


def test_a_row_selects_its_part_and_leads_to_where_it_differs_most(
    bar: CompareBar, reading: Reading, work: Compares
) -> None:
    reading.apply(start_comparing, SEG, OTHER)
    work.done(FOUND)
    bar.go_to_worst()
    assert (reading.state.selection, reading.state.pane.frame) == (Selection(SEG, 1), 3)
    bar.table.selectRow(0)
    assert reading.state.selection == Selection(SEG, 2)
    bar.go_to_worst()
    assert reading.state.pane.frame == 0
    bar.table.selectRow(2)
    assert reading.state.selection == Selection(SEG, 3)


def test_why_nothing_can_be_compared_is_said(qtbot: QtBot, bar: CompareBar, reading: Reading, work: Compares) -> None:
    reading.apply(start_comparing, SEG, OTHER)
    with qtbot.waitSignal(bar.refused) as said:
        work.done("There is no grid to compare on.")
    assert said.args == ["There is no grid to compare on."]


def test_an_answer_that_comes_after_the_end_is_dropped(bar: CompareBar, reading: Reading, work: Compares) -> None:
    reading.apply(start_comparing, SEG, OTHER)
    leave(reading)
    work.done(FOUND)
    assert bar.table.rowCount() == 0


def test_the_window_of_numbers_writes_a_table_without_formulas(qtbot: QtBot, bar: CompareBar, tmp_path: Path) -> None:
    window = NumbersWindow(bar, "Organs")
    qtbot.addWidget(window)
    window.show_numbers((NUMBERS,))
    assert window.table.item(0, 1).text() == "=Spleen"
    window.save(tmp_path / "numbers.csv")
    lines = (tmp_path / "numbers.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Part,Name,Voxels")
    assert lines[1].startswith("2,'=Spleen,1000,683.4,45.26,12.5,-20,130,HU,54.25")
