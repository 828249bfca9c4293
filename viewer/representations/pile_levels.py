"""Where a grid lies among the slices of a pile that has one slice at each distance: what all its voxels are looked up by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.segmentation_slices import Pile

EDGE = 1e-6
"""Slack, in pixels, for points that lie on an edge but for rounding."""

_SAME_START = 1e-9
_NO_CHANGE = 1e-9
"""Over all of a plane, in the units of a field: what only rounding makes grow."""
_GUESSABLE = 0.25
_PIXELS_AT_ONCE = 1 << 14


@dataclass(frozen=True, eq=False)
class Field:
    """A number at every pixel of a plane that grows evenly along rows and columns."""

    start: float
    per_row: float
    per_column: float
    shape: tuple[int, int]

    @staticmethod
    def of(plane: Plane, direction: FloatArray, scale: float) -> Field:
        """Return the place of each pixel's centre along a direction, in units of ``scale`` mm."""
        return Field(
            float(np.dot(plane.origin, direction)) / scale,
            float(np.dot(plane.axis_row, direction)) * plane.spacing_mm[0] / scale,
            float(np.dot(plane.axis_column, direction)) * plane.spacing_mm[1] / scale,
            plane.shape,
        )

    def at(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> FloatArray:
        """Return the numbers at (rows, columns), which are broadcast against each other."""
        return np.asarray(self.start + self.per_row * rows + self.per_column * columns, dtype=float)

    def everywhere(self) -> FloatArray:
        """Return the numbers of the whole plane."""
        return self.in_rows(0, self.shape[0])

    def in_rows(self, first: int, end: int) -> FloatArray:
        """Return the numbers of rows ``first`` to ``end - 1``."""
        return self.at(np.arange(first, end)[:, None], np.arange(self.shape[1])[None, :])

    def in_few(self, first: int, end: int) -> FloatArray:
        """Return the numbers of rows ``first`` to ``end - 1``: one row, or one column, where they are the same in all."""
        rows, columns = self.shape
        down = abs(self.per_row) * rows > _NO_CHANGE
        across = abs(self.per_column) * columns > _NO_CHANGE
        return self.at(np.arange(first, end if down else first + 1)[:, None], np.arange(columns if across else 1)[None, :])


@dataclass(frozen=True, eq=False)
class BentPlane:
    """Pixels that lie on no plane, because a registration deforms it: ``points`` is (rows, columns, 3) mm of their centres.

    NaN is where a pixel has no place.
    """

    points: FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return (self.points.shape[0], self.points.shape[1])


@dataclass(frozen=True, eq=False)
class _BentField:
    """A number at every pixel of a bent plane."""

    values: FloatArray

    def in_rows(self, first: int, end: int) -> FloatArray:
        """Return the numbers of rows ``first`` to ``end - 1``."""
        return self.values[first:end]

    in_few = in_rows


_NOWHERE = 1e9
"""mm: what has no place is far from everything."""


def _bent_field(plane: BentPlane, direction: FloatArray, scale: float) -> _BentField:
    return _BentField(np.nan_to_num(plane.points @ np.asarray(direction), nan=_NOWHERE) / scale)


def row_blocks(plane: Plane | BentPlane) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of a few rows at a time: what is computed of them on the way stays in the processor's cache."""
    rows, columns = plane.shape
    step = max(1, _PIXELS_AT_ONCE // max(columns, 1))
    for first in range(0, rows, step):
        yield first, min(first + step, rows)


@dataclass(frozen=True, eq=False)
class PileLevels:
    """The slices of a pile by ascending distance, one at each; they may lie shifted against one another.

    ``across_at`` and ``down_at`` are the (n,) starts of the slices along their rows and columns, in pixels.
    """

    pile: Pile
    slices: NDArray[np.intp]
    """(n,) places in ``pile.slices``."""
    levels_mm: FloatArray
    across_at: FloatArray
    down_at: FloatArray

    @staticmethod
    def of(pile: Pile) -> PileLevels | None:
        """Return the levels of a pile; None when several slices (tiles, repeated grids) lie at one distance."""
        if len(pile.levels_mm) != len(pile.slices):
            return None
        slices = np.argsort(pile.levels)
        grids = [pile.slices[place].plane for place in slices]
        across_at = np.array([float(np.dot(one.origin, one.axis_column)) / one.spacing_mm[1] for one in grids])
        down_at = np.array([float(np.dot(one.origin, one.axis_row)) / one.spacing_mm[0] for one in grids])
        return PileLevels(pile, slices, pile.levels_mm, across_at, down_at)

    @property
    def grid(self) -> Plane:
        """The plane of one slice; all have its axes, spacing and shape."""
        return self.pile.slices[int(self.slices[0])].plane

    def fields_of(self, target: Plane | BentPlane) -> tuple[Field | _BentField, Field | _BentField, Field | _BentField]:
        """Return where the target's pixels lie.

        First along the pile's normal in mm, then along the rows and the columns of the slices, in pixels from the patient
        origin.
        """
        grid = self.pile.slices[int(self.slices[0])].plane
        if isinstance(target, BentPlane):
            return (
                _bent_field(target, np.asarray(self.pile.normal), 1.0),
                _bent_field(target, np.asarray(grid.axis_column), grid.spacing_mm[1]),
                _bent_field(target, np.asarray(grid.axis_row), grid.spacing_mm[0]),
            )
        return (
            Field.of(target, np.asarray(self.pile.normal), 1.0),
            Field.of(target, np.asarray(grid.axis_column), grid.spacing_mm[1]),
            Field.of(target, np.asarray(grid.axis_row), grid.spacing_mm[0]),
        )

    def starts(self, level: NDArray[np.intp]) -> tuple[FloatArray | float, FloatArray | float]:
        """Return where the slices at some levels start (across, down); one number where all start alike."""
        return _at_levels(self.across_at, level), _at_levels(self.down_at, level)

    def nearest(self, depth: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the nearest level at each depth, and whether it reaches there."""
        level = self._nearest(depth)
        return level, self.pile.reaches(np.subtract(depth, self.levels_mm.take(level)), level)

    def _nearest(self, depth: FloatArray) -> NDArray[np.intp]:
        bounds = self._bounds
        if self._step_mm is None:
            return np.asarray(np.searchsorted(bounds[1:-1], depth.reshape(-1)), dtype=np.intp).reshape(depth.shape)
        # Levels that are nearly even are guessed and mended by one: several times as fast as a search.
        guess = (depth - (self.levels_mm[0] - self._step_mm / 2)) * (1 / self._step_mm)
        level: NDArray[np.intp] = np.clip(guess, 0, len(self.levels_mm) - 1, out=guess).astype(np.intp)
        level += depth > bounds.take(level + 1)
        level -= depth <= bounds.take(level)
        return level

    @cached_property
    def _bounds(self) -> FloatArray:
        """(n + 1,) between which depths each level is the nearest, the lower one excluded."""
        between = (self.levels_mm[1:] + self.levels_mm[:-1]) / 2
        return np.concatenate([[-np.inf], between, [np.inf]])

    @cached_property
    def _step_mm(self) -> float | None:
        """The even distance of the levels; None when they are uneven."""
        count = len(self.levels_mm)
        if count < 2:
            return None
        step_mm = float(self.levels_mm[-1] - self.levels_mm[0]) / (count - 1)
        even = self.levels_mm[0] + step_mm * np.arange(count)
        return step_mm if float(np.abs(self.levels_mm - even).max()) < _GUESSABLE * step_mm else None


def _at_levels(starts: FloatArray, level: NDArray[np.intp]) -> FloatArray | float:
    if float(np.ptp(starts)) <= _SAME_START:
        return float(starts[0])
    return starts.take(level)
