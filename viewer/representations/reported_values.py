"""The numbers of a report together with what they were measured in: segments, or regions drawn on an image.

Codes are compared by scheme and value, never by meaning (PS3.16 TID 1419, 1410, 1411, 300).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report

Quantity = Literal["volume", "area", "length", "long_axis", "short_axis", "radius", "width", "height", "perimeter"]

_QUANTITIES: Final[dict[tuple[str, str], Quantity]] = {
    ("SCT", "118565006"): "volume",
    ("SCT", "42798000"): "area",
    ("SCT", "410668003"): "length",
    ("DCM", "121206"): "length",
    ("DCM", "121211"): "length",
    ("SCT", "81827009"): "long_axis",
    ("SCT", "103339001"): "long_axis",
    ("SCT", "131187009"): "long_axis",
    ("SCT", "103340004"): "short_axis",
    ("SCT", "131188004"): "short_axis",
    ("SCT", "131190003"): "radius",
    ("SCT", "103355008"): "width",
    ("DCM", "121207"): "height",
    ("SCT", "131191004"): "perimeter",
}
"""Concept names that a shape or a mask can be asked for; Distance, Path Length, Diameter, Major Axis among them."""

_GROUP: Final = ("DCM", "125007")
_TRACKING_UID: Final = ("DCM", "112040")
_TRACKING_IDENTIFIER: Final = ("DCM", "112039")
_FINDING: Final = ("DCM", "121071")
_REGIONS: Final = ("SCOORD", "SCOORD3D")


@dataclass(frozen=True)
class ReportedValue:
    """One NUM item. ``quantity`` is None for what no shape or mask can be asked for, such as a mean of values."""

    item: ContentItem
    finding: str
    """What it is a measurement of, in words; empty when the report does not say."""
    finding_position: str
    """Content item identifier of the measurement group, or of the item itself."""
    quantity: Quantity | None
    regions: tuple[ContentItem, ...]
    segments: tuple[ImageReference, ...]
    tracking_uid: str


def images_of(region: ContentItem, report: Report) -> tuple[ImageReference, ...]:
    """Return the images that a region was selected from, directly or by reference."""
    sources = (report.by_position.get(child.by_reference) if child.by_reference else child for child in region.children)
    return tuple(
        reference
        for source in sources
        if source is not None and source.value_type == "IMAGE"
        for reference in source.references[:1]
    )


def reported_values(report: Report) -> Iterator[ReportedValue]:
    """Yield the numbers of a report, in its order. What describes an acquisition or is context to a number is left out."""
    groups: dict[str, list[ContentItem]] = {}
    for item in report.root.walk():
        if item.value_type == "NUM" and item.relationship not in ("HAS ACQ CONTEXT", "HAS CONCEPT MOD"):
            group = _group_of(item, report)
            if group is None:
                yield _value(item, [item], report, item.position)
                continue
            if group.position not in groups:
                groups[group.position] = list(group.children)
            bunch = _bunch_of(item, groups[group.position])
            yield _value(item, bunch, report, group.position)


def _group_of(item: ContentItem, report: Report) -> ContentItem | None:
    position = item.position.rpartition(".")[0]
    while position:
        above = report.by_position.get(position)
        if above is not None and above.is_concept(*_GROUP):
            return above
        position = position.rpartition(".")[0]
    return None


def _bunch_of(item: ContentItem, children: list[ContentItem]) -> list[ContentItem]:
    """Return the items of one finding of a group; a group that repeats its tracking holds several, one after another."""
    bunches: list[list[ContentItem]] = [[]]
    seen: set[tuple[str, str]] = set()
    for child in children:
        tracking = next((one for one in (_TRACKING_IDENTIFIER, _TRACKING_UID) if child.is_concept(*one)), None)
        if tracking in seen:
            bunches.append([])
            seen.clear()
        if tracking is not None:
            seen.add(tracking)
        bunches[-1].append(child)
    holds = f"{item.position}."
    return next((bunch for bunch in bunches if any(holds.startswith(f"{one.position}.") for one in bunch)), children)


def _value(item: ContentItem, bunch: list[ContentItem], report: Report, position: str) -> ReportedValue:
    concept = item.concept
    quantity = _QUANTITIES.get(concept.current) if concept is not None else None
    own = _regions_below([item], report)
    beside = own or _regions_below(bunch, report)
    segments = {
        reference: None
        for one in bunch
        for below in one.walk()
        if below.value_type == "IMAGE"
        for reference in below.references
        if reference.segments
    }
    return ReportedValue(
        item=item,
        finding=_text(bunch, _FINDING) or _text(bunch, _TRACKING_IDENTIFIER),
        finding_position=position,
        quantity=quantity,
        regions=tuple(beside),
        segments=tuple(segments),
        tracking_uid=_text(bunch, _TRACKING_UID),
    )


def _regions_below(items: list[ContentItem], report: Report) -> list[ContentItem]:
    found: dict[str, ContentItem] = {}
    for one in items:
        for below in one.walk():
            target = report.by_position.get(below.by_reference) if below.by_reference else below
            if target is not None and target.value_type in _REGIONS:
                found.setdefault(target.position, target)
    return list(found.values())


def _text(bunch: list[ContentItem], code: tuple[str, str]) -> str:
    return next((one.value for one in bunch if one.is_concept(*code)), "")
