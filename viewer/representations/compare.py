"""How alike two masks on one grid are: overlap, and the distances between their surfaces.

A mask's surface is its voxels that have one of their six neighbours outside the mask; the edge of the array counts as
outside. Distances run between centres of surface voxels, in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray
from viewer.representations.vtk_arrays import poly_data

Mask = NDArray[np.bool_]

_FAR_PERCENT = 95.0


@dataclass(frozen=True)
class SurfaceDistances:
    """Distances in mm between two surfaces.

    Parameters
    ----------
    mean_mm
        Mean over the voxels of both surfaces of the distance to the other one.
    p95_mm
        The larger of the two directed 95th percentiles (95 % Hausdorff distance).
    largest_mm
        Hausdorff distance.
    """

    mean_mm: float
    p95_mm: float
    largest_mm: float


def dice(a: Mask, b: Mask) -> float | None:
    """Return twice the voxels of both over the voxels of each (masks of one shape); None when both are empty."""
    both = int(np.count_nonzero(a)) + int(np.count_nonzero(b))
    return 2 * int(np.count_nonzero(a & b)) / both if both else None


def surface(mask: Mask) -> Mask:
    """Return the voxels of a (slices, rows, columns) mask that have one of their six neighbours outside."""
    padded = np.pad(mask, 1)
    inner = mask.copy()
    for axis in range(3):
        for shift in (-1, 1):
            inner &= np.roll(padded, shift, axis)[1:-1, 1:-1, 1:-1]
    return mask & ~inner


def surface_distances(a: Mask, b: Mask, affine: FloatArray) -> SurfaceDistances | None:
    """Return the distances between the surfaces of two masks; None when one of them is empty.

    Parameters
    ----------
    a, b
        (slices, rows, columns) on one grid.
    affine
        4x4 from (k, j, i, 1) to mm; may be sheared.
    """
    points_a, points_b = (np.argwhere(surface(mask)) @ affine[:3, :3].T for mask in (a, b))
    if not len(points_a) or not len(points_b):
        return None
    to_b, to_a = _distances(points_a, points_b)
    return SurfaceDistances(
        mean_mm=float(np.concatenate([to_b, to_a]).mean()),
        p95_mm=float(max(np.percentile(to_b, _FAR_PERCENT), np.percentile(to_a, _FAR_PERCENT))),
        largest_mm=float(max(to_b.max(), to_a.max())),
    )


def _distances(points_a: FloatArray, points_b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return for each point of (n, 3) and of (m, 3) the distance to the nearest of the others."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkFiltersModeling import vtkHausdorffDistancePointSetFilter

    measured = vtkHausdorffDistancePointSetFilter()
    measured.SetTargetDistanceMethodToPointToPoint()
    for port, points in enumerate((points_a, points_b)):
        measured.SetInputData(port, poly_data(points))
    measured.Update()
    to_b, to_a = (
        vtk_to_numpy(measured.GetOutput(port).GetPointData().GetArray("Distance")).astype(np.float64) for port in (0, 1)
    )
    return to_b, to_a
