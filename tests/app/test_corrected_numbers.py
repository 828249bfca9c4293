"""Table and sheet give what the reader made of segments and lines, beside what was reported and computed again."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.export.reviewed_study import AT, decided, study_in
from viewer.app.review_writing import records_of
from viewer.domain.edit import Brush, Edit, MovePoint
from viewer.domain.report import Report
from viewer.export.finding_sheet import sheet_of
from viewer.export.findings_table import findings_table
from viewer.export.review_record import Reviewed, ReviewRecord, Signature
from viewer.loading.eager import EagerInputs
from viewer.reading.changes.editing import edit_part
from viewer.reading.state import ReadingState
from viewer.representations.reported_values import reported_values


@pytest.fixture
def state(tmp_path: Path) -> ReadingState:
    known = study_in(tmp_path / "study")
    return ReadingState(content=known.content, decisions=MappingProxyType(decided(known)))


def record_of(state: ReadingState) -> ReviewRecord:
    with EagerInputs(state.content.library, dict(state.content.overlays)) as inputs:
        (record,) = records_of(state, Signature("Jane Doe"), AT, inputs.readers)
    return record


def cell(record: ReviewRecord, one: Reviewed, column: str) -> str:
    lines = csv.DictReader(io.StringIO(findings_table([record])))
    return next(line for line in lines if line["finding"] == one.finding.id)[column]


def facts(record: ReviewRecord, one: Reviewed) -> list[tuple[str, str]]:
    (block,) = sheet_of(record, frozenset({one.finding.id})).blocks
    return [(fact.name, fact.value) for fact in block.facts]


def reporting(record: ReviewRecord, value: str) -> Reviewed:
    return next(one for one in record.reviewed if any(number.value == value for number in one.finding.measurements))


def edited(state: ReadingState, kind: str, one: Reviewed, edit: Edit) -> ReadingState:
    target = next(
        (source.overlay, source.part)
        for source in one.finding.sources
        if state.content.overlays[source.overlay].kind == kind
    )
    return edit_part(state, target, edit, None, one.finding, AT)


def test_what_was_not_edited_has_no_corrected_number(state: ReadingState) -> None:
    record = record_of(state)
    assert {cell(record, one, "corrected") for one in record.reviewed} == {""}
    assert not [name for one in record.reviewed for name, _ in facts(record, one) if "corrected" in name]


def test_the_volume_of_an_edited_segment_is_given(state: ReadingState) -> None:
    """30 voxels of 2.5 x 0.5 x 0.25 mm; a brush of 0.3 mm paints three more beside them, in one slice without any."""
    kidney = reporting(record_of(state), "12.25")
    plane = state.content.library.stacks[0].planes[0]
    record = record_of(edited(state, "segmentation", kidney, Brush(plane, ((8.5, 5.5),), 0.3, "add", "slice")))
    assert cell(record, kidney, "measurements") == "Volume 12.25 ml"
    assert cell(record, kidney, "computed again") == "Volume 0.009375 ml"
    assert cell(record, kidney, "corrected") == "Volume 0.01031 ml"
    said = facts(record, kidney)
    assert [name for name, _ in said[:3]] == ["Volume", "computed again", "Volume, corrected"]
    assert said[2][1] == "0.01031 ml"
    others = [one for one in record.reviewed if one.finding.id != kidney.finding.id]
    assert {cell(record, one, "corrected") for one in others} == {""}


def test_the_length_of_an_edited_line_is_given(state: ReadingState) -> None:
    """From (3, 2) to (9, 6) in pixels of 0.5 x 0.25 mm: 1.5 mm across and 2 mm down."""
    nodule = reporting(record_of(state), "7.50")
    source = nodule.finding.sources[0]
    report = state.content.overlays[source.overlay].content
    assert isinstance(report, Report)
    (region,) = next(one.regions for one in reported_values(report) if one.regions)
    record = record_of(edited(state, "report", nodule, MovePoint(region.position, 1, (9.0, 6.0))))
    name = nodule.finding.measurements[0].name
    assert cell(record, nodule, "computed again") == f"{name} 1.5 mm"
    assert cell(record, nodule, "corrected") == f"{name} 2.5 mm"
    assert [value for _, value in facts(record, nodule)[:3]] == ["7.50 mm", "1.5 mm (-80.0 %)", "2.5 mm"]


def test_a_segment_of_which_nothing_is_left_has_no_millilitres(state: ReadingState) -> None:
    kidney = reporting(record_of(state), "12.25")
    for plane in state.content.library.stacks[0].planes:
        state = edited(state, "segmentation", kidney, Brush(plane, ((5.0, 3.5),), 20.0, "erase", "slice"))
    assert cell(record_of(state), kidney, "corrected") == "Volume 0 ml"
