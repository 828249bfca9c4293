"""Contours cut by a plane that is not parallel to theirs: sagittal contours on an axial slice, axial ones in a coronal view.

Each contour plane stands for its slab. A pixel of the cutting plane is inside when its centre, moved along the slab's normal
into the contour plane, is inside there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.structure_set import RegionOfInterest
from viewer.geometry.contour_planes import ContourPlanes
from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.planar_region import region_of
from viewer.representations.slabs import single_thickness_mm, slabs_of

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Lines:
    """The pixel rows (or columns) of the cutting plane as lines in the contour plane, turned so that they run along x.

    ``x`` and ``y`` are (n,) where each line begins, ``depth`` its offset along the contour normal there; ``step`` and
    ``depth_step`` are per pixel, ``count`` pixels a line, ``basis`` (2, 3) the axes of the turned contour plane.
    """

    basis: FloatArray
    x: FloatArray
    y: FloatArray
    depth: FloatArray
    step: float
    depth_step: float
    count: int


def cut_mask(roi: RegionOfInterest, group: ContourPlanes, plane: Plane) -> Mask:
    """Return (rows, columns) which pixel centres of a plane lie inside the slabs of a group of contour planes."""
    by_rows = _in_plane_length(plane.axis_column, group) >= _in_plane_length(plane.axis_row, group)
    lines = _lines(plane, group, by_rows=by_rows)
    slabs = slabs_of(group.offsets_mm, single_mm=single_thickness_mm(roi))
    mask = np.zeros((len(lines.x), lines.count), dtype=bool)
    far = lines.depth + lines.depth_step * (lines.count - 1)
    nearest, farthest = np.minimum(lines.depth, far), np.maximum(lines.depth, far)
    depths = lines.depth[:, None] + lines.depth_step * np.arange(lines.count)
    for place, (lower, upper) in enumerate(zip(slabs.lower_mm, slabs.upper_mm, strict=True)):
        crossed = np.flatnonzero((farthest > lower) & (nearest <= upper))
        if len(crossed):
            within = (depths[crossed] > lower) & (depths[crossed] <= upper)
            mask[crossed] |= within & _inside(_loops(roi, group, place, lines.basis), lines, crossed)
    return mask if by_rows else np.ascontiguousarray(mask.T)


def cut_lines(roi: RegionOfInterest, group: ContourPlanes, plane: Plane) -> list[FloatArray]:
    """Return where a plane cuts the inside of contour planes that have no thickness: (2, 3) points in mm each."""
    found: list[FloatArray] = []
    direction = np.cross(plane.normal, group.normal)
    across = np.cross(group.normal, direction)
    basis = np.stack([direction, across]) / np.linalg.norm(direction)
    for place, members in enumerate(group.members):
        anchor = roi.closed[members[0]].points[0]
        depth = group.offsets_mm[place]
        level = _level(plane, basis, anchor)
        crossings: list[float] = []
        for loop in _loops(roi, group, place, basis):
            following = np.roll(loop, -1, axis=0)
            spans = (loop[:, 1] <= level) != (following[:, 1] <= level)
            a, b = loop[spans], following[spans]
            crossings.extend((a[:, 0] + (level - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])).tolist())
        crossings.sort()
        normal = np.asarray(group.normal) * depth
        for start, end in zip(crossings[::2], crossings[1::2], strict=False):
            found.append(np.array([(x, level) for x in (start, end)]) @ basis + normal)
    return found


def _level(plane: Plane, basis: FloatArray, anchor: FloatArray) -> float:
    """Return the second coordinate, in the contour plane, of the line in which a plane cuts it."""
    steepness = float(basis[1] @ np.asarray(plane.normal))
    return float(basis[1] @ anchor) - float(plane.distance_mm(anchor)) / steepness


def _in_plane_length(axis: tuple[float, float, float], group: ContourPlanes) -> float:
    return 1.0 - float(np.dot(axis, group.normal)) ** 2


def _lines(plane: Plane, group: ContourPlanes, *, by_rows: bool) -> _Lines:
    along, other = (plane.axis_column, plane.axis_row) if by_rows else (plane.axis_row, plane.axis_column)
    spacing, other_spacing = (plane.spacing_mm[1], plane.spacing_mm[0]) if by_rows else plane.spacing_mm
    count, lines = (plane.shape[1], plane.shape[0]) if by_rows else plane.shape
    normal = np.asarray(group.normal)
    in_plane = np.asarray(along) - np.dot(along, normal) * normal
    length = float(np.linalg.norm(in_plane))
    first = in_plane / length
    basis = np.stack([first, np.cross(normal, first)])
    starts = np.asarray(plane.origin) + np.arange(lines)[:, None] * np.multiply(other, other_spacing)
    return _Lines(
        basis=basis,
        x=starts @ basis[0],
        y=starts @ basis[1],
        depth=starts @ normal,
        step=spacing * length,
        depth_step=spacing * float(np.dot(along, normal)),
        count=count,
    )


def _loops(roi: RegionOfInterest, group: ContourPlanes, place: int, basis: FloatArray) -> tuple[FloatArray, ...]:
    contours = [roi.closed[member] for member in group.members[place]]
    exclusive = any(contour.geometric_type == "CLOSEDPLANAR_XOR" for contour in contours)
    return region_of([contour.points @ basis.T for contour in contours], exclusive=exclusive).loops


def _inside(loops: tuple[FloatArray, ...], lines: _Lines, chosen: NDArray[np.intp]) -> Mask:
    """Return (chosen lines, count) whether the points of the lines are inside the loops by even-odd."""
    changes = np.zeros((len(chosen), lines.count + 1), dtype=np.int32)
    for loop in loops:
        following = np.roll(loop, -1, axis=0)
        y = lines.y[chosen][:, None]
        line, edge = np.nonzero((loop[:, 1] <= y) != (following[:, 1] <= y))
        a, b = loop[edge], following[edge]
        at = a[:, 0] + (lines.y[chosen][line] - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        pixel = np.clip(np.ceil((at - lines.x[chosen][line]) / lines.step), 0, lines.count)
        np.add.at(changes, (line, pixel.astype(np.intp)), 1)
    return (np.cumsum(changes[:, :-1], axis=1) & 1).astype(bool)
