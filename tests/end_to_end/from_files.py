"""What the window must show, worked out from the files by pydicom alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray


def datasets(folder: Path) -> list[pydicom.Dataset]:
    """Every DICOM file of a folder."""
    return [pydicom.dcmread(path) for path in sorted(folder.rglob("*")) if path.is_file()]


def slices(read: list[pydicom.Dataset], **elements: object) -> list[pydicom.Dataset]:
    """The single-frame images whose elements have these values, from the head down."""
    found = [one for one in read if "ImagePositionPatient" in one and all(one.get(k) == v for k, v in elements.items())]
    return sorted(found, key=lambda one: -float(one.ImagePositionPatient[2]))


def greys(dataset: pydicom.Dataset, center: float | None = None, width: float | None = None) -> np.ndarray:
    """PS3.3 C.11.2.1.2.1, LINEAR, on the values after the rescale; the file's first window unless another is given."""
    values = dataset.pixel_array * float(dataset.get("RescaleSlope", 1)) + float(dataset.get("RescaleIntercept", 0))
    c = float(np.atleast_1d(dataset.WindowCenter)[0]) if center is None else center
    w = float(np.atleast_1d(dataset.WindowWidth)[0]) if width is None else width
    return np.floor(np.clip((values - (c - 0.5)) / (w - 1) + 0.5, 0, 1) * 255 + 0.5)


def middle_distance(one: pydicom.Dataset, other: pydicom.Dataset) -> float:
    """Distance (mm) of the middle of one image from the plane of another."""
    normal = np.cross(other.ImageOrientationPatient[:3], other.ImageOrientationPatient[3:])
    along, down = np.array(one.ImageOrientationPatient[:3]), np.array(one.ImageOrientationPatient[3:])
    middle = (
        np.array(one.ImagePositionPatient)
        + along * float(one.PixelSpacing[1]) * (one.Columns - 1) / 2
        + down * float(one.PixelSpacing[0]) * (one.Rows - 1) / 2
    )
    return abs(float(np.dot(normal, middle - np.array(other.ImagePositionPatient))))


def blended(grey: NDArray[np.float64], mask: NDArray[np.bool_], color: tuple[int, int, int], alpha: float) -> NDArray:
    """(rows, columns, 3): grey with a colour of an opacity laid over it where the mask is."""
    out = np.repeat(grey[..., None], 3, axis=2)
    quantised = round(255 * alpha) / 255
    out[mask] = out[mask] * (1 - quantised) + np.array(color) * quantised
    return out
