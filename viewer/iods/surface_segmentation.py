"""Reads a Surface Segmentation (PS3.3 A.57, C.8.23): segments and the surfaces each of them is made of.

Decided
    Several surfaces of one segment are one part: the reader asks where the segment is.
    Who made a segment is said by its Segment Algorithm Type; in files from before that attribute by the family of its
    algorithm: Manual Processing is a reader, Artificial Intelligence an AI, and of all others nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset

from viewer.dicom.datasets import UnreadableDataset, read_dataset
from viewer.domain import report_codes as codes
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.mesh import Mesh
from viewer.domain.overlay import Overlay, Part
from viewer.domain.provenance import Provenance
from viewer.domain.references import ImageReference
from viewer.domain.segmentation import Segment
from viewer.domain.surface_segmentation import SegmentSurface, SurfaceSegmentation
from viewer.imaging.cielab import color_of_cielab
from viewer.iods.coded_concepts import concept_of
from viewer.iods.elements import first_item, integer, integers, items, number, text
from viewer.iods.listed import references_of
from viewer.iods.mesh_formats import NotAMesh
from viewer.iods.segment_items import label_of, part_of, read_segments
from viewer.iods.surface_primitives import Primitives, read_primitives

SOP_CLASSES: Final[tuple[str, ...]] = ("1.2.840.10008.5.1.4.1.1.66.5",)
"""Surface Segmentation Storage."""

LARGEST_BYTES: Final = 1 << 30


@dataclass(frozen=True, eq=False)
class _Surface:
    """An item of the Surface Sequence, or why it is not used; and how it should look."""

    number: int
    made: Primitives | None
    reason: str = ""
    color: tuple[int, int, int] | None = None
    opacity: float | None = None
    says_finite: bool = False


@dataclass
class _Reading:
    """What one read gathers besides its result."""

    surfaces: dict[int, _Surface]
    issues: list[Issue] = field(default_factory=list)


def read(header: InstanceHeader) -> Overlay:
    """Return a surface segmentation as an overlay with one part a segment; raises ``UnreadableDataset``."""
    if header.file_size > LARGEST_BYTES:
        raise UnreadableDataset(f"it is larger than {LARGEST_BYTES >> 20} MiB")
    dataset = read_dataset(header)
    reading = _Reading(_surfaces(dataset))
    segments, said = read_segments(dataset)
    described = {integer(item, "SegmentNumber"): item for item in reversed(items(dataset, "SegmentSequence"))}
    pairs = [
        _segment(segment, described.get(segment.number) or Dataset(), index, reading)
        for index, segment in enumerate(segments)
    ]
    references = _references(dataset)
    algorithms = {one.segment.provenance for one, _ in pairs}
    algorithm = algorithms.pop() if len(algorithms) == 1 else Provenance()
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind="surface_segmentation",
        subtype="SURFACE",
        label=text(dataset, "ContentDescription") or header.series_description or text(dataset, "ContentLabel"),
        provenance=replace(
            algorithm,
            manufacturer=header.manufacturer,
            model=header.model,
            software_versions=header.software_versions,
            creator=text(dataset, "ContentCreatorName"),
            content_date=header.content_date + header.content_time,
        ),
        parts=tuple(part for _, part in pairs),
        content=SurfaceSegmentation(tuple(surface for surface, _ in pairs)),
        frame_of_reference_uids=(header.frame_of_reference_uid,) if header.frame_of_reference_uid else (),
        references=references,
        referenced_series=tuple(dict.fromkeys(one.series_instance_uid for one in references if one.series_instance_uid)),
        issues=(*header.issues, *said, *reading.issues),
    )


def _surfaces(dataset: FileDataset) -> dict[int, _Surface]:
    little_endian = dataset.original_encoding[1] is not False
    found: dict[int, _Surface] = {}
    for place, item in enumerate(items(dataset, "SurfaceSequence"), start=1):
        stated = integer(item, "SurfaceNumber")
        made, reason = None, ""
        try:
            made = read_primitives(item, little_endian=little_endian)
        except NotAMesh as error:
            reason = error.reason
        surface = _Surface(
            stated if stated is not None else place,
            made,
            reason,
            color_of_cielab(integers(item, "RecommendedDisplayCIELabValue")),
            number(item, "RecommendedPresentationOpacity"),
            text(item, "FiniteVolume").upper() == "YES",
        )
        found.setdefault(surface.number, surface)
    return found


def _segment(segment: Segment, item: Dataset, index: int, reading: _Reading) -> tuple[SegmentSurface, Part]:
    named = items(item, "ReferencedSurfaceSequence")
    numbers = [integer(one, "ReferencedSurfaceNumber") for one in named]
    own = [reading.surfaces[one] for one in numbers if one is not None and one in reading.surfaces]
    name = label_of(segment)
    missing = len(numbers) - len(own)
    if missing:
        reading.issues.append(issue("surface_reference_missing", "error", name=name, count=missing))
    for reason in dict.fromkeys(one.reason for one in own if one.reason):
        reading.issues.append(issue("segment_surface_not_read", "warning", name=name, reason=reason))
    color = next((one.color for one in own if one.color is not None), segment.color)
    stated = {name: value for name, value in _algorithm(named).items() if value}
    if segment.provenance.algorithm_type:
        stated.pop("algorithm_type", None)
    made_by = replace(segment.provenance, **stated)
    segment = replace(segment, label=name, color=color, provenance=made_by)
    surface = _together(segment, own)
    empty = not len(surface.every_point)
    part, said = part_of(segment, index, background=False, empty=empty)
    reading.issues += said
    if not empty and not len(surface.mesh.triangles):
        reading.issues.append(issue("surface_without_triangles", "info", name=name))
    opacity = next((one.opacity for one in own if one.opacity is not None), 1.0)
    return surface, replace(part, opacity=min(max(opacity, 0.0), 1.0), type=part.type or "surface")


def _together(segment: Segment, own: list[_Surface]) -> SegmentSurface:
    made = [one.made for one in own if one.made is not None]
    points: list[NDArray[np.float64]] = [np.empty((0, 3))]
    triangles: list[NDArray[np.int64]] = [np.empty((0, 3), np.int64)]
    start = 0
    for one in made:
        if len(one.triangles):
            points.append(one.points)
            triangles.append(one.triangles + start)
            start += len(one.points)
    mesh = Mesh(np.concatenate(points), np.concatenate(triangles))
    return SegmentSurface(
        segment,
        mesh if mesh.is_closed else mesh.welded(),
        tuple(one.points[line] for one in made for line in one.lines),
        np.concatenate([np.empty((0, 3)), *(one.points[one.alone] for one in made)]),
        says_finite=bool(own) and all(one.says_finite for one in own),
    )


def _algorithm(named: tuple[Dataset, ...]) -> dict[str, str]:
    """Return what made the surfaces of a segment (Segment Surface Generation Algorithm Identification Sequence)."""
    for surface in named:
        item = first_item(surface, "SegmentSurfaceGenerationAlgorithmIdentificationSequence")
        if item is None:
            continue
        family = concept_of(item, "AlgorithmFamilyCodeSequence")
        kinds = {codes.MANUAL_PROCESSING: "MANUAL", codes.ARTIFICIAL_INTELLIGENCE: "AUTOMATIC"}
        return {
            "algorithm_name": text(item, "AlgorithmName"),
            "algorithm_version": text(item, "AlgorithmVersion"),
            "algorithm_family": family.meaning if family else "",
            "algorithm_type": next((kind for code, kind in kinds.items() if family and family.is_code(*code)), ""),
        }
    return {}


def _references(dataset: Dataset) -> tuple[ImageReference, ...]:
    found = {one.sop_instance_uid: one for one in references_of(dataset)}
    for segment in items(dataset, "SegmentSequence"):
        for surface in items(segment, "ReferencedSurfaceSequence"):
            for source in items(surface, "SegmentSurfaceSourceInstanceSequence"):
                uid = text(source, "ReferencedSOPInstanceUID")
                if uid:
                    found.setdefault(uid, ImageReference(uid, text(source, "ReferencedSOPClassUID"), ""))
    return tuple(found.values())
