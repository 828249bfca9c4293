"""All findings of a review as a table: one line a finding, with its numbers, where it came from and what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from viewer.domain.finding import Finding
from viewer.domain.review_codes import REASON_CODES
from viewer.export.corrected_numbers import corrected_number_text, corrected_volume_texts
from viewer.export.review_record import Reviewed, ReviewRecord
from viewer.export.spreadsheet import csv_text

COLUMNS: Final = (
    "finding",
    "label",
    "site",
    "laterality",
    "kind",
    "origin",
    "algorithm",
    "version",
    "manufacturer",
    "measurements",
    "computed again",
    "agrees",
    "corrected",
    "decision",
    "reasons",
    "note",
    "decided at",
    "reader",
    "verified",
    "stack",
    "image",
    "x mm",
    "y mm",
    "z mm",
    "tracking uid",
    "study instance uid",
    "objects",
)


def findings_table(records: Sequence[ReviewRecord]) -> str:
    """Return the table of all findings, decided or not, as comma-separated values (RFC 4180) without formulas."""
    return csv_text(COLUMNS, [_line(one, record) for record in records for one in record.reviewed])


def _line(one: Reviewed, record: ReviewRecord) -> tuple[str, ...]:
    finding, decision = one.finding, one.decision
    provenance, location = finding.provenance, finding.location
    checks = [record.checks.get((number.overlay, number.item)) for number in finding.measurements]
    again = [check for check in checks if check is not None and check.recomputed is not None]
    agreeing = {check.agrees for check in again}
    point = [f"{value:.2f}" for value in (location.point_patient or ())] if location is not None else []
    point += [""] * (3 - len(point))
    return (
        finding.id,
        finding.label,
        finding.site,
        finding.laterality,
        finding.kind,
        finding.origin.value,
        provenance.algorithm_name,
        provenance.algorithm_version,
        provenance.manufacturer,
        "; ".join(numbers_written(finding)),
        "; ".join(f"{check.name} {check.recomputed:.4g} {check.unit}".strip() for check in again),
        "" if not again else "no" if False in agreeing else "yes",
        "; ".join(_corrected(finding, record)),
        decision.verdict if decision is not None else "undecided",
        "; ".join(reason_words(reason) for reason in decision.reasons) if decision is not None else "",
        decision.note if decision is not None else "",
        decision.at if decision is not None else "",
        record.signature.reader,
        "yes" if record.signature.verified else "no",
        location.stack_id if location is not None else "",
        str(location.frame + 1) if location is not None else "",
        *point,
        finding.tracking_uid,
        finding.study_instance_uid,
        "; ".join(dict.fromkeys(source.sop_instance_uid for source in finding.sources)),
    )


def _corrected(finding: Finding, record: ReviewRecord) -> Iterator[str]:
    """Yield the numbers that the reader's edits give, with their names."""
    for number in finding.measurements:
        text = corrected_number_text(record, finding, number.overlay, number.item)
        if text:
            yield f"{number.name} {text}"
    for text in corrected_volume_texts(record, finding):
        yield f"Volume {text}"


def numbers_written(finding: Finding) -> list[str]:
    """Return the reported numbers of a finding with the digits as written."""
    return [
        f"{one.name} {one.value} {one.unit}".strip() if one.value else f"{one.name}: {one.qualifier or 'no value'}"
        for one in finding.measurements
    ]


def reason_words(reason: str) -> str:
    """Return a reason in words; a reader's own as it is."""
    coded = REASON_CODES.get(reason)
    return coded.meaning if coded is not None else reason
