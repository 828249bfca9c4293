"""Single-frame image series of any geometry: CT and MR, as stored values, optionally compressed without loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, MRImageStorage

from tests.synthetic.identity import Study, as_file, uid

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Grid:
    """A regular grid of voxel centres in patient space (LPS+, mm); the defaults are anisotropic on purpose."""

    shape: tuple[int, int, int] = (5, 7, 11)
    """(slices, rows, columns)."""
    spacing_mm: tuple[float, float, float] = (2.5, 0.5, 0.25)
    """Between slices, between rows, between columns."""
    origin_mm: Vector = (-30.0, -20.0, 100.0)
    """Centre of the first voxel."""
    along_row: Vector = (1.0, 0.0, 0.0)
    """Direction of increasing column index."""
    down_column: Vector = (0.0, 1.0, 0.0)
    """Direction of increasing row index."""
    shear_mm: Vector = (0.0, 0.0, 0.0)
    """What each slice is shifted by besides the step along the normal (a gantry tilt)."""

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector from one slice to the next."""
        return np.cross(self.along_row, self.down_column)

    @property
    def step_mm(self) -> NDArray[np.float64]:
        """Vector from one slice to the next."""
        return self.normal * self.spacing_mm[0] + self.shear_mm

    @property
    def affine(self) -> NDArray[np.float64]:
        """4x4 matrix of (k, j, i, 1) to patient mm."""
        matrix = np.eye(4)
        matrix[:3, 0] = self.step_mm
        matrix[:3, 1] = np.multiply(self.down_column, self.spacing_mm[1])
        matrix[:3, 2] = np.multiply(self.along_row, self.spacing_mm[2])
        matrix[:3, 3] = self.origin_mm
        return matrix

    def position(self, k: float) -> Vector:
        """Image Position (Patient) of slice k, rounded to a micrometre."""
        x, y, z = np.round(np.asarray(self.origin_mm) + k * self.step_mm, 3)
        return float(x), float(y), float(z)


@dataclass(frozen=True)
class Series:
    """What one image series says of itself."""

    name: str = "images"
    modality: str = "CT"
    number: int = 1
    description: str = "Synthetic"
    study: Study = field(default_factory=Study)
    frame_of_reference: UID | None = None
    """None: one per study."""
    attributes: tuple[tuple[str, Any], ...] = ()
    """Further (keyword, value) of every instance; they win over the defaults."""

    @property
    def instance_uid(self) -> UID:
        """Series Instance UID."""
        return uid(self.study.name, self.name, "series")


def image_series(stored: NDArray[Any], grid: Grid, series: Series, *, compression: UID | None = None) -> list[FileDataset]:
    """Make one instance per slice, in the order of ``stored`` (slices, rows, columns) of 16-bit stored values.

    ``compression`` is a lossless transfer syntax that pydicom can write with the installed plugins.
    """
    assert stored.shape == grid.shape
    assert stored.dtype in (np.uint16, np.int16)
    return [_slice(stored[k], k, grid, series, compression) for k in range(grid.shape[0])]


def _slice(pixels: NDArray[Any], k: int, grid: Grid, series: Series, compression: UID | None) -> FileDataset:
    dataset = Dataset()
    series.study.fill(dataset)
    is_ct = series.modality == "CT"
    dataset.SOPClassUID = CTImageStorage if is_ct else MRImageStorage
    dataset.SOPInstanceUID = uid(series.study.name, series.name, k)
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"] if is_ct else ["ORIGINAL", "PRIMARY", "M"]
    dataset.Modality = series.modality
    dataset.SeriesInstanceUID = series.instance_uid
    dataset.SeriesNumber = series.number
    dataset.SeriesDescription = series.description
    dataset.InstanceNumber = k + 1
    dataset.AcquisitionNumber = 1
    for when in ("Series", "Acquisition", "Content"):
        setattr(dataset, f"{when}Date", series.study.date)
        setattr(dataset, f"{when}Time", series.study.time)
    dataset.Manufacturer = "Overread"
    dataset.ManufacturerModelName = "Phantom"
    dataset.SoftwareVersions = "1"
    dataset.DeviceSerialNumber = "0"
    dataset.PatientPosition = "HFS"
    dataset.FrameOfReferenceUID = series.frame_of_reference or uid(series.study.name, "frame of reference")
    dataset.PositionReferenceIndicator = ""
    dataset.ImagePositionPatient = list(grid.position(k))
    dataset.ImageOrientationPatient = [*grid.along_row, *grid.down_column]
    dataset.PixelSpacing = [grid.spacing_mm[1], grid.spacing_mm[2]]
    dataset.SliceThickness = grid.spacing_mm[0]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    signed = pixels.dtype == np.int16
    dataset.BitsAllocated = 16
    dataset.BitsStored = 16 if signed else 12
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(signed)
    if is_ct:
        dataset.KVP = "120"
        dataset.RescaleIntercept = "0" if signed else "-1024"
        dataset.RescaleSlope = "1"
        dataset.RescaleType = "HU"
    else:
        dataset.ScanningSequence = "SE"
        dataset.SequenceVariant = "NONE"
        dataset.ScanOptions = ""
        dataset.MRAcquisitionType = "2D"
        dataset.RepetitionTime = "4000"
        dataset.EchoTime = "90"
        dataset.EchoTrainLength = "16"
    for keyword, value in series.attributes:
        setattr(dataset, keyword, value)
    dataset.PixelData = np.ascontiguousarray(pixels).astype(pixels.dtype.newbyteorder("<")).tobytes()
    dataset["PixelData"].VR = "OW"
    made = as_file(dataset, transfer_syntax=ExplicitVRLittleEndian)
    if compression is not None:
        made.compress(compression, generate_instance_uid=False)
    return made
