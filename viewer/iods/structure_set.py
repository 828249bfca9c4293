"""Reads an RT Structure Set (PS3.3 A.19, C.8.8.5, C.8.8.6, C.8.8.8): ROIs, their contours and what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from pydicom.dataset import Dataset

from viewer.dicom.datasets import read_dataset
from viewer.domain.default_visibility import reason_off_at_first
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay, Part
from viewer.domain.palette import is_repeated, part_color, visible_color
from viewer.domain.provenance import Provenance
from viewer.domain.references import ImageReference
from viewer.domain.structure_set import Contour, RegionOfInterest, StructureSet
from viewer.geometry.tolerances import CONTOUR_PLANAR_MM
from viewer.iods.contour_items import ContourItem, RoiContourItem, contour_images, parse_points, read_roi_contours
from viewer.iods.contour_places import places_of_contours
from viewer.iods.elements import integer, items, text
from viewer.representations.contour import contours_cross

SOP_CLASSES: tuple[str, ...] = ("1.2.840.10008.5.1.4.1.1.481.3",)

_GEOMETRIC_TYPES = frozenset({"POINT", "OPEN_PLANAR", "OPEN_NONPLANAR", "CLOSED_PLANAR", "CLOSEDPLANAR_XOR"})


_FARTHEST_MM = 1e6
"""A coordinate beyond a kilometre is a damaged number, not a place in a patient."""


@dataclass(frozen=True)
class _Described:
    """What the Structure Set ROI and RT ROI Observations Sequences say of an ROI."""

    number: int
    name: str
    frame_of_reference_uid: str | None
    description: str = ""
    algorithm: str = ""
    algorithm_description: str = ""
    interpreted_type: str = ""
    observation_label: str = ""
    interpreter: str = ""


@dataclass
class _Reading:
    """What one read gathers besides its result."""

    header: InstanceHeader
    fallback_frame_of_reference: str | None
    issues: list[Issue] = field(default_factory=list)


def read(header: InstanceHeader) -> Overlay:
    """Return a structure set as an overlay with one part an ROI; raises ``UnreadableDataset``."""
    dataset = read_dataset(header)
    frames_of_reference = [
        text(item, "FrameOfReferenceUID") for item in items(dataset, "ReferencedFrameOfReferenceSequence")
    ]
    stated = [uid for uid in (*frames_of_reference, header.frame_of_reference_uid or "") if uid]
    reading = _Reading(header, stated[0] if len(set(stated)) == 1 else None)
    rois = _read_rois(dataset, reading)
    named = list(dict.fromkeys(roi.frame_of_reference_uid for roi in rois if roi.frame_of_reference_uid))
    references, series = _references(dataset, rois)
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind="structure_set",
        subtype="RTSTRUCT",
        label=text(dataset, "StructureSetLabel") or text(dataset, "StructureSetName") or header.series_description,
        provenance=_object_provenance(dataset, header, rois),
        parts=tuple(_part(index, roi, reading) for index, roi in enumerate(rois)),
        content=StructureSet(rois),
        frame_of_reference_uids=tuple(named or dict.fromkeys(stated)),
        references=references,
        referenced_series=series,
        places=places_of_contours(rois),
        issues=(*header.issues, *reading.issues),
        made_of=tuple(text(item, "ReferencedSOPInstanceUID") for item in items(dataset, "PredecessorStructureSetSequence")),
    )


def _read_rois(dataset: Dataset, reading: _Reading) -> tuple[RegionOfInterest, ...]:
    """Join the three sequences by ROI Number; what only one of them names is kept, too."""
    contour_items = read_roi_contours(dataset)
    described = _described(dataset, reading)
    known = {one.number for one in described}
    by_number: dict[int, list[RoiContourItem]] = {}
    for item in contour_items:
        number = item.roi_number if item.roi_number is not None else max(known | {0}) + 1
        by_number.setdefault(number, []).append(item)
        if number not in known:
            known.add(number)
            described.append(_Described(number, f"ROI {number}", reading.fallback_frame_of_reference))
            reading.issues.append(issue("contours_without_roi", "warning", number=number))
    return tuple(_roi(one, by_number.get(one.number, []), reading) for one in described)


def _described(dataset: Dataset, reading: _Reading) -> list[_Described]:
    observations: dict[int | None, Dataset] = {}
    for item in items(dataset, "RTROIObservationsSequence"):
        observations.setdefault(integer(item, "ReferencedROINumber"), item)
    found: list[_Described] = []
    taken: set[int] = set()
    for place, item in enumerate(items(dataset, "StructureSetROISequence"), start=1):
        stated = integer(item, "ROINumber")
        number = stated if stated is not None and stated not in taken else max(taken | {place - 1}) + 1
        if number != stated:
            reading.issues.append(
                issue("roi_number_repeated", "warning", name=text(item, "ROIName") or place, number=number)
            )
        taken.add(number)
        observation = observations.get(number, Dataset())
        found.append(
            _Described(
                number,
                text(item, "ROIName") or f"ROI {number}",
                text(item, "ReferencedFrameOfReferenceUID") or reading.fallback_frame_of_reference,
                description=text(item, "ROIDescription"),
                algorithm=text(item, "ROIGenerationAlgorithm"),
                algorithm_description=text(item, "ROIGenerationDescription"),
                interpreted_type=text(observation, "RTROIInterpretedType"),
                observation_label=text(observation, "ROIObservationLabel"),
                interpreter=text(observation, "ROIInterpreter"),
            )
        )
    return found


def _roi(described: _Described, contour_items: Iterable[RoiContourItem], reading: _Reading) -> RegionOfInterest:
    contour_items = list(contour_items)
    contours = _contours(described.name, [contour for item in contour_items for contour in item.contours], reading)
    color = next((item.color for item in contour_items if len(item.color) == 3), None)
    roi = RegionOfInterest(
        number=described.number,
        name=described.name,
        frame_of_reference_uid=described.frame_of_reference_uid,
        contours=contours,
        color=(_clipped(color[0]), _clipped(color[1]), _clipped(color[2])) if color else None,
        description=described.description,
        interpreted_type=described.interpreted_type,
        observation_label=described.observation_label,
        provenance=Provenance(
            manufacturer=reading.header.manufacturer,
            model=reading.header.model,
            software_versions=reading.header.software_versions,
            algorithm_name=described.algorithm_description,
            algorithm_type=_algorithm_type(described.algorithm),
            creator=described.interpreter,
        ),
    )
    few = sum(len(contour.points) < 3 for contour in roi.closed)
    if few:
        reading.issues.append(issue("contour_degenerate", "warning", name=roi.name, count=few))
    if contours_cross(roi):
        reading.issues.append(issue("contours_cross", "warning", name=roi.name))
    if bool((roi.planes.deviations_mm > CONTOUR_PLANAR_MM).any()):
        reading.issues.append(issue("contour_not_planar", "warning", name=roi.name))
    return roi


def _contours(name: str, raw: list[ContourItem], reading: _Reading) -> tuple[Contour, ...]:
    contours = []
    parsed = parse_points([item.data for item in raw])
    # Asked once for all: of hundreds of thousands of contours in practice not one has such a number.
    plausible = bool(parsed) and bool((np.abs(np.concatenate(parsed)) <= _FARTHEST_MM).all())
    for item, numbers in zip(raw, parsed, strict=True):
        points = numbers[: len(numbers) // 3 * 3].reshape(-1, 3)
        whole = points if plausible else points[(np.abs(points) <= _FARTHEST_MM).all(axis=1)]
        stated = item.stated_points if item.stated_points is not None else len(whole)
        if stated != len(whole) or len(numbers) % 3:
            reading.issues.append(issue("contour_point_count", "warning", name=name, stated=stated, found=len(whole)))
        if item.geometric_type not in _GEOMETRIC_TYPES:
            reading.issues.append(
                issue("contour_type_unknown", "warning", name=name, type=item.geometric_type or "no geometric type")
            )
        if len(whole):
            contours.append(Contour(item.geometric_type, whole, item.images, item.slab_thickness_mm))
    return tuple(contours)


def _part(index: int, roi: RegionOfInterest, reading: _Reading) -> Part:
    color = visible_color(roi.color, index) if roi.color else part_color(index)
    if roi.color and color != roi.color:
        reading.issues.append(issue("colour_repaired", "info", name=roi.name))
    off = reason_off_at_first(roi.name, interpreted_type=roi.interpreted_type)
    if off:
        reading.issues.append(issue("off_at_first", "info", name=roi.name, reason=off))
    return Part(
        number=roi.number,
        label=roi.name,
        color=color,
        color_stated=roi.color is not None,
        type=roi.interpreted_type,
        algorithm_type=roi.provenance.algorithm_type,
        origin=roi.provenance.origin,
        state="ok" if roi.contours else "empty",
        visible_by_default=not off,
        dashed=roi.color is None and is_repeated(index),
    )


def _references(dataset: Dataset, rois: tuple[RegionOfInterest, ...]) -> tuple[tuple[ImageReference, ...], tuple[str, ...]]:
    """Return every image the object names, and the series (Referenced Frame of Reference > Study > Series, C.8.8.5)."""
    found: dict[str, ImageReference] = {}
    series_uids: dict[str, None] = {}
    for frame_of_reference in items(dataset, "ReferencedFrameOfReferenceSequence"):
        for study in items(frame_of_reference, "RTReferencedStudySequence"):
            for series in items(study, "RTReferencedSeriesSequence"):
                uid = text(series, "SeriesInstanceUID")
                series_uids[uid] = None
                for image in contour_images(series):
                    found[image.sop_instance_uid] = ImageReference(image.sop_instance_uid, image.sop_class_uid, uid)
    for roi in rois:
        for contour in roi.contours:
            for image in contour.images:
                found.setdefault(image.sop_instance_uid, image)
    found.pop("", None)
    series_uids.pop("", None)
    return tuple(found.values()), tuple(series_uids)


def _object_provenance(dataset: Dataset, header: InstanceHeader, rois: tuple[RegionOfInterest, ...]) -> Provenance:
    algorithms = {roi.provenance.algorithm_type for roi in rois}
    return Provenance(
        manufacturer=header.manufacturer,
        model=header.model,
        software_versions=header.software_versions,
        algorithm_type=algorithms.pop() if len(algorithms) == 1 else "",
        content_date=text(dataset, "StructureSetDate") + text(dataset, "StructureSetTime"),
    )


def _algorithm_type(written: str) -> str:
    return written.upper() if written.upper() in ("AUTOMATIC", "SEMIAUTOMATIC", "MANUAL") else ""


def _clipped(value: int) -> int:
    return min(max(value, 0), 255)
