"""The findings and marks of a content tree: what of a report can be switched, drawn on an image and jumped to.

A part is a measurement group of TID 1500 (PS3.16 TID 1410, 1411, 1501), or, outside of groups, the item that owns a region:
a CAD finding, a number, a code. A group that repeats its tracking identification holds several findings one after another
(written so by dcmjs): each becomes a part. Codes are compared by scheme and value only, never by meaning.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from viewer.domain import report_codes as codes
from viewer.domain.content_words import is_tracking_code, name_text, short_number_text, value_text
from viewer.domain.graphic import Graphic, GraphicShape
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Part, Places
from viewer.domain.palette import is_repeated, part_color
from viewer.domain.provenance import Origin
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem
from viewer.iods.content_items import ContentTree

_LEAST_POINTS: Final[dict[str, dict[str, int]]] = {
    "SCOORD": {"POINT": 1, "MULTIPOINT": 1, "POLYLINE": 2, "CIRCLE": 2, "ELLIPSE": 4},
    "SCOORD3D": {"POINT": 1, "MULTIPOINT": 1, "POLYLINE": 2, "POLYGON": 3, "ELLIPSE": 4, "ELLIPSOID": 6},
}
"""Graphic types and how many points each needs (PS3.3 C.18.6.1.2, C.18.9.1.2)."""

_SLIDE: Final = "1.2.840.10008.5.1.4.1.1.77.1.6"
"""VL Whole Slide Microscopy Image Storage."""

_LABEL_LENGTH = 80
"""Characters of a finding's name in a row; the whole text is in the tree."""

_BESIDE_MARK = 3
"""Measurements written beside a mark; more would hide the image. All are in the tree."""


@dataclass(frozen=True)
class Entry:
    """One finding: the items that make it up, and the item that stands for it.

    ``others`` are the positions of items below it that are findings of their own.
    """

    anchor: ContentItem
    items: tuple[ContentItem, ...]
    others: frozenset[str] = frozenset()

    def walk(self) -> Iterator[ContentItem]:
        """Yield every item of the finding, in the order of the document."""
        return iter(self._walked)

    @cached_property
    def _walked(self) -> tuple[ContentItem, ...]:
        # A dozen questions are asked of every finding.
        found: list[ContentItem] = []
        waiting = list(reversed(self.items))
        while waiting:
            item = waiting.pop()
            found.append(item)
            waiting.extend([child for child in reversed(item.children) if child.position not in self.others])
        return tuple(found)

    def find(self, code: codes.Code) -> ContentItem | None:
        """Return the first item with that concept name, or None."""
        return next((item for item in self.walk() if item.is_concept(*code)), None)

    def text(self, code: codes.Code) -> str:
        """Return the value of the first item with that concept name; empty when there is none."""
        found = self.find(code)
        return found.value if found is not None else ""


@dataclass(frozen=True)
class Marks:
    """The parts of a report, its marks, and where they lie."""

    parts: tuple[Part, ...]
    graphics: tuple[Graphic, ...]
    places: Places
    issues: tuple[Issue, ...]


def marks_of(tree: ContentTree, origin: Origin) -> Marks:
    """Return parts and marks of a content tree; ``origin`` is that of the whole report."""
    parts: list[Part] = []
    graphics: list[Graphic] = []
    issues: list[Issue] = []
    place_images: list[tuple[ImageReference, ...]] = []
    place_corners: list[NDArray[np.float64]] = []
    place_parts: list[int] = []
    for number, entry in enumerate(_entries(tree), start=1):
        parts.append(_part(entry, number, origin))
        if not parts[-1].visible_by_default:
            reason = "the report marks it as optional or not for presentation"
            issues.append(issue("off_at_first", "info", name=parts[-1].label, reason=reason))
        found = tuple(_graphics(entry, tree, number, issues))
        graphics += found
        for graphic in found:
            place_parts.append(number)
            place_images.append(graphic.images)
            place_corners.append(_corners(graphic))
        if not found and (images := _images_of(entry)):
            place_parts.append(number)
            place_images.append(images)
            place_corners.append(np.full((4, 3), np.nan))
    corners = np.array(place_corners, dtype=np.float64).reshape(-1, 4, 3)
    places = Places(np.array(place_parts, dtype=np.int32), corners, tuple(place_images))
    return Marks(tuple(parts), tuple(graphics), places, tuple(issues))


def _entries(tree: ContentTree) -> list[Entry]:
    found: list[Entry] = []
    taken: set[str] = set()
    for item in tree.root.walk():
        if item.is_concept(*codes.MEASUREMENT_GROUP) and item.position not in taken:
            found += _findings_of_group(item)
            taken.update(below.position for below in item.walk())
    owners: dict[str, ContentItem] = {}
    referrers = _referrers(tree)
    for item in tree.root.walk():
        if item.position not in taken and (item.value_type in _LEAST_POINTS or _names_segment(item)):
            owner = _owner(item, tree, referrers)
            if owner.position not in taken:
                owners[owner.position] = owner
    positions = frozenset(owners)
    found += [Entry(owner, (owner,), positions) for owner in owners.values()]
    return sorted(found, key=lambda entry: _ordinals(entry.anchor.position))


def _findings_of_group(group: ContentItem) -> list[Entry]:
    bunches: list[list[ContentItem]] = [[]]
    seen: set[codes.Code] = set()
    for child in group.children:
        tracking = next((c for c in (codes.TRACKING_IDENTIFIER, codes.TRACKING_UID) if child.is_concept(*c)), None)
        if tracking is not None:
            if tracking in seen:
                bunches.append([])
                seen.clear()
            seen.add(tracking)
        bunches[-1].append(child)
    if len(bunches) == 1:
        return [Entry(group, tuple(bunches[0]))]
    return [Entry(_anchor(bunch), tuple(bunch)) for bunch in bunches]


def _anchor(bunch: list[ContentItem]) -> ContentItem:
    return next((item for item in bunch if item.value_type == "NUM"), bunch[0])


def _referrers(tree: ContentTree) -> dict[str, ContentItem]:
    """Return, for each item that others refer to, the item under which the first such reference stands."""
    found: dict[str, ContentItem] = {}
    for item in tree.root.walk():
        parent = _parent(item, tree)
        if item.by_reference and parent is not None and parent.value_type in ("NUM", "CODE", "TEXT"):
            found.setdefault(item.by_reference, parent)
    return found


def _owner(item: ContentItem, tree: ContentTree, referrers: dict[str, ContentItem]) -> ContentItem:
    parent = _parent(item, tree)
    if parent is not None and parent.value_type in ("NUM", "CODE", "TEXT"):
        return parent
    referrer = referrers.get(item.position)
    return referrer if referrer is not None else item


def _parent(item: ContentItem, tree: ContentTree) -> ContentItem | None:
    return tree.by_position.get(item.position.rpartition(".")[0])


def _names_segment(item: ContentItem) -> bool:
    return item.value_type == "IMAGE" and any(reference.segments for reference in item.references)


def _ordinals(position: str) -> tuple[int, ...]:
    return tuple(int(ordinal) for ordinal in position.split("."))


def _part(entry: Entry, number: int, origin: Origin) -> Part:
    part_origin = _origin(entry, origin)
    by_origin = {Origin.AI: "AUTOMATIC", Origin.AI_ASSISTED: "SEMIAUTOMATIC", Origin.READER: "MANUAL"}
    return Part(
        number=number,
        label=_label(entry),
        color=part_color(number - 1),
        category=entry.text(codes.FINDING_CATEGORY),
        type=entry.text(codes.FINDING),
        region=entry.text(codes.FINDING_SITE),
        laterality=entry.text(codes.LATERALITY),
        algorithm_type=by_origin.get(part_origin, "") if part_origin is not origin else "",
        tracking_uid=entry.text(codes.TRACKING_UID),
        origin=part_origin,
        visible_by_default=_has_intent(entry, codes.PRESENTATION_REQUIRED, unstated=True),
        shown_when_asked_for=_has_intent(entry, codes.PRESENTATION_OPTIONAL, unstated=False),
        dashed=is_repeated(number - 1),
        item=entry.anchor.position,
        items=tuple(item.position for item in entry.items),
    )


def _origin(entry: Entry, origin: Origin) -> Origin:
    for item in entry.walk():
        if item.code is not None and item.code.is_code(*codes.MANUAL_PROCESSING):
            return Origin.READER
        if item.code is not None and item.code.is_code(*codes.ARTIFICIAL_INTELLIGENCE):
            return Origin.AI
    return Origin.AI if entry.text(codes.ALGORITHM_NAME) else origin


def _has_intent(entry: Entry, wanted: codes.Code, *, unstated: bool) -> bool:
    """Say whether the Rendering Intent of an entry is the one that is wanted; ``unstated`` where it states none."""
    intent = entry.find(codes.RENDERING_INTENT)
    return unstated if intent is None or intent.code is None else intent.code.is_code(*wanted)


def _label(entry: Entry) -> str:
    """Return the finding and its first measurement: "Nodule, Diameter 10.0 mm"."""
    anchor = entry.anchor
    tracking = entry.text(codes.TRACKING_IDENTIFIER)
    tracking_code = tracking if is_tracking_code(tracking) else ""
    name = entry.text(codes.FINDING) or ("" if tracking_code else tracking)
    if tracking_code and not name:
        return _label_of_tracked(entry, tracking_code)
    if not name:
        name = anchor.value if anchor.value_type in ("CODE", "TEXT") and anchor.value else name_text(anchor)
    name = textwrap.shorten(name, _LABEL_LENGTH, placeholder="…")
    measured = _measurements(entry)
    if not measured:
        return name
    first = f"{name_text(measured[0])} {short_number_text(measured[0])}"
    if measured[0] is anchor and name == name_text(anchor):
        return first
    return f"{name}, {first}" + (f" (+{len(measured) - 1})" if len(measured) > 1 else "")


def _label_of_tracked(entry: Entry, tracking_code: str) -> str:
    """Return what was measured, and at the end the code that tells it from others: no person reads that first."""
    measured = _measurements(entry)
    more = f" (+{len(measured) - 1})" if len(measured) > 1 else ""
    name = f"{name_text(measured[0])} {short_number_text(measured[0])}{more}" if measured else name_text(entry.anchor)
    return f"{name} · {textwrap.shorten(tracking_code, _LABEL_LENGTH, placeholder='…')}"


def _measurements(entry: Entry) -> list[ContentItem]:
    return [item for item in entry.walk() if item.value_type == "NUM" and item.relationship != "HAS ACQ CONTEXT"]


def _words_of_finding(entry: Entry) -> str:
    """Return the words beside the first mark of a finding: its numbers, else what was found."""
    measured = _measurements(entry)
    if len(measured) == 1:
        return short_number_text(measured[0])
    if measured:
        shown = [f"{name_text(item)} {short_number_text(item)}" for item in measured[:_BESIDE_MARK]]
        return "\n".join(shown) + ("\n…" if len(measured) > _BESIDE_MARK else "")
    anchor = entry.anchor
    return entry.text(codes.FINDING) or (anchor.value if anchor.value_type in ("CODE", "TEXT") else "")


def _graphics(entry: Entry, tree: ContentTree, number: int, issues: list[Issue]) -> Iterator[Graphic]:
    drawn: set[str] = set()
    words = _words_of_finding(entry)
    for item in (*entry.walk(), *_referred_regions(entry, tree)):
        if item.value_type not in _LEAST_POINTS or item.position in drawn:
            continue
        drawn.add(item.position)
        points, complaint = _points(item)
        if complaint:
            issues.append(issue("item_incomplete", "warning", position=item.position, what=complaint))
            continue
        in_patient = item.value_type == "SCOORD3D"
        images = () if in_patient else _selected_images(item, tree)
        if not in_patient and not images:
            issues.append(issue("item_incomplete", "warning", position=item.position, what="image that it lies on"))
        on_matrix = _is_on_whole_slide(item, images)
        if on_matrix:
            images = tuple(replace(image, frames=()) for image in images)
        if in_patient and not item.frame_of_reference_uid:
            issues.append(issue("item_incomplete", "warning", position=item.position, what="Frame of Reference"))
        if (in_patient and not item.frame_of_reference_uid) or (not in_patient and not images):
            continue
        parent = _parent(item, tree)
        of_number = short_number_text(parent) if parent is not None and parent.value_type == "NUM" else ""
        yield Graphic(
            shape=cast(GraphicShape, item.graphic_type),
            space="PATIENT" if in_patient else "PIXEL",
            points=points,
            part=number,
            images=images,
            frame_of_reference_uid=item.frame_of_reference_uid or None,
            label=of_number or words,
            item=item.position,
            on_matrix=on_matrix,
        )
        if not of_number:
            # A finding with several regions says its numbers once.
            words = ""


def _referred_regions(entry: Entry, tree: ContentTree) -> Iterator[ContentItem]:
    """Yield regions that stand elsewhere and that items of the finding refer to."""
    for item in entry.walk():
        target = tree.by_position.get(item.by_reference) if item.by_reference else None
        if target is not None and target.value_type in _LEAST_POINTS:
            yield target


def _is_on_whole_slide(item: ContentItem, images: tuple[ImageReference, ...]) -> bool:
    """Say whether coordinates count over the total pixel matrix of a tiled slide, of which images are the tiles."""
    return item.pixel_origin == "VOLUME" and any(image.sop_class_uid == _SLIDE for image in images)


def _points(item: ContentItem) -> tuple[tuple[tuple[float, ...], ...], str]:
    """Return the points of a region and, when it cannot be drawn, what it lacks."""
    least = _LEAST_POINTS[item.value_type].get(item.graphic_type)
    if least is None:
        return (), f"known shape ({item.graphic_type or 'none'})"
    dimensions = 3 if item.value_type == "SCOORD3D" else 2
    data = item.graphic_data
    whole = len(data) // dimensions * dimensions
    points = tuple(data[place : place + dimensions] for place in range(0, whole, dimensions))
    if len(points) < least or not all(math.isfinite(value) for value in data):
        return (), "complete coordinates"
    return points, ""


def _selected_images(item: ContentItem, tree: ContentTree) -> tuple[ImageReference, ...]:
    """Return the images that a region was selected from, directly or by reference."""
    found: list[ImageReference] = []
    for child in item.children:
        source = tree.by_position.get(child.by_reference) if child.by_reference else child
        if source is not None and source.value_type == "IMAGE":
            found += source.references[:1]
    return tuple(found)


def _images_of(entry: Entry) -> tuple[ImageReference, ...]:
    """Return the images that a finding without a region names: its sources, not the segments it was measured in."""
    return tuple(
        reference
        for item in entry.walk()
        if item.value_type == "IMAGE"
        for reference in item.references[:1]
        if not reference.segments
    )


def _corners(graphic: Graphic) -> NDArray[np.float64]:
    """Return four corners (4, 3) that span the mark in all three directions; NaN for marks on an image.

    For a mark in one plane they are its bounding rectangle; for one with depth the rectangle leans through it.
    """
    if graphic.space != "PATIENT":
        return np.full((4, 3), np.nan)
    points = np.array(graphic.points)
    lowest, highest = points.min(axis=0), points.max(axis=0)
    if graphic.shape == "ELLIPSE":
        centre = points[:2].mean(axis=0)
        reach = np.abs(points - centre).max(axis=0)
        lowest, highest = centre - reach, centre + reach
    first, second, third = np.argsort(-(highest - lowest))
    corners = np.tile(lowest, (4, 1))
    corners[[1, 2], first] = highest[first]
    corners[[2, 3], second] = highest[second]
    corners[[2, 3], third] = highest[third]
    return corners


def key_object_part(item: ContentItem, number: int, class_name: str) -> Part:
    """Return the part of an object that a key object selection lists."""
    words = ", ".join(filter(None, (class_name or name_text(item), value_text(item))))
    return Part(number, words, part_color(number - 1), dashed=is_repeated(number - 1), item=item.position)
