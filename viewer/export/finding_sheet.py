"""The content of a finding sheet: what a page says of a finding, in order. How it looks is the window's business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from viewer.domain.checked import NumberCheck
from viewer.domain.finding import Finding
from viewer.domain.instance import InstanceHeader
from viewer.domain.provenance import Provenance
from viewer.export.corrected_numbers import corrected_number_text, corrected_volume_texts
from viewer.export.findings_table import reason_words
from viewer.export.review_record import Reviewed, ReviewRecord
from viewer.scene.plain_words import date


@dataclass(frozen=True)
class Fact:
    """A line of a sheet. ``warns``: it says that something does not hold."""

    name: str
    value: str
    warns: bool = False


@dataclass(frozen=True)
class SheetBlock:
    """One finding on a sheet. ``verdict`` is that of ``FindingStatus``."""

    finding: Finding
    title: str
    place: str
    facts: tuple[Fact, ...]
    verdict: str
    said: tuple[Fact, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet of findings. ``patient`` and ``study`` are lines for the head of every page."""

    patient: str
    study: str
    signed: str
    blocks: tuple[SheetBlock, ...]


def sheet_of(record: ReviewRecord, only: frozenset[str] | None = None) -> Sheet:
    """Return the sheet of a review.

    Parameters
    ----------
    only
        Ids of the findings to show, decided or not; None: all that are decided.
    """
    shown = [one for one in record.reviewed if (one.is_decided if only is None else one.finding.id in only)]
    library = record.content.library
    header = next(one for one in library.instances if one.study_instance_uid == record.study_instance_uid)
    return Sheet(
        patient=_patient(header),
        study=" · ".join(filter(None, (date(header.study_date), header.study_description))),
        signed=_signed(record),
        blocks=tuple(_block(one, record) for one in shown),
    )


def _patient(header: InstanceHeader) -> str:
    name = ", ".join(filter(None, (part.strip() for part in header.patient_name.split("^"))))
    return " · ".join(filter(None, (name, header.patient_id, date(header.patient_birth_date), header.patient_sex)))


def _signed(record: ReviewRecord) -> str:
    signature = record.signature
    who = ", ".join(filter(None, (signature.reader, signature.organization)))
    day, _, time = record.at.partition("T")
    at = f"{day} {time[:5]} UTC".strip() if time else day
    return " · ".join(filter(None, (who, at, "verified" if signature.verified else "not verified")))


def _block(one: Reviewed, record: ReviewRecord) -> SheetBlock:
    finding, decision = one.finding, one.decision
    said = [Fact("Reason", reason_words(reason)) for reason in decision.reasons] if decision is not None else []
    if decision is not None and decision.note:
        said.append(Fact("Note", decision.note))
    return SheetBlock(
        finding,
        finding.label or "Finding",
        ", ".join(filter(None, (finding.site, finding.laterality))),
        (*_numbers(finding, record), *_origin(finding), *_where(finding, record)),
        decision.verdict if decision is not None else "undecided",
        tuple(said),
    )


def _numbers(finding: Finding, record: ReviewRecord) -> Iterator[Fact]:
    for number in finding.measurements:
        value = f"{number.value} {number.unit}".strip() if number.value else number.qualifier or "no value"
        yield Fact(number.name, value)
        check = record.checks.get((number.overlay, number.item))
        if check is not None and check.recomputed is not None:
            yield Fact("computed again", _again(check), warns=check.agrees is False)
        corrected = corrected_number_text(record, finding, number.overlay, number.item)
        if corrected:
            yield Fact("corrected", corrected)
    for volume in corrected_volume_texts(record, finding):
        yield Fact("Volume, corrected", volume)
    if finding.empty:
        yield Fact("Shown", "nothing: looked for, and not found")


def _again(check: NumberCheck) -> str:
    difference = "" if check.difference_percent is None else f" ({check.difference_percent:+.1f} %)"
    return f"{check.recomputed:.4g} {check.unit}{difference}"


def _origin(finding: Finding) -> Iterator[Fact]:
    provenance: Provenance = finding.provenance
    algorithm = " ".join(filter(None, (provenance.algorithm_name, provenance.algorithm_version)))
    yield Fact("Origin", ", ".join(filter(None, (finding.origin.value, algorithm))))
    if provenance.manufacturer and provenance.manufacturer not in algorithm:
        yield Fact("Maker", " ".join(filter(None, (provenance.manufacturer, provenance.model))))


def _where(finding: Finding, record: ReviewRecord) -> Iterator[Fact]:
    location = finding.location
    stack = record.content.library.stack(location.stack_id) if location is not None else None
    series = record.content.library.series_by_key(stack.series_key) if stack is not None else None
    if location is not None and stack is not None and series is not None:
        name = " ".join(filter(None, (series.modality, series.description)))
        yield Fact("Image", f"{name}, {location.frame + 1} of {len(stack.frames)}")
