"""Sampling a segmentation onto any grid: nearest for labels, linear for fractions, nothing beyond half a slice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.segmentation import Segmentation
from viewer.geometry.plane import FloatArray, Plane, Vector, to_vector
from viewer.geometry.tolerances import ON_VOXELS
from viewer.representations.part_codes import Fractions, Labels, empty_labels
from viewer.representations.pile_levels import EDGE, Field
from viewer.representations.segmentation_slices import Pile
from viewer.representations.slice_source import SliceSource

_MOST_PER_PIXEL = 9
_LARGEST_SIDE = 2048


def finer_plane(plane: Plane, content: Segmentation, labels_of: Pile | None = None) -> Plane:
    """Return the rectangle of a plane cut into pixels no larger than the segmentation's, a whole number in each.

    An odd number wherever there is room for it: then one of them lies around the centre of each pixel of the plane, and what
    is drawn there is what a probe, or a mask on the grid of the image, finds there.

    Parameters
    ----------
    labels_of
        The pile whose labels are wanted: one pixel is enough where those of the plane follow one another from voxel to
        voxel. Fractions have something in between.
    """
    if content.spacing_mm is None:
        return plane
    finest = min(content.spacing_mm)
    down_on, across_on = _on_voxels(plane, labels_of) if labels_of is not None else (False, False)

    def times(spacing_mm: float, count: int, *, on_voxels: bool) -> int:
        if on_voxels:
            return 1
        room = min(_MOST_PER_PIXEL, _LARGEST_SIDE // max(count, 1))
        wanted = max(1, min(int(np.ceil(spacing_mm / finest - 1e-3)), room))
        return wanted + 1 if wanted % 2 == 0 and wanted < room else wanted

    down = times(plane.spacing_mm[0], plane.shape[0], on_voxels=down_on)
    across = times(plane.spacing_mm[1], plane.shape[1], on_voxels=across_on)
    if down == across == 1:
        return plane
    corner = plane.point_patient(np.array([0.5 / across, 0.5 / down]))
    return replace(
        plane,
        origin=to_vector(corner),
        spacing_mm=(plane.spacing_mm[0] / down, plane.spacing_mm[1] / across),
        shape=(plane.shape[0] * down, plane.shape[1] * across),
    )


def _on_voxels(plane: Plane, pile: Pile) -> tuple[bool, bool]:
    """Say whether the pixels of a plane follow one another from voxel to voxel, down its columns and along its rows."""
    if not pile.is_lattice:
        return False, False
    grid = pile.slices[0].plane
    voxels = np.array(
        [
            np.asarray(pile.normal) / pile.spacing_mm,
            np.asarray(grid.axis_column) / grid.spacing_mm[1],
            np.asarray(grid.axis_row) / grid.spacing_mm[0],
        ]
    )
    start = voxels @ (np.asarray(plane.origin) - pile.origins[0])

    def follow(axis: Vector, spacing_mm: float, count: int) -> bool:
        step = voxels @ np.asarray(axis) * spacing_mm
        along = int(np.abs(step).argmax())
        drift = np.abs(step)
        drift[along] -= 1.0
        off = abs(float(start[along]) - round(float(start[along])))
        return bool(np.abs(drift).max() * count <= ON_VOXELS and off <= ON_VOXELS)

    return (
        follow(plane.axis_row, plane.spacing_mm[0], plane.shape[0]),
        follow(plane.axis_column, plane.spacing_mm[1], plane.shape[1]),
    )


def sampled_labels(source: SliceSource, pile: Pile, target: Plane) -> tuple[Labels, ...]:
    """Return label pictures of ``target.shape``: at each pixel's centre the nearest voxel, none where no slice reaches."""
    content = source.content
    depth = Field.of(target, np.asarray(pile.normal), 1.0).everywhere()
    nearest, near = _nearest_level(depth, pile)
    found: list[Labels] = []
    for level in np.unique(nearest[near]).tolist():
        rows, columns = np.nonzero(near & (nearest == level))
        for place in np.flatnonzero(pile.levels == level):
            one = pile.slices[place]
            u, v = _in_slice(target, one.plane, rows, columns)
            i, j = np.floor(u + 0.5 + EDGE).astype(np.intp), np.floor(v + 0.5 + EDGE).astype(np.intp)
            inside = (i >= 0) & (j >= 0) & (i < content.columns) & (j < content.rows)
            if not inside.any():
                continue
            for layer, labels in enumerate(source.labels(one.frames)):
                if layer == len(found):
                    found.append(empty_labels(target.shape, source.codes))
                picked = labels[j[inside], i[inside]]
                some = picked != 0
                found[layer][rows[inside][some], columns[inside][some]] = picked[some]
    return tuple(layer for layer in found if layer.any())


def sampled_fractions(source: SliceSource, pile: Pile, target: Plane) -> dict[int, Fractions]:
    """Return the fractions of each part on ``target``: linear in all three directions, constant in the outer half voxel."""
    content = source.content
    depth = Field.of(target, np.asarray(pile.normal), 1.0).everywhere()
    half = pile.usual_mm / 2 + pile.tolerance_mm
    first, last = float(pile.offsets_mm[0]), float(pile.offsets_mm[-1])
    covered = (depth >= first - half) & (depth <= last + half)
    depth = np.clip(depth, first, last)
    found: dict[int, Fractions] = {}
    for place, one in enumerate(pile.slices):
        weights = pile.weights(depth - pile.offsets_mm[place], int(pile.levels[place]))
        rows, columns = np.nonzero(covered & (weights > EDGE))
        if not len(rows):
            continue
        u, v = _in_slice(target, one.plane, rows, columns)
        inside = (u >= -0.5 - EDGE) & (v >= -0.5 - EDGE)
        inside &= (u <= content.columns - 0.5 + EDGE) & (v <= content.rows - 0.5 + EDGE)
        rows, columns, u, v = rows[inside], columns[inside], u[inside], v[inside]
        if not len(rows):
            continue
        for number, fractions in source.fractions(one.frames).items():
            picture = found.setdefault(number, np.zeros(target.shape, np.float32))
            picture[rows, columns] += (weights[rows, columns] * bilinear(fractions, u, v)).astype(np.float32)
    return {number: picture for number, picture in found.items() if picture.any()}


def _in_slice(
    target: Plane, grid: Plane, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[FloatArray, FloatArray]:
    """Return (column, row) indices, first pixel centre 0, in ``grid`` of pixels of ``target``."""
    across, down = np.asarray(grid.axis_column), np.asarray(grid.axis_row)
    u = (
        Field.of(target, across, grid.spacing_mm[1]).at(rows, columns)
        - float(np.dot(grid.origin, across)) / grid.spacing_mm[1]
    )
    v = Field.of(target, down, grid.spacing_mm[0]).at(rows, columns) - float(np.dot(grid.origin, down)) / grid.spacing_mm[0]
    return u, v


def bilinear(values: Fractions, u: FloatArray, v: FloatArray) -> FloatArray:
    """Return values at (column, row) indices, linear between pixel centres and constant beyond the outer ones."""
    rows, columns = values.shape
    u, v = np.clip(u, 0, columns - 1), np.clip(v, 0, rows - 1)
    i, j = np.minimum(u.astype(np.intp), max(columns - 2, 0)), np.minimum(v.astype(np.intp), max(rows - 2, 0))
    right, below = np.minimum(i + 1, columns - 1), np.minimum(j + 1, rows - 1)
    across, down = u - i, v - j
    top = values[j, i] * (1 - across) + values[j, right] * across
    bottom = values[below, i] * (1 - across) + values[below, right] * across
    return np.asarray(top * (1 - down) + bottom * down)


def _nearest_level(depth: FloatArray, pile: Pile) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    between = (pile.levels_mm[1:] + pile.levels_mm[:-1]) / 2
    nearest = np.searchsorted(between, depth.reshape(-1)).reshape(depth.shape)
    return nearest, pile.reaches(depth - pile.levels_mm[nearest], nearest)
