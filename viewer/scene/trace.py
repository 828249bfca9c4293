"""The borders of labels as closed paths along pixel edges: what is drawn is exactly what the segmentation says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from viewer.scene.composite import Labels, occupied
from viewer.scene.held_bytes import held_bytes
from viewer.scene.remembered import Remembered

Paths = tuple[NDArray[np.float64], ...]
_STEPS = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
"""Right, down, left, up: an edge runs so that its pixel lies on its right hand."""

_traced: Remembered[Mapping[int, Paths]] = Remembered(32, held_bytes)


def traced(labels: Labels) -> Mapping[int, Paths]:
    """Return, for each value but 0, its borders as (n, 2) closed paths of (column, row) with the corner origin.

    Pixels that touch only at a corner belong to different paths. Holes are paths of their own.
    """
    return _traced.recall((labels,), (), lambda: _trace(labels))


def _trace(labels: Labels) -> Mapping[int, Paths]:
    box = occupied(labels)
    if box is None:
        return {}
    top, left, bottom, right = box
    padded = np.zeros((bottom - top + 2, right - left + 2), dtype=np.int64)
    padded[1:-1, 1:-1] = labels[top:bottom, left:right]
    value, start, direction = _edges(padded)
    following = _followers(value, start, direction, width=padded.shape[1])
    corner = direction[following] != direction
    ends = start + _STEPS[direction]
    return _walked(value, _next_corners(following, corner), corner, ends + np.array([left - 1, top - 1]))


def _edges(padded: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (value, start (column, row), direction) of every pixel edge between two values, once for each of them."""
    values, starts, directions = [], [], []
    rows, columns = np.nonzero(padded[1:] != padded[:-1])
    upper, lower = padded[rows, columns], padded[rows + 1, columns]
    rows_across, columns_across = np.nonzero(padded[:, 1:] != padded[:, :-1])
    west, east = padded[rows_across, columns_across], padded[rows_across, columns_across + 1]
    for one, x, y, direction in (
        (lower, columns, rows + 1, 0),
        (west, columns_across + 1, rows_across, 1),
        (upper, columns + 1, rows + 1, 2),
        (east, columns_across + 1, rows_across + 1, 3),
    ):
        kept = one != 0
        values.append(one[kept])
        starts.append(np.column_stack([x[kept], y[kept]]))
        directions.append(np.full(int(kept.sum()), direction))
    return np.concatenate(values), np.concatenate(starts), np.concatenate(directions)


def _followers(
    value: NDArray[np.int64], start: NDArray[np.int64], direction: NDArray[np.int64], *, width: int
) -> NDArray[np.int64]:
    """Return for each edge the one that goes on from its end: a right turn first, so that corners do not join pixels."""

    def key(points: NDArray[np.int64], towards: NDArray[np.int64]) -> NDArray[np.int64]:
        vertices = points[:, 1] * (width + 1) + points[:, 0]
        return np.asarray((vertices * (int(value.max()) + 1) + value) * 4 + towards)

    keys = key(start, direction)
    order = np.argsort(keys)
    ordered = keys[order]
    ends = start + _STEPS[direction]
    following = np.full(len(value), -1)
    for turn in (3, 0, 1):
        wanted = key(ends, (direction + turn) % 4)
        place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
        found = ordered[place] == wanted
        following[found] = order[place[found]]
    return following


def _next_corners(following: NDArray[np.int64], corner: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each edge the next one at whose end the border turns; straight runs are skipped in doubling steps."""
    reached = np.where(corner, np.arange(len(corner)), following)
    while not corner[reached].all():
        reached = reached[reached]
    return np.asarray(reached[following])


def _walked(
    value: NDArray[np.int64], following: NDArray[np.int64], corner: NDArray[np.bool_], ends: NDArray[np.int64]
) -> Mapping[int, Paths]:
    onward = following.tolist()
    left_over = bytearray(corner.tobytes())
    corners = np.flatnonzero(corner)
    visited: list[int] = []
    numbers: list[int] = []
    starts: list[int] = []
    for first, number in zip(corners.tolist(), value[corners].tolist(), strict=True):
        if not left_over[first]:
            continue
        numbers.append(number)
        starts.append(len(visited))
        place = first
        while left_over[place]:
            left_over[place] = 0
            visited.append(place)
            place = onward[place]
    positions = ends[visited].astype(float)
    found: dict[int, list[NDArray[np.float64]]] = {}
    for number, start, end in zip(numbers, starts, [*starts[1:], len(visited)], strict=True):
        found.setdefault(number, []).append(positions[start:end])
    return {number: tuple(paths) for number, paths in found.items()}
