"""A mask as a closed surface in patient LPS mm, and its STL file."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.export.masks import Mask
from viewer.export.whole_files import written_whole
from viewer.representations.level_surface import level_surface
from viewer.representations.surface import placed, voxel_surface

_INSIDE = 0.5


def surface_of(mask: Mask) -> Mesh:
    """Return the surface around all parts of a mask together; see ``representations/surface.py`` for how smooth it is.

    A volume of fractions is cut at 0.5, half way between voxels inside and outside. Empty when nothing is inside.
    """
    voxels = mask.voxels.max(axis=0) if mask.overlapping else mask.voxels
    if voxels.dtype == np.float32:
        return _cut_at_half(voxels.astype(np.float32, copy=False), mask)
    return placed(voxel_surface(voxels != 0), mask.affine)


def _cut_at_half(fractions: NDArray[np.float32], mask: Mask) -> Mesh:
    # A rim of nothing closes the surface of what touches the edge.
    surface = level_surface(np.pad(fractions, 1), _INSIDE)
    mesh = Mesh((surface.points - 1) @ mask.affine[:3, :3].T + mask.affine[:3, 3], surface.triangles)
    # The sense of rotation depends on the handedness of the grid: outside is where the volume is positive.
    return mesh if mesh.volume_ml >= 0 else mesh.turned()


def write_stl(mesh: Mesh, path: Path) -> None:
    """Write a binary STL file; raises OSError."""
    corners = mesh.points[mesh.triangles].astype("<f4")
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.divide(normals, lengths, out=np.zeros_like(normals), where=lengths > 0)
    records = np.zeros(len(corners), np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attributes", "<u2")]))
    records["normal"], records["corners"] = normals, corners
    with written_whole(path) as temporary, temporary.open("wb") as file:
        file.write(b"Overread surface, patient LPS mm".ljust(80))
        file.write(struct.pack("<I", len(records)))
        file.write(records.tobytes())
