"""Images sampled onto any plane: linear between pixels and between slices, nothing where there is no image.

Decided
    Values are sampled, never colours: what is laid over keeps its unit, and its window may change without sampling again.
    A pixel of padding is no value: nothing is interpolated across it (PS3.3 C.7.5.1.1.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.stack import Stack
from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.slice_depths import SliceDepths, slice_depths

Values = NDArray[np.float32]
ReadValues = Callable[[int], Values | None]
"""Returns the values (rows, columns) of the frame at a place of the stack, NaN where there is none; None: not readable."""

_EDGE = 1e-3
"""Of a pixel: what rounding may add."""
_FLAT = 1e-6


@dataclass(frozen=True, eq=False)
class ImageOnPlane:
    """What a stack is at the pixel centres of a plane.

    ``values`` (rows, columns) are modality values, NaN where there is none. ``attributes`` are those of the instance of the
    frame that lies nearest, ``index`` its frame: for the unit, and for windows.
    """

    values: Values
    attributes: ImageAttributes
    index: int


def places_touched(stack: Stack, target: Plane) -> tuple[int, ...]:
    """Return the 0-based places of the frames that a plane takes values from."""
    piled = slice_depths(stack)
    corners = _depths(stack, target, np.array([0, target.shape[0] - 1]), np.array([0, target.shape[1] - 1]))
    lowest, highest = float(corners.min()) - piled.reach_mm, float(corners.max()) + piled.reach_mm
    first = int(np.searchsorted(piled.offsets_mm, float(corners.min()), side="right")) - 1
    last = int(np.searchsorted(piled.offsets_mm, float(corners.max()), side="left"))
    near = [
        place
        for order, place in enumerate(piled.order.tolist())
        if first <= order <= last or lowest <= piled.offsets_mm[order] <= highest
    ]
    return tuple(near)


def sampled_image(stack: Stack, values_of: ReadValues, target: Plane, *, crisp: bool = False) -> Values:
    """Return the values of a stack on a plane, (rows, columns) float32, NaN where the stack has none.

    Parameters
    ----------
    stack
        In patient space; its frames need not be equally far apart, nor lie straight above one another.
    target
        Any plane in the stack's own Frame of Reference.
    crisp
        Take the nearest voxel: for values that are names of things.
    """
    piled = slice_depths(stack)
    rows, columns = target.shape
    result = np.full(target.shape, np.nan, np.float32)
    depth = _depths(stack, target, np.arange(rows), np.arange(columns))
    if np.ptp(depth) <= _FLAT:
        _sample_parallel(stack, values_of, target, piled, result, float(depth.flat[0]), crisp=crisp)
    else:
        _sample_across(stack, values_of, target, piled, result, depth.ravel(), crisp=crisp)
    return result


def _depths(stack: Stack, target: Plane, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> FloatArray:
    """Return (rows, columns) offsets (mm) of pixel centres along the normal of a stack."""
    normal = np.asarray(stack.planes[0].normal)
    down = float(np.dot(target.axis_row, normal)) * target.spacing_mm[0]
    across = float(np.dot(target.axis_column, normal)) * target.spacing_mm[1]
    start = float(np.dot(target.origin, normal))
    return np.asarray(start + rows[:, None] * down + columns[None, :] * across, dtype=np.float64)


def _sample_parallel(
    stack: Stack, values_of: ReadValues, target: Plane, piled: SliceDepths, result: Values, depth: float, *, crisp: bool
) -> None:
    """Fill in a target that is parallel to the frames: two frames at most, each sampled whole."""
    where = piled.between(np.array([depth]))
    if not where.inside[0]:
        return
    share = float(np.round(where.share[0]) if crisp else where.share[0])
    parts = [(int(where.below[0]), 1.0 - share), (int(where.above[0]), share)]
    total: Values | None = None
    for order, weight in parts:
        if weight <= 1e-9:
            continue
        place = int(piled.order[order])
        values = values_of(place)
        if values is None:
            return
        plane = stack.planes[place]
        sampled = _whole(values, plane, target, crisp=crisp)
        total = sampled * np.float32(weight) if total is None else total + sampled * np.float32(weight)
    if total is not None:
        result[:] = total


def _sample_across(
    stack: Stack, values_of: ReadValues, target: Plane, piled: SliceDepths, result: Values, depth: FloatArray, *, crisp: bool
) -> None:
    """Fill in a target that cuts across the frames: each frame gives its share to the pixels on either side of it."""
    where = piled.between(depth)
    share = np.round(where.share) if crisp else where.share
    # A pixel that no frame reaches, or of which one frame cannot be read, stays without a value.
    total = np.where(where.inside, np.float32(0), np.float32(np.nan)).astype(np.float32)
    order_of_pixels = np.argsort(where.below, kind="stable")
    sorted_below = where.below[order_of_pixels]
    bounds = np.searchsorted(sorted_below, np.arange(len(piled.order) + 1))
    rows, columns = np.divmod(np.arange(total.size), target.shape[1])
    for order, place in enumerate(piled.order.tolist()):
        mine = order_of_pixels[bounds[order] : bounds[order + 1]]
        under = order_of_pixels[bounds[order - 1] : bounds[order]] if order else mine[:0]
        weights = np.concatenate([1.0 - share[mine], share[under]])
        pixels = np.concatenate([mine, under])
        chosen = (
            (weights > 1e-9) & where.inside[pixels] & np.concatenate([np.ones(len(mine), bool), where.above[under] == order])
        )
        pixels, weights = pixels[chosen], weights[chosen]
        if not pixels.size:
            continue
        values = values_of(place)
        if values is None:
            total[pixels] = np.nan
            continue
        u, v = _indices(stack.planes[place], target, rows[pixels], columns[pixels])
        total[pixels] += (weights * _at(values, u, v, crisp=crisp)).astype(np.float32)
    result[:] = total.reshape(result.shape)


def _steps(plane: Plane, target: Plane) -> Iterator[tuple[float, float, float]]:
    """Yield for column and row index of a frame: where the target's first pixel lies, and what a column and a row add."""
    shift = np.subtract(target.origin, plane.origin)
    for axis, spacing in ((plane.axis_column, plane.spacing_mm[1]), (plane.axis_row, plane.spacing_mm[0])):
        yield (
            float(np.dot(shift, axis)) / spacing,
            float(np.dot(target.axis_column, axis)) * target.spacing_mm[1] / spacing,
            float(np.dot(target.axis_row, axis)) * target.spacing_mm[0] / spacing,
        )


def _indices(
    plane: Plane, target: Plane, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[FloatArray, FloatArray]:
    """Return (column, row) indices, first pixel centre 0, in a frame of pixels of the target."""
    u, v = (start + across * columns + down * rows for start, across, down in _steps(plane, target))
    return u, v


def _whole(values: Values, plane: Plane, target: Plane, *, crisp: bool) -> Values:
    """Return a frame sampled at every pixel of a parallel target."""
    (u0, u_across, u_down), (v0, v_across, v_down) = _steps(plane, target)
    rows, columns = np.arange(target.shape[0], dtype=float), np.arange(target.shape[1], dtype=float)
    if abs(u_down) * len(rows) > _EDGE or abs(v_across) * len(columns) > _EDGE or not np.isfinite(values).all():
        every_row, every_column = np.divmod(np.arange(len(rows) * len(columns)), len(columns))
        u, v = _indices(plane, target, every_row, every_column)
        return _at(values, u, v, crisp=crisp).astype(np.float32).reshape(target.shape)
    # Rows and columns do not mix: one direction after the other, on far fewer values.
    left, right, across, in_columns = _neighbours(u0 + u_across * columns, values.shape[1], crisp=crisp)
    top, bottom, down, in_rows = _neighbours(v0 + v_down * rows, values.shape[0], crisp=crisp)
    lines = values[top] + (values[bottom] - values[top]) * down.astype(np.float32)[:, None]
    found = lines[:, left] + (lines[:, right] - lines[:, left]) * across.astype(np.float32)
    found[~in_rows] = np.nan
    found[:, ~in_columns] = np.nan
    return np.asarray(found, dtype=np.float32)


def _at(values: Values, u: FloatArray, v: FloatArray, *, crisp: bool) -> FloatArray:
    """Return a frame at (column, row) indices; NaN beyond its outer pixel edges, and where a pixel that counts is NaN."""
    left, right, across, in_columns = _neighbours(u, values.shape[1], crisp=crisp)
    top, bottom, down, in_rows = _neighbours(v, values.shape[0], crisp=crisp)
    found = np.zeros(u.shape)
    missing = ~(in_columns & in_rows)
    for row, column, weight in (
        (top, left, (1 - down) * (1 - across)),
        (top, right, (1 - down) * across),
        (bottom, left, down * (1 - across)),
        (bottom, right, down * across),
    ):
        here = values[row, column]
        none = ~np.isfinite(here)
        missing |= none & (weight > 1e-6)
        found += np.where(none, 0.0, here) * weight
    found[missing] = np.nan
    return found


def _neighbours(
    index: FloatArray, count: int, *, crisp: bool
) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray, NDArray[np.bool_]]:
    """Return the pixels on either side of an index, the share of the second, and whether it lies on the image at all."""
    inside = (index >= -0.5 - _EDGE) & (index <= count - 0.5 + _EDGE)
    within = np.clip(index, 0, count - 1)
    if crisp:
        within = np.floor(within + 0.5)
    first = np.minimum(within.astype(np.intp), max(count - 2, 0))
    return first, np.minimum(first + 1, count - 1), within - first, inside
