"""What a review record says: who decided what of which findings of one study. All its forms are written from this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from viewer.domain.decision import BlindRead, Decision
from viewer.domain.finding import Finding
from viewer.domain.instance import InstanceKey
from viewer.reading.changes.review import single
from viewer.reading.state import Content
from viewer.representations.recompute import Recomputed

NumberKey = tuple[InstanceKey, str]
"""A reported number: the report and the content item identifier."""


@dataclass(frozen=True)
class Signature:
    """Who answers for a review. ``verified``: the reader attests to it (PS3.3 C.17.2, Verification Flag)."""

    reader: str
    organization: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Reviewed:
    """A finding, alone, with what was said of it; ``decision`` is None while nothing was."""

    finding: Finding
    decision: Decision | None

    @property
    def is_decided(self) -> bool:
        """Whether there is a decision; a note alone is none."""
        return self.decision is not None and self.decision.verdict != "undecided"


@dataclass(frozen=True)
class ReviewRecord:
    """A reader's review of one study.

    ``at`` is when it is written, ISO 8601 in UTC. ``recomputed`` holds the reported numbers that were computed again.
    """

    content: Content
    study_instance_uid: str
    signature: Signature
    reviewed: tuple[Reviewed, ...]
    at: str
    recomputed: Mapping[NumberKey, Recomputed] = field(default_factory=lambda: MappingProxyType({}))
    blind_reads: tuple[BlindRead, ...] = ()

    @property
    def decided(self) -> tuple[Reviewed, ...]:
        """Those findings that are decided."""
        return tuple(one for one in self.reviewed if one.is_decided)

    @property
    def is_complete(self) -> bool:
        """Whether every finding of the study is decided."""
        return len(self.decided) == len(self.reviewed)


def reviewed_of(
    findings: Sequence[Finding], decisions: Mapping[str, Decision], study_instance_uid: str
) -> tuple[Reviewed, ...]:
    """Return the findings of a study, sets replaced by what is in them, each with its decision."""
    return tuple(
        Reviewed(one, decisions.get(one.id)) for one in single(findings) if one.study_instance_uid == study_instance_uid
    )


def studies_with_decisions(findings: Sequence[Finding], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Return the Study Instance UIDs of which at least one finding is decided, in the order of the findings."""
    decided = (one for one in single(findings) if one.id in decisions and decisions[one.id].verdict != "undecided")
    return tuple(dict.fromkeys(one.study_instance_uid for one in decided))
