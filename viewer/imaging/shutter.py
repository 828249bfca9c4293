"""Display shutters: what they cover gets their value, on the picture alone; values, ranges and probes know none of it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.domain.shutter import Shutter, ShutterBitmap
from viewer.imaging.cielab import color_of_cielab

_LARGEST_P_VALUE = 65535


def shuttered(picture: NDArray[np.uint8], shutter: Shutter | None) -> NDArray[np.uint8]:
    """Return a finished picture, (rows, columns) or (rows, columns, 3), with what the shutter covers replaced."""
    if shutter is None:
        return picture
    rows, columns = picture.shape[:2]
    covered = picture.copy()
    covered[~open_area(shutter, rows, columns)] = _shown(shutter, colour=picture.ndim == 3)
    return covered


@lru_cache(maxsize=8)
def open_area(shutter: Shutter, rows: int, columns: int) -> NDArray[np.bool_]:
    """Return (rows, columns): what every shape of the shutter leaves open. Edges are open; do not write into it."""
    area = np.ones((rows, columns), bool)
    row, column = np.ogrid[1 : rows + 1, 1 : columns + 1]
    if shutter.rectangle is not None:
        left, right, upper, lower = shutter.rectangle
        area &= (column >= left) & (column <= right) & (row >= upper) & (row <= lower)
    if shutter.circle is not None:
        middle_row, middle_column, radius = shutter.circle
        area &= (row - middle_row) ** 2 + (column - middle_column) ** 2 <= radius**2
    if shutter.polygon:
        area &= inside_polygon(np.array(shutter.polygon, float), rows, columns)
    if shutter.bitmap is not None:
        area &= ~_covered_by(shutter.bitmap, rows, columns)
    area.setflags(write=False)
    return area


def _covered_by(bitmap: ShutterBitmap, rows: int, columns: int) -> NDArray[np.bool_]:
    """Return which pixels a bitmap covers, wherever its corner lies; beyond it everything is open."""
    covered = np.zeros((rows, columns), bool)
    top, left = bitmap.origin[0] - 1, bitmap.origin[1] - 1
    bits = bitmap.bits[max(-top, 0) : max(rows - top, 0), max(-left, 0) : max(columns - left, 0)]
    row, column = max(top, 0), max(left, 0)
    covered[row : row + bits.shape[0], column : column + bits.shape[1]] = bits != 0
    return covered


def inside_polygon(polygon: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.bool_]:
    """Return (rows, columns): what lies inside or on a polygon of (row, column) vertices counted from 1, by even-odd."""
    inside = np.zeros((rows, columns), bool)
    starts, ends = polygon, np.roll(polygon, -1, axis=0)
    for row in range(max(1, int(polygon[:, 0].min())), min(rows, int(polygon[:, 0].max())) + 1):
        line = inside[row - 1]
        crossing = (starts[:, 0] > row) != (ends[:, 0] > row)
        first, last = starts[crossing], ends[crossing]
        share = (row - first[:, 0]) / (last[:, 0] - first[:, 0])
        found = np.sort(first[:, 1] + share * (last[:, 1] - first[:, 1]))
        for left, right in zip(found[0::2], found[1::2], strict=True):
            _open(line, left, right)
    # The rule above is half-open: edges along a row, and vertices that only touch one, are opened by themselves.
    for start, end in zip(starts, ends, strict=True):
        row = int(start[0])
        if 1 <= row <= rows:
            _open(inside[row - 1], start[1], start[1])
            if start[0] == end[0]:
                _open(inside[row - 1], min(start[1], end[1]), max(start[1], end[1]))
    return inside


def _open(line: NDArray[np.bool_], left: float, right: float) -> None:
    """Open the pixels (counted from 1) from ``left`` to ``right``, both included."""
    rounding = 1e-9
    line[max(0, int(np.ceil(left - rounding)) - 1) : max(0, int(np.floor(right + rounding)))] = True


def _shown(shutter: Shutter, *, colour: bool) -> int | tuple[int, int, int]:
    grey = round(shutter.value * 255 / _LARGEST_P_VALUE)
    if not colour:
        return grey
    chosen = color_of_cielab(shutter.cielab) if shutter.cielab is not None else None
    return chosen if chosen is not None else (grey, grey, grey)
