"""A mask as a closed surface in patient LPS mm, and its STL file."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.export.masks import Mask
from viewer.export.whole_files import written_whole
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
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

    # A rim of nothing closes the surface of what touches the edge.
    inside = np.pad(fractions, 1)
    image = vtkImageData()
    image.SetDimensions(inside.shape[2], inside.shape[1], inside.shape[0])
    image.SetOrigin(-1.0, -1.0, -1.0)
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(inside).reshape(-1), deep=1))
    edges = vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, _INSIDE)
    edges.ComputeNormalsOff()
    edges.ComputeGradientsOff()
    edges.ComputeScalarsOff()
    edges.Update()
    surface = edges.GetOutput()
    if surface.GetNumberOfPolys() == 0:
        return Mesh(np.empty((0, 3)), np.empty((0, 3), np.int64))
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float64)
    triangles = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int64)
    placed = points[:, ::-1] @ mask.affine[:3, :3].T + mask.affine[:3, 3]
    mesh = Mesh(placed, triangles)
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
