"""The surface where voxels have one value, linear between their centres (vtkFlyingEdges3D)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.representations.vtk_arrays import image_data, voxel_mesh


def level_surface(values: NDArray[np.float32], level: float) -> Mesh:
    """Return the surface (points (k, j, i), a voxel's centre being a whole number) around what is higher than a level.

    It is open where such voxels touch the edge of the array; empty when there are none.
    """
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

    edges = vtkFlyingEdges3D()
    image = image_data(values)
    edges.SetInputData(image)
    edges.SetValue(0, level)
    edges.ComputeNormalsOff()
    edges.ComputeGradientsOff()
    edges.ComputeScalarsOff()
    edges.Update()
    return voxel_mesh(edges.GetOutput())
