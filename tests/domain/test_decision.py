"""A decision is found again by UIDs, and is stale when what carries its finding is another one than it was."""

from __future__ import annotations

from dataclasses import replace

from viewer.domain.decision import (
    REASONS,
    DecidedPart,
    Decision,
    decided_number,
    decided_parts,
    is_stale,
    reasons_from,
    status_of,
)
from viewer.domain.finding import Finding, FindingSource
from viewer.domain.instance import InstanceKey
from viewer.domain.provenance import Origin, Provenance

SEG, SR = InstanceKey("file:/a/seg"), InstanceKey("file:/a/sr")


def finding(name: str = "f", *members: Finding) -> Finding:
    sources = (FindingSource(SEG, "1.9.1", 3), FindingSource(SR, "1.9.2", 1, "1.4.2", "tracking_uid"))
    return Finding(name, "lesion", "Nodule", sources, Provenance(), Origin.AI, "P", "1.2", members=members)


def test_other_bytes_of_an_object_make_a_decision_stale() -> None:
    then = decided_parts(finding(), {SEG: "aa", SR: "bb"})
    assert then == (DecidedPart("1.9.1", 3, "", "aa"), DecidedPart("1.9.2", 1, "1.4.2", "bb"))
    decision = Decision("f", "1.2", "accepted", parts=then)
    assert not is_stale(decision, finding(), {SEG: "aa", SR: "bb"})
    assert is_stale(decision, finding(), {SEG: "aa", SR: "cc"})


def test_the_same_objects_elsewhere_are_the_same() -> None:
    decision = Decision("f", "1.2", "accepted", parts=decided_parts(finding(), {SEG: "aa"}))
    moved = replace(finding(), sources=tuple(replace(one, overlay=InstanceKey("zip:/b")) for one in finding().sources))
    assert not is_stale(decision, moved, {InstanceKey("zip:/b"): ""})


def test_a_digest_that_is_not_known_yet_makes_nothing_stale() -> None:
    assert not is_stale(Decision("f", "1.2", "accepted", parts=decided_parts(finding(), {})), finding(), {SEG: "aa"})
    assert not is_stale(Decision("f", "1.2", "accepted", parts=decided_parts(finding(), {SEG: "aa"})), finding(), {})


def test_a_part_that_came_or_went_makes_a_decision_stale() -> None:
    decision = Decision("f", "1.2", "accepted", parts=decided_parts(finding(), {}))
    assert is_stale(decision, replace(finding(), sources=finding().sources[:1]), {})


def test_a_set_stands_as_its_members_do() -> None:
    whole = finding("set", finding("a"), finding("b"))
    accepted = {name: Decision(name, "1.2", "accepted") for name in "ab"}
    assert status_of(whole, {}) == "undecided"
    assert status_of(whole, {"a": accepted["a"]}) == "undecided"
    assert status_of(whole, accepted) == "accepted"
    assert status_of(whole, {**accepted, "b": Decision("b", "1.2", "rejected")}) == "modified"
    assert decided_number((whole, finding("c")), accepted) == 1


def test_the_list_of_reasons_is_the_readers() -> None:
    assert reasons_from("") == tuple(REASONS)
    assert reasons_from(" Wrong size; motion ;; motion") == ("wrong_size", "motion")
