"""The words and marks of decisions and of findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from viewer.domain import content_words
from viewer.domain.checked import NumberCheck
from viewer.domain.content_words import sensible_digits, ucum_text
from viewer.domain.decision import REASONS, Verdict
from viewer.domain.finding import JoinedBy
from viewer.domain.overlay import OverlayKind
from viewer.scene.plain_words import MINUS, NO_BREAK_SPACE, decimal, plain
from viewer.ui.action_spec import T

VERDICTS: Final[tuple[Verdict, ...]] = ("accepted", "rejected", "uncertain", "modified")
ICONS: Final[Mapping[Verdict, str]] = {
    "undecided": "circle-dashed",
    "accepted": "circle-check",
    "rejected": "circle-x",
    "uncertain": "circle-question-mark",
    "modified": "circle-dot",
}
_WORDS: Final[Mapping[Verdict, str]] = {
    "undecided": T("Undecided"),
    "accepted": T("Accepted"),
    "rejected": T("Rejected"),
    "uncertain": T("Uncertain"),
    "modified": T("Modified"),
}
KIND_WORDS: Final[Mapping[OverlayKind, str]] = {
    "segmentation": "SEG",
    "surface_segmentation": "SURF",
    "structure_set": "RT",
    "report": "SR",
    "presentation_state": "PR",
    "parametric_map": "MAP",
    "key_objects": "KO",
}
_JOINS: Final[Mapping[JoinedBy, str]] = {
    "tracking_uid": T("Joined by Tracking UID"),
    "referenced_segment": T("Joined by the segment that the report names"),
    "layer": T("Drawing and text of one presentation state"),
}
_HOUNSFIELD: Final = "[hnsf'U]"


def tr(text: str) -> str:
    """Translate a text of the findings panel."""
    return QCoreApplication.translate("Findings", text)


def verdict_text(verdict: Verdict) -> str:
    """Return a decision in words."""
    return tr(_WORDS[verdict])


def reason_text(reason: str) -> str:
    """Return a reason in words: one of ours translated, else the reader's own."""
    return tr(REASONS[reason]) if reason in REASONS else reason


def join_text(joined_by: JoinedBy) -> str:
    """Return why sources are one finding."""
    return tr(_JOINS[joined_by])


def unit_words(unit: str) -> str:
    """Return a UCUM code as people write it."""
    return plain(ucum_text(unit))


def with_unit(value: str, unit: str) -> str:
    """Return a number with its unit, a UCUM code, joined so that no line breaks between."""
    return content_words.with_unit(value, unit_words(unit))


def reported_text(value: str, unit: str, qualifier: str) -> str:
    """Return a reported number for a list: never more digits than were meant."""
    if not value:
        return plain(qualifier) or tr("no value")
    return with_unit(plain(sensible_digits(value)).replace("-", MINUS), unit)


def recomputed_text(value: float, reported: str, unit: str) -> str:
    """Return a recomputed number with as many digits as the reported one is shown with, one at least when they differ."""
    decimals = len(sensible_digits(reported).partition(".")[2])
    return with_unit(decimal(value, min(max(decimals, 1), 4)), unit)


def difference_text(check: NumberCheck) -> str | None:
    """Return how far a number is off: in percent, in its unit where zero is no nothing (HU); None where neither says it."""
    if check.unit == _HOUNSFIELD and check.difference is not None:
        return with_unit(f"{'+' if check.difference > 0 else ''}{decimal(check.difference, 1)}", check.unit)
    return percent_text(check.difference_percent) if check.difference_percent is not None else None


def percent_text(percent: float) -> str:
    """Return a difference in percent with its sign."""
    return f"{'+' if percent > 0 else ''}{decimal(percent, 1)}{NO_BREAK_SPACE}%"
