"""Paths in a plane: whether a position is inside a closed one, and how far it is from the nearest line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def is_in_polygon(path: NDArray[np.float64], position: tuple[float, float]) -> bool:
    """Say whether a point is inside a closed path by even-odd: how often a ray to the right crosses it."""
    x, y = position
    ends = np.roll(path, -1, axis=0)
    crossing = (path[:, 1] > y) != (ends[:, 1] > y)
    if not crossing.any():
        return False
    start, end = path[crossing], ends[crossing]
    at = start[:, 0] + (y - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0])
    return int((at > x).sum()) % 2 == 1


def distance_from_paths(paths: tuple[NDArray[np.float64], ...], position: tuple[float, float], *, closed: bool) -> float:
    """Return the distance of a point from the nearest line of paths; a closed one goes back to its start."""
    point = np.array(position)
    nearest = np.inf
    for path in paths:
        if len(path) == 1:
            nearest = min(nearest, float(np.hypot(*(path[0] - point))))
            continue
        starts = path if closed else path[:-1]
        along = (np.roll(path, -1, axis=0) if closed else path[1:]) - starts
        length = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(((point - starts) * along).sum(axis=1) / length, 0.0, 1.0)
        feet = starts + share[:, None] * along
        nearest = min(nearest, float(np.hypot(*(feet - point).T).min()))
    return nearest
