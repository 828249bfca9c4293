"""The numbers of a report as the reader's own lines give them: computed again from what was edited, beside the original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from viewer.domain.checked import NumberCheck
from viewer.domain.edit import PartEdits
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.report import Report
from viewer.reading.content import Content
from viewer.reading.edited import edits_open
from viewer.reading.number_checks import number_checks
from viewer.reading.state import ReadingState
from viewer.representations.edited_points import edited_places, part_with_points, with_labels
from viewer.representations.reported_values import reported_values


def edited_numbers(state: ReadingState) -> Mapping[tuple[InstanceKey, str], NumberCheck]:
    """Return the numbers that edited lines give, by report and content item identifier of the number."""
    found: dict[tuple[InstanceKey, str], NumberCheck] = {}
    for key, of_parts in edits_open(state).items():
        overlay = state.content.overlays[key]
        if isinstance(overlay.content, Report):
            for number, edits in of_parts.items():
                alone = part_with_points(overlay, number, edits.edits)
                found.update({(key, one.item): one for one in numbers_of(state.content, key, alone, edits)})
    return found


def numbers_of(content: Content, key: InstanceKey, alone: Overlay, edits: PartEdits) -> tuple[NumberCheck, ...]:
    """Return the numbers that were measured in regions of a report which were edited.

    Parameters
    ----------
    alone
        The edited part, as ``part_with_points`` returns it.
    """
    if not isinstance(alone.content, Report):
        return ()
    places = edited_places(edits.edits)
    concerned = {
        one.item.position
        for one in reported_values(alone.content)
        if any(region.position in places for region in one.regions)
    }
    here = replace(content, overlays=MappingProxyType({key: alone}))
    return tuple(one for one in number_checks(here, (), None) if one.item in concerned and one.recomputed is not None)


def part_as_edited(content: Content, key: InstanceKey, number: int, edits: PartEdits) -> Overlay:
    """Return a part of a structure set or report with its points edited, the words beside lines as they are now."""
    alone = part_with_points(content.overlays[key], number, edits.edits)
    report = alone.content
    if not isinstance(report, Report):
        return alone
    texts = {one.item: number_text(one) for one in numbers_of(content, key, alone, edits)}
    places = edited_places(edits.edits)
    labels = {
        region.position: texts[one.item.position]
        for one in reported_values(report)
        if one.item.position in texts
        for region in one.regions
        if region.position in places
    }
    return with_labels(alone, labels)


def number_text(check: NumberCheck) -> str:
    """Return a number computed again with as many decimals as the one that was written, and its unit."""
    decimals = len(check.reported.partition(".")[2]) if check.reported.replace(".", "", 1).lstrip("-").isdecimal() else 1
    return f"{check.recomputed:.{decimals}f} {check.unit}".rstrip()
