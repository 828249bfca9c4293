"""The numbers that a reader's edits give, beside those of the report: for the table of findings and their sheets."""

from __future__ import annotations

from viewer.domain.finding import Finding
from viewer.domain.instance import InstanceKey
from viewer.export.review_record import ReviewRecord


def corrected_number_text(record: ReviewRecord, finding: Finding, report: InstanceKey, item: str) -> str:
    """Return what edited lines give for a number of a report, with its unit; empty where none was edited.

    Parameters
    ----------
    item
        Content item identifier of the number.
    """
    for source in finding.sources:
        edited = record.edited.get((source.overlay, source.part)) if source.overlay == report else None
        check = edited.numbers.get(item) if edited is not None else None
        if check is not None and check.recomputed is not None:
            return f"{check.recomputed:.4g} {check.unit}".strip()
    return ""


def corrected_volume_texts(record: ReviewRecord, finding: Finding) -> tuple[str, ...]:
    """Return the volume of every segment of a finding that was edited, in ml, in the order of its sources."""
    parts = dict.fromkeys((source.overlay, source.part) for source in finding.sources)
    return tuple(f"{record.edited_volumes[part]:.4g} ml" for part in parts if part in record.edited_volumes)
