"""What a review record says: who decided what of which findings of one study. All its forms are written from this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from viewer.domain.checked import NumberCheck
from viewer.domain.decision import BlindRead, Decision
from viewer.domain.finding import Finding
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.reading.changes.review import single
from viewer.reading.findings import findings_of
from viewer.reading.number_checks import Pixels, number_checks
from viewer.reading.state import Content

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

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


@dataclass(frozen=True, eq=False)
class CorrectedObject:
    """An object that was written; ``part_of`` gives its part number by the number that an edited part had."""

    dataset: Dataset
    part_of: Mapping[int, int]


@dataclass(frozen=True, eq=False)
class EditedRegion:
    """A part with its points edited, as an overlay of its own. ``places`` are those that were, see ``MovePoint``.

    ``numbers`` are the numbers that it gives now, by content item identifier.
    """

    alone: Overlay
    places: frozenset[str]
    numbers: Mapping[str, NumberCheck]


@dataclass(frozen=True)
class ReviewRecord:
    """A reader's review of one study.

    ``at`` is when it is written, ISO 8601 in UTC. ``checks`` says of reported numbers what they are when computed again.
    """

    content: Content
    study_instance_uid: str
    signature: Signature
    reviewed: tuple[Reviewed, ...]
    at: str
    checks: Mapping[NumberKey, NumberCheck] = field(default_factory=lambda: MappingProxyType({}))
    blind_reads: tuple[BlindRead, ...] = ()
    corrected: Mapping[InstanceKey, CorrectedObject] = field(default_factory=lambda: MappingProxyType({}))
    """What was written in place of objects of which parts were edited, by the object."""
    edited: Mapping[tuple[InstanceKey, int], EditedRegion] = field(default_factory=lambda: MappingProxyType({}))
    """Contours and lines of which the reader moved or deleted points, by object and part number."""
    edited_volumes: Mapping[tuple[InstanceKey, int], float] = field(default_factory=lambda: MappingProxyType({}))
    """The volumes in ml of segments that the reader edited, as they are now, by object and part number."""

    @property
    def decided(self) -> tuple[Reviewed, ...]:
        """Those findings that are decided."""
        return tuple(one for one in self.reviewed if one.is_decided)

    @property
    def is_complete(self) -> bool:
        """Whether every finding of the study is decided."""
        return len(self.decided) == len(self.reviewed)


@dataclass(frozen=True)
class ReviewedContent:
    """What can be reviewed of what is open: content, findings and checks, each found once for all its studies."""

    content: Content
    findings: tuple[Finding, ...]
    checks: Mapping[NumberKey, NumberCheck]

    def record(
        self,
        study_instance_uid: str,
        decisions: Mapping[str, Decision],
        signature: Signature,
        at: str,
        blind_reads: Sequence[BlindRead] = (),
    ) -> ReviewRecord:
        """Return the record of one study."""
        reviewed = reviewed_of(self.findings, decisions, study_instance_uid)
        return ReviewRecord(self.content, study_instance_uid, signature, reviewed, at, self.checks, tuple(blind_reads))


def reviewed_content(content: Content, pixels: Pixels) -> ReviewedContent:
    """Return what can be reviewed of a content that is measured; ``pixels`` are its own."""
    findings = findings_of(content)
    checks = {(one.overlay, one.item): one for one in number_checks(content, findings, pixels)}
    return ReviewedContent(content, findings, MappingProxyType(checks))


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
