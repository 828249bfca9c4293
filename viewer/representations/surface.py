"""Voxels to closed smooth surfaces that keep the volume and stay within half a voxel of the voxels' own border.

Decided
    The surface net of a mask (Gibson 1998, "Constrained Elastic Surface Nets"; vtkSurfaceNets3D) without its own smoothing
    is exactly the border between voxels inside and outside. It is then smoothed by a windowed sinc filter (Taubin 1996),
    which hardly shrinks; no vertex moves more than half a voxel along any axis, and what volume is missing is given back
    along the normals. So a lesion of three voxels is still there, and a volume read off the surface is that of the voxels.
Refused
    Marching cubes at half way (loses thin parts to smoothing, gives stairs without it) and the net's own smoothing (shrinks
    a sphere of 500 voxels by a tenth).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.geometry.plane import FloatArray

_REACH = 0.5
_ITERATIONS = 20
_PASS_BAND = 0.1
_MOST_ROUNDS = 12
_SAME_VOLUME = 0.002
_SMALLEST_SMOOTHED = 2

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]


def voxel_surface(inside: NDArray[np.bool_]) -> Mesh:
    """Return the surface around all voxels that are True.

    Parameters
    ----------
    inside
        (k, j, i). What lies outside the array is not inside: the surface is closed at its edges, too.

    Returns
    -------
    Mesh
        Points are indices (k, j, i), a voxel's centre being a whole number; outside is on the right-handed side of the
        triangles where (k, j, i) is placed by an affine of positive determinant. Empty when nothing is inside.
    """
    first, box = _filled_box(inside)
    if box is None:
        return Mesh(np.empty((0, 3)), np.empty((0, 3), np.int64))
    border, triangles = _net(box)
    points = _smooth(border, triangles) if np.count_nonzero(box) >= _SMALLEST_SMOOTHED else border
    mesh = Mesh(points + first, triangles)
    return mesh if mesh.volume_ml >= 0 else mesh.turned()


def placed(mesh: Mesh, affine: FloatArray) -> Mesh:
    """Return a mesh of (k, j, i) indices in patient LPS mm by a 4x4 affine of (k, j, i, 1), its outside outside."""
    moved = Mesh(mesh.points @ affine[:3, :3].T + affine[:3, 3], mesh.triangles)
    return moved if np.linalg.det(affine[:3, :3]) > 0 else moved.turned()


def _filled_box(inside: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.uint8] | None]:
    """Return the smallest box that holds all voxels with a rim of nothing around it, and its first index."""
    ends: list[tuple[int, int]] = []
    for axis in range(3):
        filled = np.flatnonzero(inside.any(axis=tuple(other for other in range(3) if other != axis)))
        if not len(filled):
            return np.zeros(3, np.intp), None
        ends.append((int(filled[0]), int(filled[-1]) + 1))
    box = inside[tuple(slice(*one) for one in ends)].astype(np.uint8)
    return np.array([one[0] - 1 for one in ends], np.intp), np.pad(box, 1)


def _net(box: NDArray[np.uint8]) -> tuple[Points, Triangles]:
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkSurfaceNets3D

    image = vtkImageData()
    image.SetDimensions(box.shape[2], box.shape[1], box.shape[0])
    image.GetPointData().SetScalars(numpy_to_vtk(box.reshape(-1), deep=1))
    net = vtkSurfaceNets3D()
    net.SetInputData(image)
    net.SetValue(0, 1.0)
    net.SetBackgroundLabel(0)
    net.SetOutputMeshTypeToTriangles()
    net.SmoothingOff()
    net.Update()
    surface = net.GetOutput()
    points = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float64)[:, ::-1]
    triangles = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int64)
    return _joined(points, triangles)


def _joined(points: Points, triangles: Triangles) -> tuple[Points, Triangles]:
    """Join points at one place: where voxels touch only along an edge the net has several, and smoothing would part them."""
    size = np.ceil(points.max(axis=0)).astype(np.int64) + 1
    corners = np.floor(points).astype(np.int64)
    keys = (corners[:, 0] * size[1] + corners[:, 1]) * size[2] + corners[:, 2]
    _, first, joined = np.unique(keys, return_index=True, return_inverse=True)
    return np.ascontiguousarray(points[first]), joined.reshape(-1)[triangles].astype(np.int64)


def _smooth(border: Points, triangles: Triangles) -> Points:
    volume = _volume(border, triangles)
    points = border + np.clip(_filtered(border, triangles) - border, -_REACH, _REACH)
    for _ in range(_MOST_ROUNDS):
        missing = volume - _volume(points, triangles)
        if abs(missing) <= _SAME_VOLUME * abs(volume):
            break
        outward = _outward(points, triangles)
        lengths = np.linalg.norm(outward, axis=1, keepdims=True)
        area = float(lengths.sum())
        if area <= 0:
            break
        points = points + missing / area * np.divide(outward, lengths, out=np.zeros_like(outward), where=lengths > 0)
        points = border + np.clip(points - border, -_REACH, _REACH)
    return points


def _filtered(points: Points, triangles: Triangles) -> Points:
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
    from vtkmodules.vtkFiltersCore import vtkWindowedSincPolyDataFilter

    corners = vtkPoints()
    corners.SetData(numpy_to_vtk(points, deep=1))
    cells = vtkCellArray()
    cells.SetData(3, numpy_to_vtk(np.ascontiguousarray(triangles).reshape(-1), deep=1))
    surface = vtkPolyData()
    surface.SetPoints(corners)
    surface.SetPolys(cells)
    sinc = vtkWindowedSincPolyDataFilter()
    sinc.SetInputData(surface)
    sinc.SetNumberOfIterations(_ITERATIONS)
    sinc.SetPassBand(_PASS_BAND)
    sinc.BoundarySmoothingOff()
    sinc.FeatureEdgeSmoothingOff()
    sinc.NonManifoldSmoothingOn()
    sinc.NormalizeCoordinatesOn()
    sinc.Update()
    filtered: Points = vtk_to_numpy(sinc.GetOutput().GetPoints().GetData()).astype(np.float64)
    return filtered


def _volume(points: Points, triangles: Triangles) -> float:
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6


def _outward(points: Points, triangles: Triangles) -> Points:
    """Return how the volume grows as each point moves: (n, 3), a third of the areas of its triangles along their normals."""
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    normals = np.cross(b - a, c - a) / 6
    found = np.empty_like(points)
    for axis in range(3):
        weights = np.repeat(normals[:, axis], 3)
        found[:, axis] = np.bincount(triangles.reshape(-1), weights, len(points))
    return found
