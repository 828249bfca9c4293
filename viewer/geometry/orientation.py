"""Which way a plane lies in the patient: repaired axes, names, and the direction of scrolling."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from viewer.geometry import tolerances
from viewer.geometry.plane import Vector, to_vector

Orientation = Literal["axial", "coronal", "sagittal", "oblique", "none"]

NAMED_ORIENTATION_COSINE = 0.95
"""A plane is called axial, coronal or sagittal when its normal is within 18 degrees of that axis."""

_NAMES: tuple[Orientation, ...] = ("sagittal", "coronal", "axial")
# LPS: scrolling goes from the patient's right (-x) to left, from the front (-y) to the back, from the head (+z) down.
_SCROLL_SIGNS = (1.0, 1.0, -1.0)


def orthonormal_axes(orientation: ArrayLike) -> tuple[Vector, Vector] | None:
    """Return (axis_column, axis_row) of an Image Orientation (Patient), made unit and orthogonal.

    The first three cosines are the direction in which the column index grows (PS3.3 C.7.6.2.1.1). None when they are
    further from two unit vectors at a right angle than real files are by rounding.
    """
    cosines = np.asarray(orientation, dtype=float)
    if cosines.shape != (6,) or not np.isfinite(cosines).all():
        return None
    column, row = cosines[:3], cosines[3:]
    lengths = np.linalg.norm(column), np.linalg.norm(row)
    if max(abs(length - 1) for length in lengths) > tolerances.DIRECTION_UNIT_ERROR:
        return None
    if abs(float(column @ row)) > tolerances.DIRECTION_UNIT_ERROR:
        return None
    column = column / lengths[0]
    row = row - (row @ column) * column
    return to_vector(column), to_vector(row / np.linalg.norm(row))


def name_of(normal: ArrayLike) -> Orientation:
    """Return the name of planes with this normal."""
    components = np.abs(np.asarray(normal, dtype=float))
    nearest = int(np.argmax(components))
    return _NAMES[nearest] if components[nearest] >= NAMED_ORIENTATION_COSINE else "oblique"


def scroll_direction(normal: ArrayLike) -> Vector:
    """Return the unit normal with the sign in which a stack is displayed.

    Axial from the head down, sagittal from the patient's right, coronal from the front; oblique by the nearest of these.
    """
    vector = np.asarray(normal, dtype=float)
    nearest = int(np.argmax(np.abs(vector)))
    wanted = _SCROLL_SIGNS[nearest]
    return to_vector(vector if vector[nearest] * wanted > 0 else -vector)
