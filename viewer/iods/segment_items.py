"""The items of the Segment Sequence: what each segment is called, is, and was made by (PS3.3 C.8.20.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.default_visibility import reason_off_at_first
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Part
from viewer.domain.palette import is_repeated, part_color, visible_color
from viewer.domain.provenance import Provenance
from viewer.domain.segmentation import Segment
from viewer.imaging.cielab import color_of_cielab
from viewer.iods.coded_concepts import concept_of, read_concept
from viewer.iods.elements import first_item, integer, integers, items, text

_Read = TypeVar("_Read")

_LATERALITY = {
    ("SCT", "24028007"): "Right",
    ("SCT", "7771000"): "Left",
    ("SCT", "51440002"): "Right and left",
    ("SCT", "66459002"): "Unilateral",
}
"""CID 244 Laterality."""

_BACKGROUND = ("DCM", "125040")


def read_segments(dataset: Dataset) -> tuple[tuple[Segment, ...], tuple[Issue, ...]]:
    """Return the segments by ascending number, and what is wrong with their numbers."""
    found: dict[int, Segment] = {}
    issues: list[Issue] = []
    reader = _Reader()
    for place, item in enumerate(items(dataset, "SegmentSequence"), start=1):
        number = integer(item, "SegmentNumber")
        if number is None:
            number = next(free for free in range(place, place + 65536) if free not in found)
            issues.append(issue("repaired_number", "warning", attribute="Segment Number", value=""))
        if number in found:
            issues.append(issue("segment_described_twice", "warning", number=number))
            continue
        found[number] = reader.segment(item, number)
    return tuple(found[number] for number in sorted(found)), tuple(issues)


class _Reader:
    """Reads segments; sequences that many segments repeat byte for byte, such as the algorithm, are read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], object] = {}

    def segment(self, item: Dataset, number: int) -> Segment:
        """Return one item of the Segment Sequence."""
        kind, kind_modifiers = self._once(item, "SegmentedPropertyTypeCodeSequence", _kind_with_modifiers)
        region, region_modifiers = self._once(item, "AnatomicRegionSequence", _region_with_modifiers)
        algorithm = self._once(item, "SegmentationAlgorithmIdentificationSequence", _algorithm)
        name = text(item, "SegmentAlgorithmName") or algorithm.algorithm_name
        return Segment(
            number,
            text(item, "SegmentLabel"),
            text(item, "SegmentDescription"),
            self._once(item, "SegmentedPropertyCategoryCodeSequence", read_concept),
            kind,
            kind_modifiers,
            region,
            region_modifiers,
            replace(algorithm, algorithm_name=name, algorithm_type=text(item, "SegmentAlgorithmType").upper()),
            text(item, "TrackingID"),
            text(item, "TrackingUID"),
            color_of_cielab(integers(item, "RecommendedDisplayCIELabValue")),
        )

    def _once(self, item: Dataset, keyword: str, read: Callable[[Dataset | None], _Read]) -> _Read:
        """Return what ``read`` makes of the first item of a sequence."""
        element: object = item.get_item(keyword)
        if element is None:
            return read(None)
        if not isinstance(element, RawDataElement) or element.value is None:
            return read(first_item(item, keyword))
        key = (keyword, element.value)
        if key not in self._known:
            self._known[key] = read(first_item(item, keyword))
        return cast(_Read, self._known[key])


def _kind_with_modifiers(kind: Dataset | None) -> tuple[CodedConcept | None, tuple[CodedConcept, ...]]:
    return read_concept(kind), _concepts(kind, "SegmentedPropertyTypeModifierCodeSequence")


def _region_with_modifiers(region: Dataset | None) -> tuple[CodedConcept | None, tuple[CodedConcept, ...]]:
    return read_concept(region), _concepts(region, "AnatomicRegionModifierSequence")


def _concepts(item: Dataset | None, keyword: str) -> tuple[CodedConcept, ...]:
    found = (read_concept(one) for one in items(item, keyword)) if item is not None else ()
    return tuple(concept for concept in found if concept is not None)


def _algorithm(item: Dataset | None) -> Provenance:
    if item is None:
        return Provenance()
    family = concept_of(item, "AlgorithmFamilyCodeSequence")
    return Provenance(
        algorithm_name=text(item, "AlgorithmName"),
        algorithm_version=text(item, "AlgorithmVersion"),
        algorithm_family=family.meaning if family else "",
    )


def is_background(segment: Segment) -> bool:
    """Say whether the segment is typed as Background (125040, DCM)."""
    return segment.type is not None and segment.type.is_code(*_BACKGROUND)


def part_of(segment: Segment, index: int, *, background: bool, empty: bool) -> tuple[Part, tuple[Issue, ...]]:
    """Return the row of a segment that is the ``index``-th of its object, and what was repaired of its colour."""
    color = segment.color
    shown = visible_color(color, index) if color is not None else part_color(index)
    name = label_of(segment)
    off = reason_off_at_first(name)
    # A hidden background may well be black.
    repaired = color is not None and shown != color and not background
    issues: tuple[Issue, ...] = (issue("colour_repaired", "info", name=name),) if repaired else ()
    issues += (issue("off_at_first", "info", name=name, reason=off),) if off else ()
    part = Part(
        segment.number,
        name,
        shown,
        color_stated=color == shown,
        category=segment.category.meaning if segment.category else "",
        type=_with_modifiers(segment.type, segment.type_modifiers),
        region=segment.region.meaning if segment.region else "",
        laterality=laterality((*segment.region_modifiers, *segment.type_modifiers)),
        algorithm_type=segment.provenance.algorithm_type,
        tracking_uid=segment.tracking_uid,
        origin=segment.provenance.origin,
        state="background" if background else "empty" if empty else "ok",
        visible_by_default=not background and not off,
        dashed=color != shown and is_repeated(index),
    )
    return part, issues


def label_of(segment: Segment) -> str:
    """Return Segment Label, else what the segment is, else its number."""
    if segment.label:
        return segment.label
    kind = _with_modifiers(segment.type, segment.type_modifiers) or segment.tracking_id or segment.description
    return kind or f"Segment {segment.number}"


def undescribed_part(number: int, index: int) -> Part:
    """Return the row of a segment that pixels or frames name and no item describes."""
    return Part(number, f"Undescribed segment {number}", part_color(index), state="not_described", dashed=is_repeated(index))


def laterality(modifiers: Sequence[CodedConcept]) -> str:
    """Return the side that modifiers name, empty when they name none."""
    for modifier in modifiers:
        for (scheme, value), side in _LATERALITY.items():
            if modifier.is_code(scheme, value):
                return side
    return ""


def _with_modifiers(concept: CodedConcept | None, modifiers: Sequence[CodedConcept]) -> str:
    words = [concept.meaning] if concept else []
    return ", ".join([*words, *(modifier.meaning for modifier in modifiers)])
