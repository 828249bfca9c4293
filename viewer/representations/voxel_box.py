"""The part of a volume that is not empty, with a border of nothing around it: whatever lies outside is looked up there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Voxels = NDArray[np.uint8] | NDArray[np.uint16]
Indices = NDArray[np.intp]

_OBJECT_BYTES = 200


@dataclass(frozen=True, eq=False)
class SlicePiece:
    """The smallest rectangle of a slice that holds all that is not 0; ``first`` is its (row, column)."""

    level: int
    first: tuple[int, int]
    values: Voxels

    @staticmethod
    def of(level: int, picture: Voxels) -> SlicePiece | None:
        """Return a copy of what a slice (rows, columns) holds; None when it is empty."""
        filled = picture != 0
        rows = np.flatnonzero(filled.any(axis=1))
        if not len(rows):
            return None
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        columns = np.flatnonzero(filled[top:bottom].any(axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        return SlicePiece(level, (top, left), picture[top:bottom, left:right].copy())


@dataclass(frozen=True, eq=False)
class VoxelBox:
    """Voxels of a box, (levels, rows, columns), 0 on all six faces; ``first`` is the (level, row, column) of its corner."""

    first: tuple[int, int, int]
    voxels: Voxels

    @property
    def held_bytes(self) -> int:
        """Bytes in memory."""
        return self.voxels.nbytes + _OBJECT_BYTES

    def at(self, levels: Indices, rows: Indices, columns: Indices) -> Voxels:
        """Return the voxels at indices of the volume, which are broadcast against one another; 0 outside the box."""
        levels_held, rows_held, columns_held = self.voxels.shape
        index = np.clip(levels - self.first[0], 0, levels_held - 1) * rows_held
        index = (index + np.clip(rows - self.first[1], 0, rows_held - 1)) * columns_held
        index = index + np.clip(columns - self.first[2], 0, columns_held - 1)
        found: Voxels = self.voxels.reshape(-1).take(index)
        return found


def box_bytes(pieces: Sequence[SlicePiece]) -> int:
    """Return the bytes that a box around pieces takes."""
    _, shape, item_bytes = _extent(pieces)
    return shape[0] * shape[1] * shape[2] * item_bytes + _OBJECT_BYTES


def voxel_box(pieces: Sequence[SlicePiece]) -> VoxelBox:
    """Return the box around at least one piece; each is of another level."""
    first, shape, _ = _extent(pieces)
    voxels: Voxels = np.zeros(shape, np.uint8) if pieces[0].values.dtype == np.uint8 else np.zeros(shape, np.uint16)
    for piece in pieces:
        row, column = piece.first[0] - first[1], piece.first[1] - first[2]
        rows, columns = piece.values.shape
        voxels[piece.level - first[0], row : row + rows, column : column + columns] = piece.values
    return VoxelBox(first, voxels)


def _extent(pieces: Sequence[SlicePiece]) -> tuple[tuple[int, int, int], tuple[int, int, int], int]:
    """Return the first index and the shape of the box around pieces, border included, and the bytes of a voxel."""
    starts = np.array([(piece.level, *piece.first) for piece in pieces])
    ends = starts + np.array([(1, *piece.values.shape) for piece in pieces])
    first = starts.min(axis=0) - 1
    levels, rows, columns = (ends.max(axis=0) + 1 - first).tolist()
    first_level, first_row, first_column = first.tolist()
    return (first_level, first_row, first_column), (levels, rows, columns), pieces[0].values.dtype.itemsize
