"""Fewer points for a line drawn freehand: those that the line would not miss by more than a tolerance (Douglas-Peucker)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray


def simplified(points: FloatArray, tolerance: float) -> NDArray[np.bool_]:
    """Return which of the points (n, 2) of a line to keep, so that no other lies farther than ``tolerance`` from it.

    The first and the last are kept.
    """
    kept = np.zeros(len(points), bool)
    if not len(points):
        return kept
    kept[[0, -1]] = True
    pending = [(0, len(points) - 1)]
    while pending:
        first, last = pending.pop()
        if last - first < 2:
            continue
        start, way = points[first], points[last] - points[first]
        between = points[first + 1 : last] - start
        squared = float(way @ way)
        share = np.clip(between @ way / squared, 0.0, 1.0) if squared else np.zeros(len(between))
        away = np.hypot(*(between - share[:, None] * way).T)
        farthest = int(away.argmax())
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            kept[middle] = True
            pending += [(first, middle), (middle, last)]
    return kept
