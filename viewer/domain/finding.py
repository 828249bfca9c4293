"""A finding: one claim about the patient, whatever objects carry it. What a reader walks through and decides on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from viewer.domain.instance import InstanceKey
from viewer.domain.provenance import Origin, Provenance

FindingStatus = Literal["undecided", "accepted", "rejected", "uncertain", "modified"]
FindingKind = Literal["lesion", "measurement", "mark", "region", "structure", "map", "key_image", "set"]
JoinedBy = Literal["tracking_uid", "referenced_segment", "layer"]

_ID_LENGTH = 16
"""Hexadecimal digits: 64 bits, short enough to be typed after ``--finding``."""


@dataclass(frozen=True)
class FindingSource:
    """One part of one object that carries the claim. ``item`` is a content item identifier, of reports only."""

    overlay: InstanceKey
    sop_instance_uid: str
    part: int
    item: str = ""
    joined_by: JoinedBy | None = None
    """Why it is the same claim as the first source; None for that one."""


@dataclass(frozen=True)
class ReportedNumber:
    """A number that a report gives of the finding. ``value`` is as written; ``unit`` is the code of the unit."""

    name: str
    value: str
    unit: str
    qualifier: str
    overlay: InstanceKey
    item: str


@dataclass(frozen=True)
class FindingLocation:
    """Where to look: ``frame`` is the 0-based place in the stack.

    ``point_patient`` is in mm, in the space of the stack; None where the stack has no positions in the patient or only an
    image is named.
    """

    stack_id: str
    frame: int
    point_patient: tuple[float, float, float] | None


@dataclass(frozen=True)
class Finding:
    """One claim. ``sources`` are never empty, the one that shows it best first.

    ``id`` is the same whenever, in whatever order and from wherever the files are opened: see ``finding_id``.
    """

    id: str
    kind: FindingKind
    label: str
    sources: tuple[FindingSource, ...]
    provenance: Provenance
    origin: Origin
    patient_key: str
    study_instance_uid: str
    tracking_uid: str = ""
    site: str = ""
    laterality: str = ""
    measurements: tuple[ReportedNumber, ...] = ()
    location: FindingLocation | None = None
    status: FindingStatus = "undecided"
    empty: bool = False
    """An object describes it and shows nothing of it: looked for, and not found."""
    optional: bool = False
    """A CAD result whose presentation is optional (111151, DCM)."""
    tracking_differs: bool = False
    """A report names a segment that states another Tracking UID than the report does."""
    members: tuple[Finding, ...] = ()
    """Of a set: the findings in it."""


def finding_id(*names: str) -> str:
    """Return the id of what is named by UIDs and by names that a file gives its own parts.

    Never by a place in a list of opened files: the id is a key of decisions.
    """
    return hashlib.sha256("\n".join(names).encode("utf-8", "surrogateescape")).hexdigest()[:_ID_LENGTH]


def with_members(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings with those of sets after each set."""
    return tuple(one for finding in findings for one in (finding, *finding.members))
