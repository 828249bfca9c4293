"""What of a line lies within a slab: between two distances from a plane."""

from __future__ import annotations

import numpy as np

from viewer.geometry.plane import FloatArray


def pieces_in_slab(points: FloatArray, distances: FloatArray, low: float, high: float) -> list[FloatArray]:
    """Return the pieces (m, 3) of an open line that lie in a slab.

    Parameters
    ----------
    points
        (n, 3) of the line.
    distances
        (n,) of the points from the plane, in mm.
    low, high
        The slab in mm. What lies in its border belongs to it at ``high`` and not at ``low``, so that slab by slab a line
        shows once.
    """
    pieces: list[list[FloatArray]] = []
    joined = False
    for a, b, d_a, d_b in zip(points[:-1], points[1:], distances[:-1], distances[1:], strict=True):
        enters, leaves = (0.0, 1.0) if d_a == d_b else sorted(((low - d_a) / (d_b - d_a), (high - d_a) / (d_b - d_a)))
        start, end = max(0.0, enters), min(1.0, leaves)
        outside = d_a == d_b and not low < d_a <= high
        if outside or end <= start:
            joined = False
            continue
        if not (joined and start == 0.0):
            pieces.append([a + start * (b - a)])
        pieces[-1].append(a + end * (b - a))
        joined = end == 1.0
    return [np.array(piece) for piece in pieces]
