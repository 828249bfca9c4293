"""What the shape of a region tells: lengths, axes, areas, angles, from the points that a report states (PS3.3 C.18.6.1)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from viewer.domain.report import ContentItem
from viewer.geometry.plane import FloatArray
from viewer.representations.reported_values import Quantity

Answer = Callable[[FloatArray], float | None]
"""From points in mm, (n, 3) in the patient or (n, 2) across and down in an image; None when there are not enough."""


def answer_of(region: ContentItem, quantity: Quantity) -> Answer | None:
    """Return what tells a quantity from the points of a region in mm; None when its shape does not."""
    shape = "POLYLINE" if region.graphic_type == "POLYGON" else region.graphic_type
    if quantity in ("width", "height") and region.value_type == "SCOORD3D":
        return None
    return _ANSWERS.get((shape, quantity))


def _path(points: FloatArray) -> float | None:
    """Return the length of an open line."""
    if len(points) < 2 or (len(points) > 2 and np.allclose(points[0], points[-1])):
        return None
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def _around(points: FloatArray) -> float | None:
    """Return the length of a closed outline; the last point joins the first."""
    if len(points) < 3:
        return None
    return float(np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1).sum())


def _farthest(points: FloatArray) -> float | None:
    """Return the largest distance between two points of a line."""
    if len(points) < 2:
        return None
    return max(float(np.linalg.norm(points - point, axis=1).max()) for point in points)


def _two_points(points: FloatArray) -> float | None:
    return float(np.linalg.norm(points[1] - points[0])) if len(points) == 2 else None


def _inside(points: FloatArray) -> float | None:
    """Return the area of a closed outline in a plane, (n, 2) or (n, 3); the last point joins the first."""
    if len(points) < 3:
        return None
    relative = np.pad(points, ((0, 0), (0, 3 - points.shape[1]))) - np.append(points[0], [0.0] * (3 - points.shape[1]))
    return float(np.linalg.norm(np.cross(relative, np.roll(relative, -1, axis=0)).sum(axis=0))) / 2


def _extent(axis: int) -> Answer:
    def answer(points: FloatArray) -> float | None:
        return float(np.ptp(points[:, axis])) if len(points) >= 2 else None

    return answer


def _circle(times: Callable[[float], float]) -> Answer:
    def answer(points: FloatArray) -> float | None:
        radius = _two_points(points)
        return times(radius) if radius is not None else None

    return answer


def _ellipse(of: Callable[[float, float], float]) -> Answer:
    """Answer from the two axes; points are the ends of the major and of the minor one."""

    def answer(points: FloatArray) -> float | None:
        if len(points) != 4:
            return None
        return of(float(np.linalg.norm(points[1] - points[0])), float(np.linalg.norm(points[3] - points[2])))

    return answer


def _angle(points: FloatArray) -> float | None:
    """Return degrees: at the middle one of three points, else the smaller angle between the two lines of four points."""
    if len(points) not in (3, 4):
        return None
    first, second = (
        (points[0] - points[1], points[2] - points[1])
        if len(points) == 3
        else (points[1] - points[0], points[3] - points[2])
    )
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    if lengths == 0:
        return None
    found = math.degrees(math.acos(max(-1.0, min(1.0, float(first @ second) / lengths))))
    return found if len(points) == 3 else min(found, 180.0 - found)


def _ellipsoid_ml(points: FloatArray) -> float | None:
    if len(points) != 6:
        return None
    axes = np.linalg.norm(points[1::2] - points[::2], axis=1)
    return float(math.pi / 6 * np.prod(axes)) / 1000


_ANSWERS: Final[dict[tuple[str, Quantity], Answer]] = {
    ("POLYLINE", "length"): _path,
    ("POLYLINE", "long_axis"): _farthest,
    ("POLYLINE", "short_axis"): _two_points,
    ("POLYLINE", "perimeter"): _around,
    ("POLYLINE", "area"): _inside,
    ("POLYLINE", "width"): _extent(0),
    ("POLYLINE", "height"): _extent(1),
    ("POLYLINE", "angle"): _angle,
    ("CIRCLE", "radius"): _circle(lambda radius: radius),
    ("CIRCLE", "long_axis"): _circle(lambda radius: 2 * radius),
    ("CIRCLE", "short_axis"): _circle(lambda radius: 2 * radius),
    ("CIRCLE", "perimeter"): _circle(lambda radius: 2 * math.pi * radius),
    ("CIRCLE", "area"): _circle(lambda radius: math.pi * radius**2),
    ("ELLIPSE", "long_axis"): _ellipse(max),
    ("ELLIPSE", "short_axis"): _ellipse(min),
    ("ELLIPSE", "area"): _ellipse(lambda major, minor: math.pi / 4 * major * minor),
    ("ELLIPSOID", "volume"): _ellipsoid_ml,
}

QUANTITY_WORDS: Final[dict[Quantity, str]] = {
    "volume": "Volume",
    "area": "Area inside",
    "length": "Length",
    "long_axis": "Largest diameter",
    "short_axis": "Smallest diameter",
    "radius": "Radius",
    "width": "Extent along the rows",
    "height": "Extent along the columns",
    "perimeter": "Perimeter",
    "angle": "Angle",
}
