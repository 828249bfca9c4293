"""A grid made larger along its own lattice, so that what another object holds beside it is not lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from viewer.geometry.plane import FloatArray, to_vector
from viewer.representations.volume_grid import LARGEST_VOXELS, NoGrid, VolumeGrid

_EDGE = 1e-3
"""Voxels by which a point may lie beyond a voxel's centre without asking for the next one."""


def covering(grid: VolumeGrid, points: FloatArray) -> VolumeGrid:
    """Return a grid that holds every voxel of the same lattice with its centre in the box around ``points``.

    Parameters
    ----------
    grid
        Whose voxels keep their places; itself where it holds the box already.
    points
        (n, 3) patient mm.

    Raises
    ------
    NoGrid
        When the grid would be too large.
    """
    if not len(points):
        return grid
    places = (points - grid.affine[:3, 3]) @ np.linalg.inv(grid.affine[:3, :3]).T
    lowest = np.minimum(np.ceil(places.min(axis=0) - _EDGE), 0).astype(int)
    highest = np.maximum(np.floor(places.max(axis=0) + _EDGE), np.subtract(grid.shape, 1)).astype(int)
    shape = highest - lowest + 1
    if tuple(shape) == grid.shape:
        return grid
    if float(np.prod(shape.astype(float))) > LARGEST_VOXELS:
        raise NoGrid("The two objects lie so far apart that the grid around both would be too large.")
    affine = grid.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ lowest
    first = replace(
        grid.planes[0], origin=to_vector(affine[:3, 3]), shape=(int(shape[1]), int(shape[2])), image=None, nearest_mm=None
    )
    planes = tuple(replace(first, origin=to_vector(affine[:3, 3] + k * affine[:3, 0])) for k in range(int(shape[0])))
    return VolumeGrid(planes, affine, grid.notes)
