"""The measurements of reports as a table: one row a number, with what was measured, where, how, and of which images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from viewer.domain import report_codes as codes
from viewer.domain.content_words import code_text, concept_text, name_text, reference_text, unit_text, value_text
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.export.report_context import around, said
from viewer.export.report_page import Describe
from viewer.export.spreadsheet import csv_text

COLUMNS: Final = (
    "report",
    "report sop instance uid",
    "item",
    "relationship",
    "finding",
    "site",
    "laterality",
    "measurement",
    "value",
    "unit",
    "unit code",
    "qualifier",
    "method",
    "derivation",
    "tracking identifier",
    "tracking uid",
    "algorithm",
    "references",
)

_MOST_REFERENCES: Final = 20


def report_rows(overlays: Iterable[Overlay]) -> Iterator[tuple[str, ...]]:
    """Yield one row of ``COLUMNS`` for every NUM of every report, with the value as written.

    The relationship tells a measurement (CONTAINS) from what an image was taken with (HAS ACQ CONTEXT).
    What is said of a number stands with it, or with what contains it: the nearest counts (PS3.16 TID 300, 1419, 1501).
    """
    for overlay in overlays:
        if isinstance(overlay.content, Report):
            for item in overlay.content.root.walk():
                if item.value_type == "NUM":
                    yield _row(overlay, overlay.content, item)


def report_csv(overlays: Sequence[Overlay]) -> str:
    """Return the measurements of reports as comma-separated values; texts that look like a formula are made harmless."""
    return csv_text(COLUMNS, report_rows(overlays))


def item_rows(item: ContentItem, describe: Describe) -> Iterator[tuple[str, ...]]:
    """Yield (item, name, value, unit) of an item and of everything below it, for the clipboard."""
    for one in item.walk():
        is_number = one.value_type == "NUM"
        value = one.value if is_number else ", ".join(map(describe, one.references)) or value_text(one)
        yield one.position, name_text(one), value or concept_text(one.qualifier), unit_text(one.unit) if is_number else ""


def _row(overlay: Overlay, report: Report, item: ContentItem) -> tuple[str, ...]:
    nearby = around(report, item)
    algorithm = " ".join(filter(None, (said(nearby, codes.ALGORITHM_NAME), said(nearby, codes.ALGORITHM_VERSION))))
    own = overlay.provenance
    return (
        report.title,
        overlay.sop_instance_uid,
        item.position,
        item.relationship,
        said(nearby, codes.FINDING),
        said(nearby, codes.FINDING_SITE),
        said(nearby, codes.LATERALITY),
        name_text(item),
        item.value,
        unit_text(item.unit),
        code_text(item.unit),
        concept_text(item.qualifier),
        said(nearby, codes.METHOD),
        said(nearby, codes.DERIVATION),
        said(nearby, codes.TRACKING_IDENTIFIER),
        said(nearby, codes.TRACKING_UID),
        algorithm or " ".join(filter(None, (own.algorithm_name, own.algorithm_version))),
        _references(nearby),
    )


def _references(around: Sequence[ContentItem]) -> str:
    """Return the images and segments that the number, else what contains it most closely, refers to."""
    for one in around:
        named: dict[ImageReference, None] = {}
        for item in one.walk():
            named.update(dict.fromkeys(item.references))
        if named:
            words = [" ".join(filter(None, (each.sop_instance_uid, reference_text(each)))) for each in named]
            more = f"; and {len(words) - _MOST_REFERENCES} more" if len(words) > _MOST_REFERENCES else ""
            return "; ".join(words[:_MOST_REFERENCES]) + more
    return ""
