"""What a reader said of findings: the decision, its reasons and note, and what exactly it was said of.

Decided
    A decision is keyed by the id of its finding, which is made of UIDs (``finding_id``), and names every part of every
    object that carried the claim with a digest of the object's bytes. So it is found again wherever the files lie, and one
    that was made on other bytes than those opened now is shown as stale, never as the reader's word on what is seen.
    A set is decided by its members: it has no decision of its own that could contradict theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from viewer.domain.finding import Finding, FindingStatus
from viewer.domain.instance import InstanceKey

Verdict = FindingStatus
"""``undecided`` with a note is possible: something was written, and nothing decided."""


REASONS: Final[Mapping[str, str]] = {
    "not_present": "Not present",
    "wrong_site": "Wrong site",
    "wrong_side": "Wrong side",
    "wrong_size": "Wrong size",
    "wrong_type": "Wrong kind",
    "incomplete": "Incomplete outline",
    "artefact": "Artefact",
    "normal_anatomy": "Normal anatomy",
    "duplicate": "Duplicate",
    "known_before": "Known before",
    "not_relevant": "Not relevant",
}
"""The reasons that come with the program, by id, in English. A reader may use words of their own beside these."""


def reasons_from(written: str) -> tuple[str, ...]:
    """Return the reasons of a list separated by semicolons; those that come with the program for an empty one."""
    own = tuple(dict.fromkeys(one.strip() for one in written.split(";") if one.strip()))
    known = {text.casefold(): name for name, text in REASONS.items()}
    return tuple(known.get(one.casefold(), one) for one in own) or tuple(REASONS)


@dataclass(frozen=True)
class DecidedPart:
    """One part of one object as it was decided on. ``digest`` is that of the object's bytes; empty when it was not known."""

    sop_instance_uid: str
    part: int
    item: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Decision:
    """What a reader said of one finding.

    ``reasons`` are ids of ``REASONS`` or words of the reader's own. ``at`` is the time of the last change, ISO 8601 in UTC.
    """

    finding: str
    study_instance_uid: str
    verdict: Verdict = "undecided"
    reasons: tuple[str, ...] = ()
    note: str = ""
    at: str = ""
    parts: tuple[DecidedPart, ...] = ()
    label: str = ""
    """What the finding was called: for a record that is read without the files."""
    before_edit: Verdict | None = None
    """Of a verdict that came with an edit: the one before. None: the reader's own word, which no edit takes back."""

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing in it worth keeping."""
        return self.verdict == "undecided" and not self.reasons and not self.note


@dataclass(frozen=True)
class BlindRead:
    """A first read of a study with the results hidden. Times are ISO 8601 in UTC; ``revealed`` is empty while it lasts."""

    began: str
    revealed: str = ""


def decided_parts(finding: Finding, digests: Mapping[InstanceKey, str]) -> tuple[DecidedPart, ...]:
    """Return what a decision about a finding is said of, now."""
    return tuple(
        DecidedPart(source.sop_instance_uid, source.part, source.item, digests.get(source.overlay, ""))
        for source in finding.sources
    )


def is_stale(decision: Decision, finding: Finding, digests: Mapping[InstanceKey, str]) -> bool:
    """Say whether what carries a finding is not what was decided on.

    Objects whose digest is not known, then or now, count as unchanged. A part that came or went is a change.
    """
    if not decision.parts:
        return False
    then = {(one.sop_instance_uid, one.part, one.item): one.digest for one in decision.parts}
    now = {(one.sop_instance_uid, one.part, one.item): one.digest for one in decided_parts(finding, digests)}
    if then.keys() != now.keys():
        return True
    return any(then[key] and now[key] and then[key] != now[key] for key in then)


def status_of(finding: Finding, decisions: Mapping[str, Decision]) -> FindingStatus:
    """Return how a finding stands; a set as its members do when they all agree, else ``undecided``."""
    if finding.members:
        found = {status_of(member, decisions) for member in finding.members}
        return found.pop() if len(found) == 1 else "modified" if "undecided" not in found else "undecided"
    decision = decisions.get(finding.id)
    return decision.verdict if decision is not None else "undecided"


def decided_number(findings: Sequence[Finding], decisions: Mapping[str, Decision]) -> int:
    """Return how many findings of a list are decided; a set counts once, when all of it is."""
    return sum(status_of(one, decisions) != "undecided" for one in findings)
