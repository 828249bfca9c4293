"""How a part is shaped: its box, its longest diameters, its largest slice, its surface.

Decided
    Diameters run between centres of voxels, as in SimpleITK's Feret diameter, so that a diameter drawn in the image from
    pixel to pixel gives the same number. The box runs along the edges of the voxels.
    The diameter across is the breadth of the slice at right angles to the longest diameter on it.
    The surface area is that of the smooth surface that 3D shows: the sides of voxels would add up to half as much again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray, Vector, to_vector
from viewer.representations.compare import surface
from viewer.representations.surface import placed, voxel_surface

_FEW_POINTS = 400
_MOST_PAIRS = 1 << 22


@dataclass(frozen=True)
class PartShape:
    """Sizes of a part on a grid, in mm.

    Parameters
    ----------
    diameter_mm
        The longest way between two voxels.
    in_plane_mm, across_mm
        On the slice with the largest area: the longest way between two pixels, and the breadth at right angles to it.
    box_low, box_high
        Corners, in patient LPS mm, of the box along the patient's axes around all voxels, edges included.
    size_mm
        How far the part reaches along slices, rows and columns of its grid, edges included.
    largest_area_mm2, largest_slice
        Area of the slice with the largest one, and its 0-based place in the grid.
    slices
        On how many slices of the grid the part lies.
    surface_mm2
        Area of its smooth surface.
    """

    diameter_mm: float
    in_plane_mm: float
    across_mm: float
    box_low: Vector
    box_high: Vector
    size_mm: Vector
    largest_area_mm2: float
    largest_slice: int
    slices: int
    surface_mm2: float


def part_shape(inside: NDArray[np.bool_], first: tuple[int, int, int], affine: FloatArray) -> PartShape | None:
    """Return the shape of a part; None when it is empty.

    Parameters
    ----------
    inside
        (slices, rows, columns) voxels, a cut-out of the grid.
    first
        The cut-out's first voxel (k, j, i) in the grid.
    affine
        4x4 from (k, j, i, 1) of the grid to patient LPS mm.
    """
    counts = inside.sum(axis=(1, 2))
    if not counts.any():
        return None
    linear = affine[:3, :3]
    border = np.argwhere(surface(inside)) + first
    largest = int(counts.argmax())
    in_plane, across = _in_plane(np.argwhere(inside[largest]), linear[:, 1:])
    low, high = border.min(axis=0) - 0.5, border.max(axis=0) + 0.5
    corners = np.array([[k, j, i] for k in (low[0], high[0]) for j in (low[1], high[1]) for i in (low[2], high[2])])
    if not _is_straight(linear):
        # Of a slanting grid the box around its box would be too large: every border voxel's own corners count.
        halves = np.array([[k, j, i] for k in (-0.5, 0.5) for j in (-0.5, 0.5) for i in (-0.5, 0.5)])
        corners = (border[:, None, :] + halves[None, :, :]).reshape(-1, 3)
    points = corners @ linear.T + affine[:3, 3]
    mesh = placed(voxel_surface(inside), affine)
    return PartShape(
        diameter_mm=longest_mm(border @ linear.T),
        in_plane_mm=in_plane,
        across_mm=across,
        box_low=to_vector(points.min(axis=0)),
        box_high=to_vector(points.max(axis=0)),
        size_mm=to_vector((high - low) * np.linalg.norm(linear, axis=0)),
        largest_area_mm2=float(counts[largest] * np.linalg.norm(np.cross(linear[:, 1], linear[:, 2]))),
        largest_slice=largest + first[0],
        slices=int(np.count_nonzero(counts)),
        surface_mm2=_area(mesh.points, mesh.triangles),
    )


def longest_mm(points: FloatArray) -> float:
    """Return the longest distance between two of (n, d) points."""
    first, second = _farthest(points)
    return float(np.linalg.norm(points[first] - points[second]))


def _farthest(points: FloatArray) -> tuple[int, int]:
    """Return the indices of two points as far apart as any."""
    kept = _outermost(points)
    best, pair = -1.0, (0, 0)
    rows = max(1, _MOST_PAIRS // len(kept))
    for start in range(0, len(kept), rows):
        some = points[kept[start : start + rows]]
        squares = ((some[:, None, :] - points[kept][None, :, :]) ** 2).sum(axis=2)
        place = int(squares.argmax())
        if squares.flat[place] > best:
            best = float(squares.flat[place])
            pair = (int(kept[start + place // len(kept)]), int(kept[place % len(kept)]))
    return pair


def _outermost(points: FloatArray) -> NDArray[np.intp]:
    """Return the indices of points among which the two farthest are: the corners of the convex hull."""
    everything = np.arange(len(points))
    if len(points) <= _FEW_POINTS:
        return everything
    from scipy.spatial import ConvexHull, QhullError

    # Points of a single slice or line have no hull in space: they are looked at in as many directions as they fill.
    centred = points - points.mean(axis=0)
    _, spread, axes = np.linalg.svd(centred, full_matrices=False)
    filled = spread > 1e-9 * max(float(spread[0]), 1e-12)
    flat = centred @ axes[filled].T
    if flat.shape[1] < 2:
        return np.array([int(flat.argmin()), int(flat.argmax())]) if flat.shape[1] else everything[:1]
    try:
        return np.sort(ConvexHull(flat).vertices).astype(np.intp)
    except QhullError:
        return everything


def _in_plane(places: NDArray[np.intp], steps: FloatArray) -> tuple[float, float]:
    """Return the longest diameter of (row, column) places on one slice and the breadth across it, in mm."""
    points = places @ steps.T
    first, second = _farthest(points)
    along = points[second] - points[first]
    length = float(np.linalg.norm(along))
    if length == 0:
        return 0.0, 0.0
    normal = np.cross(steps[:, 0], steps[:, 1])
    across = np.cross(normal, along)
    ways = points @ (across / np.linalg.norm(across))
    return length, float(np.ptp(ways))


def _is_straight(linear: FloatArray) -> bool:
    """Say whether a grid's axes are the patient's."""
    return bool((np.count_nonzero(np.abs(linear) > 1e-6 * np.abs(linear).max(), axis=0) == 1).all())


def _area(points: FloatArray, triangles: NDArray[np.int64]) -> float:
    if not len(triangles):
        return 0.0
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)
