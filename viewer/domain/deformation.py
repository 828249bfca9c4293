"""How a deformable registration moves points: two matrices with a grid of vectors between them (PS3.3 C.20.3.1).

Decided
    The file says how points of the registered space reach the source: the first matrix, the vector of the grid there, the
    second matrix. Between grid points vectors are linear in all three directions.
    The way back is found by fixed-point iteration, to ``ACCURACY_MM``. A point that it does not find has no place.
    Beyond the grid, and where a vector is stated as not a number, nothing is known: what lies there is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray

ACCURACY_MM: Final = 0.01
_MOST_STEPS: Final = 60
_EDGE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class VectorGrid:
    """Vectors at the points of a grid.

    Parameters
    ----------
    origin
        (3,) the first point, mm.
    axes
        (3, 3): unit vectors along columns, rows and slices of the grid, one a row.
    spacing_mm
        (3,) distances along the same.
    vectors
        (slices, rows, columns, 3) mm; NaN where undefined.
    """

    origin: FloatArray
    axes: FloatArray
    spacing_mm: FloatArray
    vectors: NDArray[np.float32]

    @cached_property
    def largest_mm(self) -> float:
        """The length of the longest vector."""
        lengths = np.linalg.norm(self.vectors.reshape(-1, 3), axis=1)
        return float(np.nanmax(lengths)) if np.isfinite(lengths).any() else 0.0

    def at(self, points: FloatArray, *, beyond: bool = False) -> FloatArray:
        """Return the vectors (n, 3) at points (n, 3) mm; NaN outside, unless ``beyond`` takes those of the edge."""
        columns, rows, slices = (self.vectors.shape[axis] for axis in (2, 1, 0))
        last = np.array([columns - 1, rows - 1, slices - 1])
        place = ((points - self.origin) @ self.axes.T) / self.spacing_mm
        outside = ~((place >= -_EDGE) & (place <= last + _EDGE)).all(axis=1)
        place = np.clip(np.nan_to_num(place), 0, last)
        low = np.minimum(place.astype(np.intp), np.maximum(last - 1, 0))
        high = np.minimum(low + 1, last)
        share = place - low
        found = np.zeros_like(points)
        for corner in range(8):
            bits = (corner & 1, corner >> 1 & 1, corner >> 2 & 1)
            weight = np.ones(len(points))
            at = []
            for axis, bit in enumerate(bits):
                weight = weight * (share[:, axis] if bit else 1 - share[:, axis])
                at.append((high if bit else low)[:, axis])
            # A corner without weight may be undefined.
            value = np.where(weight[:, None] > 0, self.vectors[at[2], at[1], at[0]], 0.0)
            found += weight[:, None] * value
        if not beyond:
            found[outside] = np.nan
        return found


@dataclass(frozen=True, eq=False)
class Deformation:
    """From the registered space to the source: ``before`` and ``after`` are (4, 4), ``grid`` None where it has none."""

    before: FloatArray
    grid: VectorGrid | None
    after: FloatArray

    @property
    def moves_nothing(self) -> bool:
        """Whether every point keeps its coordinates."""
        return np.allclose(self.after @ self.before, np.eye(4)) and (self.grid is None or not np.any(self.grid.vectors))

    def to_source(self, points: FloatArray, *, beyond: bool = False) -> FloatArray:
        """Return points (n, 3) mm of the registered space in the source; NaN where undefined, see ``VectorGrid.at``."""
        inner = _through(self.before, points)
        if self.grid is not None:
            inner = inner + self.grid.at(inner, beyond=beyond)
        return _through(self.after, inner)

    def to_registered(self, points: FloatArray, *, beyond: bool = False) -> FloatArray:
        """Return points (n, 3) mm of the source in the registered space, to ``ACCURACY_MM``; NaN where undefined."""
        wanted = _through(np.asarray(np.linalg.inv(self.after), dtype=np.float64), points)
        inner = wanted.copy()
        if self.grid is not None:
            left = np.arange(len(points))
            for _ in range(_MOST_STEPS):
                step = wanted[left] - self.grid.at(inner[left], beyond=True)
                moved = np.linalg.norm(step - inner[left], axis=1)
                inner[left] = step
                left = left[moved > ACCURACY_MM / 10]
                if not len(left):
                    break
            if not beyond:
                miss = np.linalg.norm(inner + self.grid.at(inner) - wanted, axis=1)
                inner[~(miss <= ACCURACY_MM)] = np.nan
        return _through(np.asarray(np.linalg.inv(self.before), dtype=np.float64), inner)


def _through(matrix: FloatArray, points: FloatArray) -> FloatArray:
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])
