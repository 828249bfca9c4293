"""Segmentations of every type, written by highdicom so that they are not of our own making."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from tests.synthetic.identity import settle, uid
from tests.synthetic.image import Grid

Kind = Literal["BINARY", "FRACTIONAL", "LABELMAP"]
RIGHT, LEFT = Code("24028007", "SCT", "Right"), Code("7771000", "SCT", "Left")


@dataclass(frozen=True)
class Algorithm:
    """Which program made a result."""

    name: str = "Synthetic Organs"
    version: str = "1.0"
    kind: Literal["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"] = "AUTOMATIC"
    manufacturer: str = "Overread"

    def identification(self) -> hd.AlgorithmIdentificationSequence:
        """Algorithm Identification Macro (PS3.3 10.16)."""
        family = Code("123110", "DCM", "Artificial Intelligence")
        return hd.AlgorithmIdentificationSequence(self.name, family, self.version)


@dataclass(frozen=True)
class Part:
    """One segment: its label, codes, colour and tracking identity."""

    label: str
    property_type: Code = field(default_factory=lambda: codes.SCT.Liver)
    category: Code = field(default_factory=lambda: codes.SCT.Organ)
    color: tuple[int, int, int] | None = None
    laterality: Code | None = None
    regions: tuple[Code, ...] = ()
    tracking: str = ""
    """Words from which the Tracking UID is made; empty: no tracking."""

    @property
    def tracking_uid(self) -> UID:
        """Tracking UID (0062,0021)."""
        return uid("tracking", self.tracking)


@dataclass(frozen=True)
class Result:
    """What a segmentation says of itself."""

    name: str
    number: int = 100
    description: str = "Synthetic segmentation"
    label: str = "SEGMENTATION"
    algorithm: Algorithm = field(default_factory=Algorithm)
    date: str = "20260115"
    time: str = "100000"


def segmentation(
    images: Sequence[Dataset],
    pixels: NDArray[Any],
    parts: Sequence[Part],
    result: Result,
    *,
    kind: Kind = "BINARY",
    grid: Grid | None = None,
    transfer_syntax: UID = ExplicitVRLittleEndian,
    **further: Any,
) -> Dataset:
    """Make a segmentation of ``images``.

    Parameters
    ----------
    images
        The source series, in the order of the slices of ``pixels`` when there is no ``grid``.
    pixels
        (slices, rows, columns) of segment numbers, or (slices, rows, columns, parts) of 0 / 1 or of fractions in [0, 1].
    grid
        The segmentation's own grid; None: that of the images.
    further
        Anything else of ``highdicom.seg.Segmentation``.
    """
    study = images[0].StudyInstanceUID
    deflated = transfer_syntax == DeflatedExplicitVRLittleEndian
    geometry: dict[str, Any] = {}
    if grid is not None:
        system = hd.CoordinateSystemNames.PATIENT
        geometry["plane_positions"] = [hd.PlanePositionSequence(system, grid.position(k)) for k in range(grid.shape[0])]
        geometry["plane_orientation"] = hd.PlaneOrientationSequence(system, [*grid.along_row, *grid.down_column])
        geometry["pixel_measures"] = hd.PixelMeasuresSequence(grid.spacing_mm[1:], grid.spacing_mm[0], grid.spacing_mm[0])
    made = hd.seg.Segmentation(
        source_images=list(images),
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=[_description(number, part, result.algorithm) for number, part in enumerate(parts, 1)],
        series_instance_uid=uid(study, result.name, "series"),
        series_number=result.number,
        sop_instance_uid=uid(study, result.name, "instance"),
        instance_number=1,
        manufacturer=result.algorithm.manufacturer,
        manufacturer_model_name=result.algorithm.name,
        software_versions=result.algorithm.version,
        device_serial_number="0",
        content_description=result.description,
        content_label=result.label,
        transfer_syntax_uid=ExplicitVRLittleEndian if deflated else transfer_syntax,
        series_description=result.description,
        **geometry,
        **further,
    )
    for item, part in zip(_described(made), parts, strict=True):
        if part.laterality is not None:
            for owner in item.get("AnatomicRegionSequence", None) or item.SegmentedPropertyTypeCodeSequence:
                keyword = (
                    "AnatomicRegionModifierSequence"
                    if "AnatomicRegionSequence" in item
                    else "SegmentedPropertyTypeModifierCodeSequence"
                )
                setattr(owner, keyword, [hd.sr.CodedConcept.from_code(part.laterality)])
    if deflated:
        # highdicom does not write it, but pydicom deflates a whole file (PS3.5 A.5).
        made.file_meta.TransferSyntaxUID = transfer_syntax
    settle(made, result.name, date=result.date, time=result.time)
    return made


def _described(made: Dataset) -> list[Dataset]:
    """The segments that we named: highdicom adds a background segment 0 to a label map."""
    return sorted(
        (item for item in made.SegmentSequence if item.SegmentNumber > 0), key=lambda item: int(item.SegmentNumber)
    )


def _description(number: int, part: Part, algorithm: Algorithm) -> hd.seg.SegmentDescription:
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=part.label,
        segmented_property_category=part.category,
        segmented_property_type=part.property_type,
        algorithm_type=algorithm.kind,
        algorithm_identification=None if algorithm.kind == "MANUAL" else algorithm.identification(),
        tracking_uid=part.tracking_uid if part.tracking else None,
        tracking_id=part.tracking or None,
        anatomic_regions=list(part.regions) or None,
        display_color=hd.color.CIELabColor.from_rgb(*part.color) if part.color else None,
    )


def blocks(shape: tuple[int, int, int], boxes: Sequence[tuple[slice, slice, slice]]) -> NDArray[np.uint8]:
    """Make one 0 / 1 mask a box: (slices, rows, columns, parts); boxes may overlap."""
    masks = np.zeros((*shape, len(boxes)), np.uint8)
    for number, box in enumerate(boxes):
        masks[(*box, number)] = 1
    return masks
