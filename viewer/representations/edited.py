"""Edits of a segment applied to its voxels. Pure: a mask and an edit in, another mask out.

Connected means by faces, edges or corners: what touches is one piece to a reader's eye.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from viewer.domain.edit import BetweenSlices, Brush, Edit, FillHoles, Island, KeepValues, Smooth
from viewer.geometry.plane import FloatArray, to_vector
from viewer.representations.volume_grid import VolumeGrid

Mask = NDArray[np.bool_]
Values = NDArray[np.float32]
Box = tuple[slice, slice, slice]

_EDGE = 1e-6
_FLAT_MM = 1e-7
"""A plane that lies along voxels does so to within this, over all of them that a brush touches."""
_NEAR_VOXELS = 3
_SMOOTHED_AT = 0.5


def edited(mask: Mask, grid: VolumeGrid, edit: Edit, values: Callable[[], Values | None]) -> Mask:
    """Return a mask (k, j, i) after an edit; the one given stays as it is.

    Parameters
    ----------
    grid
        Of the mask.
    values
        Returns the modality values of the source image on the grid, NaN where there is none; None where there is no image.
        Asked only by edits that need it.
    """
    if isinstance(edit, Brush):
        return _brushed(mask, grid, edit)
    if isinstance(edit, KeepValues):
        found = values()
        return mask.copy() if found is None else mask & (found >= edit.lowest) & (found <= edit.highest)
    if isinstance(edit, FillHoles):
        return _filled(mask)
    if isinstance(edit, Island):
        return _island(mask, grid, edit)
    if isinstance(edit, Smooth):
        return _smoothed(mask, grid, edit.radius_mm)
    if isinstance(edit, BetweenSlices):
        return _between_slices(mask, grid)
    raise TypeError(f"{type(edit).__name__} is no edit of voxels")


def edited_box(
    mask: Mask, grid: VolumeGrid, edit: Edit, values_on: Callable[[VolumeGrid], Values | None]
) -> tuple[Box, Mask] | None:
    """Return the box of a mask that an edit may change, and what is in it afterwards; None when nothing is changed.

    Parameters
    ----------
    values_on
        Returns the modality values of the source image on a part of the grid; see ``edited``.
    """
    if isinstance(edit, Brush):
        found = brushed_voxels(grid, edit)
        if found is None:
            return None
        box, inside = found
        return box, mask[box] | inside if edit.act == "add" else mask[box] & ~inside
    margin = np.zeros(3)
    if isinstance(edit, Smooth):
        # As far as the filter reaches: four times its width, which is half the radius.
        margin = np.ceil(2 * edit.radius_mm / np.linalg.norm(grid.affine[:3, :3], axis=0)) + 1
    around = _box_of(mask, margin)
    if around is None:
        return None
    part = cut_grid(grid, around)
    return around, edited(mask[around], part, edit, lambda: values_on(part))


def cut_grid(grid: VolumeGrid, box: Box) -> VolumeGrid:
    """Return the voxels of a grid in a box as a grid of their own."""
    first = np.array([one.start for one in box])
    affine = grid.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ first
    shape = (box[1].stop - box[1].start, box[2].stop - box[2].start)
    shift = affine[:3, 1] * first[1] + affine[:3, 2] * first[2]
    planes = tuple(
        replace(plane, origin=to_vector(np.asarray(plane.origin) + shift), shape=shape, image=None)
        for plane in grid.planes[box[0]]
    )
    return VolumeGrid(planes, affine, grid.notes)


def _box_of(mask: Mask, margin: FloatArray) -> Box | None:
    """Return the box around what is set, made larger by a number of voxels on every side; None when nothing is."""
    found: list[slice] = []
    for axis, wider in enumerate(margin.astype(int).tolist()):
        others = tuple(one for one in range(3) if one != axis)
        filled = np.flatnonzero(mask.any(axis=others))
        if not len(filled):
            return None
        found.append(slice(max(int(filled[0]) - wider, 0), min(int(filled[-1]) + 1 + wider, mask.shape[axis])))
    return found[0], found[1], found[2]


def _brushed(mask: Mask, grid: VolumeGrid, edit: Brush) -> Mask:
    result = mask.copy()
    found = brushed_voxels(grid, edit)
    if found is not None:
        box, inside = found
        result[box] = result[box] | inside if edit.act == "add" else result[box] & ~inside
    return result


def brushed_voxels(grid: VolumeGrid, edit: Brush) -> tuple[Box, Mask] | None:
    """Return which voxels a brush went over: a box of the grid, and True in it where; None when it met none."""
    path = np.asarray(edit.path, dtype=np.float64)
    if not len(path):
        return None
    reach_mm = edit.radius_mm if edit.reach == "ball" else _half_slice_mm(grid, edit)
    box = _box_around(grid, edit.plane.point_patient(path), max(edit.radius_mm, reach_mm))
    if box is None:
        return None
    plane = edit.plane
    column, row, depth = (
        _along(grid, box, np.asarray(axis), np.asarray(plane.origin))
        for axis in (plane.axis_column, plane.axis_row, plane.normal)
    )
    scale = np.array([plane.spacing_mm[1], plane.spacing_mm[0]])
    # ``position_image`` has its origin half a pixel before the centre of the first one.
    across = _distance_mm(column, row, (path - 0.5) * scale)
    inside = (
        across**2 + depth**2 <= (edit.radius_mm + _EDGE) ** 2
        if edit.reach == "ball"
        else (across <= edit.radius_mm + _EDGE) & (np.abs(depth) <= reach_mm + _EDGE)
    )
    shape = tuple(one.stop - one.start for one in box)
    return box, np.array(np.broadcast_to(inside, shape))


def _along(grid: VolumeGrid, box: Box, axis: FloatArray, origin: FloatArray) -> FloatArray:
    """Return how far (mm) the voxels of a box lie along an axis from a point.

    (k, j, i), with one entry only along directions in which that does not change: on a slice of the grid, a brush is worked
    out once for all slices.
    """
    steps = axis @ grid.affine[:3, :3]
    found: FloatArray = np.full((1, 1, 1), float(axis @ (grid.affine[:3, 3] - origin)))
    for direction, one in enumerate(box):
        if abs(steps[direction]) * (one.stop - one.start) <= _FLAT_MM:
            continue
        places = np.arange(one.start, one.stop) * steps[direction]
        found = found + places.reshape([-1 if n == direction else 1 for n in range(3)])
    return found


def _half_slice_mm(grid: VolumeGrid, edit: Brush) -> float:
    """Return half the extent of a voxel along the normal of the plane: only voxels that the plane goes through count."""
    return float(np.abs(grid.affine[:3, :3].T @ np.asarray(edit.plane.normal)).sum()) / 2


def _box_around(grid: VolumeGrid, points: FloatArray, reach_mm: float) -> Box | None:
    """Return the voxels whose centres can lie within a distance of patient points; None when none can."""
    inverse = np.linalg.inv(grid.affine)
    index = points @ inverse[:3, :3].T + inverse[:3, 3]
    reach = reach_mm * np.linalg.norm(inverse[:3, :3], axis=1)
    low = np.maximum(np.floor(index.min(axis=0) - reach), 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0) + reach) + 1, grid.shape).astype(int)
    if (low >= high).any():
        return None
    (k, j, i), (k_end, j_end, i_end) = low.tolist(), high.tolist()
    return slice(k, k_end), slice(j, j_end), slice(i, i_end)


def _distance_mm(x: FloatArray, y: FloatArray, path: FloatArray) -> FloatArray:
    """Return the distances of points from a path (m, 2); ``x`` and ``y`` are broadcast against each other."""
    nearest = (x - path[0, 0]) ** 2 + (y - path[0, 1]) ** 2
    for start, end in pairwise(path):
        along = end - start
        length = float(along @ along)
        if length <= 0:
            continue
        share = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length, 0.0, 1.0)
        beside = (x - start[0] - share * along[0]) ** 2 + (y - start[1] - share * along[1]) ** 2
        np.minimum(nearest, beside, out=nearest)
    return np.asarray(np.sqrt(nearest))


def _filled(mask: Mask) -> Mask:
    from scipy.ndimage import binary_fill_holes

    found: Mask = binary_fill_holes(mask)
    for place in np.flatnonzero(found.any(axis=(1, 2))).tolist():
        found[place] = binary_fill_holes(found[place])
    return found


def _island(mask: Mask, grid: VolumeGrid, edit: Island) -> Mask:
    from scipy.ndimage import label

    pieces, count = label(mask, structure=np.ones((3, 3, 3), int))
    if not count:
        return mask.copy()
    index = np.linalg.solve(grid.affine[:3, :3], np.subtract(edit.point_patient, grid.affine[:3, 3]))
    places = np.argwhere(mask)
    nearest = places[int(np.linalg.norm(places - index, axis=1).argmin())]
    if np.abs(nearest - index).max() > _NEAR_VOXELS:
        return mask.copy()
    piece: Mask = pieces == pieces[tuple(nearest)]
    return piece if edit.act == "keep" else mask & ~piece


def _smoothed(mask: Mask, grid: VolumeGrid, radius_mm: float) -> Mask:
    from scipy.ndimage import gaussian_filter

    sigma = radius_mm / 2 / np.linalg.norm(grid.affine[:3, :3], axis=0)
    blurred = gaussian_filter(mask.astype(np.float32), sigma.tolist(), mode="nearest")
    found: Mask = blurred > _SMOOTHED_AT
    return found


def _between_slices(mask: Mask, grid: VolumeGrid) -> Mask:
    """Fill empty slices by the signed distances of their neighbours, weighted by nearness (Raya and Udupa 1990)."""
    drawn = np.flatnonzero(mask.any(axis=(1, 2)))
    result = mask.copy()
    spacing = np.linalg.norm(grid.affine[:3, 1:3], axis=0)
    for before, after in zip(drawn[:-1].tolist(), drawn[1:].tolist(), strict=True):
        if after - before < 2:
            continue
        first, last = (_signed_mm(mask[place], spacing) for place in (before, after))
        for place in range(before + 1, after):
            share = (place - before) / (after - before)
            result[place] = (1 - share) * first + share * last > 0
    return result


def _signed_mm(shape: Mask, spacing: FloatArray) -> FloatArray:
    """Return how deep pixels lie inside a shape (mm), negative outside."""
    from scipy.ndimage import distance_transform_edt

    sampling = spacing.tolist()
    inside = distance_transform_edt(shape, sampling=sampling)
    return np.asarray(inside - distance_transform_edt(~shape, sampling=sampling))
