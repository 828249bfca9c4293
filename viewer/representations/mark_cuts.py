"""Curves and cuts of marks: ellipses as line segments, smooth curves, and what of a mark in space a plane meets."""

from __future__ import annotations

from typing import Final

import numpy as np

from viewer.geometry.plane import FloatArray, Plane

CURVE_POINTS: Final = 72
"""Segments of a closed curve: on an ellipse of 500 pixels the chord leaves the curve by half a pixel."""

_BETWEEN = 8
"""Segments between two points of an interpolated curve."""


def ellipse_path(axis_ends: FloatArray) -> FloatArray:
    """Return a closed path (n, d) of the ellipse through four axis ends (4, d): major, major, minor, minor.

    The minor axis is laid through the middle of the major one, so that wrong-sized axes still give an ellipse.
    """
    center = (axis_ends[0] + axis_ends[1]) / 2
    major, minor = (axis_ends[1] - axis_ends[0]) / 2, (axis_ends[3] - axis_ends[2]) / 2
    return ellipse_at(center, major, minor)


def smooth_path(points: FloatArray) -> FloatArray:
    """Return a curve (m, d) that passes through all points (n, d): Graphic Type INTERPOLATED (PS3.3 C.10.5.1.2).

    A Catmull-Rom spline; closed when the last point repeats the first.
    """
    if len(points) < 3:
        return points
    closed = bool(np.allclose(points[0], points[-1]))
    before = points[-2] if closed else 2 * points[0] - points[1]
    after = points[1] if closed else 2 * points[-1] - points[-2]
    knots = np.vstack([before, points, after])
    steps = np.linspace(0.0, 1.0, _BETWEEN, endpoint=False)[:, None]
    found = [
        (2 * p1 + (p2 - p0) * steps + (2 * p0 - 5 * p1 + 4 * p2 - p3) * steps**2 + (3 * p1 - p0 - 3 * p2 + p3) * steps**3)
        / 2
        for p0, p1, p2, p3 in zip(knots, knots[1:], knots[2:], knots[3:], strict=False)
    ]
    return np.vstack([*found, points[-1:]])


def ellipsoid_cut(axis_ends: FloatArray, plane: Plane) -> FloatArray | None:
    """Return the closed curve (n, 2) positions in which a plane cuts an ellipsoid; None when it misses it.

    Parameters
    ----------
    axis_ends
        (6, 3) patient mm: the two ends of each of the three axes (PS3.3 C.18.9.1.2).
    plane
        The cutting plane.
    """
    center = axis_ends.mean(axis=0)
    axes = np.array([axis_ends[1] - axis_ends[0], axis_ends[3] - axis_ends[2], axis_ends[5] - axis_ends[4]]) / 2
    if abs(np.linalg.det(axes)) < 1e-9:
        return None
    # In coordinates in which the ellipsoid is the unit ball, the plane is again a plane and the cut a circle.
    to_patient = axes.T
    normal = to_patient.T @ np.asarray(plane.normal)
    length = float(np.linalg.norm(normal))
    distance = -float(plane.distance_mm(center)) / length
    if abs(distance) >= 1:
        return None
    normal /= length
    helper = np.eye(3)[int(np.argmin(np.abs(normal)))]
    first = np.cross(normal, helper)
    first /= np.linalg.norm(first)
    second = np.cross(normal, first)
    radius = float(np.sqrt(1 - distance**2))
    ball = ellipse_at(distance * normal, radius * first, radius * second)
    return plane.position_image(center + ball @ to_patient.T)


def chords(outline: FloatArray, distances: FloatArray) -> list[FloatArray]:
    """Return the segments (2, 3) in which a plane cuts the area inside a closed outline.

    Parameters
    ----------
    outline
        (n, 3) patient mm; joined from the last point to the first.
    distances
        (n,) signed distances of its points from the plane, mm.
    """
    following, ahead = np.roll(outline, -1, axis=0), np.roll(distances, -1)
    crossing = (distances > 0) != (ahead > 0)
    if not crossing.any():
        return []
    share = distances[crossing] / (distances[crossing] - ahead[crossing])
    points = outline[crossing] + share[:, None] * (following[crossing] - outline[crossing])
    along = points @ (points[np.argmax(np.linalg.norm(points - points[0], axis=1))] - points[0])
    points = points[np.argsort(along)]
    return [points[place : place + 2] for place in range(0, len(points) - 1, 2)]


def ellipse_at(center: FloatArray, half_major: FloatArray, half_minor: FloatArray) -> FloatArray:
    """Return a closed path (n, d) of the ellipse with a center and two half axes (d,)."""
    angles = np.linspace(0.0, 2 * np.pi, CURVE_POINTS, endpoint=False)
    return np.asarray(center + np.outer(np.cos(angles), half_major) + np.outer(np.sin(angles), half_minor))
