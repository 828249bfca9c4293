"""Which pixels of an image lie inside a region that a report draws: those whose centres do.

Other programs choose pixels otherwise; a way that is known gives the same number to the last digit, and is named then.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.rasterise import fill

Mask = NDArray[np.bool_]

_LEAST_HALF_PIXELS = 0.5
"""dwv leaves out rows of an ellipse narrower than this, and rows that only touch it."""
_TOUCHES = 1e-7


def pixels_in_region(
    graphic_type: str, points: FloatArray, shape: tuple[int, int], spacing: tuple[float, float]
) -> Mask | None:
    """Return (rows, columns) of the pixels whose centres lie in a region; None for one that has no inside.

    Parameters
    ----------
    graphic_type
        Of PS3.3 C.18.6.1.2; a POLYGON is a POLYLINE that is closed. A POINT is the pixel that it lies in.
    points
        (n, 2) position_image: column and row from the outer corner of the first pixel.
    shape
        (rows, columns) of the image.
    spacing
        (between rows, between columns), in mm or any unit: a circle is one in the patient.
    """
    if graphic_type in ("POINT", "MULTIPOINT") and len(points):
        return _at_points(points, shape)
    if graphic_type == "CIRCLE" and len(points) == 2:
        radius = float(np.hypot(*((points[1] - points[0]) * (spacing[1], spacing[0]))))
        axes = np.diag([radius / spacing[1], radius / spacing[0]])
        return _in_ellipse(points[0], axes, shape)
    if graphic_type == "ELLIPSE" and len(points) == 4:
        axes = np.stack([points[1] - points[0], points[3] - points[2]]) / 2
        return _in_ellipse((points[0] + points[1]) / 2, axes, shape)
    if graphic_type in ("POLYGON", "POLYLINE") and len(points) >= 3:
        # As where its area is taken, the last point joins the first.
        return fill([points - 0.5], shape)
    return None


def pixels_by_rows(graphic_type: str, points: FloatArray, shape: tuple[int, int]) -> Mask | None:
    """Return the pixels that dwv takes for a circle or an upright ellipse; None for any other shape.

    It goes down from the top of the shape in steps of one pixel, and takes from the rounded left end to before the rounded
    right end in the rounded row (dwv, ``src/math/ellipse.js`` and ``circle.js``).
    """
    if graphic_type == "CIRCLE" and len(points) == 2:
        center = points[0]
        across = down = float(np.hypot(*(points[1] - points[0])))
    elif graphic_type == "ELLIPSE" and len(points) == 4:
        first, second = (points[1] - points[0]) / 2, (points[3] - points[2]) / 2
        center = (points[0] + points[1]) / 2
        wide, high = (first, second) if abs(first[0]) > abs(first[1]) else (second, first)
        if abs(wide[1]) > _TOUCHES or abs(high[0]) > _TOUCHES:
            return None
        across, down = abs(float(wide[0])), abs(float(high[1]))
    else:
        return None
    if min(across, down) <= 0 or down > 2 * shape[0]:
        return None
    mask = np.zeros(shape, dtype=bool)
    for step in range(math.ceil(2 * down)):
        row = float(center[1]) - down + step
        left_of = down**2 - (row - float(center[1])) ** 2
        half = across / down * math.sqrt(left_of) if left_of > _TOUCHES else 0.0
        if half >= _LEAST_HALF_PIXELS and 0 <= _rounded(row) < shape[0]:
            ends = _rounded(float(center[0]) - half), _rounded(float(center[0]) + half)
            mask[_rounded(row), max(ends[0], 0) : max(ends[1], 0)] = True
    return mask


def pixels_in_ellipsoid(axis_ends: FloatArray, plane: Plane) -> Mask:
    """Return (rows, columns) of the pixels of a plane whose centres lie in an ellipsoid.

    ``axis_ends`` are (6, 3) patient mm: the two ends of each of its three axes (PS3.3 C.18.9.1.2).
    """
    rows, columns = plane.shape
    axes = (axis_ends[1::2] - axis_ends[::2]) / 2
    if abs(np.linalg.det(axes)) < _TOUCHES:
        return np.zeros(plane.shape, dtype=bool)
    down, across = np.mgrid[0:rows, 0:columns] + 0.5
    points = plane.point_patient(np.stack([across, down], axis=-1)) - axis_ends.mean(axis=0)
    return np.asarray(((points @ np.linalg.inv(axes)) ** 2).sum(axis=-1) <= 1.0)


def _at_points(points: FloatArray, shape: tuple[int, int]) -> Mask:
    mask = np.zeros(shape, dtype=bool)
    for column, row in np.floor(points).astype(int).tolist():
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            mask[row, column] = True
    return mask


def _in_ellipse(center: FloatArray, axes: FloatArray, shape: tuple[int, int]) -> Mask:
    """Return the pixels in an ellipse given by its two half axes, (2, 2) columns and rows."""
    if abs(np.linalg.det(axes)) < _TOUCHES:
        return np.zeros(shape, dtype=bool)
    down, across = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
    offsets = np.stack([across - center[0], down - center[1]], axis=-1)
    return np.asarray(((offsets @ np.linalg.inv(axes)) ** 2).sum(axis=-1) <= 1.0)


def _rounded(value: float) -> int:
    """Round as JavaScript does: halves up."""
    return math.floor(value + 0.5)
