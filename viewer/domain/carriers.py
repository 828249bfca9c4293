"""Which parts of opened objects speak of one thing: by Tracking UID, and by Referenced Segment.

Decided
    A Tracking UID (0062,0021; 112040, DCM) is the identity of a finding over time, so it says "the same claim" only inside
    one study: the same lesion a year before is a claim of its own.
    A reference names a SOP Instance UID, and means every opened file that claims it. Nothing is joined across patients.
Refused
    Joining by label, place or overlap: what is alike need not be the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from viewer.domain.instance import InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, Part
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report

CarrierKey = tuple[InstanceKey, int]
"""An overlay and the number of one of its parts."""


@dataclass(frozen=True, eq=False)
class Carrier:
    """A part with the overlay that it is of."""

    overlay: Overlay
    part: Part

    @property
    def key(self) -> CarrierKey:
        """What names it in this run."""
        return self.overlay.instance, self.part.number


def name_of_carrier(carrier: Carrier) -> str:
    """Return what a method says that a number was measured in."""
    word = "segment" if carrier.overlay.kind == "segmentation" else "part"
    return f"{word} {carrier.part.number} ({carrier.part.label})"


class Carriers:
    """Finds parts of opened objects.

    Parameters
    ----------
    overlays
        Those among which to look.
    library
        Tells patient and study of each.
    """

    def __init__(self, overlays: Iterable[Overlay], library: Library) -> None:
        self._library = library
        self._tracked: defaultdict[tuple[str, str], list[Carrier]] = defaultdict(list)
        self._of_object: defaultdict[tuple[str, str], list[Carrier]] = defaultdict(list)
        for overlay in overlays:
            study, patient = library.study_of(overlay.instance).key, library.patient_of(overlay.instance).key
            uid = overlay.sop_instance_uid.partition("@")[0]
            for part in overlay.parts:
                carrier = Carrier(overlay, part)
                if part.tracking_uid:
                    self._tracked[study, part.tracking_uid].append(carrier)
                if overlay.kind == "segmentation":
                    self._of_object[patient, uid].append(carrier)

    def tracked(self, by: Overlay, tracking_uid: str) -> Sequence[Carrier]:
        """Return the parts with a Tracking UID in the study of an overlay; none for an empty UID."""
        return self._tracked.get((self._library.study_of(by.instance).key, tracking_uid), ())

    def named(self, by: Overlay, reference: ImageReference) -> Sequence[Carrier]:
        """Return the segments that a reference of an overlay names."""
        found = self._of_object.get((self._library.patient_of(by.instance).key, reference.sop_instance_uid), [])
        return [one for one in found if one.part.number in reference.segments]

    def all_named(self, by: Overlay, references: Sequence[ImageReference]) -> Sequence[Carrier]:
        """Return the segments that references name; none unless every one of them is open."""
        found: dict[CarrierKey, Carrier] = {}
        for reference in references:
            named = self.named(by, reference)
            if not named or not set(reference.segments) <= {one.part.number for one in named}:
                return []
            found |= {one.key: one for one in named}
        return list(found.values())

    def measured_in(self, by: Overlay, segments: Sequence[ImageReference], tracking_uid: str) -> Sequence[Carrier]:
        """Return what a reported number was measured in: the segments that it names, else what has its Tracking UID."""
        return self.all_named(by, segments) if segments else self.tracked(by, tracking_uid)


class ItemsOfParts:
    """The content items that make up each part of a report, and which part an item belongs to."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay

    def items(self, number: int) -> Sequence[ContentItem]:
        """Return the items of a part in the order of the document, without those of parts below it."""
        return self._items.get(number, ())

    def part_of(self, position: str) -> int | None:
        """Return the number of the part that an item belongs to, or None."""
        return self._part_by_position.get(position)

    @cached_property
    def _items(self) -> Mapping[int, Sequence[ContentItem]]:
        content = self._overlay.content
        if not isinstance(content, Report):
            return {}
        anchors = {part.item for part in self._overlay.parts}
        return {part.number: _items_of(part, content, anchors) for part in self._overlay.parts}

    @cached_property
    def _part_by_position(self) -> Mapping[str, int]:
        return {item.position: number for number, items in self._items.items() for item in items}


def _items_of(part: Part, report: Report, anchors: set[str]) -> list[ContentItem]:
    tops = [report.by_position[position] for position in part.items or (part.item,) if position in report.by_position]
    # A measurement group is its children; the container itself belongs to the finding too.
    container = part.item in report.by_position and part.items and part.item not in part.items
    found = [report.by_position[part.item]] if container else []
    waiting = list(reversed(tops))
    while waiting:
        item = waiting.pop()
        found.append(item)
        waiting += [child for child in reversed(item.children) if child.position not in anchors]
    return found
