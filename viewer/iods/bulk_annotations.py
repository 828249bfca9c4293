"""Reads Microscopy Bulk Simple Annotations (PS3.3 A.87, C.37.1): groups of points, lines and outlines on a slide.

Decided
    Nothing is made for a single annotation: a group is arrays of coordinates, however many annotations it has.
    Where an outline begins is counted in coordinates, as the standard has it; a file that counts in points is understood
    when its numbers cannot be coordinates, and marked as repaired.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset

from viewer.dicom.datasets import UnreadableDataset, read_dataset
from viewer.domain.bulk_annotations import AnnotationGroup, AnnotationShape, AnnotationValues, BulkAnnotations
from viewer.domain.content_words import unit_text
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay, Part
from viewer.domain.palette import is_repeated, part_color, visible_color
from viewer.domain.provenance import Provenance
from viewer.imaging.cielab import color_of_cielab
from viewer.iods.coded_concepts import concept_of, read_concept
from viewer.iods.elements import data, first_item, integer, integers, items, number, text
from viewer.iods.listed import references_of

SOP_CLASSES: Final[tuple[str, ...]] = ("1.2.840.10008.5.1.4.1.1.91.1",)
"""Microscopy Bulk Simple Annotations Storage."""

LARGEST_BYTES: Final = 2 << 30
_POINTS_EACH: Final[dict[str, int]] = {"POINT": 1, "ELLIPSE": 4, "RECTANGLE": 4}
_FARTHEST: Final = 1e8

_Points = NDArray[np.float32] | NDArray[np.float64]


class _NotRead(Exception):
    """A group that cannot be read; its words are the end of a sentence."""


def read(header: InstanceHeader) -> Overlay:
    """Return bulk annotations as an overlay with one part a group; raises ``UnreadableDataset``."""
    if header.file_size > LARGEST_BYTES:
        raise UnreadableDataset(f"it is larger than {LARGEST_BYTES >> 20} MiB")
    dataset = read_dataset(header)
    on_matrix = text(dataset, "AnnotationCoordinateType").upper() != "3D"
    issues: list[Issue] = []
    groups: list[AnnotationGroup] = []
    parts: list[Part] = []
    taken: set[int] = set()
    for place, item in enumerate(items(dataset, "AnnotationGroupSequence"), start=1):
        stated = integer(item, "AnnotationGroupNumber")
        group_number = stated if stated is not None and stated not in taken else max(taken | {place - 1}) + 1
        taken.add(group_number)
        name = text(item, "AnnotationGroupLabel") or f"Group {group_number}"
        made_by = _provenance(item)
        try:
            group = _group(item, group_number, name, on_matrix=on_matrix, dataset=dataset, issues=issues)
            groups.append(group)
            state_empty = not len(group)
        except _NotRead as reason:
            issues.append(issue("annotations_not_read", "error", name=name, reason=reason))
            state_empty = False
            group = None
        parts.append(_part(item, name, group_number, place - 1, made_by, group))
        if state_empty:
            issues.append(issue("annotations_empty", "info", name=name))
    references = references_of(dataset)
    origin = text(dataset, "PixelOriginInterpretation").upper()
    if on_matrix and origin == "FRAME":
        issues.append(issue("annotations_by_tile", "warning"))
        groups.clear()
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind="bulk_annotations",
        subtype="2D" if on_matrix else "3D",
        label=text(dataset, "ContentLabel") or text(dataset, "ContentDescription") or header.series_description,
        provenance=Provenance(
            header.manufacturer,
            header.model,
            header.software_versions,
            creator=text(dataset, "ContentCreatorName"),
            content_date=header.content_date + header.content_time,
        ),
        parts=tuple(parts),
        content=BulkAnnotations(tuple(groups), on_matrix, tuple(one.sop_instance_uid for one in references)),
        frame_of_reference_uids=(header.frame_of_reference_uid,) if header.frame_of_reference_uid and not on_matrix else (),
        references=references,
        referenced_series=tuple(dict.fromkeys(one.series_instance_uid for one in references if one.series_instance_uid)),
        issues=(*header.issues, *issues),
    )


def _group(
    item: Dataset, group_number: int, name: str, *, on_matrix: bool, dataset: FileDataset, issues: list[Issue]
) -> AnnotationGroup:
    shape = text(item, "GraphicType").upper()
    shapes: dict[str, AnnotationShape] = {
        "POINT": "POINT",
        "POLYLINE": "POLYLINE",
        "POLYGON": "POLYGON",
        "ELLIPSE": "ELLIPSE",
        "RECTANGLE": "RECTANGLE",
    }
    if shape not in shapes:
        raise _NotRead(f"its graphic type ({shape or 'none stated'}) is unknown")
    order = "<" if dataset.original_encoding[1] is not False else ">"
    points = _points(item, order, on_matrix=on_matrix)
    each = _POINTS_EACH.get(shape)
    if each is not None:
        starts = np.arange(0, len(points) + 1, each, dtype=np.intp)
        points = points[: starts[-1]]
    else:
        starts = _starts(item, order, points, name, issues)
    count = integer(item, "NumberOfAnnotations")
    if count is not None and count != len(starts) - 1:
        issues.append(issue("annotations_count_differs", "warning", name=name, stated=count, count=len(starts) - 1))
    values = tuple(_values(one, order, len(starts) - 1) for one in items(item, "MeasurementsSequence"))
    return AnnotationGroup(group_number, shapes[shape], points, starts, values, _provenance(item))


def _points(item: Dataset, order: str, *, on_matrix: bool) -> _Points:
    content, kind, width = data(item, "DoublePointCoordinatesData"), "f8", 8
    if not content:
        content, kind, width = data(item, "PointCoordinatesData"), "f4", 4
    common = number(item, "CommonZCoordinateValue")
    axes = 2 if on_matrix or common is not None else 3
    flat = np.frombuffer(content[: len(content) // (width * axes) * width * axes], f"{order}{kind}")
    points = flat.astype(flat.dtype.newbyteorder("=")).reshape(-1, axes)
    if not (np.isfinite(points).all() and (np.abs(points) <= _FARTHEST).all()):
        raise _NotRead("it has coordinates that lie nowhere")
    if not on_matrix and common is not None:
        points = np.concatenate([points.astype(np.float64), np.full((len(points), 1), common)], axis=1)
    return points


def _starts(item: Dataset, order: str, points: _Points, name: str, issues: list[Issue]) -> NDArray[np.intp]:
    content = data(item, "LongPrimitivePointIndexList")
    first = np.frombuffer(content[: len(content) // 4 * 4], f"{order}u4").astype(np.int64) - 1
    if not len(first):
        raise _NotRead("it does not say where each of its outlines begins")
    stored_axes = 2 if number(item, "CommonZCoordinateValue") is not None else points.shape[1]
    if (first % stored_axes == 0).all() and first[-1] // stored_axes < max(len(points), 1):
        first = first // stored_axes
    elif first[-1] < len(points):
        issues.append(issue("repaired_point_index", "warning", name=name))
    else:
        raise _NotRead("its outlines begin behind its last coordinate")
    if first[0] != 0 or (np.diff(first) <= 0).any():
        raise _NotRead("its outlines do not follow one another")
    return np.append(first, len(points)).astype(np.intp)


def _values(item: Dataset, order: str, count: int) -> AnnotationValues:
    concept, unit = concept_of(item, "ConceptNameCodeSequence"), concept_of(item, "MeasurementUnitsCodeSequence")
    stated = first_item(item, "MeasurementValuesSequence") or Dataset()
    found = np.frombuffer(_whole(data(stated, "FloatingPointValues"), 4), f"{order}f4").astype(np.float64)
    listed = data(stated, "AnnotationIndexList")
    values = np.full(count, np.nan)
    at = np.frombuffer(_whole(listed, 4), f"{order}u4").astype(np.int64) - 1 if listed else np.arange(len(found))
    at, found = at[: len(found)], found[: len(at)]
    there = (at >= 0) & (at < count)
    values[at[there]] = found[there]
    return AnnotationValues(concept.meaning if concept else "", unit_text(unit), values)


def _whole(content: bytes, width: int) -> bytes:
    return content[: len(content) // width * width]


def _provenance(item: Dataset) -> Provenance:
    algorithm = first_item(item, "AnnotationGroupAlgorithmIdentificationSequence") or Dataset()
    family = concept_of(algorithm, "AlgorithmFamilyCodeSequence")
    return Provenance(
        algorithm_name=text(algorithm, "AlgorithmName"),
        algorithm_version=text(algorithm, "AlgorithmVersion"),
        algorithm_family=family.meaning if family else "",
        algorithm_type=text(item, "AnnotationGroupGenerationType").upper(),
    )


def _part(
    item: Dataset, name: str, group_number: int, index: int, made_by: Provenance, group: AnnotationGroup | None
) -> Part:
    kind_item = first_item(item, "AnnotationPropertyTypeCodeSequence")
    kind, category = read_concept(kind_item), concept_of(item, "AnnotationPropertyCategoryCodeSequence")
    modifier = concept_of(kind_item, "AnnotationPropertyTypeModifierCodeSequence") if kind_item is not None else None
    stated = color_of_cielab(integers(item, "RecommendedDisplayCIELabValue"))
    words = [one.meaning for one in (kind, modifier) if one is not None]
    return Part(
        number=group_number,
        label=name,
        color=visible_color(stated, index) if stated is not None else part_color(index),
        color_stated=stated is not None,
        category=category.meaning if category else "",
        type=", ".join(words),
        algorithm_type=made_by.algorithm_type,
        origin=made_by.origin,
        state="unreadable" if group is None else "ok" if len(group) else "empty",
        dashed=stated is None and is_repeated(index),
        count=len(group) if group is not None else None,
    )
