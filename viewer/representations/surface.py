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

from viewer.domain.mesh import EMPTY, Mesh
from viewer.geometry.plane import FloatArray
from viewer.representations.vtk_arrays import image_data, poly_data, voxel_mesh

_REACH = 0.5
_ITERATIONS = 20
_PASS_BAND = 0.1
_MOST_ROUNDS = 12
_SAME_VOLUME = 0.002
_SMALLEST_SMOOTHED = 2
_NO_LENGTH = 1e-12

Points = NDArray[np.float64]


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
        return EMPTY
    border = _net(box)
    smooth = _smooth(border) if np.count_nonzero(box) >= _SMALLEST_SMOOTHED else border
    mesh = Mesh(smooth.points + first, border.triangles)
    return mesh if border.volume_ml >= 0 else mesh.turned()


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


def _net(box: NDArray[np.uint8]) -> Mesh:
    from vtkmodules.vtkFiltersCore import vtkSurfaceNets3D

    image = image_data(box)
    net = vtkSurfaceNets3D()
    net.SetInputData(image)
    net.SetValue(0, 1.0)
    net.SetBackgroundLabel(0)
    net.SetOutputMeshTypeToTriangles()
    net.SmoothingOff()
    net.Update()
    return _joined(voxel_mesh(net.GetOutput()))


def _joined(net: Mesh) -> Mesh:
    """Join points at one place: where voxels touch only along an edge the net has several, and smoothing would part them."""
    size = np.ceil(net.points.max(axis=0)).astype(np.int64) + 1
    corners = np.floor(net.points).astype(np.int64)
    keys = (corners[:, 0] * size[1] + corners[:, 1]) * size[2] + corners[:, 2]
    _, first, joined = np.unique(keys, return_index=True, return_inverse=True)
    return Mesh(np.ascontiguousarray(net.points[first]), joined.reshape(-1)[net.triangles].astype(np.int64))


def _smooth(border: Mesh) -> Mesh:
    wanted = 1000 * border.volume_ml
    mesh = Mesh(border.points + np.clip(_filtered(border) - border.points, -_REACH, _REACH), border.triangles)
    for _ in range(_MOST_ROUNDS):
        outward = mesh.outward_mm2
        # A volume grows with the cube of its points: Euler's theorem gives it from its derivatives.
        missing = wanted - float(np.einsum("ij,ij->", mesh.points, outward)) / 3
        lengths = np.sqrt(np.einsum("ij,ij->i", outward, outward))
        area = float(lengths.sum())
        if abs(missing) <= _SAME_VOLUME * abs(wanted) or area <= 0:
            break
        step = missing / area / np.maximum(lengths, _NO_LENGTH)
        points = mesh.points + step[:, None] * outward
        mesh = Mesh(border.points + np.clip(points - border.points, -_REACH, _REACH), border.triangles)
    return mesh


def _filtered(surface: Mesh) -> Points:
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkFiltersCore import vtkWindowedSincPolyDataFilter

    held = poly_data(surface.points, surface.triangles)
    sinc = vtkWindowedSincPolyDataFilter()
    sinc.SetInputData(held)
    sinc.SetNumberOfIterations(_ITERATIONS)
    sinc.SetPassBand(_PASS_BAND)
    sinc.BoundarySmoothingOff()
    sinc.FeatureEdgeSmoothingOff()
    sinc.NonManifoldSmoothingOn()
    sinc.NormalizeCoordinatesOn()
    sinc.Update()
    filtered: Points = vtk_to_numpy(sinc.GetOutput().GetPoints().GetData()).astype(np.float64)
    return filtered
