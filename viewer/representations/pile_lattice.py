"""Where the voxels of a box lie in the patient, with the empty slices that were left out of its file put back in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.pile_levels import PileLevels

_NONE = -1
Voxel = TypeVar("Voxel", bound=np.generic)


@dataclass(frozen=True)
class Thinning:
    """Every so many voxels are taken along (k, j, i), from ``first`` on."""

    steps: tuple[int, int, int]
    first: tuple[int, int, int]

    @staticmethod
    def of(*steps: int) -> Thinning:
        """Return one that begins in the middle of its first step."""
        k, j, i = steps
        return Thinning((k, j, i), (k // 2, j // 2, i // 2))

    def indices(self, points: FloatArray) -> FloatArray:
        """Return (n, 3) indices of all voxels where indices (n, 3) of those taken are."""
        return np.asarray(points * self.steps + self.first)


@dataclass(frozen=True, eq=False)
class PileLattice:
    """The slices of a box, an empty one before the first and behind the last, and those left out between.

    ``depth_mm``, ``across_at`` and ``down_at`` are (n,): along the normal, and in pixels. ``place`` (n,) is the slice of
    the box, -1 for an empty one.
    """

    grid: Plane
    depth_mm: FloatArray
    across_at: FloatArray
    down_at: FloatArray
    place: NDArray[np.intp]

    def filled(self, box: NDArray[Voxel], taken: Thinning) -> NDArray[Voxel]:
        """Return the voxels of a box (k, j, i) with the empty slices, those that are taken."""
        (k, j, i), (first_k, first_j, first_i) = taken.steps, taken.first
        place = self.place[first_k::k]
        rows, columns = len(range(first_j, box.shape[1], j)), len(range(first_i, box.shape[2], i))
        found = np.zeros((len(place), rows, columns), box.dtype)
        for at, slice_ in enumerate(place.tolist()):
            if slice_ != _NONE:
                found[at] = box[slice_, first_j::j, first_i::i]
        return found

    def patient(self, indices: FloatArray) -> FloatArray:
        """Return patient positions (n, 3) mm of (k, j, i); beyond the first and last slice they go on evenly."""
        k = indices[:, 0]
        across = (indices[:, 2] + _between(self.across_at, k)) * self.grid.spacing_mm[1]
        down = (indices[:, 1] + _between(self.down_at, k)) * self.grid.spacing_mm[0]
        depth = _between(self.depth_mm, k)
        axes: FloatArray = np.array([self.grid.axis_column, self.grid.axis_row, self.grid.normal])
        return np.asarray(np.stack([across, down, depth], axis=1) @ axes)


def pile_lattice(levels: PileLevels, first: tuple[int, int, int], count: int) -> PileLattice:
    """Return where a box of so many slices lies, whose first voxel is the ``first`` (level, row, column) of a pile."""
    spacing_mm = levels.pile.usual_mm
    level = np.arange(first[0], first[0] + count)
    # The border of nothing around a box may lie before the first slice and behind the last.
    kept = np.flatnonzero((level >= 0) & (level < len(levels.levels_mm)))
    level = level[kept]
    depth = levels.levels_mm[level]
    missing = levels.pile.left_out[level[0] : level[-1]] if len(level) else np.zeros(0, np.intp)
    at = np.arange(len(level)) + np.concatenate([[0], np.cumsum(missing)]).astype(int) + 1
    every = np.arange(int(at[-1]) + 2)
    place = np.full(len(every), _NONE, np.intp)
    place[at] = kept
    depths = np.interp(every, at, depth)
    sides = levels.pile.sides_mm
    before, behind = (spacing_mm, spacing_mm) if sides is None else (sides[level[0], 0], sides[level[-1], 1])
    depths[0], depths[-1] = depths[1] - before, depths[-2] + behind
    across = np.interp(every, at, levels.across_at[level]) + first[2]
    down = np.interp(every, at, levels.down_at[level]) + first[1]
    return PileLattice(levels.grid, depths, across, down, place)


def _between(values: FloatArray, k: FloatArray) -> FloatArray:
    """Return values at places between, before and after whole numbers, linear throughout."""
    low = np.clip(np.floor(k).astype(np.intp), 0, max(len(values) - 2, 0))
    high = np.minimum(low + 1, len(values) - 1)
    return np.asarray(values[low] + (k - low) * (values[high] - values[low]))
