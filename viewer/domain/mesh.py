"""A surface made of triangles, in patient space or in a space of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.box import Box


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles: ``points`` (n, 3) mm, ``triangles`` (m, 3) indices, anti-clockwise seen from outside."""

    points: NDArray[np.float64]
    triangles: NDArray[np.int64]

    @cached_property
    def volume_ml(self) -> float:
        """The enclosed volume; negative when the triangles turn inwards, meaningless when the surface is open."""
        a, b, c = (self.points[self.triangles[:, corner]] for corner in range(3))
        return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6000

    @cached_property
    def area_mm2(self) -> float:
        """The area of its triangles."""
        a, b, c = (self.points[self.triangles[:, corner]] for corner in range(3))
        return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()) / 2

    def welded(self) -> Mesh:
        """Return the surface with points at one place joined, so that triangles know their neighbours."""
        points, which = np.unique(self.points, axis=0, return_inverse=True)
        triangles = which.reshape(-1)[self.triangles]
        a, b, c = triangles.T
        return Mesh(points, np.ascontiguousarray(triangles[(a != b) & (b != c) & (c != a)]))

    @cached_property
    def is_closed(self) -> bool:
        """Whether every edge has a triangle on both sides, which run along it in opposite directions."""
        edges = np.concatenate([self.triangles[:, [0, 1]], self.triangles[:, [1, 2]], self.triangles[:, [2, 0]]])
        forth = edges[:, 0] * (len(self.points) + 1) + edges[:, 1]
        back = edges[:, 1] * (len(self.points) + 1) + edges[:, 0]
        return len(self.triangles) > 0 and bool(np.array_equal(np.sort(forth), np.sort(back)))

    @cached_property
    def bounds(self) -> Box | None:
        """The box around its points; None without any."""
        return Box.around(self.points)

    @property
    def outward_mm2(self) -> NDArray[np.float64]:
        """(n, 3) how the enclosed volume grows as each point moves: a third of its triangles' areas along their normals."""
        a, b, c = (self.points[self.triangles[:, corner]] for corner in range(3))
        thirds = np.cross(b - a, c - a) / 6
        found = np.empty_like(self.points)
        for axis in range(3):
            found[:, axis] = np.bincount(self.triangles.reshape(-1), np.repeat(thirds[:, axis], 3), len(self.points))
        return found

    @cached_property
    def normals(self) -> NDArray[np.float64]:
        """(n, 3) unit vectors outwards at the points: the mean of their triangles' normals, weighted by area."""
        outward = self.outward_mm2
        lengths = np.linalg.norm(outward, axis=1, keepdims=True)
        return np.asarray(np.divide(outward, lengths, out=np.zeros_like(outward), where=lengths > 0))

    def turned(self) -> Mesh:
        """Return the same surface with its other side out."""
        return Mesh(self.points, np.ascontiguousarray(self.triangles[:, ::-1]))


EMPTY = Mesh(np.empty((0, 3)), np.empty((0, 3), np.int64))
