"""The voxels of a stack as an even grid of one scale, from which a volume can be rendered.

Decided
    Voxels that are one already are taken as they are, without a copy.
    Slices that are tilted or unevenly far apart are resampled, linearly and along their own rows and columns, as planes
    through them are; the grid holds all of them, as fine as the voxels are.
    Padding, what lies between slices where some are missing, and what lies beside shifted slices has the lowest value that
    occurs: rendered like air, and never a value that nobody measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray, Plane, to_vector
from viewer.representations.image_volume import ImageVolume

_EDGE = 1e-3
_MOST_VOXELS = 1 << 27
"""More than that a grid of resampled slices does not have: slices with large gaps become coarser steps."""


@dataclass(frozen=True, eq=False)
class RegularVolume:
    """Voxels (k, j, i), placed by ``affine`` (4x4 of (k, j, i, 1) to patient LPS mm).

    Modality values are ``voxels * slope + intercept``.
    """

    voxels: NDArray[np.generic]
    affine: FloatArray
    slope: float = 1.0
    intercept: float = 0.0


def even_volume(volume: ImageVolume) -> RegularVolume | None:
    """Return the voxels of a stack where they are an even grid of one scale without padding; None where they are not."""
    if volume.affine is None or volume.padding is not None:
        return None
    return RegularVolume(volume.voxels, volume.affine, float(volume.slopes[0]), float(volume.intercepts[0]))


def regular_volume(volume: ImageVolume, *, check: Callable[[float], None] = lambda _: None) -> RegularVolume:
    """Return the voxels of a stack as an even grid.

    Parameters
    ----------
    volume
        Of a stack with frames at several places.
    check
        Called before each slice with the part done, 0 to 1; what it raises ends the making.
    """
    even = even_volume(volume)
    if even is not None:
        return even
    planes = _planes(volume)
    first = planes[0]
    affine = first.affine.copy()
    affine[:3, 0] = np.subtract(planes[1].origin, first.origin) if len(planes) > 1 else first.normal
    slope, intercept = (float(volume.slopes[0]), float(volume.intercepts[0])) if volume.is_scaled_alike else (1.0, 0.0)
    dtype = volume.voxels.dtype if volume.is_scaled_alike else np.dtype(np.float32)
    nothing = (_lowest(volume) - intercept) / slope
    voxels = np.empty((len(planes), *first.shape), dtype)
    for place, plane in enumerate(planes):
        check(place / len(planes))
        values = (volume.sampled(plane) - np.float32(intercept)) / np.float32(slope)
        values[np.isnan(values)] = nothing
        voxels[place] = np.rint(values) if dtype.kind in "iu" else values
    voxels.setflags(write=False)
    return RegularVolume(voxels, affine, slope, intercept)


def _planes(volume: ImageVolume) -> tuple[Plane, ...]:
    """Return parallel planes, straight above one another and evenly far apart, that hold all slices of a volume."""
    lowest = volume.stack.planes[int(volume.depths.order[0])]
    across, down = (np.asarray(axis) for axis in (lowest.axis_column, lowest.axis_row))
    row_mm, column_mm = lowest.spacing_mm
    away = np.array([np.subtract(plane.origin, lowest.origin) for plane in volume.stack.planes])
    left, right = _reach(away @ across / column_mm)
    top, bottom = _reach(away @ down / row_mm)
    shape = (lowest.shape[0] + bottom - top, lowest.shape[1] + right - left)
    start = np.asarray(lowest.origin) + across * column_mm * left + down * row_mm * top
    depth_mm = float(np.ptp(volume.depths.offsets_mm))
    least_mm = depth_mm * shape[0] * shape[1] / _MOST_VOXELS
    step_mm = max(volume.depths.usual_mm, least_mm)
    count = int(np.ceil(depth_mm / step_mm - _EDGE)) + 1
    step = np.asarray(lowest.normal) * step_mm
    return tuple(
        Plane(
            to_vector(start + step * place),
            lowest.axis_column,
            lowest.axis_row,
            lowest.spacing_mm,
            shape,
            lowest.frame_of_reference_uid,
        )
        for place in range(count)
    )


def _reach(shifts: FloatArray) -> tuple[int, int]:
    """Return from which to which whole pixel slices are shifted; what rounding of positions adds does not count."""
    return int(np.floor(shifts.min() + _EDGE)), int(np.ceil(shifts.max() - _EDGE))


def _lowest(volume: ImageVolume) -> float:
    """Return the lowest modality value of a volume that is no padding."""
    found = []
    for level, slope, intercept in zip(range(len(volume.voxels)), volume.slopes, volume.intercepts, strict=True):
        stored = volume.voxels[level]
        if volume.padding is not None:
            stored = stored[~volume.padding[level]]
        if stored.size:
            found.append(min(float(end) * float(slope) + float(intercept) for end in (stored.min(), stored.max())))
    return min(found, default=0.0)
