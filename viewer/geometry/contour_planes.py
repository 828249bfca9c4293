"""Contours sorted into parallel planes: which of them lie in one plane, and how far apart those planes are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.plane import FloatArray, Vector, to_vector
from viewer.geometry.tolerances import (
    CONTOUR_FLAT_MM,
    PARALLEL_DEGREES,
    SAME_CONTOUR_PLANE_MM,
    SAME_CONTOUR_PLANE_RELATIVE,
    UNKNOWN_GAP_MM,
)


@dataclass(frozen=True, eq=False)
class ContourPlanes:
    """Planes with one normal, in ascending order of their offset along it.

    Parameters
    ----------
    normal
        Unit vector.
    offsets_mm
        (m,) signed distances of the planes from the patient origin along the normal.
    centres
        (m, 3) a point of each plane amid its contours, mm.
    members
        For each plane the places, in the list given, of the contours in it.
    """

    normal: Vector
    offsets_mm: FloatArray
    centres: FloatArray
    members: tuple[tuple[int, ...], ...]

    def offsets_along(self, normal: Vector) -> FloatArray | None:
        """Return (m,) the offsets of the planes along another normal, in their own order; None when it is not parallel.

        Taken amid the contours, so that a small angle between the normals does not shift planes far from the origin.
        """
        if abs(float(np.dot(self.normal, normal))) < np.cos(np.radians(PARALLEL_DEGREES)):
            return None
        return np.asarray(self.centres @ np.asarray(normal))

    @cached_property
    def spacing_mm(self) -> float:
        """Median gap between neighbouring planes; 0 with a single one."""
        return float(np.median(np.diff(self.offsets_mm))) if len(self.offsets_mm) > 1 else 0.0


@dataclass(frozen=True, eq=False)
class SortedContours:
    """The planes of a list of contours, and (n,) how far the points of each stray from their plane, mm."""

    planes: tuple[ContourPlanes, ...]
    deviations_mm: FloatArray


def sort_contours(contours: Sequence[FloatArray]) -> SortedContours:
    """Sort closed contours, each (n, 3) in patient mm with at least one point, into parallel planes.

    The plane of a contour is the least-squares plane of its points. A contour with fewer than three points, or with all on
    one line, has no plane of its own and takes the normal that most contours have.
    """
    if not contours:
        return SortedContours((), np.zeros(0))
    counts = np.array([len(points) for points in contours])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    stacked = np.concatenate(contours)
    lowest = np.minimum.reduceat(stacked, starts)
    highest = np.maximum.reduceat(stacked, starts)
    centres = np.add.reduceat(stacked, starts) / counts[:, None]
    flat = (highest - lowest) <= CONTOUR_FLAT_MM
    normals = np.full((len(contours), 3), np.nan)
    deviations = np.zeros(len(contours))
    along_one_axis = flat.sum(axis=1) == 1
    normals[along_one_axis] = np.eye(3)[np.argmax(flat[along_one_axis], axis=1)]
    for place in np.flatnonzero(~flat.any(axis=1)).tolist():
        found = _fitted_normal(contours[place] - centres[place])
        if found is not None:
            normals[place], deviations[place] = found
    groups = _by_direction(normals)
    return SortedContours(tuple(_stacked(normal, places, centres) for normal, places in groups), deviations)


def _fitted_normal(relative: FloatArray) -> tuple[FloatArray, float] | None:
    """Return the normal of the least-squares plane through the origin and the largest distance from it; None for a line."""
    _, sizes, axes = np.linalg.svd(relative, full_matrices=False)
    if len(relative) < 3 or sizes[1] <= CONTOUR_FLAT_MM:
        return None
    normal = axes[2]
    normal = normal if normal[np.argmax(np.abs(normal))] > 0 else -normal
    return normal, float(np.abs(relative @ normal).max())


def _by_direction(normals: FloatArray) -> list[tuple[FloatArray, list[int]]]:
    """Group places whose normals are parallel; those without a normal join the largest group, or the axial one."""
    closest = np.cos(np.radians(PARALLEL_DEGREES))
    groups: list[tuple[FloatArray, list[int]]] = []
    rest = np.flatnonzero(~np.isnan(normals[:, 0]))
    while len(rest):
        normal = normals[rest[0]]
        parallel = np.abs(normals[rest] @ normal) >= closest
        groups.append((normal, rest[parallel].tolist()))
        rest = rest[~parallel]
    without = np.flatnonzero(np.isnan(normals[:, 0])).tolist()
    if without and not groups:
        groups.append((np.array([0.0, 0.0, 1.0]), []))
    if without:
        max(groups, key=lambda group: len(group[1]))[1].extend(without)
    return groups


def _stacked(normal: FloatArray, places: list[int], centres: FloatArray) -> ContourPlanes:
    offsets = centres[places] @ normal
    order = np.argsort(offsets, kind="stable")
    sorted_offsets = offsets[order]
    gaps = np.diff(sorted_offsets)
    apart = gaps[gaps > SAME_CONTOUR_PLANE_MM]
    # Several contours a slice make most gaps noise, so the usual gap is looked for among the large ones.
    usual_mm = float(np.percentile(apart, 90)) if len(apart) else 0.0
    new = np.concatenate([[True], gaps > max(SAME_CONTOUR_PLANE_MM, SAME_CONTOUR_PLANE_RELATIVE * usual_mm)])
    plane_of = np.cumsum(new) - 1
    members: list[list[int]] = [[] for _ in range(int(plane_of[-1]) + 1)]
    for plane, place in zip(plane_of.tolist(), order.tolist(), strict=True):
        members[plane].append(places[place])
    counts = np.bincount(plane_of)
    means = np.bincount(plane_of, weights=sorted_offsets) / counts
    sorted_centres = centres[places][order]
    middle = np.stack([np.bincount(plane_of, weights=sorted_centres[:, axis]) / counts for axis in range(3)], axis=-1)
    return ContourPlanes(to_vector(normal), means, middle, tuple(tuple(sorted(group)) for group in members))


def reach_mm(*gaps_mm: float) -> float:
    """Return half the smallest known gap (0 is unknown): how far a plane may lie from a slice and still belong to it."""
    known = [gap for gap in gaps_mm if gap > 0]
    return min(known) / 2 if known else UNKNOWN_GAP_MM / 2


def nearest_planes(offsets_mm: FloatArray, positions_mm: FloatArray, *, reach: FloatArray | float) -> NDArray[np.intp]:
    """Return for each position the place of the nearest offset within reach of it, or -1.

    A plane as far from one position as from the next goes to one of them only: the reach is closed on the side of the larger
    offset and open on the other, each moved by a hundredth so that the noise of decimal strings does not decide.

    Parameters
    ----------
    offsets_mm
        (m,) ascending.
    positions_mm
        (n,).
    reach
        (n,) or one for all, mm.
    """
    if not len(offsets_mm):
        return np.full(len(positions_mm), -1, dtype=np.intp)
    above = np.clip(np.searchsorted(offsets_mm, positions_mm), 0, len(offsets_mm) - 1)
    below = np.maximum(above - 1, 0)
    upper = offsets_mm[above] - positions_mm
    lower = offsets_mm[below] - positions_mm
    place = np.where(np.abs(upper) <= np.abs(lower) + SAME_CONTOUR_PLANE_MM, above, below)
    distance = offsets_mm[place] - positions_mm
    margin = 0.01 * np.asarray(reach)
    within = (distance > -reach + margin) & (distance <= reach + margin)
    return np.where(within, place, -1).astype(np.intp)
