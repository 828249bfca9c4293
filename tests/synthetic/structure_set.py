"""RT Structure Sets, built by hand from contours in patient coordinates (PS3.3 A.19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID, RTStructureSetStorage

from tests.synthetic.identity import as_file, uid

PATIENT_AND_STUDY = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *(
        "StudyInstanceUID",
        "StudyDate",
        "StudyTime",
        "StudyID",
        "StudyDescription",
        "ReferringPhysicianName",
        "AccessionNumber",
    ),
)


@dataclass(frozen=True)
class Outline:
    """One contour: points (n, 3) in mm; ``image`` is the instance it was drawn on, if stated."""

    points_mm: NDArray[np.float64]
    geometric_type: str = "CLOSED_PLANAR"
    image: Dataset | None = None


@dataclass(frozen=True)
class Region:
    """One ROI."""

    name: str
    outlines: tuple[Outline, ...] = ()
    color: tuple[int, int, int] | None = None
    interpreted_type: str = "ORGAN"
    generation: str = "MANUAL"
    description: str = ""


@dataclass(frozen=True)
class StructureSetResult:
    """What a structure set says of itself."""

    name: str
    label: str = "CONTOURS"
    description: str = ""
    number: int = 200
    manufacturer: str = "Overread"
    model: str = "Synthetic contours"
    date: str = "20260115"
    time: str = "110000"
    decimals: int = field(default=2)


def structure_set(images: Sequence[Dataset], regions: Sequence[Region], result: StructureSetResult) -> FileDataset:
    """Make a structure set on ``images``; regions are numbered from 1 in order."""
    source = images[0]
    dataset = Dataset()
    for keyword in PATIENT_AND_STUDY:
        setattr(dataset, keyword, source.get(keyword, ""))
    dataset.SOPClassUID = RTStructureSetStorage
    dataset.SOPInstanceUID = uid(source.StudyInstanceUID, result.name, "instance")
    dataset.SeriesInstanceUID = uid(source.StudyInstanceUID, result.name, "series")
    dataset.Modality = "RTSTRUCT"
    dataset.SeriesNumber = result.number
    dataset.SeriesDescription = result.description
    dataset.InstanceNumber = 1
    dataset.OperatorsName = ""
    dataset.Manufacturer = result.manufacturer
    dataset.ManufacturerModelName = result.model
    dataset.SoftwareVersions = "1"
    dataset.StructureSetLabel = result.label
    dataset.StructureSetDate = dataset.SeriesDate = dataset.InstanceCreationDate = result.date
    dataset.StructureSetTime = dataset.SeriesTime = dataset.InstanceCreationTime = result.time
    dataset.FrameOfReferenceUID = source.FrameOfReferenceUID
    dataset.PositionReferenceIndicator = ""
    dataset.ReferencedFrameOfReferenceSequence = [_referenced_frame(images)]
    dataset.StructureSetROISequence = []
    dataset.ROIContourSequence = []
    dataset.RTROIObservationsSequence = []
    for number, region in enumerate(regions, 1):
        _add(dataset, number, region, result)
    dataset.ApprovalStatus = "UNAPPROVED"
    return as_file(dataset)


def _reference(sop_class: UID, instance: UID) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = sop_class
    item.ReferencedSOPInstanceUID = instance
    return item


def _referenced_frame(images: Sequence[Dataset]) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID = images[0].SeriesInstanceUID
    series.ContourImageSequence = [_reference(image.SOPClassUID, image.SOPInstanceUID) for image in images]
    study = _reference(UID("1.2.840.10008.3.1.2.3.1"), images[0].StudyInstanceUID)
    study.RTReferencedSeriesSequence = [series]
    frame = Dataset()
    frame.FrameOfReferenceUID = images[0].FrameOfReferenceUID
    frame.RTReferencedStudySequence = [study]
    return frame


def _add(dataset: Dataset, number: int, region: Region, result: StructureSetResult) -> None:
    roi = Dataset()
    roi.ROINumber = number
    roi.ReferencedFrameOfReferenceUID = dataset.FrameOfReferenceUID
    roi.ROIName = region.name
    if region.description:
        roi.ROIDescription = region.description
    roi.ROIGenerationAlgorithm = region.generation
    dataset.StructureSetROISequence.append(roi)
    contours = Dataset()
    contours.ReferencedROINumber = number
    if region.color is not None:
        contours.ROIDisplayColor = list(region.color)
    if region.outlines:
        contours.ContourSequence = [_contour(outline, result.decimals) for outline in region.outlines]
    dataset.ROIContourSequence.append(contours)
    observation = Dataset()
    observation.ObservationNumber = number
    observation.ReferencedROINumber = number
    observation.RTROIInterpretedType = region.interpreted_type
    observation.ROIInterpreter = ""
    dataset.RTROIObservationsSequence.append(observation)


def _contour(outline: Outline, decimals: int) -> Dataset:
    item = Dataset()
    if outline.image is not None:
        item.ContourImageSequence = [_reference(outline.image.SOPClassUID, outline.image.SOPInstanceUID)]
    item.ContourGeometricType = outline.geometric_type
    item.NumberOfContourPoints = len(outline.points_mm)
    item.ContourData = [f"{value:.{decimals}f}".rstrip("0").rstrip(".") for value in outline.points_mm.ravel()]
    return item
