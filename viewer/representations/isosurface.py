"""Surfaces of equal dose: what encloses everything that receives at least a level, closed at the border of the grid.

Decided
    Values are linear between the points of the grid, as for isodose lines, so line and surface are one; where the grid ends
    the surface is closed half a voxel outside of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.dose import Dose
from viewer.domain.mesh import Mesh
from viewer.domain.overlay import ReadFrame
from viewer.geometry.plane import FloatArray
from viewer.representations.image_on_plane import Values
from viewer.representations.isodose import dose_values


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
        return Mesh(np.empty((0, 3)), np.empty((0, 3), np.int64))
    values_of = dose_values(content, read_frame)
    values = np.stack([values_of(place) for place in order.tolist()])
    # One voxel of as much less than the level all around closes the surface half a voxel beyond the outermost points.
    padded = np.pad(values - level, 1, mode="edge")
    for axis in range(3):
        for end in (0, -1):
            side = np.moveaxis(padded, axis, 0)
            side[end] = -np.abs(side[end]) - np.float32(1e-6)
    points, triangles = _edges(padded)
    if not len(triangles):
        return Mesh(np.empty((0, 3)), np.empty((0, 3), np.int64))
    mesh = Mesh(_patient(content, points - 1, np.sort(offsets)), triangles)
    return mesh if mesh.volume_ml >= 0 else mesh.turned()


def _edges(values: Values) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return points (n, 3) of (k, j, i) and triangles (m, 3) where values are 0."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

    image = vtkImageData()
    image.SetDimensions(values.shape[2], values.shape[1], values.shape[0])
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(values).reshape(-1), deep=1))
    edges = vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, 0.0)
    edges.ComputeNormalsOff()
    edges.ComputeGradientsOff()
    edges.Update()
    surface = edges.GetOutput()
    if not surface.GetNumberOfPolys():
        return np.empty((0, 3)), np.empty((0, 3), np.int64)
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float64)[:, ::-1]
    triangles = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int64)
    return points, triangles


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
