"""The list of findings: what a row says, groups, orders, filters; nothing found, not evaluated and failed told apart."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.ui.small_study import SEG, small_state
from viewer.domain.decision import DecidedPart, Decision
from viewer.domain.provenance import Origin
from viewer.reading.state import Pane, ReadingState
from viewer.scene.findings_shown import findings_shown, ticks_on
from viewer.ui.findings.card import made_on_another_series
from viewer.ui.findings.coverage import coverage_line
from viewer.ui.findings.rows import FindingFilter, FindingRow, finding_rows, findings_in


def rows(state: ReadingState, chosen: FindingFilter | None = None) -> list[FindingRow]:
    return [one for one in finding_rows(state, chosen or FindingFilter()) if one.kind != "outcome"]


def row(state: ReadingState, label: str) -> FindingRow:
    return next(one for one in rows(state) if one.finding is not None and one.finding.label == label)


def decided(state: ReadingState, label: str, **more: object) -> ReadingState:
    finding = row(state, label).finding
    assert finding is not None
    made = replace(Decision(finding.id, finding.study_instance_uid, "rejected"), **more)  # type: ignore[arg-type]
    return replace(state, decisions=MappingProxyType({**state.decisions, finding.id: made}))


def test_a_row_says_what_is_measured_where_and_by_whom(sample_state: ReadingState) -> None:
    spleen = row(sample_state, "Spleen")
    assert (spleen.value, spleen.objects, spleen.place) == ("182.1\N{NO-BREAK SPACE}mL", "SEG SR", "36")
    assert spleen.flagged
    assert spleen.origin is Origin.AI
    assert row(sample_state, "Spinal canal").origin is Origin.READER
    assert [one.name for one in rows(sample_state)][:2] == ["Liver lesion", "GTV liver"], "lesions first"


def test_a_note_and_a_change_since_show_in_the_row() -> None:
    state = decided(small_state(), "Liver", note="odd")
    assert row(state, "Liver").noted
    assert not row(state, "Liver").stale
    digests = MappingProxyType({SEG: "new"})
    state = replace(state, content=replace(state.content, digests=digests))
    state = decided(state, "Liver", parts=(DecidedPart("1.9.seg", 1, "", "old"),))
    assert row(state, "Liver").stale
    assert not row(decided(state, "Liver", parts=(DecidedPart("1.9.seg", 1, "", "new"),)), "Liver").stale


def test_many_organs_are_one_row_that_can_be_opened() -> None:
    state = small_state(2)
    finding = findings_shown(state).findings
    assert len(rows(state)) == len(finding)
    whole = FindingRow("set", "finding", "104 structures", finding=finding[0], children=tuple(rows(state)))
    assert len(findings_in([whole], lambda _: False)) == 1
    assert findings_in([whole], lambda _: True) == finding


@pytest.mark.parametrize(
    ("grouping", "heads"),
    [("state", {"Undecided", "Rejected"}), ("algorithm", {"Torso Organs A 2.1", "Torso Organs B 0.9", "not stated"})],
)
def test_groups_hold_every_finding_once(sample_state: ReadingState, grouping: str, heads: set[str]) -> None:
    state = decided(sample_state, "Spleen")
    found = rows(state, FindingFilter(grouping=grouping))  # type: ignore[arg-type]
    assert heads <= {one.name for one in found}
    walked = findings_in(found, lambda _: False)
    assert len(walked) == len({one.id for one in walked}) == len(findings_shown(state).findings)


def test_filters_and_orders(sample_state: ReadingState) -> None:
    state = decided(sample_state, "Spleen")
    only = rows(state, FindingFilter(state="rejected"))
    assert [one.name for one in only] == ["Spleen"]
    assert {one.name for one in rows(state, FindingFilter(search="KIDNEY left"))} == {"Left kidney"}
    doubts = rows(state, FindingFilter(sorting="difference"))
    assert {one.flagged for one in doubts[:3]} == {True}
    assert not any(one.flagged for one in doubts[3:])
    by_name = [one.finding.label.casefold() for one in rows(state, FindingFilter(sorting="name")) if one.finding]
    assert by_name == sorted(by_name)


def test_nothing_found_not_evaluated_failed_and_unreadable_never_look_alike() -> None:
    state = small_state()
    said = []
    for outcome in ("no_findings", "not_evaluated", "partial", "failed"):
        overlays = {**state.content.overlays, SEG: replace(state.content.overlays[SEG], outcome=outcome)}
        shown = replace(state, content=replace(state.content, overlays=MappingProxyType(overlays)))
        (one,) = [one for one in finding_rows(shown, FindingFilter()) if one.outcome == outcome]
        said.append((one.outcome, one.value, one.second))
    (unreadable,) = [one for one in finding_rows(state, FindingFilter()) if one.outcome == "unreadable"]
    said.append((unreadable.outcome, unreadable.value, unreadable.second))
    assert len(set(said)) == len({value for _, value, _ in said}) == 5


def test_the_strip_has_a_tick_for_each_finding_in_the_colour_of_its_decision(sample_state: ReadingState) -> None:
    stack = sample_state.pane.stack_id
    assert stack is not None
    state = decided(sample_state, "GTV liver")
    assert ticks_on(state, stack)[35] == "undecided", "an undecided one on the same slice wins"
    canal = row(state, "Spinal canal").finding
    assert canal is not None
    assert canal.location is not None
    assert ticks_on(decided(state, "Spinal canal"), stack)[canal.location.frame] == "rejected"
    assert ticks_on(replace(state, overlays_hidden=True), stack) == {}


def test_a_segment_that_was_made_on_another_series_than_the_one_shown_says_so(sample_state: ReadingState) -> None:
    spleen = row(sample_state, "Spleen").finding
    assert spleen is not None
    assert not made_on_another_series(sample_state, spleen)
    mr = next(one.id for one in sample_state.content.library.stacks if one.id != sample_state.pane.stack_id)
    assert made_on_another_series(replace(sample_state, panes=(Pane(mr),)), spleen)


def test_a_card_says_what_was_looked_at(sample_state: ReadingState) -> None:
    def said(label: str, object_label: str = "") -> str:
        finding = next(
            one
            for one in findings_shown(sample_state).findings
            if one.label == label
            and object_label in sample_state.content.overlays[one.sources[0].overlay].provenance.algorithm_name
        )
        return coverage_line(sample_state, finding)

    assert said("GTV liver") == "Drawn on images 33 to 39 of 60. It speaks of all 60 images."
    assert said("Spleen", "B") == "Drawn on images 28 to 43 of 60. It speaks of all 60 images."
    assert said("Liver lesion", "A") == "It speaks of all 60 images."
    assert said("Liver lesion", "B").startswith("Looked for, and not found")
