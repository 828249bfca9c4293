"""What the program found when it looked at claims for itself: numbers computed again, and reasons to doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue


@dataclass(frozen=True)
class NumberCheck:
    """A reported number beside the same one computed again, in the unit of the report.

    ``recomputed`` and ``agrees`` are None where it cannot be computed; ``method`` then says why.
    """

    finding: str
    """Id of the finding; ``<SOP Instance UID>/<position>`` for a number that is part of none."""
    overlay: InstanceKey
    sop_instance_uid: str
    item: str
    """Content item identifier of the number."""
    label: str
    name: str
    reported: str
    unit: str
    recomputed: float | None
    difference_percent: float | None
    agrees: bool | None
    method: str

    @property
    def difference(self) -> float | None:
        """What was computed less what is reported, in the unit of the report; None where either is no number."""
        try:
            written = float(self.reported)
        except ValueError:
            return None
        return self.recomputed - written if self.recomputed is not None else None


@dataclass(frozen=True)
class Checks:
    """All of it, by id of the finding. ``done``: everything was looked at that is open."""

    numbers: Mapping[str, tuple[NumberCheck, ...]] = field(default_factory=lambda: MappingProxyType({}))
    doubts: Mapping[str, tuple[Issue, ...]] = field(default_factory=lambda: MappingProxyType({}))
    done: bool = False

    def differs(self, finding: str) -> bool:
        """Say whether a number of a finding is not what it was measured in."""
        return any(one.agrees is False for one in self.numbers.get(finding, ()))

    def flagged(self, finding: str) -> bool:
        """Say whether a finding is one to look at twice."""
        return self.differs(finding) or any(one.severity != "info" for one in self.doubts.get(finding, ()))
