"""A surface cut by a plane gives the lines that VTK's cutter gives, closed where the surface is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.geometry.plane import Plane
from viewer.representations.mesh_cut import cut_of, measure_of_mesh, mesh_on_plane

BOX = Mesh(
    np.array([(x, y, z) for x in (-3.0, 3.0) for y in (-5.0, 5.0) for z in (-7.0, 7.0)]),
    np.array(
        [
            *((0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1)),
            *((2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)),
        ],
        dtype=np.int64,
    ),
)
AXIAL = Plane((-10.0, -12.0, 1.0), (1, 0, 0), (0, 1, 0), (0.5, 0.25), (48, 80))


def lopsided() -> Mesh:
    """A closed surface without symmetry: a sphere of VTK, stretched and dented."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkFiltersSources import vtkSphereSource

    source = vtkSphereSource()
    source.SetRadius(10.0)
    source.SetThetaResolution(24)
    source.SetPhiResolution(15)
    source.Update()
    made = source.GetOutput()
    points = vtk_to_numpy(made.GetPoints().GetData()).astype(float)
    points = points * [1.0, 1.6, 0.7] + [0.15, 0.05, 0.1] * points[:, [1, 2, 0]] ** 2 / 10
    return Mesh(points, vtk_to_numpy(made.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int64))


def _by_vtk(mesh: Mesh, plane: Plane) -> tuple[float, int]:
    """Total length of VTK's cut lines, and how many pieces they have when joined."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPlane, vtkPolyData
    from vtkmodules.vtkFiltersCore import vtkCutter, vtkStripper

    points, cells, made = vtkPoints(), vtkCellArray(), vtkPolyData()
    points.SetData(numpy_to_vtk(mesh.points))
    faces = np.concatenate([np.full((len(mesh.triangles), 1), 3), mesh.triangles], axis=1)
    cells.ImportLegacyFormat(numpy_to_vtkIdTypeArray(np.ascontiguousarray(faces.ravel())))
    made.SetPoints(points)
    made.SetPolys(cells)
    by = vtkPlane()
    by.SetOrigin(plane.origin)
    by.SetNormal(plane.normal)
    cutter, stripper = vtkCutter(), vtkStripper()
    cutter.SetInputData(made)
    cutter.SetCutFunction(by)
    stripper.SetInputConnection(cutter.GetOutputPort())
    stripper.Update()
    cut = stripper.GetOutput()
    lines = cut.GetLines()
    found = vtk_to_numpy(cut.GetPoints().GetData())
    offsets = vtk_to_numpy(lines.GetOffsetsArray())
    ids = vtk_to_numpy(lines.GetConnectivityArray())
    parts = [found[ids[a:b]] for a, b in pairwise(offsets)]
    return float(sum(np.linalg.norm(np.diff(part, axis=0), axis=1).sum() for part in parts)), len(parts)


def _length(line: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(np.diff(np.concatenate([line, line[:1]]), axis=0), axis=1).sum())


def test_a_box_is_cut_into_its_rectangle_in_positions_of_the_image() -> None:
    found = mesh_on_plane(BOX, AXIAL, part=4)
    (outline,) = found.outlines
    assert (outline.part, outline.closed, found.parts_here) == (4, True, frozenset({4}))
    (path,) = outline.paths
    # x = -3 lies (−3 − −10) / 0.25 pixels from the centre of column 0, which is at 0.5.
    assert path.min(axis=0) == pytest.approx([28.5, 14.5])
    assert path.max(axis=0) == pytest.approx([52.5, 34.5])


@pytest.mark.parametrize("axes", [((1, 0, 0), (0, 1, 0)), ((0, 1, 0), (0, 0, 1)), ((0.8, 0.6, 0), (0, 0, -1))])
def test_the_cut_is_that_of_vtk(axes: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    mesh, plane = lopsided(), Plane((0.4, -0.3, 1.1), axes[0], axes[1], (1.0, 1.0), (4, 4))  # type: ignore[arg-type]
    closed, opened = cut_of(mesh, plane)
    length, pieces = _by_vtk(mesh, plane)
    assert (len(closed), len(opened)) == (pieces, 0)
    assert sum(map(_length, closed)) == pytest.approx(length, rel=1e-5)
    assert all(np.abs(plane.distance_mm(line)).max() < 1e-9 for line in closed)


def test_triangles_turned_the_wrong_way_do_not_break_the_line() -> None:
    mesh = lopsided()
    triangles = mesh.triangles.copy()
    triangles[::3] = triangles[::3, ::-1]
    plane = Plane((0.4, -0.3, 1.1), (1, 0, 0), (0, 1, 0), (1.0, 1.0), (4, 4))
    closed, opened = cut_of(Mesh(mesh.points, triangles), plane)
    assert (len(closed), len(opened)) == (1, 0)


def test_a_plane_through_vertices_still_gives_one_closed_line() -> None:
    """Two of the box's vertices at each corner lie on the plane z = -7: it belongs to the inside of the half above."""
    plane = Plane((0, 0, -7.0), (1, 0, 0), (0, 1, 0), (1.0, 1.0), (4, 4))
    closed, opened = cut_of(BOX, plane)
    assert (closed, opened) == ([], [])
    closed, opened = cut_of(BOX, Plane((0, 0, 7.0), (1, 0, 0), (0, 1, 0), (1.0, 1.0), (4, 4)))
    assert (len(closed), len(opened)) == (1, 0)


def test_an_open_surface_gives_open_lines() -> None:
    closed, opened = cut_of(Mesh(BOX.points, BOX.triangles[:-2]), Plane((0, 0, 0), (1, 0, 0), (0, 0, 1), (1.0, 1.0), (4, 4)))
    assert (len(closed), len(opened)) == (0, 1)
    (line,) = opened
    assert np.allclose(sorted(line[[0, -1], 2]), [7, 7])


def test_what_the_plane_does_not_touch_gives_nothing() -> None:
    assert mesh_on_plane(BOX, AXIAL.moved(20.0), part=1).outlines == ()


def test_volume_is_stated_of_closed_surfaces_only() -> None:
    assert measure_of_mesh(BOX).volume_ml == pytest.approx(0.84)
    opened = measure_of_mesh(Mesh(BOX.points, BOX.triangles[:-2]))
    assert opened.volume_ml is None
    assert "open" in opened.method
