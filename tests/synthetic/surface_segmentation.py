"""Surface Segmentations, built by hand from points and primitives (PS3.3 A.57, C.8.23, C.27)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from pydicom.dataset import Dataset, FileDataset
from pydicom.sr.codedict import codes

from tests.synthetic.identity import as_file, uid
from tests.synthetic.structure_set import PATIENT_AND_STUDY

Primitive = Literal["strips", "fans", "facets", "lines"]
_SEQUENCES = {
    "strips": "TriangleStripSequence",
    "fans": "TriangleFanSequence",
    "facets": "FacetSequence",
    "lines": "LineSequence",
}


@dataclass(frozen=True)
class Surface:
    """One surface of one segment. Indices are 0-based here and written 1-based.

    ``further``: strips, fans, facets and lines, by kind. ``wide`` writes 32-bit lists.
    """

    points: ArrayLike
    triangles: ArrayLike = ()
    edges: ArrayLike = ()
    vertices: ArrayLike = ()
    further: Mapping[Primitive, Sequence[Sequence[int]]] = field(default_factory=dict)
    finite: str = "YES"
    opacity: float = 1.0
    color: tuple[int, int, int] | None = (40000, 40000, 30000)
    wide: bool = True


@dataclass(frozen=True)
class SurfacePart:
    """One segment."""

    label: str
    surfaces: tuple[Surface, ...]
    family: tuple[str, str] = ("123109", "Manual Processing")
    algorithm_type: str = "MANUAL"
    tracking_uid: str = ""


def surface_segmentation(
    images: Sequence[Dataset], parts: Sequence[SurfacePart], *, name: str = "surfaces", date: str = "20260115"
) -> FileDataset:
    """Make a surface segmentation in the Frame of Reference of ``images``."""
    first = images[0]
    made = Dataset()
    for keyword in PATIENT_AND_STUDY:
        setattr(made, keyword, first[keyword].value)
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.66.5"
    made.SOPInstanceUID = uid(first.StudyInstanceUID, name, "instance")
    made.SeriesInstanceUID = uid(first.StudyInstanceUID, name, "series")
    made.Modality, made.SeriesNumber, made.InstanceNumber = "SEG", 120, 1
    made.SeriesDescription = "Surfaces"
    made.Manufacturer, made.ManufacturerModelName = "Overread", "Synthetic"
    made.DeviceSerialNumber, made.SoftwareVersions = "0", "1"
    made.FrameOfReferenceUID, made.PositionReferenceIndicator = first.FrameOfReferenceUID, ""
    made.ContentLabel, made.ContentDescription, made.ContentCreatorName = "SURFACES", "Synthetic surfaces", "Sample^Reader"
    made.ContentDate, made.ContentTime = date, "101500"
    made.ReferencedSeriesSequence = [_series(images)]
    made.SegmentSequence, made.SurfaceSequence = [], []
    for number, part in enumerate(parts, start=1):
        made.SegmentSequence.append(_segment(number, part, len(made.SurfaceSequence), images))
        for surface in part.surfaces:
            made.SurfaceSequence.append(_surface(len(made.SurfaceSequence) + 1, surface))
    made.NumberOfSurfaces = len(made.SurfaceSequence)
    return as_file(made)


def _series(images: Sequence[Dataset]) -> Dataset:
    found = Dataset()
    found.SeriesInstanceUID = images[0].SeriesInstanceUID
    found.ReferencedInstanceSequence = [_reference(image) for image in images]
    return found


def _reference(image: Dataset) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    return made


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, scheme, meaning
    return made


def _segment(number: int, part: SurfacePart, before: int, images: Sequence[Dataset]) -> Dataset:
    made = Dataset()
    made.SegmentNumber, made.SegmentLabel = number, part.label
    made.SegmentedPropertyCategoryCodeSequence = [_code("123037004", "SCT", "Anatomical Structure")]
    made.SegmentedPropertyTypeCodeSequence = [_code(codes.SCT.Liver.value, "SCT", "Liver")]
    if part.algorithm_type:
        made.SegmentAlgorithmType = part.algorithm_type
    if part.tracking_uid:
        made.TrackingID, made.TrackingUID = part.label, part.tracking_uid
    made.SurfaceCount = len(part.surfaces)
    made.ReferencedSurfaceSequence = []
    for place in range(len(part.surfaces)):
        reference, algorithm = Dataset(), Dataset()
        reference.ReferencedSurfaceNumber = before + place + 1
        algorithm.AlgorithmFamilyCodeSequence = [_code(part.family[0], "DCM", part.family[1])]
        algorithm.AlgorithmName, algorithm.AlgorithmVersion = "Outliner", "2.1"
        reference.SegmentSurfaceGenerationAlgorithmIdentificationSequence = [algorithm]
        reference.SegmentSurfaceSourceInstanceSequence = [_reference(image) for image in images]
        made.ReferencedSurfaceSequence.append(reference)
    return made


def _surface(number: int, surface: Surface) -> Dataset:
    made, points, mesh = Dataset(), Dataset(), Dataset()
    coordinates = np.asarray(surface.points, "<f4")
    made.SurfaceNumber = number
    made.SurfaceProcessing = "NO"
    made.RecommendedDisplayGrayscaleValue = 40000
    if surface.color is not None:
        made.RecommendedDisplayCIELabValue = list(surface.color)
    made.RecommendedPresentationOpacity = surface.opacity
    made.RecommendedPresentationType = "SURFACE"
    made.FiniteVolume, made.Manifold = surface.finite, "UNKNOWN"
    points.NumberOfSurfacePoints = len(coordinates)
    points.PointCoordinatesData = coordinates.tobytes()
    made.SurfacePointsSequence = [points]
    made.SurfacePointsNormalsSequence = []
    for keyword in _SEQUENCES.values():
        setattr(mesh, keyword, [])
    lists = {
        "TrianglePointIndexList": surface.triangles,
        "EdgePointIndexList": surface.edges,
        "VertexPointIndexList": surface.vertices,
    }
    for keyword, indices in lists.items():
        _put(mesh, keyword, indices, wide=surface.wide)
    for kind, primitives in surface.further.items():
        for primitive in primitives:
            item = Dataset()
            _put(item, "PrimitivePointIndexList", primitive, wide=surface.wide)
            mesh[_SEQUENCES[kind]].value.append(item)
    made.SurfaceMeshPrimitivesSequence = [mesh]
    return made


def _put(item: Dataset, keyword: str, indices: ArrayLike, *, wide: bool) -> None:
    content = (np.asarray(indices, int).reshape(-1) + 1).astype("<u4" if wide else "<u2").tobytes()
    setattr(item, f"Long{keyword}" if wide else keyword, content)
    if not wide and keyword != "PrimitivePointIndexList":
        setattr(item, f"Long{keyword}", b"")
