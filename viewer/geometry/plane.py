"""A plane of pixels in space: where every 2D picture, of an image or through a volume, lies.

Pixel (column i, row j), 0-based, has its centre at ``origin + axis_column * spacing[1] * i + axis_row * spacing[0] * j``
(PS3.3 C.7.6.2.1.1). ``position_image`` has its origin at the outer corner of the first pixel: index + 0.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.geometry import tolerances

Vector = tuple[float, float, float]
FloatArray = NDArray[np.float64]


def to_vector(values: ArrayLike) -> Vector:
    """Return three numbers as a tuple of floats."""
    x, y, z = np.asarray(values, dtype=float)
    return (float(x), float(y), float(z))


@dataclass(frozen=True)
class Plane:
    """A rectangle of pixels in the patient coordinate system (mm, LPS+).

    Parameters
    ----------
    origin
        Centre of the first pixel, mm.
    axis_column
        Unit vector along which the column index grows (the first three values of Image Orientation).
    axis_row
        Unit vector along which the row index grows (the last three).
    spacing_mm
        (between rows, between columns), as in Pixel Spacing: the second multiplies the column index.
    shape
        (rows, columns).
    frame_of_reference_uid
        The Frame of Reference in which origin and axes are stated; None when unknown.
    in_patient_space
        False for images without Image Position (projection, photograph): then the plane only says the pixel raster and
        its aspect, and nothing may be laid on it by position.
    thickness_mm
        Extent along the normal that the picture stands for (gap between neighbouring frames, or the slab). 0: unknown.
    image
        (SOP Instance UID, 1-based frame number) when this is an image's own plane; else None.
    nearest_mm
        Signed distances along the normal between which this slice is the nearest of its stack, the first excluded;
        infinite at the ends of the stack. None for a plane that is no slice of a stack.
    anatomical
        The axes run to the patient's left, back and head; False in the space of a device (an ultrasound volume), where
        positions hold but no direction has a name.
    """

    origin: Vector
    axis_column: Vector
    axis_row: Vector
    spacing_mm: tuple[float, float]
    shape: tuple[int, int]
    frame_of_reference_uid: str | None = None
    in_patient_space: bool = True
    thickness_mm: float = 0.0
    image: tuple[str, int] | None = None
    nearest_mm: tuple[float, float] | None = None
    anatomical: bool = True

    def __hash__(self) -> int:
        """Hash by value, once: planes are keys of what lies on them and are looked up many times a picture."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.origin, self.axis_column, self.axis_row, self.spacing_mm, self.shape, self.image))

    @cached_property
    def normal(self) -> Vector:
        """Unit vector axis_column x axis_row."""
        # As numpy does it, and twenty times as fast for three numbers: a segmentation has hundreds of planes.
        (a, b, c), (x, y, z) = self.axis_column, self.axis_row
        return (b * z - c * y, c * x - a * z, a * y - b * x)

    @cached_property
    def affine(self) -> FloatArray:
        """4x4, from (index along normal in mm, row index j, column index i, 1) to patient mm."""
        matrix = np.eye(4)
        matrix[:3, 0] = self.normal
        matrix[:3, 1] = np.multiply(self.axis_row, self.spacing_mm[0])
        matrix[:3, 2] = np.multiply(self.axis_column, self.spacing_mm[1])
        matrix[:3, 3] = self.origin
        return matrix

    @cached_property
    def offset_mm(self) -> float:
        """Signed distance of the plane from the patient origin along its normal."""
        return float(np.dot(self.normal, self.origin))

    def point_patient(self, positions_image: ArrayLike) -> FloatArray:
        """Return patient points (..., 3) in mm of (column, row) positions with the origin at the corner."""
        positions = np.asarray(positions_image, dtype=float) - 0.5
        return (
            np.asarray(self.origin)
            + positions[..., :1] * np.multiply(self.axis_column, self.spacing_mm[1])
            + positions[..., 1:2] * np.multiply(self.axis_row, self.spacing_mm[0])
        )

    def position_image(self, points_patient: ArrayLike) -> FloatArray:
        """Return (column, row) positions (..., 2), corner origin, of patient points projected along the normal."""
        relative = np.asarray(points_patient, dtype=float) - np.asarray(self.origin)
        columns = relative @ np.asarray(self.axis_column) / self.spacing_mm[1]
        rows = relative @ np.asarray(self.axis_row) / self.spacing_mm[0]
        return np.stack([columns, rows], axis=-1) + 0.5

    def distance_mm(self, points_patient: ArrayLike) -> FloatArray:
        """Return the signed distance (...) in mm of patient points from the plane, along the normal."""
        relative = np.asarray(points_patient, dtype=float) - np.asarray(self.origin)
        return np.asarray(relative @ np.asarray(self.normal))

    def corners_patient(self) -> FloatArray:
        """Return the centres (4, 3) of the four corner pixels in mm: top left, top right, bottom right, bottom left."""
        return self._corners

    @cached_property
    def _corners(self) -> FloatArray:
        rows, columns = self.shape
        corners = np.array([[0.5, 0.5], [columns - 0.5, 0.5], [columns - 0.5, rows - 0.5], [0.5, rows - 0.5]])
        found = self.point_patient(corners)
        found.setflags(write=False)
        return found

    def is_like(self, other: Plane) -> bool:
        """Say whether another plane has its pixels at the same places, but for rounding."""
        if self.shape != other.shape:
            return False
        apart = np.abs(self.corners_patient() - other.corners_patient())
        return bool(apart.max() <= tolerances.DUPLICATE_POSITION_MM)

    def moved(self, distance_mm: float) -> Plane:
        """Return the plane shifted along its normal."""
        return replace(
            self, origin=to_vector(np.add(self.origin, np.multiply(self.normal, distance_mm))), image=None, nearest_mm=None
        )
