"""A set of a hundred organs is one row that opens and is decided at once; earlier dates stand beside with the change."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydicom import Dataset
from PySide6.QtCore import Qt

from tests.reading.test_findings import (
    MILLILITRE,
    VOLUME,
    Group,
    Part,
    ReportResult,
    Study,
    content_of,
    images,
    measurement_report,
    segmented,
)
from tests.reading.test_findings import Reading as Number
from tests.ui.findings.test_review_by_keyboard import press
from viewer.reading.changes.library import hang_default
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_shown
from viewer.ui.findings.earlier import earlier_lines
from viewer.ui.main_window import MainWindow

ORGANS = 104


def with_volume(source: Sequence[Dataset], seg: Dataset, part: Part, ml: float, name: str) -> Dataset:
    return measurement_report(source, seg, [Group(part, (Number(VOLUME, ml, MILLILITRE),), segment=1)], ReportResult(name))


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    source = images()
    seg = segmented(source, "many", *[Part(f"Organ {number}") for number in range(1, ORGANS + 1)])
    return Reading(hang_default(ReadingState(content=content_of([*source, seg], tmp_path))))


def test_a_set_is_one_row_one_decision_and_opens(window: MainWindow, reading: Reading) -> None:
    (whole,) = findings_shown(reading.state).findings
    press(Qt.Key.Key_N)
    assert reading.state.selection.finding == whole.id
    started = time.monotonic()
    press(Qt.Key.Key_A)
    assert time.monotonic() - started < 2
    assert {one.verdict for one in reading.state.decisions.values()} == {"accepted"}
    assert len(reading.state.decisions) == ORGANS
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not reading.state.decisions
    panel = window.panels.findings
    panel.view.setExpanded(panel.model.index_of(("finding", whole.id)), True)
    assert panel.walked == whole.members
    press(Qt.Key.Key_N)
    assert reading.state.selection.finding == whole.members[0].id


def test_earlier_dates_of_a_lesion_stand_beside_it_with_the_change(tmp_path: Path) -> None:
    part = Part("Lesion", tracking="lesion")
    now, before = images(), images(Study("before", date="20250115"))
    segs = [segmented(now, "now", part), segmented(before, "before", part)]
    reports = [with_volume(now, segs[0], part, 15.0, "now"), with_volume(before, segs[1], part, 12.0, "then")]
    state = hang_default(ReadingState(content=content_of([*now, *before, *segs, *reports], tmp_path)))
    by_value = {one.measurements[0].value: one for one in findings_shown(state).findings}
    assert set(by_value) == {"15.0", "12.0"}
    newest = next(one for value, one in by_value.items() if value == "15.0")
    ((date, value, change),) = earlier_lines(state, newest)
    assert (date, value) == ("20250115", "12.0\N{NO-BREAK SPACE}mL")
    assert change == "+3.0\N{NO-BREAK SPACE}mL (+25.0\N{NO-BREAK SPACE}%)"
