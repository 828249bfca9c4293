"""Changes of the reader's review: decisions with reasons and notes, whole sets, and the blind first read.

Undoable, except what a review file brings back and what was revealed: that cannot be unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from viewer.domain.decision import BlindRead, Decision, Verdict, decided_parts
from viewer.domain.edit import PartName
from viewer.domain.finding import Finding
from viewer.reading.state import Pane, ReadingState, Selection, WindowChoice


def decide(state: ReadingState, findings: Sequence[Finding], verdict: Verdict, at: str) -> ReadingState:
    """Decide findings; of a set, all that is in it. Reasons and notes stay; nothing happens in a study held elsewhere.

    Parameters
    ----------
    at
        Now, ISO 8601 in UTC.
    """
    said = [replace(_said(state, one), verdict=verdict, at=at, before_edit=None) for one in single(findings)]
    return _with(state, said, findings)


def modify_by_edit(state: ReadingState, finding: Finding, at: str) -> ReadingState:
    """Decide a finding ``modified`` because a part of it was edited; ``at`` is now, ISO 8601 in UTC."""
    said = [_said(state, one) for one in single((finding,))]
    changed = [replace(one, verdict="modified", at=at, before_edit=one.verdict) for one in said if one.verdict != "modified"]
    return _with(state, changed, (finding,)) if changed else state


def take_back_modified(state: ReadingState, name: PartName, at: str) -> ReadingState:
    """Give findings whose last edited part was discarded the verdict from before; what the reader decided stays.

    Parameters
    ----------
    name
        The part whose edits were discarded; it is not among the edited ones any more.
    at
        Now, ISO 8601 in UTC.
    """
    changed: dict[str, Decision] = {}
    for one in state.decisions.values():
        parts = {PartName(one.study_instance_uid, part.sop_instance_uid, part.part) for part in one.parts}
        if one.before_edit is not None and name in parts and parts.isdisjoint(state.edits):
            changed[one.finding] = replace(one, verdict=one.before_edit, before_edit=None, at=at)
    if not changed:
        return state
    left = {key: one for key, one in {**state.decisions, **changed}.items() if key not in changed or not one.says_nothing}
    return replace(state, decisions=MappingProxyType(left))


def explain(state: ReadingState, finding: Finding, reasons: Sequence[str], note: str, at: str) -> ReadingState:
    """Give a finding reasons and a note, decided or not; of a set, everything that is in it."""
    said = tuple(dict.fromkeys(reasons))
    return _with(
        state,
        [replace(_said(state, one), reasons=said, note=note, at=at) for one in single((finding,))],
        (finding,),
    )


def set_reader(state: ReadingState, reader: str) -> ReadingState:
    """Say whose reading it is."""
    return replace(state, reader=reader)


def single(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with sets replaced by what is in them."""
    return tuple(one for finding in findings for one in (finding.members or (finding,)))


def _said(state: ReadingState, finding: Finding) -> Decision:
    """Return what was said of a finding, as said of what is open now."""
    known = state.decisions.get(finding.id) or Decision(finding.id, finding.study_instance_uid)
    return replace(known, parts=decided_parts(finding, state.content.digests), label=finding.label)


def _with(state: ReadingState, decisions: Sequence[Decision], findings: Sequence[Finding]) -> ReadingState:
    held = state.content.read_only_studies
    if any(one.study_instance_uid in held for one in findings):
        return state
    all_of_them = {**state.decisions, **{one.finding: one for one in decisions}}
    for one in decisions:
        if one.says_nothing:
            del all_of_them[one.finding]
    return replace(state, decisions=MappingProxyType(all_of_them))


def take_decisions(state: ReadingState, decisions: Iterable[Decision]) -> ReadingState:
    """Take saved decisions beside those that are there; what was decided meanwhile stays."""
    found = {one.finding: one for one in decisions}
    return replace(state, decisions=MappingProxyType({**found, **state.decisions})) if found else state


def take_blind_reads(state: ReadingState, study_instance_uid: str, reads: Sequence[BlindRead]) -> ReadingState:
    """Take the saved blind reads of a study, before those of this run."""
    here = state.blind_reads.get(study_instance_uid, ())
    older = tuple(one for one in reads if one.began not in {other.began for other in here})
    if not older:
        return state
    return replace(state, blind_reads=_and(state.blind_reads, study_instance_uid, (*older, *here)))


def hide_results(state: ReadingState, at: str) -> ReadingState:
    """Begin a blind read: of every study that is open, and of those that will be opened until ``reveal``."""
    hidden = replace(state, blind=True, selection=Selection(), hovered=Selection())
    hidden = without_hidden(hidden.with_whole(state.whole))
    return note_blind_studies(hidden, at)


def without_hidden(state: ReadingState) -> ReadingState:
    """Return a blind reading with nothing in its viewports that is hidden: stacks and applied presentation states."""
    content = state.content
    panes = tuple(
        Pane()
        if pane.stack_id is not None and content.library.stack(pane.stack_id) is None
        else replace(
            pane,
            presentation_state=pane.presentation_state if pane.presentation_state in content.overlays else None,
            window=WindowChoice()
            if pane.window.source == "state" and pane.presentation_state not in content.overlays
            else pane.window,
            fused=tuple(one for one in pane.fused if content.library.stack(one.stack_id) is not None),
        )
        for pane in state.panes
    )
    return replace(state, panes=panes)


def note_blind_studies(state: ReadingState, at: str) -> ReadingState:
    """Note the beginning of a blind read of the opened studies that have none under way."""
    if not state.blind:
        return state
    reads = state.blind_reads
    for study in _open_studies(state):
        known = reads.get(study, ())
        if not known or known[-1].revealed:
            reads = _and(reads, study, (*known, BlindRead(at)))
    return state if reads is state.blind_reads else replace(state, blind_reads=reads)


def reveal(state: ReadingState, at: str) -> ReadingState:
    """Show what was hidden, and note when."""
    reads = state.blind_reads
    for study in _open_studies(state):
        known = reads.get(study, ())
        if known and not known[-1].revealed:
            reads = _and(reads, study, (*known[:-1], replace(known[-1], revealed=at)))
    return replace(state, blind=False, blind_reads=reads).with_whole(state.whole)


def _open_studies(state: ReadingState) -> list[str]:
    studies = [study for patient in state.whole.library.patients for study in patient.studies]
    return sorted({study.study_instance_uid for study in studies} - {""})


def _and(
    reads: Mapping[str, tuple[BlindRead, ...]], study: str, of_study: tuple[BlindRead, ...]
) -> Mapping[str, tuple[BlindRead, ...]]:
    return MappingProxyType({**reads, study: of_study})
