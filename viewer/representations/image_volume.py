"""All frames of a stack as voxels, from which any plane and any slab through them is sampled quickly.

The same values as ``image_on_plane.sampled_image``, without reading: linear between voxels, nothing across gaps or padding.

Decided
    A plane along the voxels' own axes is sliced and not interpolated pixel by pixel; only what lies between slices that are
    shifted, tilted or unevenly far apart is. So an orthogonal plane costs a copy.
    A slab takes the voxels, not the planes, whose centres lie in it: nothing is interpolated before it is projected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.domain.stack import Stack
from viewer.geometry.plane import FloatArray, Plane
from viewer.geometry.slab import THIN, Slab
from viewer.representations.line_sampling import along_axis, between_pixels
from viewer.representations.projection import projected
from viewer.representations.reslice import Reslicer
from viewer.representations.slice_depths import SliceDepths

Values = NDArray[np.float32]

_EDGE = 1e-3
_EVEN = 5e-3
_FLAT = 1e-6
_ALIGNED = 1e-4
"""Pixels by which a row of a plane may stray from a row of voxels over its whole length and still be one."""

_STRAIGHT = 0.01
"""Pixels by which slices may be shifted against one another and still lie straight above: files round their positions."""

_PIXELS_AT_ONCE = 1 << 15


@dataclass(frozen=True, eq=False)
class ImageVolume:
    """The voxels of a stack.

    Parameters
    ----------
    stack
        In patient space.
    depths
        Those of the stack, n slices.
    voxels
        (n, rows, columns) stored values in their order.
    slopes, intercepts
        (n,) what makes modality values of them.
    padding
        (n, rows, columns) True where there is no value; None where there is one everywhere.
    """

    stack: Stack
    depths: SliceDepths
    voxels: NDArray[np.generic]
    slopes: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    padding: NDArray[np.bool_] | None = None

    @property
    def held_bytes(self) -> int:
        """Bytes in memory."""
        return self.voxels.nbytes + (0 if self.padding is None else self.padding.nbytes)

    def sampled(self, target: Plane, slab: Slab = THIN) -> Values:
        """Return the values at the pixel centres of a plane, (rows, columns) float32, NaN where there is none.

        Parameters
        ----------
        target
            In the Frame of Reference of the stack.
        slab
            Project what lies within half its thickness on both sides.
        """
        axes = self._axes_along(target)
        if axes is not None:
            return self._along(target, axes, slab)
        if slab.thickness_mm <= 0:
            return self._across(target)
        return self._projected_across(target, slab)

    def voxels_on(self, target: Plane) -> NDArray[np.generic] | None:
        """Return the stored values (rows, columns) on a plane whose pixels are voxels; None where any would be interpolated.

        A view where it can be one. None as well where values are padding, or slices are scaled each in its own way.
        """
        axes = self._axes_along(target) if self.padding is None and self.is_scaled_alike else None
        if axes is None:
            return None
        across, down, through = axes
        basis = self._basis(target)
        picked = {
            across: self._run(across, basis[across, 2] + basis[across, 0] * np.arange(target.shape[1])),
            down: self._run(down, basis[down, 2] + basis[down, 1] * np.arange(target.shape[0])),
            through: self._run(through, basis[through, 2:3]),
        }
        where = [picked[axis] for axis in (2, 1, 0)]
        if None in where:
            return None
        found = self.voxels[tuple(where)].squeeze(2 - through)
        return found if down > across else found.T

    def _run(self, axis: int, at: FloatArray) -> slice | None:
        """Return the voxels along an axis that places are, one after the other; None where they are not."""
        below, above, share, inside = self._between(axis, at)
        if not inside.all() or not bool((np.abs(share - np.round(share)) <= _EDGE).all()):
            return None
        chosen = np.where(share > 0.5, above, below)
        first, last = int(chosen[0]), int(chosen[-1])
        step = -1 if last < first else 1
        if abs(last - first) != len(chosen) - 1 or not bool((np.diff(chosen) == step).all()):
            return None
        end = last + step
        return slice(first, end if end >= 0 else None, step)

    @cached_property
    def affine(self) -> FloatArray | None:
        """4x4 of (k, j, i, 1) to patient mm; None where the slices are tilted, unevenly far apart or scaled unlike."""
        if self._step_mm is None or not self._is_straight or not self.is_scaled_alike:
            return None
        affine = self._first.affine.copy()
        affine[:3, 0] = np.multiply(self._first.normal, self._step_mm)
        return affine

    @cached_property
    def _step_mm(self) -> float | None:
        """The even distance of the slices; None when they are uneven or there is one only."""
        gaps = np.diff(self.depths.offsets_mm)
        return self.depths.usual_mm if len(gaps) and float(np.ptp(gaps)) <= _EVEN * self.depths.usual_mm else None

    @property
    def is_scaled_alike(self) -> bool:
        """Whether one rescale makes modality values of all slices."""
        return float(np.ptp(self.slopes)) == 0 and float(np.ptp(self.intercepts)) == 0

    @cached_property
    def _first(self) -> Plane:
        return self.stack.planes[int(self.depths.order[0])]

    @cached_property
    def _starts(self) -> tuple[FloatArray, FloatArray]:
        """(n,) where the slices start along their columns and rows, in pixels from the patient origin."""
        first = self._first
        origins = np.array([self.stack.planes[place].origin for place in self.depths.order.tolist()])
        return (
            origins @ np.asarray(first.axis_column) / first.spacing_mm[1],
            origins @ np.asarray(first.axis_row) / first.spacing_mm[0],
        )

    @cached_property
    def _is_straight(self) -> bool:
        """Whether the slices lie straight above one another."""
        return all(float(np.ptp(starts)) < _STRAIGHT for starts in self._starts)

    def _basis(self, target: Plane) -> FloatArray:
        """Return (3, 3) how column, row (pixels) and depth (mm) grow with a step across and down, and where they start."""
        first = self._first
        scaled = np.array(
            [
                np.asarray(first.axis_column) / first.spacing_mm[1],
                np.asarray(first.axis_row) / first.spacing_mm[0],
                first.normal,
            ]
        )
        steps = np.array(
            [
                np.asarray(target.axis_column) * target.spacing_mm[1],
                np.asarray(target.axis_row) * target.spacing_mm[0],
                target.origin,
            ]
        )
        return np.asarray(scaled @ steps.T)

    def _axes_along(self, target: Plane) -> tuple[int, int, int] | None:
        """Return which voxel axis (0 column, 1 row, 2 depth) runs across, down and through a plane; None: it is oblique."""
        if not self._is_straight:
            return None
        basis = self._basis(target)
        extent = np.abs(basis[:, :2]) * (target.shape[1], target.shape[0]) / ([1.0], [1.0], [self.depths.usual_mm])
        moves = extent > _ALIGNED
        if not (moves.sum(axis=0) == 1).all() or (moves.sum(axis=1) > 1).any():
            return None
        across, down = (int(np.argmax(moves[:, axis])) for axis in range(2))
        return across, down, 3 - across - down

    def _along(self, target: Plane, axes: tuple[int, int, int], slab: Slab) -> Values:
        """Sample a plane whose rows and columns run along the voxels' axes: first cut through them, then along each axis."""
        across, down, through = axes
        basis = self._basis(target)
        lines = {
            across: basis[across, 2] + basis[across, 0] * np.arange(target.shape[1]),
            down: basis[down, 2] + basis[down, 1] * np.arange(target.shape[0]),
        }
        cut = self._cut(through, float(basis[through, 2]), slab)
        if cut is None:
            return np.full(target.shape, np.nan, np.float32)
        # The axes that are left in the cut, in the order (depth, row, column).
        left = [axis for axis in (2, 1, 0) if axis != through]
        for place, axis in enumerate(left):
            cut = along_axis(cut, place, *self._between(axis, lines[axis]))
        return np.ascontiguousarray(cut if left == [down, across] else cut.T)

    def _cut(self, through: int, at: float, slab: Slab) -> Values | None:
        """Return the values on a plane across one voxel axis, or projected around it; None beyond the voxels."""
        if slab.thickness_mm > 0:
            return self._slab_cut(through, at, slab)
        lower, upper, shares, inside = self._between(through, np.array([at]))
        below, above, share = int(lower[0]), int(upper[0]), np.float32(shares[0])
        if not inside[0]:
            return None
        if share <= _EDGE or above == below:
            return self._values(through, below)
        if share >= 1 - _EDGE:
            return self._values(through, above)
        return np.asarray(self._values(through, below) * (1 - share) + self._values(through, above) * share)

    def _slab_cut(self, through: int, at: float, slab: Slab) -> Values | None:
        half = slab.thickness_mm / 2
        if through == 2:
            centers, middle = self.depths.offsets_mm, at
        else:
            spacing = self._first.spacing_mm[1 - through]
            centers = np.arange(self.voxels.shape[2 - through], dtype=np.float64) * spacing
            middle = (at - float(self._starts[through][0])) * spacing
        chosen = np.flatnonzero(np.abs(centers - middle) <= half + _EDGE)
        if not len(chosen):
            return self._cut(through, at, THIN)
        return projected((self._values(through, place) for place in chosen.tolist()), slab.projection)

    def _values(self, through: int, place: int) -> Values:
        """Return the modality values of a plane of voxels: (rows, columns), (depth, columns) or (depth, rows)."""
        where: tuple[int | slice, ...] = tuple(place if axis == 2 - through else slice(None) for axis in range(3))
        values = self.voxels[where].astype(np.float32)
        if through == 2:
            values = values * self.slopes[place] + self.intercepts[place]
        else:
            values = values * self.slopes[:, None] + self.intercepts[:, None]
        if self.padding is not None:
            values[self.padding[where]] = np.nan
        return np.asarray(values, np.float32)

    def _between(
        self, axis: int, at: FloatArray
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32], NDArray[np.bool_]]:
        """Return (below, above, share of the one above, inside) along an axis, in pixels or, along the depth, in mm."""
        if axis == 2:
            return self._between_slices(at)
        place = at - float(self._starts[axis][0])
        count = self.voxels.shape[2 - axis]
        return between_pixels(place, count)

    def _between_slices(
        self, depth: FloatArray
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32], NDArray[np.bool_]]:
        found = self.depths.between(depth)
        return found.below, found.above, found.share.astype(np.float32), found.inside

    def _across(self, target: Plane) -> Values:
        """Sample an oblique plane: by VTK where the voxels form an even grid, else here, a few rows at a time."""
        if self._reslicer is not None:
            return self._resliced(self._reslicer, target, None)
        result = np.full(target.shape, np.nan, np.float32)
        basis = self._basis(target)
        columns = np.arange(target.shape[1])
        for first, end in _row_blocks(target.shape):
            rows = np.arange(first, end)[:, None]
            u, v, depth = (basis[axis, 2] + basis[axis, 0] * columns + basis[axis, 1] * rows for axis in range(3))
            result[first:end] = self._at(u, v, depth)
        return result

    @cached_property
    def _reslicer(self) -> Reslicer | None:
        """None where slices are shifted, uneven, scaled each in its own way, or partly padding."""
        if self.affine is None or self.padding is not None:
            return None
        return Reslicer(np.ascontiguousarray(self.voxels), (self.depths.usual_mm, *self._first.spacing_mm))

    def _resliced(self, reslicer: Reslicer, target: Plane, slab: tuple[str, int, float] | None) -> Values:
        first = self._first
        frame = np.array([first.axis_column, first.axis_row, first.normal])
        steps = np.array([target.axis_column, target.axis_row, target.normal]).T * (*target.spacing_mm[::-1], 1.0)
        start = frame @ np.subtract(target.origin, first.origin)
        stored = reslicer.sampled(start, frame @ steps, target.shape, slab=slab)
        return np.asarray(stored * self.slopes[0] + self.intercepts[0], np.float32)

    def _at(self, u: FloatArray, v: FloatArray, depth: FloatArray) -> Values:
        shape = depth.shape
        below, above, share, inside = self._between_slices(depth.reshape(-1))
        total = np.zeros(below.shape, np.float32)
        for level, weight in ((below, 1 - share), (above, share)):
            used = np.flatnonzero(inside & (weight > _FLAT))
            if not len(used):
                continue
            at_level = level[used]
            start_u, start_v = (starts[at_level] for starts in self._starts)
            values, there = self._in_slice(at_level, u.reshape(-1)[used] - start_u, v.reshape(-1)[used] - start_v)
            total[used] += weight[used] * values
            inside[used[~there]] = False
        total[~inside] = np.nan
        return total.reshape(shape)

    def _in_slice(self, level: NDArray[np.intp], u: FloatArray, v: FloatArray) -> tuple[Values, NDArray[np.bool_]]:
        """Return bilinear modality values within slices, and whether there is a value."""
        _, rows, columns = self.voxels.shape
        left, right, across, inside_u = between_pixels(u, columns)
        top, bottom, down, inside_v = between_pixels(v, rows)
        flat, there = self.voxels.reshape(-1), inside_u & inside_v
        line = level * rows
        upper, lower = (line + top) * columns, (line + bottom) * columns
        corners = (
            (upper + left, (1 - down) * (1 - across)),
            (upper + right, (1 - down) * across),
            (lower + left, down * (1 - across)),
            (lower + right, down * across),
        )
        total = np.zeros(level.shape, np.float32)
        for place, weight in corners:
            total += flat.take(place).astype(np.float32) * weight
            if self.padding is not None:
                there &= ~(self.padding.reshape(-1).take(place) & (weight > _FLAT))
        return total * self.slopes.take(level) + self.intercepts.take(level), there

    def _projected_across(self, target: Plane, slab: Slab) -> Values:
        step = min(*self._first.spacing_mm, self.depths.usual_mm)
        count = max(int(np.floor(slab.thickness_mm / step + _EDGE)), 1)
        if self._reslicer is not None:
            return self._resliced(self._reslicer, target, (slab.projection, count + 1, step))
        planes = (target.moved((place - count / 2) * step) for place in range(count + 1))
        return projected((self._across(plane) for plane in planes), slab.projection)


def _row_blocks(shape: tuple[int, int]) -> Iterator[tuple[int, int]]:
    step = max(1, _PIXELS_AT_ONCE // max(shape[1], 1))
    for first in range(0, shape[0], step):
        yield first, min(first + step, shape[0])
