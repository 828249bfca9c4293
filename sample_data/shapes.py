"""Plain solid shapes for the phantom: which of these points lie inside? All lengths in mm, patient LPS+ coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Index: TypeAlias = tuple[slice, ...]
Vector: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True)
class Points:
    """Patient coordinates that broadcast against each other: an open axial grid, or full arrays of any shape."""

    x: Floats
    y: Floats
    z: Floats

    @property
    def shape(self) -> tuple[int, ...]:
        """The common shape."""
        return np.broadcast_shapes(self.x.shape, self.y.shape, self.z.shape)

    def near(self, center: Vector, reach: Vector) -> tuple[Index, Points] | None:
        """Cut the points down to the box around ``center``; None when none of them is inside."""
        inside = [np.abs(v - c) <= r for v, c, r in zip((self.x, self.y, self.z), center, reach, strict=True)]
        if not all(part.any() for part in inside):
            return None
        if self.x.shape == self.y.shape == self.z.shape:
            box = inside[0] & inside[1] & inside[2]
            spans = [np.flatnonzero(box.any(axis=tuple(a for a in range(3) if a != axis))) for axis in range(3)]
            if any(span.size == 0 for span in spans):
                return None
            index = tuple(slice(int(span[0]), int(span[-1]) + 1) for span in spans)
            return index, Points(self.x[index], self.y[index], self.z[index])
        in_x, in_y, in_z = (slice(int(hits[0]), int(hits[-1]) + 1) for hits in (np.flatnonzero(part) for part in inside))
        return (in_z, in_y, in_x), Points(self.x[:, :, in_x], self.y[:, in_y], self.z[in_z])


def ripple(p: Points, seed: float, length_mm: float = 38.0) -> Floats:
    """Make a smooth wavy field within about ±1, so that no organ is a perfect ellipsoid."""
    k = 2 * np.pi / length_mm
    return np.asarray(
        0.5 * np.sin(k * (0.9 * p.x + 0.3 * p.y) + seed)
        + 0.3 * np.sin(k * (0.8 * p.y - 0.4 * p.z) + 2.1 * seed)
        + 0.3 * np.sin(k * (0.7 * p.z + 0.5 * p.x) + 3.7 * seed)
    )


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid turned about z, with a rippled surface."""

    center: Vector
    radii: Vector
    turn_degrees: float = 0.0
    ripple: float = 0.04
    seed: float = 0.0
    lean: tuple[float, float] = (0.0, 0.0)
    """Shift of the centre in x and y per mm of z."""

    def norm(self, p: Points) -> Floats:
        """1 on the surface, smaller inside."""
        turn = np.radians(self.turn_degrees)
        w = p.z - self.center[2]
        dx, dy = p.x - self.center[0] - self.lean[0] * w, p.y - self.center[1] - self.lean[1] * w
        u, v = np.cos(turn) * dx + np.sin(turn) * dy, np.cos(turn) * dy - np.sin(turn) * dx
        norm = np.sqrt((u / self.radii[0]) ** 2 + (v / self.radii[1]) ** 2 + (w / self.radii[2]) ** 2)
        return np.asarray(norm - self.ripple * ripple(p, self.seed)) if self.ripple else np.asarray(norm)

    def grown(self, by_mm: float) -> Ellipsoid:
        """Make the same with each radius longer by ``by_mm``."""
        radii = (self.radii[0] + by_mm, self.radii[1] + by_mm, self.radii[2] + by_mm)
        return Ellipsoid(self.center, radii, self.turn_degrees, self.ripple, self.seed, self.lean)

    @property
    def reach(self) -> Vector:
        """Half of a box that surely holds it."""
        flat = max(self.radii[0], self.radii[1]) * 1.12
        tall = self.radii[2] * 1.12
        return flat + abs(self.lean[0]) * tall, flat + abs(self.lean[1]) * tall, tall


@dataclass(frozen=True)
class Tube:
    """A chain of straight pieces of changing radius."""

    knots: tuple[Vector, ...]
    radii: tuple[float, ...]

    def pieces(self) -> Iterator[tuple[Vector, Vector, float, float]]:
        """Each piece as start, end, radius at the start, radius at the end."""
        yield from zip(self.knots[:-1], self.knots[1:], self.radii[:-1], self.radii[1:], strict=True)


def inside_piece(p: Points, start: Vector, end: Vector, radii: tuple[float, float]) -> Mask:
    """Whether points lie in a rounded cone between two knots."""
    axis = np.subtract(end, start)
    square = float(axis @ axis)
    dx, dy, dz = p.x - start[0], p.y - start[1], p.z - start[2]
    along = np.clip((dx * axis[0] + dy * axis[1] + dz * axis[2]) / square, 0, 1)
    distance = (dx - along * axis[0]) ** 2 + (dy - along * axis[1]) ** 2 + (dz - along * axis[2]) ** 2
    return np.asarray(distance <= (radii[0] + along * (radii[1] - radii[0])) ** 2)
