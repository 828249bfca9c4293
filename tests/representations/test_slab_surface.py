"""Surfaces of planes that stand for slabs: as large as these, closed, near their border, and without stairs between them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.representations.part_surfaces import joined
from viewer.representations.slab_surface import slab_surfaces
from viewer.representations.surface import voxel_surface

STEP_MM, PIXEL_MM = 3.0, 0.5
SPACING_MM = np.array([STEP_MM, PIXEL_MM, PIXEL_MM])


def cone() -> NDArray[np.bool_]:
    """Discs of 3 to 14 mm, each aside of the one before: its border is a smooth slope."""
    k, j, i = np.ogrid[:10, :90, :100]
    return np.asarray(((j - 40) * PIXEL_MM) ** 2 + ((i - 35 - 3 * k) * PIXEL_MM) ** 2 <= (3 + 1.2 * k) ** 2)


def in_mm(mesh: Mesh) -> Mesh:
    return Mesh(mesh.points * SPACING_MM, mesh.triangles)


def surface(inside: NDArray[np.bool_]) -> Mesh:
    return in_mm(joined(list(slab_surfaces(inside, STEP_MM, PIXEL_MM))))


def level_share(mesh: Mesh) -> float:
    """The part of the points away from the ends where the surface is nearly level."""
    between = (mesh.points[:, 0] > STEP_MM) & (mesh.points[:, 0] < 8 * STEP_MM)
    return float((np.abs(mesh.normals[between, 0]) > 0.9).mean())


def test_it_is_closed_and_as_large_as_the_slabs() -> None:
    mesh = surface(cone())
    assert mesh.is_closed
    assert mesh.volume_ml * 1000 == pytest.approx(np.count_nonzero(cone()) * SPACING_MM.prod(), rel=0.005)


def test_between_the_planes_it_slopes_where_voxels_make_stairs() -> None:
    # A slope of a cone is nowhere level but at its two ends.
    assert level_share(surface(cone())) < 0.02
    assert level_share(in_mm(voxel_surface(cone()))) > 0.1


def test_on_each_plane_it_runs_within_a_pixel_of_the_outline() -> None:
    mesh, inside = surface(cone()), cone()
    for k in range(1, 9):
        near = np.abs(mesh.points[:, 0] - k * STEP_MM) < 0.3
        radii = np.linalg.norm(mesh.points[near, 1:] - np.array([40, 35 + 3 * k]) * PIXEL_MM, axis=1)
        area = np.count_nonzero(inside[k]) * PIXEL_MM**2
        # Between two planes 0.3 mm up or down the slope moves by half a pixel.
        assert np.abs(radii - np.sqrt(area / np.pi)).max() < PIXEL_MM + 0.3


def test_an_empty_plane_parts_it_and_a_single_plane_is_a_slab() -> None:
    inside = cone()
    inside[4] = False
    inside[6:] = False
    meshes = [in_mm(one) for one in slab_surfaces(inside, STEP_MM, PIXEL_MM)]
    assert [one.is_closed for one in meshes] == [True, True]
    low, high = (one.bounds for one in meshes)
    assert low is not None
    assert high is not None
    assert low.high[0] == pytest.approx(3.5 * STEP_MM, abs=0.2)
    assert high.low[0] == pytest.approx(4.5 * STEP_MM, abs=0.2)
    assert high.high[0] == pytest.approx(5.5 * STEP_MM, abs=0.2)


def test_a_line_of_single_pixels_is_not_lost() -> None:
    inside = np.zeros((4, 20, 30), bool)
    inside[1, 9, 5:25] = True
    inside[2, 10, 5:25] = True
    mesh = surface(inside)
    assert mesh.is_closed
    assert mesh.volume_ml * 1000 == pytest.approx(40 * SPACING_MM.prod(), rel=0.02)


def test_nothing_has_no_surface() -> None:
    assert list(slab_surfaces(np.zeros((3, 4, 5), bool), STEP_MM, PIXEL_MM)) == []
