"""Reads the content tree of a structured report, item by item, bounded, dropping nothing (PS3.3 C.17.3).

The tree is walked with an explicit stack, so a report nested thousands of levels deep costs no recursion. Values stay as
written: a decimal string keeps its digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from viewer.dicom.tag_reader import NotUnderstood
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.issues import Issue, issue
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem
from viewer.iods.coded_concepts import concept_of
from viewer.iods.elements import first_item, floats, integers, items, text, texts
from viewer.iods.raw_content import read_raw_items
from viewer.iods.table_items import table_value

MAX_DEPTH: Final = 64
MAX_ITEMS: Final = 50_000
MAX_TEXT: Final = 1_000_000
"""Characters of one value."""

_STRUCTURE = frozenset(
    {
        "ValueType",
        "RelationshipType",
        "ConceptNameCodeSequence",
        "ContentSequence",
        "ContentTemplateSequence",
        "ContinuityOfContent",
        "ObservationDateTime",
        "ObservationUID",
        "SpecificCharacterSet",
    }
)


@dataclass(frozen=True)
class ContentTree:
    """A tree of content items, and what was wrong with it."""

    root: ContentItem
    by_position: dict[str, ContentItem]
    issues: tuple[Issue, ...]


@dataclass
class _Node:
    dataset: Dataset
    position: str
    children: list[int] = field(default_factory=list)


def read_tree(document: Dataset) -> ContentTree:
    """Read the content tree whose root item is the document itself.

    By-reference items keep their target in ``by_reference``; dangling and cyclic ones are named by an Issue. Depth,
    number of items and length of text are limited; what lies beyond is named by an Issue.
    """
    issues: list[Issue] = []
    below = _raw_items(document)
    if below is not None:
        by_position = {item.position: item for item in below}
        children = tuple(item for item in reversed(below) if item.position.count(".") == 1)
        by_position["1"] = _read_item(document, "1", children, issues)
    else:
        by_position = _items_by_position(document, issues)
    issues += _reference_issues(by_position)
    return ContentTree(by_position["1"], by_position, tuple(issues))


def _raw_items(document: Dataset) -> list[ContentItem] | None:
    """Return the items below the root from the bytes of the Content Sequence; None where they are not plain."""
    element: object = document.get_item("ContentSequence") if "ContentSequence" in document else None
    if not isinstance(element, RawDataElement) or not element.value or not element.is_little_endian or element.VR != "SQ":
        return None
    bounds = {"most_items": MAX_ITEMS, "most_depth": MAX_DEPTH, "most_text": MAX_TEXT}
    try:
        return read_raw_items(element.value, explicit=not element.is_implicit_VR, **bounds)
    except NotUnderstood:
        return None


def _items_by_position(document: Dataset, issues: list[Issue]) -> dict[str, ContentItem]:
    nodes = _nodes(document, issues)
    by_position: dict[str, ContentItem] = {}
    built: list[ContentItem | None] = [None] * len(nodes)
    for index in range(len(nodes) - 1, -1, -1):
        node = nodes[index]
        children = tuple(child for place in node.children if (child := built[place]) is not None)
        item = _read_item(node.dataset, node.position, children, issues)
        built[index] = item
        by_position[item.position] = item
    return by_position


def _nodes(document: Dataset, issues: list[Issue]) -> list[_Node]:
    """Return the items in an order in which every parent stands before its children."""
    nodes = [_Node(document, "1")]
    waiting = [(0, 1)]
    while waiting:
        index, depth = waiting.pop()
        node = nodes[index]
        found = items(node.dataset, "ContentSequence")
        if found and depth >= MAX_DEPTH:
            issues.append(issue("too_deep", "warning", limit=MAX_DEPTH))
            continue
        for ordinal, child in enumerate(found, start=1):
            if len(nodes) >= MAX_ITEMS:
                issues.append(issue("tree_cut", "warning", limit=MAX_ITEMS))
                return nodes
            node.children.append(len(nodes))
            waiting.append((len(nodes), depth + 1))
            nodes.append(_Node(child, f"{node.position}.{ordinal}"))
    return nodes


def _read_item(dataset: Dataset, position: str, children: tuple[ContentItem, ...], issues: list[Issue]) -> ContentItem:
    value_type = text(dataset, "ValueType").upper()
    target = ".".join(str(ordinal) for ordinal in integers(dataset, "ReferencedContentItemIdentifier"))
    concept = concept_of(dataset, "ConceptNameCodeSequence")
    if not value_type and not target:
        issues.append(issue("item_incomplete", "warning", position=position, what="value type"))
    value = _VALUES.get(value_type, _other_value)(dataset)
    if len(value) > MAX_TEXT:
        issues.append(issue("too_large", "warning", what=f"The text of item {position}", limit=f"{MAX_TEXT} characters"))
        value = value[:MAX_TEXT]
    measured = first_item(dataset, "MeasuredValueSequence")
    template = first_item(dataset, "ContentTemplateSequence")
    return ContentItem(
        value_type=value_type,
        relationship=text(dataset, "RelationshipType").upper(),
        concept=concept,
        position=position,
        value=value,
        code=concept_of(dataset, "ConceptCodeSequence") if value_type == "CODE" else None,
        unit=concept_of(measured, "MeasurementUnitsCodeSequence") if measured is not None else None,
        qualifier=_qualifier(dataset, value_type),
        datetime=text(dataset, "ObservationDateTime"),
        graphic_type=text(dataset, "TemporalRangeType" if value_type == "TCOORD" else "GraphicType").upper(),
        graphic_data=floats(dataset, "GraphicData") if value_type in ("SCOORD", "SCOORD3D") else (),
        frame_of_reference_uid=text(dataset, "ReferencedFrameOfReferenceUID"),
        by_reference=target,
        references=_references(dataset),
        template=_template_name(template) if template is not None else "",
        continuity=text(dataset, "ContinuityOfContent"),
        pixel_origin=text(dataset, "PixelOriginInterpretation").upper(),
        children=children,
    )


def _qualifier(dataset: Dataset, value_type: str) -> CodedConcept | None:
    return concept_of(dataset, "NumericValueQualifierCodeSequence") if value_type == "NUM" else None


def _template_name(template: Dataset) -> str:
    return f"{text(template, 'MappingResource')} {text(template, 'TemplateIdentifier')}".strip()


def _references(dataset: Dataset) -> tuple[ImageReference, ...]:
    """Return the referenced instance, and the presentation state and value mapping named with it (PS3.3 C.18.4)."""
    found: list[ImageReference] = []
    for item in items(dataset, "ReferencedSOPSequence"):
        found.append(read_reference(item))
        found += [read_reference(beside) for beside in items(item, "ReferencedSOPSequence")]
        found += [read_reference(beside) for beside in items(item, "ReferencedRealWorldValueMappingInstanceSequence")]
    return tuple(found)


def read_reference(item: Dataset, series_instance_uid: str = "") -> ImageReference:
    """Return the reference of a Referenced SOP Sequence item (PS3.3 Section 10.3)."""
    return ImageReference(
        sop_instance_uid=text(item, "ReferencedSOPInstanceUID"),
        sop_class_uid=text(item, "ReferencedSOPClassUID"),
        series_instance_uid=series_instance_uid,
        frames=integers(item, "ReferencedFrameNumber"),
        segments=integers(item, "ReferencedSegmentNumber"),
    )


def _code_value(dataset: Dataset) -> str:
    code = concept_of(dataset, "ConceptCodeSequence")
    return (code.meaning or code.value) if code is not None else ""


def _number_value(dataset: Dataset) -> str:
    measured = first_item(dataset, "MeasuredValueSequence")
    if measured is None:
        return ""
    written = text(measured, "NumericValue") or text(measured, "FloatingPointValue")
    above, below = text(measured, "RationalNumeratorValue"), text(measured, "RationalDenominatorValue")
    return written or (f"{above}/{below}" if above and below else "")


def _waveform_value(dataset: Dataset) -> str:
    referenced = first_item(dataset, "ReferencedSOPSequence")
    channels = integers(referenced, "ReferencedWaveformChannels") if referenced is not None else ()
    pairs = [f"{group}/{channel}" for group, channel in zip(channels[::2], channels[1::2], strict=False)]
    return ",".join(pairs)


def _time_value(dataset: Dataset) -> str:
    keywords = ("ReferencedSamplePositions", "ReferencedTimeOffsets", "ReferencedDateTime")
    return ",".join(value for keyword in keywords for value in texts(dataset, keyword))


def _fiducial_value(dataset: Dataset) -> str:
    return text(dataset, "FiducialUID")


def _other_value(dataset: Dataset) -> str:
    """Return all that an item of an unknown kind holds, as words: nothing is dropped."""
    found: list[str] = []
    waiting = [(dataset, 0)]
    while waiting and len(found) < MAX_ITEMS:
        current, depth = waiting.pop()
        for tag in sorted(current.keys()):
            keyword = keyword_for_tag(tag)
            if keyword in _STRUCTURE:
                continue
            nested = items(current, keyword) if keyword else ()
            if nested and depth < MAX_DEPTH:
                waiting += [(item, depth + 1) for item in reversed(nested)]
            elif keyword and (written := text(current, keyword)):
                found.append(f"{keyword} {written}")
    return "; ".join(found)


def _empty(_dataset: Dataset) -> str:
    return ""


_VALUES: Final[dict[str, Callable[[Dataset], str]]] = {
    "": _empty,
    "CONTAINER": _empty,
    "TEXT": lambda dataset: text(dataset, "TextValue"),
    "CODE": _code_value,
    "NUM": _number_value,
    "PNAME": lambda dataset: text(dataset, "PersonName"),
    "DATE": lambda dataset: text(dataset, "Date"),
    "TIME": lambda dataset: text(dataset, "Time"),
    "DATETIME": lambda dataset: text(dataset, "DateTime"),
    "UIDREF": lambda dataset: text(dataset, "UID"),
    "IMAGE": _empty,
    "COMPOSITE": _empty,
    "WAVEFORM": _waveform_value,
    "SCOORD": _fiducial_value,
    "SCOORD3D": _fiducial_value,
    "TCOORD": _time_value,
    "TABLE": table_value,
}
"""How the value of each Value Type is read; every other type goes through ``_other_value``."""


def _reference_issues(by_position: dict[str, ContentItem]) -> list[Issue]:
    found: list[Issue] = []
    for item in by_position.values():
        target = item.by_reference
        if not target:
            continue
        if target not in by_position:
            found.append(issue("reference_dangling", "warning", position=item.position, target=target))
        elif item.position.startswith(f"{target}."):
            found.append(issue("reference_cycle", "warning", position=item.position))
    return found
