"""Compound graphics of a presentation state that are drawn as such; all others as their simple twins (PS3.3 C.10.5.1.3).

Decided
    RECTANGLE, ELLIPSE and MULTILINE are lines and nothing else: they are drawn from the compound graphic. What has ticks,
    heads or gaps (RULER, AXIS, ARROW, CUTLINE, ...) may look different in every program, and every one has simple twins
    that its maker drew: these are shown (PS3.4 N.3).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from viewer.domain.graphic import GraphicShape
from viewer.geometry.plane import FloatArray
from viewer.iods.elements import floats, number, text

Lines = tuple[GraphicShape, tuple[tuple[float, ...], ...]]

_BOXES: Final = ("RECTANGLE", "ELLIPSE")


def compound_lines(item: Dataset) -> tuple[Lines, ...]:
    """Return the (shape, points) that a compound graphic is drawn with; nothing when its twins are to be drawn."""
    kind = text(item, "CompoundGraphicType").upper()
    data = floats(item, "GraphicData")
    if kind not in (*_BOXES, "MULTILINE") or not data or len(data) % 2 or not all(map(math.isfinite, data)):
        return ()
    points = np.array(data, float).reshape(-1, 2)
    if len(points) != 2 if kind in _BOXES else len(points) % 2:
        return ()
    turned = _turn(item)
    if turned is None:
        return ()
    about, matrix = turned
    if kind == "MULTILINE":
        return tuple(("POLYLINE", _tuples((pair - about) @ matrix.T + about)) for pair in points.reshape(-1, 2, 2))
    (left, top), (right, bottom) = points
    if kind == "RECTANGLE":
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
        return (("POLYLINE", _tuples((corners - about) @ matrix.T + about)),)
    middle = (points[0] + points[1]) / 2
    ends = np.array([(left, middle[1]), (right, middle[1]), (middle[0], top), (middle[0], bottom)])
    return (("ELLIPSE", _tuples((ends - about) @ matrix.T + about)),)


def _turn(item: Dataset) -> tuple[FloatArray, FloatArray] | None:
    """Return the point and the matrix of the rotation, counterclockwise as seen; None when it cannot be known.

    Fractions of the displayed area are no lengths: what turns there is left to its twins.
    """
    degrees = number(item, "RotationAngle") or 0.0
    about = floats(item, "RotationPoint")
    if degrees == 0.0:
        return np.zeros(2), np.eye(2)
    if len(about) != 2 or not all(map(math.isfinite, about)) or text(item, "CompoundGraphicUnits").upper() == "DISPLAY":
        return None
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return np.array(about, float), np.array([[cosine, sine], [-sine, cosine]])


def _tuples(points: FloatArray) -> tuple[tuple[float, ...], ...]:
    return tuple((float(x), float(y)) for x, y in points)
