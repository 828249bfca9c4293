"""A box along the patient's axes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from viewer.geometry.plane import FloatArray, Vector, to_vector


@dataclass(frozen=True)
class Box:
    """From ``low`` to ``high``, patient LPS mm."""

    low: Vector
    high: Vector

    @staticmethod
    def around(points: FloatArray) -> Box | None:
        """Return the smallest box around points (n, 3); None without any."""
        if not len(points):
            return None
        return Box(to_vector(points.min(axis=0)), to_vector(points.max(axis=0)))

    @staticmethod
    def of_all(boxes: Iterable[Box]) -> Box | None:
        """Return the smallest box around others; None without any."""
        corners = [corner for box in boxes for corner in (box.low, box.high)]
        return Box.around(np.array(corners)) if corners else None

    @property
    def center(self) -> Vector:
        """Its middle."""
        return to_vector((np.asarray(self.low) + self.high) / 2)

    @property
    def diagonal_mm(self) -> float:
        """From corner to corner."""
        return float(np.linalg.norm(np.subtract(self.high, self.low)))

    def share(self, low: Vector, high: Vector) -> Box:
        """Return the part of the box between two places given as shares 0 to 1 of its sides."""
        size = np.subtract(self.high, self.low)
        return Box(to_vector(np.asarray(self.low) + size * low), to_vector(np.asarray(self.low) + size * high))
