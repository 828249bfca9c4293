"""The two axes of a bidirectional measurement: the one across stays at a right angle to the first, whatever is pulled."""

from __future__ import annotations

import numpy as np

from viewer.geometry.plane import FloatArray

Point = tuple[float, float]

_AT_FIRST = 0.5
"""Length of the second axis as a part of the first before the reader has pulled it."""


def axis_across(start: Point, end: Point, aspect: float) -> tuple[Point, Point]:
    """Return the ends of an axis through the middle of another, at a right angle to it in the body, half as long.

    Parameters
    ----------
    start, end
        ``position_image`` of the first axis.
    aspect
        True height of a pixel over its width.
    """
    first = np.array([start, end]) * (1.0, aspect)
    way = (first[1] - first[0]) * _AT_FIRST / 2
    middle, across = first.mean(axis=0), np.array([-way[1], way[0]])
    return _ends(middle - across, middle + across, aspect)


def crossed_axes(points: tuple[Point, ...], handle: int, position: Point, aspect: float) -> tuple[Point, ...]:
    """Return the four ends after one was pulled to a position.

    An end of the first axis turns and stretches it, the other axis keeps its two arms and its part of the way along. An end
    of the other axis moves that along the first one and changes the arm that is pulled.
    """
    ends, target = np.array(points, dtype=float) * (1.0, aspect), np.array(position) * (1.0, aspect)
    along, across = _directions(ends)
    length = float(np.hypot(*(ends[1] - ends[0])))
    share = float((ends[2] - ends[0]) @ along) / length if length else 0.5
    arms = [float((end - ends[0]) @ across) for end in ends[2:]]
    if handle < 2:
        ends[handle] = target
        if not np.hypot(*(ends[1] - ends[0])):
            return points
        along, across = _directions(ends)
        length = float(np.hypot(*(ends[1] - ends[0])))
    else:
        share = min(max(float((target - ends[0]) @ along) / length, 0.0), 1.0) if length else 0.5
        arms[handle - 2] = float((target - ends[0]) @ across)
    foot = ends[0] + along * share * length
    one, other = _ends(foot + across * arms[0], foot + across * arms[1], aspect)
    first, last = _ends(ends[0], ends[1], aspect)
    return (first, last, one, other)


def _directions(ends: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the unit vectors along the first axis and at a right angle to it; of an axis without length along x and y."""
    way = ends[1] - ends[0]
    length = float(np.hypot(*way))
    along = way / length if length else np.array([1.0, 0.0])
    return along, np.array([-along[1], along[0]])


def _ends(start: FloatArray, end: FloatArray, aspect: float) -> tuple[Point, Point]:
    (x, y), (end_x, end_y) = start.tolist(), end.tolist()
    return (x, y / aspect), (end_x, end_y / aspect)
