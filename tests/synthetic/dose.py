"""RT Doses, built by hand from values on a regular grid (PS3.3 A.18.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import RTDoseStorage, RTPlanStorage

from tests.synthetic.identity import as_file, uid
from tests.synthetic.image import Grid
from tests.synthetic.structure_set import PATIENT_AND_STUDY


@dataclass(frozen=True)
class DoseResult:
    """What a dose says of itself."""

    name: str
    number: int = 300
    description: str = "Dose"
    comment: str = ""
    scaling: float = 0.001
    bits: int = 16
    offsets_from: str = "zero"
    """Grid Frame Offset Vector counts from ``zero`` or from the ``position``."""
    date: str = "20260115"
    time: str = "113000"


def dose(
    images: Sequence[Dataset], values: NDArray[np.float64], grid: Grid, result: DoseResult, structures: Dataset | None = None
) -> FileDataset:
    """Make a dose of ``values`` (slices, rows, columns) in Gy on a grid in the space of ``images``."""
    source = images[0]
    dataset = Dataset()
    for keyword in PATIENT_AND_STUDY:
        setattr(dataset, keyword, getattr(source, keyword))
    dataset.SOPClassUID = RTDoseStorage
    dataset.SOPInstanceUID = uid(source.StudyInstanceUID, result.name)
    dataset.Modality = "RTDOSE"
    dataset.SeriesInstanceUID = uid(source.StudyInstanceUID, result.name, "series")
    dataset.SeriesNumber = result.number
    dataset.SeriesDescription = result.description
    dataset.SeriesDate = dataset.InstanceCreationDate = result.date
    dataset.SeriesTime = dataset.InstanceCreationTime = result.time
    dataset.OperatorsName = ""
    dataset.InstanceNumber = 1
    dataset.Manufacturer = "Overread"
    dataset.ManufacturerModelName = "Synthetic dose"
    dataset.SoftwareVersions = "1"
    dataset.FrameOfReferenceUID = source.FrameOfReferenceUID
    dataset.PositionReferenceIndicator = ""
    _add_pixels(dataset, values, grid, result)
    dataset.DoseUnits = "GY"
    dataset.DoseType = "PHYSICAL"
    dataset.DoseSummationType = "PLAN"
    if result.comment:
        dataset.DoseComment = result.comment
    dataset.TissueHeterogeneityCorrection = "IMAGE"
    dataset.ReferencedRTPlanSequence = [_reference(RTPlanStorage, uid(source.StudyInstanceUID, result.name, "plan"))]
    if structures is not None:
        dataset.ReferencedStructureSetSequence = [_reference(structures.SOPClassUID, structures.SOPInstanceUID)]
    return as_file(dataset)


def _add_pixels(dataset: Dataset, values: NDArray[np.float64], grid: Grid, result: DoseResult) -> None:
    assert values.shape == grid.shape
    dataset.ImagePositionPatient = list(grid.position(0))
    dataset.ImageOrientationPatient = [*grid.along_row, *grid.down_column]
    dataset.PixelSpacing = [grid.spacing_mm[1], grid.spacing_mm[2]]
    dataset.SliceThickness = grid.spacing_mm[0]
    dataset.Rows, dataset.Columns = grid.shape[1:]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = result.bits
    dataset.HighBit = result.bits - 1
    dataset.PixelRepresentation = 0
    dataset.NumberOfFrames = grid.shape[0]
    dataset.FrameIncrementPointer = 0x3004000C
    start = grid.position(0)[2] if result.offsets_from == "position" else 0.0
    dataset.GridFrameOffsetVector = [round(start + k * grid.spacing_mm[0], 3) for k in range(grid.shape[0])]
    dataset.DoseGridScaling = result.scaling
    stored = np.rint(values / result.scaling)
    dataset.PixelData = stored.astype("<u4" if result.bits == 32 else "<u2").tobytes()
    dataset["PixelData"].VR = "OW"


def _reference(sop_class: str, instance: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, instance
    return item
