"""Contours to voxels: a voxel is inside when its centre is (PS3.3 C.8.8.6.3); vertices are never rounded.

Rows are scanned: where edges cross a row of pixel centres the inside changes. A centre on the path itself belongs to the
ROI, too; so a contour that was drawn through voxel centres gives back the voxels it was drawn around.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.domain.structure_set import RegionOfInterest
from viewer.geometry.contour_planes import ContourPlanes, nearest_planes
from viewer.geometry.plane import FloatArray, Plane
from viewer.geometry.tolerances import UNKNOWN_GAP_MM
from viewer.representations.contour_cut import cut_mask
from viewer.representations.planar_region import Region, region_of
from viewer.representations.slabs import single_thickness_mm, slabs_of

Mask = NDArray[np.bool_]

_ON_PATH_PIXELS = 1e-4
"""Distance in pixels up to which a centre lies on a path."""

_ANYWHERE_MM = 1e9


def rasterise_roi(roi: RegionOfInterest, planes: Sequence[Plane]) -> Mask:
    """Return the voxels of an ROI on parallel planes of one shape.

    Each plane takes the contours of the nearest contour plane in whose slab its centre lies, so that contours farther apart
    than the planes fill all planes between them, and the volume is that of the contours.

    Parameters
    ----------
    roi
        Only its closed contours have an inside.
    planes
        In the patient coordinate system of the ROI; all with one orientation, spacing and shape.

    Returns
    -------
    NDArray
        (planes, rows, columns) bool.
    """
    rows, columns = planes[0].shape if planes else (0, 0)
    mask = np.zeros((len(planes), rows, columns), dtype=bool)
    for group in roi.planes.planes:
        along = group.offsets_along(planes[0].normal) if planes else None
        if along is None:
            for place, plane in enumerate(planes):
                mask[place] |= cut_mask(roi, group, plane)
            continue
        for place, chosen in enumerate(_chosen(roi, along, planes)):
            if chosen >= 0:
                mask[place] |= _filled(region_on(roi, group, chosen, planes[place]), planes[place])
    return mask


def region_on(roi: RegionOfInterest, group: ContourPlanes, chosen: int, plane: Plane) -> Region:
    """Return the region of a contour plane in mm of another plane parallel to it, from its first pixel's centre."""
    contours = [roi.closed[place] for place in group.members[chosen]]
    scale = np.array([plane.spacing_mm[1], plane.spacing_mm[0]])
    polygons = [(plane.position_image(contour.points) - 0.5) * scale for contour in contours]
    exclusive = any(contour.geometric_type == "CLOSEDPLANAR_XOR" for contour in contours)
    return region_of(polygons, exclusive=exclusive)


def fill(paths: Sequence[FloatArray], shape: tuple[int, int]) -> Mask:
    """Return which pixel centres closed paths enclose by even-odd, or which lie on them.

    Parameters
    ----------
    paths
        (n, 2) of (column, row) indices: a pixel's centre is a whole number.
    shape
        (rows, columns).
    """
    rows, columns = shape
    if not paths:
        return np.zeros(shape, dtype=bool)
    starts = np.concatenate(paths)
    ends = np.concatenate([np.roll(path, -1, axis=0) for path in paths])
    row, column = _crossings(starts, ends, rows)
    changes = np.zeros((rows, columns + 1), dtype=np.int32)
    np.add.at(changes, (row, np.clip(np.ceil(column), 0, columns).astype(np.intp)), 1)
    mask = (np.cumsum(changes[:, :columns], axis=1) & 1).astype(bool)
    mark_path(mask, starts, ends)
    return mask


def mark_path(mask: Mask, starts: FloatArray, ends: FloatArray) -> None:
    """Set the pixels of a (rows, columns) mask whose centres lie on segments from (n, 2) starts to ends."""
    rows, columns = mask.shape
    row, column = _crossings(starts, ends, rows, closed=True)
    nearest = np.rint(column)
    on = (np.abs(column - nearest) <= _ON_PATH_PIXELS) & (nearest >= 0) & (nearest < columns)
    mask[row[on], nearest[on].astype(np.intp)] = True
    level = np.rint(starts[:, 1])
    flat = (np.abs(starts[:, 1] - level) <= _ON_PATH_PIXELS) & (np.abs(ends[:, 1] - level) <= _ON_PATH_PIXELS)
    flat &= (level >= 0) & (level < rows)
    low = np.clip(np.ceil(np.minimum(starts[flat, 0], ends[flat, 0]) - _ON_PATH_PIXELS), 0, columns).astype(np.intp)
    high = np.clip(np.floor(np.maximum(starts[flat, 0], ends[flat, 0]) + _ON_PATH_PIXELS), -1, columns).astype(np.intp)
    for at, first, last in zip(level[flat].astype(np.intp), low, high, strict=True):
        mask[at, first : last + 1] = True


def _crossings(
    starts: FloatArray, ends: FloatArray, rows: int, *, closed: bool = False
) -> tuple[NDArray[np.intp], FloatArray]:
    """Return (row, column) of every crossing of an edge with a row of centres.

    An edge holds its upper end and not its lower one, so that a vertex on a row counts once; both when ``closed``.
    """
    down = starts[:, 1] <= ends[:, 1]
    top = np.where(down[:, None], starts, ends)
    bottom = np.where(down[:, None], ends, starts)
    margin = _ON_PATH_PIXELS if closed else 0.0
    first = np.clip(np.ceil(top[:, 1] - margin), 0, rows).astype(np.intp)
    last = np.clip(np.floor(bottom[:, 1] + margin) + 1 if closed else np.ceil(bottom[:, 1]), 0, rows).astype(np.intp)
    height = bottom[:, 1] - top[:, 1]
    counts = np.where(height > 0, np.maximum(last - first, 0), 0)
    edge = np.repeat(np.arange(len(starts)), counts)
    row = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = np.clip((row - top[edge, 1]) / height[edge], 0.0, 1.0)
    return row, top[edge, 0] + share * (bottom[edge, 0] - top[edge, 0])


def _chosen(roi: RegionOfInterest, along: FloatArray, planes: Sequence[Plane]) -> list[int]:
    """Return for each plane the contour plane, of those ``along`` its normal, in whose slab it lies, or -1."""
    order = np.argsort(along)
    slabs = slabs_of(along[order], single_mm=single_thickness_mm(roi) or planes[0].thickness_mm or UNKNOWN_GAP_MM)
    positions = np.array([plane.offset_mm for plane in planes])
    nearest = nearest_planes(along[order], positions, reach=_ANYWHERE_MM)
    margin = 0.01 * slabs.thickness_mm[nearest]
    inside = (positions >= slabs.lower_mm[nearest] - margin) & (positions < slabs.upper_mm[nearest] - margin)
    chosen: list[int] = np.where(inside, order[nearest], -1).tolist()
    return chosen


def _filled(region: Region, plane: Plane) -> Mask:
    scale = np.array([plane.spacing_mm[1], plane.spacing_mm[0]])
    mask = fill([loop / scale for loop in region.loops], plane.shape)
    for tail in region.tails:
        path = tail / scale
        mark_path(mask, path[:-1], path[1:])
    return mask
