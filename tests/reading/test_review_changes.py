"""Deciding is one undoable step; a blind read sees no results, and what was revealed stays revealed."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.ui.small_study import CT_STACK, RT, SEG, segmentation, small_state, structure_set
from viewer.domain.finding import Finding
from viewer.domain.provenance import Origin
from viewer.reading.changes.library import measures_made, overlays_read
from viewer.reading.changes.review import (
    decide,
    explain,
    hide_results,
    reveal,
    take_blind_reads,
    take_decisions,
)
from viewer.reading.finding_walk import go_to_finding
from viewer.reading.findings import findings_of
from viewer.reading.reading import Reading
from viewer.reading.review_file import blind_reads_of, decisions_of, ids_of, joined, parsed, review_of
from viewer.reading.state import ReadingState

AT, LATER = "2026-01-15T10:00:00.000+00:00", "2026-01-15T10:05:00.000+00:00"


@pytest.fixture
def state() -> ReadingState:
    return small_state()


def found(state: ReadingState) -> tuple[Finding, ...]:
    return findings_of(state.content)


def test_a_decision_is_one_step_of_undo(state: ReadingState) -> None:
    reading, (first, second, *_) = Reading(state), found(state)
    reading.apply_undoable("", decide, (first,), "accepted", AT)
    reading.apply_undoable("", decide, (second,), "rejected", AT)
    reading.undo()
    assert {name: one.verdict for name, one in reading.state.decisions.items()} == {first.id: "accepted"}
    reading.redo()
    assert reading.state.decisions[second.id].verdict == "rejected"


def test_reasons_and_note_stay_when_the_decision_changes(state: ReadingState) -> None:
    first = found(state)[0]
    state = explain(decide(state, (first,), "rejected", AT), first, ("wrong_size", "motion"), "at the apex", AT)
    decision = decide(state, (first,), "uncertain", LATER).decisions[first.id]
    assert (decision.verdict, decision.reasons, decision.note) == ("uncertain", ("wrong_size", "motion"), "at the apex")
    assert decision.at == LATER
    assert decision.label == first.label


def test_what_says_nothing_is_not_kept(state: ReadingState) -> None:
    first = found(state)[0]
    assert not decide(decide(state, (first,), "accepted", AT), (first,), "undecided", LATER).decisions


def test_a_whole_set_is_decided_member_by_member() -> None:
    state = small_state(40)
    first = found(state)[0]
    members = tuple(replace(one, kind="structure") for one in found(state)[:3])
    whole = replace(first, id="set", members=members)
    decided = decide(state, (whole,), "accepted", AT).decisions
    assert set(decided) == {one.id for one in members}


def test_nothing_is_decided_in_a_study_that_another_window_reviews(state: ReadingState) -> None:
    held = replace(state, content=replace(state.content, read_only_studies=frozenset({"1.2"})))
    assert decide(held, found(state)[:1], "accepted", AT) is held


def test_decisions_survive_the_review_file(state: ReadingState) -> None:
    first = next(one for one in found(state) if one.sources[0].overlay == SEG)
    state = replace(state, content=replace(state.content, digests=MappingProxyType({SEG: "ab12"})))
    state = explain(decide(state, (first,), "modified", AT), first, ("incomplete",), "\u202eé", AT)
    state = reveal(hide_results(state, AT), LATER)
    review = parsed(json.dumps(review_of(state, "1.2", "somebody")), "1.2", "somebody")
    again = take_blind_reads(take_decisions(small_state(), decisions_of(review)), "1.2", blind_reads_of(review))
    assert again.decisions == state.decisions
    assert again.blind_reads == state.blind_reads
    assert again.decisions[first.id].parts[0].digest == "ab12"
    assert decisions_of(parsed(json.dumps(review_of(state, "1.3", "somebody")), "1.3", "somebody")) == ()


def test_a_decision_of_another_window_stays_and_one_taken_back_goes(state: ReadingState) -> None:
    first, second = found(state)[:2]
    both = review_of(decide(state, (first, second), "accepted", AT), "1.2", "r")
    ours = review_of(decide(state, (first,), "rejected", LATER), "1.2", "r")
    merged = joined(ours, both, known=frozenset())
    assert {one.finding: one.verdict for one in decisions_of(merged)} == {first.id: "rejected", second.id: "accepted"}
    assert [one.finding for one in decisions_of(joined(ours, both, known=ids_of(both)))] == [first.id]


def test_a_blind_read_leaves_images_and_what_a_reader_made(state: ReadingState) -> None:
    blind = hide_results(state, AT)
    assert not blind.content.overlays
    assert not blind.content.unreadable
    assert [series.modality for series in blind.content.library.patients[0].studies[0].series] == ["CT", "MR"]
    assert blind.content.library.skipped == ()
    assert blind.whole is state.content
    mine = replace(structure_set(), parts=(replace(structure_set().parts[0], origin=Origin.READER),))
    mine = replace(mine, provenance=replace(mine.provenance, algorithm_type="MANUAL"))
    seen = overlays_read(blind, {RT: (mine, state.content.bindings[RT])})
    assert set(seen.content.overlays) == {RT}
    assert len(seen.content.library.patients[0].studies[0].series) == 3


def test_results_that_arrive_during_a_blind_read_stay_hidden_and_come_with_the_reveal(state: ReadingState) -> None:
    blind = hide_results(replace(state, content=replace(state.content, overlays=MappingProxyType({}))), AT)
    later = overlays_read(blind, {SEG: (segmentation(), state.content.bindings[SEG])})
    later = measures_made(later, SEG, {})
    assert not later.content.overlays
    assert not later.content.measures
    assert set(reveal(later, LATER).content.overlays) == {SEG}


def test_the_time_of_the_reveal_is_in_the_record_and_undo_does_not_hide_again(state: ReadingState) -> None:
    reading = Reading(state)
    reading.apply(hide_results, AT)
    reading.apply_undoable("", lambda one: replace(one, smooth=False))
    reading.apply(reveal, LATER)
    reading.undo()
    assert not reading.state.blind
    assert reading.state.content.overlays
    (read,) = reading.state.blind_reads["1.2"]
    assert (read.began, read.revealed) == (AT, LATER)


def test_going_to_a_finding_selects_its_part_shows_it_and_moves_a_solo(state: ReadingState) -> None:
    first, second = found(state)[:2]
    source = second.sources[0]
    hidden = replace(state.layer(SEG), visible=False, solo=first.sources[0].part)
    state = go_to_finding(replace(state, layers=MappingProxyType({SEG: hidden})), second)
    assert (state.selection.overlay, state.selection.part, state.selection.finding) == (SEG, source.part, second.id)
    assert state.overlay_visible(state.content.overlays[SEG])
    assert state.part_visible(state.content.overlays[SEG], source.part)
    assert state.pane.stack_id == CT_STACK
