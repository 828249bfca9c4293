"""Surfaces to voxels: a voxel is inside when its centre lies inside the lines in which its slice cuts the surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.geometry.plane import Plane
from viewer.representations.mesh_cut import cut_of
from viewer.representations.rasterise import fill


def mesh_voxels(mesh: Mesh, planes: Sequence[Plane]) -> NDArray[np.bool_]:
    """Return (planes, rows, columns) whether the centres of pixels lie inside a surface; where it is open nothing does.

    Parameters
    ----------
    planes
        In the space of the surface, all of one shape.
    """
    rows, columns = planes[0].shape if planes else (0, 0)
    inside = np.zeros((len(planes), rows, columns), dtype=bool)
    for place, plane in enumerate(planes):
        closed, _ = cut_of(mesh, plane)
        # A pixel's centre is a whole number here, and half a pixel from the corner in positions.
        inside[place] = fill([plane.position_image(line) - 0.5 for line in closed], plane.shape)
    return inside
