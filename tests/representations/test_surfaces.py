"""Surfaces of parts: closed, as large as the voxels, within half a voxel of their border, and where the voxels are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from viewer.domain.structure_set import Contour, RegionOfInterest
from viewer.representations.part_surfaces import roi_surface
from viewer.representations.surface import placed, voxel_surface

SHAPE = (24, 30, 36)


def ellipsoid(center: tuple[float, float, float], radii: tuple[float, float, float]) -> NDArray[np.bool_]:
    """Return the voxels (k, j, i) of an ellipsoid."""
    k, j, i = np.indices(SHAPE)
    parts = [((axis - at) / radius) ** 2 for axis, at, radius in zip((k, j, i), center, radii, strict=True)]
    return sum(parts) <= 1  # type: ignore[no-any-return]


def bent_tube() -> NDArray[np.bool_]:
    """Return a thin tube through the whole array: voxels touch along edges, and the ends lie on its faces."""
    k, j, i = np.indices(SHAPE)
    return (k - 11) ** 2 + (j - 14 - 3 * np.sin(i / 4)) ** 2 < 4.1  # type: ignore[no-any-return]


SHAPES = {
    "ellipsoid": ellipsoid((10, 14, 17), (5, 8, 11)),
    "touching the edges": ellipsoid((0, 14, 35), (7, 8, 9)),
    "plate": ellipsoid((10, 14, 17), (1.2, 13, 15)),
    "tube": bent_tube(),
    "two pieces": ellipsoid((6, 7, 8), (5, 5, 6)) | ellipsoid((17, 22, 26), (5, 6, 7)),
}


def border_corners(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the corners (n, 3) of voxels at which inside and outside meet, found without any surface."""
    padded = np.pad(inside, 1)
    count = np.zeros(tuple(size - 1 for size in padded.shape), int)
    for shift in np.ndindex(2, 2, 2):
        count += padded[tuple(slice(one, one + size) for one, size in zip(shift, count.shape, strict=True))]
    return np.argwhere((count > 0) & (count < 8)) - 0.5


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_closed_and_as_large_as_its_voxels(name: str) -> None:
    inside = SHAPES[name]

    mesh = voxel_surface(inside)

    assert mesh.is_closed
    assert mesh.volume_ml * 1000 == pytest.approx(np.count_nonzero(inside), rel=0.02)


@pytest.mark.parametrize("name", SHAPES)
def test_it_lies_within_half_a_voxel_of_the_border(name: str) -> None:
    inside = SHAPES[name]

    mesh = voxel_surface(inside)

    distance, _ = cKDTree(border_corners(inside)).query(mesh.points, p=np.inf)
    assert float(distance.max()) <= 0.5 + 1e-6


def test_it_is_smooth_where_the_voxels_are_stairs() -> None:
    mesh = voxel_surface(ellipsoid((11, 14, 17), (9, 9, 9)))

    radii = np.linalg.norm(mesh.points - (11, 14, 17), axis=1)

    stairs = np.linalg.norm(border_corners(ellipsoid((11, 14, 17), (9, 9, 9))) - (11, 14, 17), axis=1)
    assert float(radii.std()) < 0.6 * float(stairs.std())


@pytest.mark.parametrize("voxels", [[(5, 6, 7)], [(5, 6, 7), (5, 6, 8), (5, 7, 8)], [(5, 6, 7), (6, 7, 8)]])
def test_a_lesion_of_few_voxels_is_still_there(voxels: list[tuple[int, int, int]]) -> None:
    inside = np.zeros(SHAPE, bool)
    inside[tuple(np.transpose(voxels))] = True

    mesh = voxel_surface(inside)

    assert mesh.is_closed
    assert mesh.volume_ml * 1000 == pytest.approx(len(voxels), rel=0.02)
    assert mesh.points.mean(axis=0) == pytest.approx(np.mean(voxels, axis=0), abs=0.3)


def test_nothing_has_no_surface() -> None:
    assert len(voxel_surface(np.zeros(SHAPE, bool)).triangles) == 0


@pytest.mark.parametrize("mirrored", [1.0, -1.0])
def test_its_outside_is_outside_in_the_patient_too(mirrored: float) -> None:
    affine = np.array([[0, 0, 0.7 * mirrored, -20], [0, 0.9, 0, 35], [2.5, 0, 0, 110], [0, 0, 0, 1.0]])
    inside = SHAPES["ellipsoid"]

    mesh = placed(voxel_surface(inside), affine)

    assert mesh.volume_ml == pytest.approx(np.count_nonzero(inside) * 0.7 * 0.9 * 2.5 / 1000, rel=0.02)
    center = affine[:3, :3] @ np.argwhere(inside).mean(axis=0) + affine[:3, 3]
    assert mesh.points.mean(axis=0) == pytest.approx(center, abs=0.5)


def contour(points: list[tuple[float, float]], z: float) -> Contour:
    """Return a closed contour on an axial plane."""
    return Contour("CLOSED_PLANAR", np.array([(x, y, z) for x, y in points], float))


def test_the_surface_of_an_roi_encloses_its_contours_times_their_slabs() -> None:
    # An L that is 30 x 20 mm with a 10 x 12 mm corner left out, on five planes 3 mm apart; then a hole in two of them.
    outer = [(0.0, 0.0), (30, 0), (30, 8), (20, 8), (20, 20), (0, 20)]
    hole = [(4.0, 5.0), (10, 5), (10, 15), (4, 15)]
    contours = [contour(outer, -50 + 3 * place) for place in range(5)] + [contour(hole, -50 + 3 * place) for place in (1, 2)]

    mesh = roi_surface(RegionOfInterest(1, "L", "1.2.3", tuple(contours)))

    area, hole_area = 30 * 20 - 10 * 12, 6 * 10
    assert mesh.volume_ml == pytest.approx((area * 5 * 3 - hole_area * 2 * 3) / 1000, rel=0.02)
    assert mesh.bounds is not None
    assert mesh.bounds.low == pytest.approx((0, 0, -51.5), abs=0.5)
    assert mesh.bounds.high == pytest.approx((30, 20, -36.5), abs=0.5)


def test_an_roi_of_points_has_no_surface() -> None:
    marks = (Contour("POINT", np.array([[1.0, 2.0, 3.0]])),)

    assert len(roi_surface(RegionOfInterest(1, "marks", "1.2.3", marks)).triangles) == 0
