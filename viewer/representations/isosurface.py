"""Surfaces of equal dose: what encloses everything that receives at least a level, closed at the border of the grid.

Decided
    Values are linear between the points of the grid, as for isodose lines, so line and surface are one; where the grid ends
    the surface is closed half a voxel outside of it.
"""

from __future__ import annotations

import numpy as np

from viewer.domain.dose import Dose
from viewer.domain.mesh import EMPTY, Mesh
from viewer.domain.overlay import ReadFrame
from viewer.geometry.plane import FloatArray
from viewer.representations.isodose import dose_values
from viewer.representations.level_surface import level_surface


def dose_surface(content: Dose, level: float, read_frame: ReadFrame) -> Mesh:
    """Return the closed surface (mm, in the grid's own space) around all that receives at least a level.

    Empty when nothing does, or when the grid has one plane only.

    Raises
    ------
    FrameNotRead
        When a frame of the grid cannot be had.
    """
    offsets = content.offsets_mm
    order = np.argsort(offsets)
    if len(order) < 2:
        return EMPTY
    values_of = dose_values(content, read_frame)
    values = np.stack([values_of(place) for place in order.tolist()])
    # One voxel of as much less than the level all around closes the surface half a voxel beyond the outermost points.
    padded = np.pad(values - level, 1, mode="edge")
    for axis in range(3):
        for end in (0, -1):
            side = np.moveaxis(padded, axis, 0)
            side[end] = -np.abs(side[end]) - np.float32(1e-6)
    surface = level_surface(padded, 0.0)
    if not len(surface.triangles):
        return EMPTY
    mesh = Mesh(_patient(content, surface.points - 1, np.sort(offsets)), surface.triangles)
    return mesh if mesh.volume_ml >= 0 else mesh.turned()


def _patient(content: Dose, points: FloatArray, offsets_mm: FloatArray) -> FloatArray:
    """Return (k, j, i) in patient mm; planes may be unevenly far apart."""
    plane = content.stack.planes[0]
    count = len(offsets_mm)
    places = np.concatenate([[-1.0], np.arange(count), [float(count)]])
    first, last = offsets_mm[1] - offsets_mm[0], offsets_mm[-1] - offsets_mm[-2]
    depths = np.concatenate([[offsets_mm[0] - first], offsets_mm, [offsets_mm[-1] + last]])
    along = np.interp(points[:, 0], places, depths) - plane.offset_mm
    return np.asarray(
        np.asarray(plane.origin)
        + along[:, None] * np.asarray(plane.normal)
        + points[:, 1:2] * np.multiply(plane.axis_row, plane.spacing_mm[0])
        + points[:, 2:3] * np.multiply(plane.axis_column, plane.spacing_mm[1])
    )
