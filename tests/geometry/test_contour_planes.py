from __future__ import annotations

import numpy as np
import pytest

from viewer.geometry.contour_planes import nearest_planes, reach_mm, sort_contours


def rectangle(z: float, *, at: tuple[float, float] = (3.0, -7.0)) -> np.ndarray:
    x, y = at
    return np.array([[x, y, z], [x + 4, y, z], [x + 4, y + 9, z], [x, y + 9, z]])


def test_contours_of_one_height_share_a_plane_in_any_order():
    found = sort_contours([rectangle(5.0), rectangle(2.5), rectangle(5.0004, at=(20, 20)), rectangle(0.0)])
    (planes,) = found.planes
    assert planes.members == ((3,), (1,), (0, 2))
    np.testing.assert_allclose(planes.offsets_mm, [0, 2.5, 5], atol=1e-3)
    assert planes.spacing_mm == pytest.approx(2.5, abs=1e-3)


def test_sagittal_and_axial_contours_are_two_groups():
    sagittal = rectangle(0.0)[:, [2, 0, 1]]
    found = sort_contours([rectangle(1.0), sagittal, rectangle(2.0)])
    assert sorted(np.argmax(np.abs(planes.normal)) for planes in found.planes) == [0, 2]


def test_an_oblique_contour_has_its_own_least_squares_plane():
    turned = np.array([[1, 0, 0], [0, np.cos(0.3), -np.sin(0.3)], [0, np.sin(0.3), np.cos(0.3)]])
    found = sort_contours([rectangle(z) @ turned.T for z in (0.0, 3.0)])
    (planes,) = found.planes
    np.testing.assert_allclose(np.abs(planes.normal), np.abs(turned[:, 2]), atol=1e-9)
    assert planes.spacing_mm == pytest.approx(3.0)


def test_a_contour_of_one_or_two_points_takes_the_direction_of_the_others():
    single = np.array([[1.0, 2.0, 7.5]])
    pair = np.array([[1.0, 2.0, 10.0], [2.0, 2.0, 10.0]])
    (planes,) = sort_contours([rectangle(5.0), single, pair]).planes
    np.testing.assert_allclose(planes.offsets_mm, [5, 7.5, 10])


def test_how_far_a_contour_leaves_its_plane_is_told():
    bent = rectangle(0.0)
    bent[0, 2] = 1.0
    assert sort_contours([bent, rectangle(5.0)]).deviations_mm[0] > 0.2


def test_offsets_along_a_slightly_tilted_normal_are_those_at_the_contours_themselves():
    far = [rectangle(z, at=(400.0, 0.0)) for z in (0.0, 2.5)]
    (planes,) = sort_contours(far).planes
    tilted = (float(np.sin(0.005)), 0.0, float(np.cos(0.005)))
    along = planes.offsets_along(tilted)
    assert along is not None
    np.testing.assert_allclose(along, np.array([402.0, 402.0]) * np.sin(0.005) + np.array([0, 2.5]) * np.cos(0.005))
    assert planes.offsets_along((1.0, 0.0, 0.0)) is None


@pytest.mark.parametrize("noise", [-4e-4, 0.0, 4e-4])
def test_a_plane_halfway_between_two_slices_goes_to_exactly_one_of_them(noise: float):
    slices = np.array([0.0, 2.5, 5.0])
    chosen = nearest_planes(np.array([1.25 + noise]), slices, reach=1.25)
    assert (chosen >= 0).sum() == 1


def test_slices_between_contours_twice_as_far_apart_take_none():
    contours = np.array([0.0, 5.0, 10.0])
    slices = np.arange(0, 12.5, 2.5)
    chosen = nearest_planes(contours, slices, reach=reach_mm(2.5, 5.0))
    assert chosen.tolist() == [0, -1, 1, -1, 2]


def test_without_contours_no_slice_takes_any():
    assert nearest_planes(np.zeros(0), np.array([1.0]), reach=1.0).tolist() == [-1]
    assert sort_contours([]).planes == ()
