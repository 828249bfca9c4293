"""A measurement of the reader: a shape on one image, and what its geometry amounts to. Pixel values are no part of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from viewer.domain.calibration import Scale
from viewer.domain.crossed_axes import crossed_axes
from viewer.domain.instance import Cut, FrameKey, InstanceHeader
from viewer.geometry.plane import FloatArray

MeasurementKind = Literal[
    "length",
    "bidirectional",
    "angle",
    "cobb",
    "ellipse",
    "rectangle",
    "polygon",
    "freehand",
    "probe",
    "arrow",
    "note",
]
Point = tuple[float, float]

POINTS_OF: Mapping[MeasurementKind, int] = {
    "length": 2,
    "bidirectional": 4,
    "angle": 3,
    "cobb": 4,
    "ellipse": 2,
    "rectangle": 2,
    "polygon": 3,
    "freehand": 3,
    "probe": 1,
    "arrow": 2,
    "note": 1,
}
"""How many points a whole one has; one of ``AROUND`` may have more."""
BOXES: frozenset[MeasurementKind] = frozenset({"ellipse", "rectangle"})
"""Kinds given by two corners of a box."""
AROUND: frozenset[MeasurementKind] = frozenset({"polygon", "freehand"})
"""Kinds given by the points of a line that comes back to its start."""
REGIONS: frozenset[MeasurementKind] = BOXES | AROUND
"""Kinds that enclose pixels."""
TWO_LINES: frozenset[MeasurementKind] = frozenset({"bidirectional", "cobb"})
"""Kinds of two lines that are drawn apart."""
IN_WORDS: frozenset[MeasurementKind] = frozenset({"arrow", "note"})
"""Kinds that say what the reader wrote, and no value."""

_STEPS = 96
_HANDLES = 24
"""A polygon of more points was drawn freehand: it is moved as a whole."""


@dataclass(frozen=True)
class ImageName:
    """The image a measurement lies on, by UIDs, so that it is found again wherever the files are; ``frame`` is 1-based.

    With a ``cut`` it is the plane through the stack of that image.
    """

    study_instance_uid: str
    sop_instance_uid: str
    frame: int
    cut: Cut | None = None


def image_name(header: InstanceHeader, frame: FrameKey) -> ImageName:
    """Return the name of a frame; an instance without a UID is named by its place, which is never saved."""
    return ImageName(header.study_instance_uid, header.sop_instance_uid or header.key, frame.index + 1, frame.cut)


@dataclass(frozen=True)
class Measurement:
    """One measurement.

    Parameters
    ----------
    id
        Unique among all measurements.
    points
        ``position_image`` (column, row), corner origin. Length: the ends. Bidirectional: the ends of the first axis, then of
        the one across. Angle: end, vertex, end. Cobb: the ends of one line, then of the other. Ellipse and rectangle: two
        opposite corners of the box along rows and columns. Polygon, freehand: the line around. Arrow: the tip, the other
        end. Fewer while it is being drawn.
    text
        What the reader wrote to it.
    """

    id: str
    kind: MeasurementKind
    image: ImageName
    points: tuple[Point, ...]
    text: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it has all its points."""
        wanted = POINTS_OF[self.kind]
        return len(self.points) >= wanted if self.kind in AROUND else len(self.points) == wanted

    @property
    def box(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of its points."""
        places = np.array(self.points)
        (left, top), (right, bottom) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
        return left, top, right, bottom


def path_of(measurement: Measurement) -> tuple[FloatArray, bool]:
    """Return the line (n, 2) of a measurement in image positions, and whether it is closed; of two lines the first."""
    if measurement.kind in TWO_LINES:
        return np.array(measurement.points[:2], dtype=float).reshape(-1, 2), False
    if measurement.kind not in BOXES or not measurement.is_whole:
        closed = measurement.kind in AROUND and measurement.is_whole
        return np.array(measurement.points, dtype=float).reshape(-1, 2), closed
    left, top, right, bottom = measurement.box
    if measurement.kind == "rectangle":
        return np.array([[left, top], [right, top], [right, bottom], [left, bottom]]), True
    turns = np.linspace(0.0, 2.0 * np.pi, _STEPS, endpoint=False)
    unit = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    middle, half = np.array([left + right, top + bottom]) / 2, np.array([right - left, bottom - top]) / 2
    return np.asarray(middle + unit * half), True


def second_line_of(measurement: Measurement) -> FloatArray:
    """Return the other line (2, 2) of a measurement of two; (0, 2) of any other, and while it is not there yet."""
    there = measurement.kind in TWO_LINES and measurement.is_whole
    return np.array(measurement.points[2:] if there else (), dtype=float).reshape(-1, 2)


def handles_of(measurement: Measurement) -> FloatArray:
    """Return where a measurement is taken hold of (n, 2): its points; the corners of a rectangle, the ends of an ellipse."""
    if measurement.kind not in BOXES or not measurement.is_whole:
        points = measurement.points if len(measurement.points) <= _HANDLES else ()
        return np.array(points, dtype=float).reshape(-1, 2)
    left, top, right, bottom = measurement.box
    if measurement.kind == "rectangle":
        return path_of(measurement)[0]
    across, down = (left + right) / 2, (top + bottom) / 2
    return np.array([[left, down], [across, top], [right, down], [across, bottom]])


def with_handle_at(measurement: Measurement, handle: int, position: Point, *, aspect: float = 1.0) -> Measurement:
    """Return a measurement with a handle (its place in ``handles_of``) moved.

    ``aspect`` is the true height of a pixel over its width: two axes stay at a right angle in the body.
    """
    if measurement.kind == "bidirectional" and measurement.is_whole:
        return replace(measurement, points=crossed_axes(measurement.points, handle, position, aspect))
    if measurement.kind not in BOXES or not measurement.is_whole:
        points = (*measurement.points[:handle], position, *measurement.points[handle + 1 :])
        return replace(measurement, points=points)
    left, top, right, bottom = measurement.box
    if measurement.kind == "rectangle":
        opposite = ((right, bottom), (left, bottom), (left, top), (right, top))[handle]
        return replace(measurement, points=(opposite, position))
    column, row = position
    sides = [left, top, right, bottom]
    sides[handle] = column if handle in (0, 2) else row
    return replace(measurement, points=((sides[0], sides[1]), (sides[2], sides[3])))


def moved(measurement: Measurement, by: Point) -> Measurement:
    """Return a measurement shifted as a whole, in image positions."""
    return replace(measurement, points=tuple((column + by[0], row + by[1]) for column, row in measurement.points))


def length(measurement: Measurement, scale: Scale) -> float:
    """Return the distance of the first two points in the scale's unit."""
    return distance(measurement.points[0], measurement.points[1], scale)


def axis_lengths(measurement: Measurement, scale: Scale) -> tuple[float, float]:
    """Return the longer and the shorter of the two axes of a bidirectional measurement, in the scale's unit."""
    points = measurement.points
    first, across = distance(points[0], points[1], scale), distance(points[2], points[3], scale)
    return max(first, across), min(first, across)


def distance(start: Point, end: Point, scale: Scale) -> float:
    """Return the distance of two positions in the scale's unit."""
    return math.hypot((end[0] - start[0]) * scale.spacing[1], (end[1] - start[1]) * scale.spacing[0])


def angle_degrees(measurement: Measurement, scale: Scale) -> float | None:
    """Return the angle at the second of three points, 0 to 180; None when a leg has no length."""
    ends = np.array(measurement.points, dtype=float) * (1.0, scale.aspect)
    one, other = ends[0] - ends[1], ends[2] - ends[1]
    if not np.hypot(*one) or not np.hypot(*other):
        return None
    cross, dot = one[0] * other[1] - one[1] * other[0], float(one @ other)
    return math.degrees(math.atan2(abs(cross), dot))


def cobb_degrees(measurement: Measurement, scale: Scale) -> float | None:
    """Return the angle between the two lines of a Cobb measurement, 0 to 180; None when one has no length.

    Which ends belong together is told by where they lie, not by the way the lines were drawn: the nearer pairs do.
    """
    ends = np.array(measurement.points, dtype=float) * (1.0, scale.aspect)
    straight = np.hypot(*(ends[2] - ends[0])) + np.hypot(*(ends[3] - ends[1]))
    swapped = np.hypot(*(ends[3] - ends[0])) + np.hypot(*(ends[2] - ends[1]))
    one, other = ends[1] - ends[0], (ends[3] - ends[2]) * (1.0 if straight <= swapped else -1.0)
    if not np.hypot(*one) or not np.hypot(*other):
        return None
    return math.degrees(math.atan2(abs(one[0] * other[1] - one[1] * other[0]), float(one @ other)))


def area(measurement: Measurement, scale: Scale) -> float:
    """Return the area of a region in the square of the scale's unit; of a line around that does not cross itself."""
    if measurement.kind in AROUND:
        x, y = np.array(measurement.points, dtype=float).T
        twice = float(x @ np.roll(y, -1) - y @ np.roll(x, -1))
        return abs(twice) / 2 * scale.spacing[0] * scale.spacing[1]
    left, top, right, bottom = measurement.box
    box = (right - left) * scale.spacing[1] * (bottom - top) * scale.spacing[0]
    return box * math.pi / 4 if measurement.kind == "ellipse" else box


def perimeter(measurement: Measurement, scale: Scale) -> float:
    """Return the length of the line around a region in the scale's unit; of an ellipse exactly."""
    if measurement.kind in AROUND:
        points = measurement.points
        return sum(distance(start, end, scale) for start, end in zip(points, (*points[1:], points[0]), strict=True))
    left, top, right, bottom = measurement.box
    across, down = (right - left) * scale.spacing[1], (bottom - top) * scale.spacing[0]
    return _around_ellipse(across / 2, down / 2) if measurement.kind == "ellipse" else 2 * (across + down)


def _around_ellipse(one: float, other: float) -> float:
    """Return the perimeter of an ellipse of two half axes by the arithmetic-geometric mean (Gauss; Adlaj 2012)."""
    if not min(one, other):
        return 4 * max(one, other)
    mean, geometric = max(one, other), min(one, other)
    total, power = mean**2, 0.5
    while mean - geometric > 1e-12 * mean:
        total -= power * (mean**2 - geometric**2)
        mean, geometric = (mean + geometric) / 2, math.sqrt(mean * geometric)
        power *= 2
    return 2 * math.pi * total / mean


def crosses_itself(measurement: Measurement) -> bool:
    """Say whether sides of a line around cross: then it has no one area."""
    starts = np.array(measurement.points, dtype=float)
    ends = np.roll(starts, -1, axis=0)

    def side(points: FloatArray) -> FloatArray:
        """(sides, points): on which side of each of the polygon's sides a point lies."""
        along, to = (ends - starts)[:, None], points[None] - starts[:, None]
        return np.asarray(np.sign(along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0]))

    apart = side(starts) * side(ends) < 0
    return bool((apart & apart.T).any())
