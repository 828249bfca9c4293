"""Arrays as VTK's own objects, and back. VTK's images are (k, j, i) arrays; its points stay in the order they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import EMPTY, Mesh

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData


def image_data(voxels: NDArray[np.generic]) -> vtkImageData:
    """Return a copy of voxels (k, j, i), one unit apart, the first at the origin."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData

    image = vtkImageData()
    image.SetDimensions(voxels.shape[2], voxels.shape[1], voxels.shape[0])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(voxels).reshape(-1), deep=1))
    return image


def poly_data(points: NDArray[np.floating], faces: NDArray[np.integer] | None = None) -> vtkPolyData:
    """Return a copy of points (n, 3), with the accuracy that they have, and of faces (m, corners); None: points alone."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

    corners, made = vtkPoints(), vtkPolyData()
    corners.SetData(numpy_to_vtk(np.ascontiguousarray(points), deep=1))
    made.SetPoints(corners)
    if faces is not None:
        cells = vtkCellArray()
        cells.SetData(faces.shape[1], numpy_to_vtk(np.ascontiguousarray(faces, np.int64).reshape(-1), deep=1))
        made.SetPolys(cells)
    return made


def voxel_mesh(surface: vtkPolyData) -> Mesh:
    """Return the triangles that a filter made of ``image_data``: points are indices (k, j, i)."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    if not surface.GetNumberOfPolys():
        return EMPTY
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float64)[:, ::-1]
    triangles = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int64)
    return Mesh(np.ascontiguousarray(points), triangles)
