"""Compound graphics of a presentation state as lines, curves and labels (PS3.3 C.10.5.1.3).

Decided
    What the standard says exactly is drawn from the compound graphic: RECTANGLE, ELLIPSE, MULTILINE, INFINITELINE, CUTLINE,
    CROSSHAIR, RULER and AXIS. Which end of an ARROW has the head, and what a RANGELINE looks like, are pictures there and no
    words: their simple twins, which their maker drew, are shown (PS3.4 N.3).
    Fractions of the displayed area are no lengths: what turns, has gaps, ticks or arrows there is left to its twins.
    Where the standard leaves a length to the program - ticks, arrows of a cut line - it is a part of the displayed area.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from viewer.domain.graphic import GraphicShape
from viewer.geometry.plane import FloatArray
from viewer.iods.elements import floats, items, number, text

Lines = tuple[GraphicShape, tuple[tuple[float, ...], ...]]
Bounds = tuple[float, float, float, float]
"""(left, top, right, bottom) of what is displayed, in pixels."""

_TICK: Final = 0.02
_ARROW: Final = 0.08
"""Lengths as parts of the longer side of the displayed area."""
_BEYOND: Final = 3.0
"""A line without end reaches so many diagonals beyond the displayed area: a view may be zoomed out."""


@dataclass(frozen=True)
class Compound:
    """What a compound graphic is drawn with; ``labels`` are words and where they stand."""

    lines: tuple[Lines, ...] = ()
    labels: tuple[tuple[str, tuple[float, float]], ...] = ()


def compound_graphic(item: Dataset, bounds: Bounds) -> Compound:
    """Return what a compound graphic is drawn with; nothing when its twins are to be drawn."""
    kind, data = text(item, "CompoundGraphicType").upper(), floats(item, "GraphicData")
    if kind not in _KINDS or not data or len(data) % 2 or not all(map(math.isfinite, data)):
        return Compound()
    points = np.array(data, float).reshape(-1, 2)
    wanted, make = _KINDS[kind]
    turned = _turn(item)
    if (len(points) != wanted if wanted else len(points) % 2) or turned is None:
        return Compound()
    in_fractions = text(item, "CompoundGraphicUnits").upper() == "DISPLAY"
    if in_fractions and kind in _WITH_LENGTHS:
        return Compound()
    about, matrix = turned
    lines, labels = make(points, item, (0.0, 0.0, 1.0, 1.0) if in_fractions else bounds)

    def placed(found: FloatArray) -> tuple[tuple[float, ...], ...]:
        return tuple((float(x), float(y)) for x, y in (found - about) @ matrix.T + about)

    return Compound(
        tuple((shape, placed(path)) for shape, path in lines),
        tuple((words, (placed(at[None])[0][0], placed(at[None])[0][1])) for words, at in labels),
    )


_Made = tuple[list[tuple[GraphicShape, FloatArray]], list[tuple[str, FloatArray]]]


def _rectangle(points: FloatArray, _item: Dataset, _bounds: Bounds) -> _Made:
    (left, top), (right, bottom) = points
    return [("POLYLINE", np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]))], []


def _ellipse(points: FloatArray, _item: Dataset, _bounds: Bounds) -> _Made:
    (left, top), (right, bottom) = points
    middle = (points[0] + points[1]) / 2
    ends = np.array([(left, middle[1]), (right, middle[1]), (middle[0], top), (middle[0], bottom)])
    return [("ELLIPSE", ends)], []


def _multiline(points: FloatArray, _item: Dataset, _bounds: Bounds) -> _Made:
    return [("POLYLINE", pair) for pair in points.reshape(-1, 2, 2)], []


def _infinite_line(points: FloatArray, item: Dataset, bounds: Bounds) -> _Made:
    """Return a line to beyond the borders; open within a circle about the rotation point where there is a gap."""
    way, middle = _way(points), points.mean(axis=0)
    left, top, right, bottom = bounds
    away = math.hypot(*(middle - np.array([(left + right) / 2, (top + bottom) / 2])))
    reach = _BEYOND * math.hypot(right - left, bottom - top) + away
    about = floats(item, "RotationPoint")
    centre = np.array(about, float) if len(about) == 2 and all(map(math.isfinite, about)) else middle
    return [("POLYLINE", one) for one in _opened(middle - reach * way, middle + reach * way, centre, _gap(item, bounds))], []


def _cut_line(points: FloatArray, item: Dataset, bounds: Bounds) -> _Made:
    """Return an endless line and two arrows on its right that point to it, at the middle of each half (Figure C.10.5-5)."""
    lines, _ = _infinite_line(points, item, bounds)
    way = _way(points)
    # Rows run down: what lies to the right of the way is the way turned clockwise as seen.
    outwards, length = np.array([-way[1], way[0]]), _ARROW * _side(bounds)
    for share in (0.25, 0.75):
        tip = points[0] + share * (points[1] - points[0])
        head = [tip + length / 3 * (outwards + side * way) for side in (1, -1)]
        lines.append(("POLYLINE", np.array([tip + length * outwards, tip])))
        lines.append(("POLYLINE", np.array([head[0], tip, head[1]])))
    return lines, []


def _crosshair(points: FloatArray, item: Dataset, bounds: Bounds) -> _Made:
    diameter = (number(item, "DiameterOfVisibility") or 0.0) * _side(bounds)
    half = diameter / 2 if diameter > 0 else _BEYOND * _side(bounds)
    (centre,) = points
    lines: list[tuple[GraphicShape, FloatArray]] = []
    for way in (np.array([1.0, 0.0]), np.array([0.0, 1.0])):
        pieces = _opened(centre - half * way, centre + half * way, centre, _gap(item, bounds))
        lines += [("POLYLINE", one) for one in pieces]
    return lines, []


def _ruler(points: FloatArray, item: Dataset, bounds: Bounds) -> _Made:
    """Return a line with a tick at both ends; which others there are is left to the program."""
    return [("POLYLINE", points), *(_tick(points, share, item, bounds) for share in (0.0, 1.0))], []


def _axis(points: FloatArray, item: Dataset, bounds: Bounds) -> _Made:
    """Return a line with its major ticks, 0 at its first and 1 at its second point, and their labels where wanted."""
    lines: list[tuple[GraphicShape, FloatArray]] = [("POLYLINE", points)]
    labels: list[tuple[str, FloatArray]] = []
    way = _way(points)
    up = np.array([way[1], -way[0]])
    side = up if text(item, "TickLabelAlignment").upper() != "BOTTOM" else -up
    for major in items(item, "MajorTicksSequence"):
        share = number(major, "TickPosition")
        if share is None:
            continue
        lines.append(_tick(points, share, item, bounds))
        words = text(major, "TickLabel")
        if words and text(item, "ShowTickLabel").upper() == "Y":
            at = points[0] + share * (points[1] - points[0])
            labels.append((words, at + _TICK * _side(bounds) * side))
    return lines, labels


def _tick(points: FloatArray, share: float, item: Dataset, bounds: Bounds) -> tuple[GraphicShape, FloatArray]:
    """Return a tick across, above or below a line; up is left of its way (Figure C.10.5-7)."""
    way = _way(points)
    up = np.array([way[1], -way[0]]) * _TICK * _side(bounds)
    at = points[0] + share * (points[1] - points[0])
    low, high = {"TOP": (0.0, 1.0), "BOTTOM": (-1.0, 0.0)}.get(text(item, "TickAlignment").upper(), (-0.5, 0.5))
    return "POLYLINE", np.array([at + low * up, at + high * up])


_KINDS: Final[dict[str, tuple[int, Callable[[FloatArray, Dataset, Bounds], _Made]]]] = {
    "RECTANGLE": (2, _rectangle),
    "ELLIPSE": (2, _ellipse),
    "MULTILINE": (0, _multiline),
    "INFINITELINE": (2, _infinite_line),
    "CUTLINE": (2, _cut_line),
    "CROSSHAIR": (1, _crosshair),
    "RULER": (2, _ruler),
    "AXIS": (2, _axis),
}
"""How many points a kind has (0: any even number), and what draws it."""

_WITH_LENGTHS: Final = frozenset({"INFINITELINE", "CUTLINE", "CROSSHAIR", "RULER", "AXIS"})


def _opened(start: FloatArray, end: FloatArray, centre: FloatArray, gap: float) -> list[FloatArray]:
    """Return a line without what of it lies within a circle of diameter ``gap``."""
    way, length = _way(np.array([start, end])), float(np.hypot(*(end - start)))
    along = float((centre - start) @ way)
    off = float(np.hypot(*(centre - start - along * way)))
    if gap <= 0 or off >= gap / 2:
        return [np.array([start, end])]
    half = math.sqrt((gap / 2) ** 2 - off**2)
    pieces = []
    if along - half > 0:
        pieces.append(np.array([start, start + min(along - half, length) * way]))
    if along + half < length:
        pieces.append(np.array([start + max(along + half, 0.0) * way, end]))
    return pieces


def _gap(item: Dataset, bounds: Bounds) -> float:
    """Return the gap, stated as a part of the displayed area, in pixels."""
    return max(number(item, "GapLength") or 0.0, 0.0) * _side(bounds)


def _side(bounds: Bounds) -> float:
    return max(bounds[2] - bounds[0], bounds[3] - bounds[1])


def _way(points: FloatArray) -> FloatArray:
    """Return the unit vector from the first point to the second; to the right where they are one."""
    way = points[1] - points[0]
    length = float(np.hypot(*way))
    return np.asarray(way / length) if length > 0 else np.array([1.0, 0.0])


def _turn(item: Dataset) -> tuple[FloatArray, FloatArray] | None:
    """Return the point and the matrix of the rotation, counterclockwise as seen; None when it cannot be known."""
    degrees = number(item, "RotationAngle") or 0.0
    about = floats(item, "RotationPoint")
    if degrees == 0.0:
        return np.zeros(2), np.eye(2)
    if len(about) != 2 or not all(map(math.isfinite, about)) or text(item, "CompoundGraphicUnits").upper() == "DISPLAY":
        return None
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return np.array(about, float), np.array([[cosine, sine], [-sine, cosine]])
