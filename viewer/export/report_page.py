"""What stands on a report's readable page, before any form: title, standing, facts, the table of findings.

The window's page, the HTML export and the text export are made from it, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from viewer.domain import report_codes as codes
from viewer.domain.content_words import (
    concept_text,
    is_tracking_code,
    moment_text,
    name_text,
    number_text,
    person_text,
    short_number_text,
)
from viewer.domain.overlay import Overlay, Part
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.export.report_context import Nearby, said
from viewer.export.report_tables import NumberTable, number_tables

Describe = Callable[[ImageReference], str]
"""Returns what a reference names in words, such as "FLAIR, slice 15"."""

STANDING: Final = frozenset({"unverified", "partial", "preliminary", "superseded", "rejected_by_key_object"})
"""Issue codes that say how far a report may be relied on; they stand at its head."""

DETAILS: Final = ("Method", "Algorithm", "Tracking")
"""What the details of a finding may be called, in this order."""

_MOST_COLUMNS: Final = 5

_OUTCOMES: Final = {
    "no_findings": "All algorithms ran; they found nothing.",
    "not_evaluated": "Nothing was evaluated.",
    "partial": "Not all algorithms ran: what is missing here was not looked at.",
    "failed": "No algorithm succeeded: the absence of findings means nothing.",
}

_SUMMARIES: Final = {
    "111241": "All algorithms ran; they found nothing.",
    "111242": "All algorithms ran; there are findings.",
    "111243": "Not all algorithms ran; those that did found nothing. What failed was not looked at.",
    "111244": "Not all algorithms ran; those that did have findings. What failed was not looked at.",
    "111245": "No algorithm succeeded: the absence of findings means nothing.",
}
"""The five summaries of CID 6047, each in words of its own."""

_INTENTS: Final = {"111151": "presentation optional", "111152": "not for presentation"}
"""Rendering Intent of what is off at first (CID 6034)."""


@dataclass(frozen=True)
class Measured:
    """One number of a finding: as written, with sensible digits, and how it was made."""

    name: str
    value: str
    short_value: str
    method: str


@dataclass(frozen=True)
class Finding:
    """One row of the findings table: ``values`` has one text a column, ``where`` the image in words."""

    number: int
    name: str
    values: tuple[str, ...]
    where: str
    item: str
    """Content item identifier that the row leads to."""
    short_values: tuple[str, ...] = ()
    """The values with sensible digits, for a screen that has those as written beside them; one text a column."""
    measured: tuple[Measured, ...] = ()
    """Every number, each with its method."""
    details: tuple[tuple[str, str], ...] = ()
    """(name, words): method of each measurement, algorithm, tracking; only what is stated."""


@dataclass(frozen=True)
class ReportPage:
    """The page of a report."""

    title: str
    subtitle: str
    standing: tuple[str, ...]
    """Sentences on how far the report may be relied on."""
    notes: tuple[str, ...]
    """Sentences of all other issues."""
    facts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    findings: tuple[Finding, ...]
    root: ContentItem
    tables: tuple[NumberTable, ...] = ()
    """Of a report without findings: its numbers, such as the events of a dose report."""


def report_page(overlay: Overlay, report: Report, describe: Describe, *, patient: str = "") -> ReportPage:
    """Return the page of a report.

    Parameters
    ----------
    overlay, report
        The object and its content.
    describe
        Words for image references.
    patient
        The patient's name as written in the file.
    """
    standing = [one.text for one in overlay.issues if one.code in STANDING]
    outcome = _outcome(overlay, report)
    if outcome and overlay.outcome in _OUTCOMES:
        standing.insert(0, outcome)
    columns, findings = _findings(overlay, report, describe)
    return ReportPage(
        title=report.title,
        subtitle=" · ".join(filter(None, _subtitle(overlay, report))),
        standing=tuple(standing),
        notes=tuple(one.text for one in overlay.issues if one.code not in STANDING),
        facts=tuple((name, value) for name, value in (*_facts(overlay, report, patient), ("Outcome", outcome)) if value),
        columns=columns,
        findings=findings,
        root=report.root,
        tables=() if findings else number_tables(report.root),
    )


def _outcome(overlay: Overlay, report: Report) -> str:
    """Return what a CAD report says of all it did, else what is known of it."""
    summaries = (one.code for one in report.root.walk() if one.is_concept(*codes.CAD_SUMMARY))
    summary = next(filter(None, summaries), None)
    stated = _SUMMARIES.get(summary.value, "") if summary is not None else ""
    return stated or _OUTCOMES.get(overlay.outcome or "", "")


def _subtitle(overlay: Overlay, report: Report) -> list[str]:
    date = overlay.provenance.content_date
    template = report.root.template
    kind = f"{overlay.subtype} SR" if overlay.kind == "report" and overlay.subtype else "Key object selection"
    return [kind, moment_text(date[:8]) if date else "", f"TID {template.rpartition(' ')[2]}" if template else ""]


def _facts(overlay: Overlay, report: Report, patient: str) -> list[tuple[str, str]]:
    made_by, flags = overlay.provenance, report.flags
    algorithm = " ".join(filter(None, (made_by.algorithm_name, made_by.algorithm_version)))
    return [
        ("Patient", person_text(patient)),
        ("Observer", made_by.creator),
        ("Device observer", made_by.device_observer),
        ("Algorithm", algorithm),
        ("Procedure reported", _child_value(report.root, "DCM", "121058")),
        ("Completion", " - ".join(filter(None, (flags.completion.lower(), flags.completion_description)))),
        ("Verification", flags.verification.lower()),
        ("Verified by", "; ".join(flags.verifying_observers)),
        ("Replaces", f"{len(flags.predecessors)} earlier documents" if flags.predecessors else ""),
        ("Images named", str(len(overlay.references)) if overlay.references else ""),
        ("Made with", " ".join(filter(None, (made_by.manufacturer, made_by.model, made_by.software_versions)))),
        ("Origin", overlay.origin.value),
    ]


def _child_value(root: ContentItem, scheme: str, value: str) -> str:
    return next((item.value for item in root.children if item.is_concept(scheme, value)), "")


def _findings(overlay: Overlay, report: Report, describe: Describe) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return column names and rows: the commonest measurements get a column, the others share the last one."""
    measured = {part.number: _measurements(part, report) for part in overlay.parts}
    counts: dict[str, int] = {}
    for numbers in measured.values():
        for item in numbers:
            counts[_measured_name(item)] = counts.get(_measured_name(item), 0) + 1
    columns = tuple(sorted(counts, key=lambda name: -counts[name])[:_MOST_COLUMNS])
    others = len(counts) > len(columns)
    marked: dict[int, list[ImageReference]] = {}
    for graphic in report.graphics:
        marked.setdefault(graphic.part, []).extend(graphic.images)
    rows, nearby = [], Nearby(report)
    for row, part in enumerate(overlay.parts, start=1):
        values = _row(measured[part.number], columns, number_text)
        short_values = _row(measured[part.number], columns, short_number_text)
        rows.append(
            Finding(
                row,
                _finding_name(part, report),
                values if others else values[:-1],
                _where(part, report, marked.get(part.number, []), describe),
                part.item,
                short_values if others else short_values[:-1],
                tuple(_measured(item, nearby) for item in measured[part.number]),
                _details(part, report, measured[part.number], nearby),
            )
        )
    return (*columns, *(["Other measurements"] if others else [])), tuple(rows)


def _row(numbers: list[ContentItem], columns: Sequence[str], words: Callable[[ContentItem], str]) -> tuple[str, ...]:
    """Return a text for each column, and a last one with what has no column."""
    by_name: dict[str, list[str]] = {}
    for item in numbers:
        by_name.setdefault(_measured_name(item), []).append(words(item))
    values = [", ".join(by_name.pop(name, [])) for name in columns]
    return (*values, "; ".join(f"{name} {', '.join(texts)}" for name, texts in by_name.items()))


def _measured_name(item: ContentItem) -> str:
    """Return what was measured, and of what kind it is: the mean of a value is not its maximum."""
    return ", ".join(filter(None, (name_text(item), said([item], codes.DERIVATION))))


def _measured(item: ContentItem, nearby: Nearby) -> Measured:
    method = nearby.said(item, codes.METHOD)
    return Measured(_measured_name(item), number_text(item), short_number_text(item), method)


def _finding_name(part: Part, report: Report) -> str:
    """Return what was found, and where; of something tracked by a code alone what kind of item it is, not the code."""
    anchor = report.by_position.get(part.item)
    found = part.type or (concept_text(anchor.code) if anchor is not None else "")
    if not found and anchor is not None and _is_tracked_by_code(anchor):
        found = "" if part.region else name_text(anchor)
    elif not found:
        found = part.label
    intent = _said_below(part, report, codes.RENDERING_INTENT)
    # A finding of an organ names it as its site once more.
    site = "" if part.region.casefold() == found.casefold() else part.region
    return ", ".join(filter(None, (found, site, part.laterality, _INTENTS.get(intent, ""))))


def _said_below(part: Part, report: Report, concept: tuple[str, str]) -> str:
    """Return the code that stands under a concept below the item of a finding."""
    anchor = report.by_position.get(part.item)
    found = (one.code for one in anchor.walk() if one.is_concept(*concept)) if anchor is not None else iter(())
    code = next((one for one in found if one is not None), None)
    return code.value if code is not None else ""


def _details(part: Part, report: Report, measured: list[ContentItem], nearby: Nearby) -> tuple[tuple[str, str], ...]:
    """Return how each measurement was made, by which algorithm, and by what the finding is tracked."""
    anchor = report.by_position.get(part.item)
    methods: dict[str, list[str]] = {}
    for item in measured:
        how = nearby.said(item, codes.METHOD)
        if how:
            methods.setdefault(how, []).append(_measured_name(item))
    same = len(methods) == 1 and sum(map(len, methods.values())) == len(measured)
    by_method = "; ".join(how if same else f"{', '.join(dict.fromkeys(names))}: {how}" for how, names in methods.items())
    named = (codes.ALGORITHM_NAME, codes.ALGORITHM_VERSION)
    algorithm = " ".join(filter(None, (nearby.said(anchor, one) for one in named))) if anchor is not None else ""
    # A group may hold several findings, each with a tracking of its own: those of the finding's items count.
    own = [report.by_position[place] for place in part.items if place in report.by_position]
    identifier = next((one.value for item in own for one in item.walk() if one.is_concept(*codes.TRACKING_IDENTIFIER)), "")
    tracking = ", ".join(filter(None, (identifier, part.tracking_uid)))
    stated = (("Method", by_method), ("Algorithm", algorithm), ("Tracking", tracking))
    return tuple((name, words) for name, words in stated if words)


def _is_tracked_by_code(anchor: ContentItem) -> bool:
    return any(item.is_concept(*codes.TRACKING_IDENTIFIER) and is_tracking_code(item.value) for item in anchor.children)


def _measurements(part: Part, report: Report) -> list[ContentItem]:
    anchor = report.by_position.get(part.item)
    if anchor is None:
        return []
    if anchor.value_type == "NUM":
        return [anchor]
    return [item for item in anchor.walk() if item.value_type == "NUM"]


def _where(part: Part, report: Report, images: list[ImageReference], describe: Describe) -> str:
    if not images and (anchor := report.by_position.get(part.item)) is not None:
        images = [reference for item in anchor.walk() for reference in item.references]
    words = list(dict.fromkeys(filter(None, map(describe, images))))
    return ", ".join(words[:2]) + (f" and {len(words) - 2} more" if len(words) > 2 else "")
