"""Edits of parts are values: undone with the decision that came with them, kept as JSON, and never of what is hidden."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.ui.small_study import SEG, small_state
from viewer.domain.decision import Verdict, status_of
from viewer.domain.edit import (
    BetweenSlices,
    Brush,
    DeletePoint,
    Edit,
    FillHoles,
    Island,
    KeepValues,
    MovePoint,
    PartEdits,
    PartName,
    Smooth,
)
from viewer.domain.finding import Finding
from viewer.geometry.plane import Plane
from viewer.reading.changes.editing import (
    RADII_MM,
    discard_edits,
    edit_part,
    goes_on,
    resize_brush,
    set_brush,
    show_original,
    take_edits,
)
from viewer.reading.changes.layers import set_overlay_visible, set_threshold
from viewer.reading.changes.measuring import set_read_only
from viewer.reading.changes.review import decide, explain, hide_results, take_decisions
from viewer.reading.decision_entries import decision_from_json, decision_to_json
from viewer.reading.edited import edits_of, edits_open, overlays_at, why_not_edited
from viewer.reading.findings import findings_of
from viewer.reading.reading import Reading
from viewer.reading.review_file import decisions_of, edits_of_parts, ids_of, joined, parsed, review_of
from viewer.reading.state import BrushChoice, ReadingState

AT = "2026-11-20T17:30:05+00:00"
LATER = "2026-11-20T17:31:00+00:00"
PLANE = Plane((1.0, 2.0, 3.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.25), (40, 60), "1.5", thickness_mm=2.5)
STROKE = Brush(PLANE, ((4.5, 6.25), (7.0, 8.0)), 3.5, "erase", "ball")
EVERY: tuple[Edit, ...] = (
    STROKE,
    KeepValues(-12.5, 300.0),
    FillHoles(),
    Island((1.5, -2.0, 3.0), "keep"),
    Smooth(2.0),
    BetweenSlices(),
    MovePoint("1.4.2", 3, (1.5, 2.25)),
    DeletePoint("7", 0),
)


@pytest.fixture
def state() -> ReadingState:
    return small_state()


def finding_of(state: ReadingState, part: int) -> Finding:
    return next(one for one in findings_of(state.content) if any(s.overlay == SEG and s.part == part for s in one.sources))


def edited(state: ReadingState, *edits: Edit, part: int = 1) -> ReadingState:
    for edit in edits:
        state = edit_part(state, (SEG, part), edit, None, None, AT)
    return state


def done(state: ReadingState, part: int = 1) -> tuple[Edit, ...]:
    found = edits_of(state, SEG, part)
    return found.edits if found is not None else ()


def test_an_edit_makes_its_finding_modified_in_one_step_of_undo(state: ReadingState) -> None:
    reading, finding = Reading(state), finding_of(state, 1)
    reading.apply_undoable("", edit_part, (SEG, 1), STROKE, None, finding, AT)
    assert done(reading.state) == (STROKE,)
    assert status_of(finding, reading.state.decisions) == "modified"
    reading.undo()
    assert done(reading.state) == ()
    assert status_of(finding, reading.state.decisions) == "undecided"


def test_a_stroke_drawn_on_takes_the_place_of_what_it_was(state: ReadingState) -> None:
    longer = replace(STROKE, path=(*STROKE.path, (9.0, 9.0)))
    assert goes_on(STROKE, longer)
    assert not goes_on(longer, STROKE)
    assert not goes_on(STROKE, replace(longer, radius_mm=4.0))
    state = edited(state, FillHoles(), STROKE)
    state = edit_part(state, (SEG, 1), longer, STROKE, None, AT)
    assert done(state) == (FillHoles(), longer)
    state = edit_part(state, (SEG, 1), STROKE, FillHoles(), None, AT)
    assert done(state) == (FillHoles(), longer, STROKE), "only the last one is replaced"


def test_discarding_is_of_one_part_and_takes_the_decision_of_its_edits_back(state: ReadingState) -> None:
    reading, finding = Reading(edited(state, FillHoles(), part=2)), finding_of(state, 1)
    reading.apply_undoable("", edit_part, (SEG, 1), STROKE, None, finding, AT)
    reading.apply_undoable("", edit_part, (SEG, 1), FillHoles(), None, finding, LATER)
    modified = reading.state
    reading.apply_undoable("", discard_edits, SEG, 1, LATER)
    assert (done(reading.state), done(reading.state, 2)) == ((), (FillHoles(),))
    assert status_of(finding, reading.state.decisions) == "undecided"
    assert finding.id not in reading.state.decisions, "nothing is left to be said"
    reading.undo()
    assert reading.state == modified
    assert status_of(finding, reading.state.decisions) == "modified"


@pytest.mark.parametrize("verdict", ["accepted", "rejected", "uncertain"])
def test_discarding_gives_back_what_was_decided_before_the_edits(state: ReadingState, verdict: Verdict) -> None:
    finding = finding_of(state, 1)
    state = explain(decide(state, (finding,), verdict, AT), finding, ("wrong_size",), "too small", AT)
    state = edit_part(state, (SEG, 1), STROKE, None, finding, AT)
    assert status_of(finding, state.decisions) == "modified"
    # A note on the way is about the finding, and no verdict.
    state = explain(state, finding, ("wrong_size",), "much too small", AT)
    # So it is after a restart, too.
    review = parsed(json.dumps(review_of(state, "1.2", "somebody")), "1.2", "somebody")
    state = take_decisions(take_edits(small_state(), edits_of_parts(review)), decisions_of(review))
    said = discard_edits(state, SEG, 1, LATER).decisions[finding.id]
    assert (said.verdict, said.reasons, said.note, said.at) == (verdict, ("wrong_size",), "much too small", LATER)
    assert said.before_edit is None


@pytest.mark.parametrize("verdict", ["modified", "accepted", "rejected"])
def test_discarding_leaves_what_the_reader_decided_since(state: ReadingState, verdict: Verdict) -> None:
    finding = finding_of(state, 1)
    state = edit_part(state, (SEG, 1), STROKE, None, finding, AT)
    state = decide(state, (finding,), verdict, LATER)
    state = discard_edits(state, SEG, 1, LATER)
    assert status_of(finding, state.decisions) == verdict


def test_the_reader_s_own_modified_is_not_taken_back(state: ReadingState) -> None:
    finding = finding_of(state, 1)
    state = decide(state, (finding,), "modified", AT)
    state = edit_part(state, (SEG, 1), STROKE, None, finding, AT)
    state = discard_edits(state, SEG, 1, LATER)
    assert status_of(finding, state.decisions) == "modified"


def test_a_finding_of_which_another_part_is_edited_stays_modified(state: ReadingState) -> None:
    first, second = finding_of(state, 1), finding_of(state, 2)
    both = replace(first, sources=(*first.sources, *second.sources))
    state = edit_part(state, (SEG, 1), STROKE, None, both, AT)
    state = edit_part(state, (SEG, 2), STROKE, None, both, AT)
    state = discard_edits(state, SEG, 1, LATER)
    assert status_of(both, state.decisions) == "modified"
    state = discard_edits(state, SEG, 2, LATER)
    assert status_of(both, state.decisions) == "undecided"


@pytest.mark.parametrize("strange", ["perhaps", 3, None, [1]])
def test_a_verdict_before_that_is_not_understood_is_none(state: ReadingState, strange: object) -> None:
    finding = finding_of(state, 1)
    entry = decision_to_json(edit_part(state, (SEG, 1), STROKE, None, finding, AT).decisions[finding.id])
    assert entry["before_edit"] == "undecided"
    read = decision_from_json({**entry, "before_edit": strange}, "1.2")
    assert read is not None
    assert (read.verdict, read.before_edit) == ("modified", None)


def test_an_edit_brings_what_was_edited_back_into_sight(state: ReadingState) -> None:
    state = show_original(edited(state, STROKE), SEG, 1, "original")
    assert state.originals_shown
    assert not edited(state, FillHoles()).originals_shown
    assert show_original(state, SEG, 2, "original") == state, "what was not edited has no original"


def test_the_threshold_is_that_of_the_first_edit(state: ReadingState) -> None:
    state = edited(set_threshold(state, SEG, 0.25), STROKE)
    state = edited(set_threshold(state, SEG, 0.75), FillHoles())
    found = edits_of(state, SEG, 1)
    assert found is not None
    assert found.threshold == 0.25


def test_nothing_is_edited_where_another_window_holds_the_review(state: ReadingState) -> None:
    state = set_read_only(state, {"1.2"})
    assert edited(state, STROKE) == state
    why = why_not_edited(state, SEG, 1)
    assert why is not None
    assert why.code == "edit_elsewhere"


@pytest.mark.parametrize(("part", "code"), [(None, "edit_no_segment"), (99, "edit_no_segment")])
def test_what_is_no_segment_is_refused(state: ReadingState, part: int | None, code: str) -> None:
    why = why_not_edited(state, SEG, part)
    assert why is not None
    assert why.code == code


def test_a_hidden_segment_and_one_without_a_place_are_refused(state: ReadingState) -> None:
    why = why_not_edited(set_overlay_visible(state, SEG, visible=False), SEG, 1)
    assert why is not None
    assert why.code == "edit_hidden"
    why = why_not_edited(state, SEG, 1)
    assert why is not None
    assert why.code == "edit_no_position", "the study has no frames"


def test_in_a_blind_read_no_edit_of_what_is_hidden_is_seen_and_all_come_back(state: ReadingState) -> None:
    state = edited(state, STROKE)
    hidden = hide_results(state, AT)
    assert edits_open(hidden) == {}
    assert edits_of(hidden, SEG, 1) is None
    assert hidden.edits == state.edits
    stack = state.stack_of(state.pane)
    assert stack is not None
    assert overlays_at(hidden, stack, 0) == ()


def test_the_brush_goes_through_its_sizes_and_stops_at_the_ends(state: ReadingState) -> None:
    assert resize_brush(state, 1).brush.radius_mm == 6.0
    assert resize_brush(state, -2).brush.radius_mm == 3.0
    between = set_brush(state, BrushChoice(5.5))
    assert (resize_brush(between, 1).brush.radius_mm, resize_brush(between, -1).brush.radius_mm) == (6.0, 5.0)
    assert resize_brush(state, 99).brush.radius_mm == RADII_MM[-1]
    assert resize_brush(state, -99).brush.radius_mm == RADII_MM[0]


def test_undo_leaves_the_size_of_the_brush(state: ReadingState) -> None:
    reading = Reading(state)
    reading.apply_undoable("", edit_part, (SEG, 1), STROKE, None, None, AT)
    reading.apply(resize_brush, 3)
    reading.undo()
    assert done(reading.state) == ()
    assert reading.state.brush.radius_mm == 10.0


def test_every_kind_of_edit_survives_json(state: ReadingState) -> None:
    state = edited(state, *EVERY)
    review = parsed(json.dumps(review_of(state, "1.2", "somebody")), "1.2", "somebody")
    assert dict(edits_of_parts(review)) == dict(state.edits)
    assert dict(take_edits(small_state(), edits_of_parts(review)).edits) == dict(state.edits)


def test_what_was_edited_meanwhile_stays(state: ReadingState) -> None:
    name = next(iter(edited(state, STROKE).edits))
    saved = {name: PartEdits((FillHoles(),)), PartName("1.2", "9.9", 4): PartEdits((Smooth(1.0),))}
    again = take_edits(edited(state, STROKE), saved)
    assert again.edits[name].edits == (STROKE,)
    assert again.edits[PartName("1.2", "9.9", 4)].edits == (Smooth(1.0),)


@pytest.mark.parametrize(
    "change",
    [
        {"edits": [{"kind": "sharpen"}]},
        {"edits": [{"kind": "smooth", "radius_mm": "much"}]},
        {"edits": [{"kind": "smooth", "radius_mm": float("inf")}]},
        {"edits": 3},
        {"part": "one"},
        {"threshold": None},
        {"of": "another"},
    ],
)
def test_an_entry_that_is_not_understood_is_left_alone_and_kept(state: ReadingState, change: dict[str, object]) -> None:
    whole = review_of(edited(state, STROKE), "1.2", "somebody")
    strange = {**whole["edits"][0], "of": "other", **change}
    found = {**whole, "edits": [strange]}
    assert dict(edits_of_parts(found)) == {}
    again = joined(review_of(edited(state, FillHoles()), "1.2", "somebody"), found, known=frozenset())
    assert strange in again["edits"]


def test_edits_taken_back_here_go_from_the_file(state: ReadingState) -> None:
    on_disk = review_of(edited(state, STROKE), "1.2", "somebody")
    ours = review_of(state, "1.2", "somebody")
    assert joined(ours, on_disk, ids_of(on_disk))["edits"] == []
