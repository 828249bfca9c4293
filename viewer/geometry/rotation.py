"""Turning about an axis through the origin (Rodrigues' formula)."""

from __future__ import annotations

import numpy as np

from viewer.geometry.plane import FloatArray, Vector


def rotation(about: FloatArray | Vector, degrees: float) -> FloatArray:
    """Return the 3x3 matrix that turns points about a unit vector, right-handed."""
    x, y, z = about
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross))
