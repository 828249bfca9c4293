"""Where a line of sight meets a surface: what picking in 3D asks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.geometry.plane import FloatArray

_GRAZING = 1e-12


def first_hit(mesh: Mesh, start: FloatArray, direction: FloatArray) -> float | None:
    """Return the distance (mm) along a ray at which it first meets a surface, from either side; None when it misses.

    Parameters
    ----------
    mesh
        In the space of the ray.
    start, direction
        (3,) mm, and (3,) a unit vector. (Möller and Trumbore 1997.)
    """
    if not len(mesh.triangles) or not _crosses_box(mesh, start, direction):
        return None
    corner = mesh.points[mesh.triangles[:, 0]]
    edge_one = mesh.points[mesh.triangles[:, 1]] - corner
    edge_two = mesh.points[mesh.triangles[:, 2]] - corner
    normal = np.cross(direction, edge_two)
    slope = np.einsum("ij,ij->i", edge_one, normal)
    facing = np.abs(slope) > _GRAZING
    inverse = np.divide(1.0, slope, out=np.zeros_like(slope), where=facing)
    from_corner = start - corner
    u = np.einsum("ij,ij->i", from_corner, normal) * inverse
    turned = np.cross(from_corner, edge_one)
    v = turned @ direction * inverse
    distance = np.einsum("ij,ij->i", edge_two, turned) * inverse
    met: NDArray[np.bool_] = facing & (u >= 0) & (v >= 0) & (u + v <= 1) & (distance > 0)
    return float(distance[met].min()) if met.any() else None


def _crosses_box(mesh: Mesh, start: FloatArray, direction: FloatArray) -> bool:
    if mesh.bounds is None:
        return False
    low, high = np.asarray(mesh.bounds.low), np.asarray(mesh.bounds.high)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (low - start) / direction, (high - start) / direction
    # A ray in the plane of a face gives 0 / 0: inside it, and no bound.
    enter = np.nanmax(np.minimum(one, two))
    leave = np.nanmin(np.maximum(one, two))
    return bool(leave >= max(enter, 0.0))
