"""Overlap and surface distances agree with SimpleITK and with scipy's distance transform."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from scipy import ndimage

from viewer.representations.compare import dice, surface, surface_distances

SPACING = (3.0, 0.7, 0.9)
AFFINE = np.diag([*SPACING, 1.0])


def two_lopsided() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    k, j, i = np.mgrid[:14, :40, :52]
    a = ((k - 6) / 5) ** 2 + ((j - 18) / 11) ** 2 + ((i - 22) / 17) ** 2 < 1
    b = ((k - 8) / 4) ** 2 + ((j - 21) / 13) ** 2 + ((i - 27) / 15) ** 2 < 1
    b[8, 21, 25:29] = False
    return a, b


def image(mask: NDArray[np.bool_]) -> SimpleITK.Image:
    made = SimpleITK.GetImageFromArray(mask.astype(np.uint8))
    made.SetSpacing(SPACING[::-1])
    return made


def test_overlap_is_that_of_simpleitk() -> None:
    a, b = two_lopsided()
    witness = SimpleITK.LabelOverlapMeasuresImageFilter()
    witness.Execute(image(a), image(b))
    assert dice(a, b) == pytest.approx(witness.GetDiceCoefficient())


def test_the_surface_is_the_contour_of_simpleitk() -> None:
    a, b = two_lopsided()
    for mask in (a, b):
        witness = SimpleITK.GetArrayFromImage(SimpleITK.LabelContour(image(mask), fullyConnected=False))
        assert np.array_equal(surface(mask), witness.astype(bool))


def test_distances_are_those_of_a_distance_transform() -> None:
    a, b = two_lopsided()
    surface_a, surface_b = surface(a), surface(b)
    to_b = ndimage.distance_transform_edt(~surface_b, sampling=SPACING)[surface_a]
    to_a = ndimage.distance_transform_edt(~surface_a, sampling=SPACING)[surface_b]
    found = surface_distances(a, b, AFFINE)
    assert found is not None
    assert found.mean_mm == pytest.approx(np.concatenate([to_b, to_a]).mean())
    assert found.p95_mm == pytest.approx(max(np.percentile(to_b, 95), np.percentile(to_a, 95)))
    assert found.largest_mm == pytest.approx(max(to_b.max(), to_a.max()))


def test_the_largest_distance_is_the_hausdorff_distance_of_simpleitk_between_surfaces() -> None:
    a, b = two_lopsided()
    witness = SimpleITK.HausdorffDistanceImageFilter()
    witness.Execute(image(surface(a)), image(surface(b)))
    found = surface_distances(a, b, AFFINE)
    assert found is not None
    assert found.largest_mm == pytest.approx(witness.GetHausdorffDistance(), rel=1e-5)


def test_a_sheared_and_turned_grid_measures_in_millimetres() -> None:
    a = np.zeros((3, 4, 5), bool)
    b = a.copy()
    a[0, 1, 1] = b[2, 1, 1] = True
    affine = np.eye(4)
    affine[:3, 0] = 1.0, 2.0, 3.0
    found = surface_distances(a, b, affine)
    assert found is not None
    assert found.mean_mm == pytest.approx(2 * np.sqrt(14))


def test_nothing_has_no_distance_and_no_overlap() -> None:
    empty = np.zeros((2, 3, 4), bool)
    full = ~empty
    assert dice(empty, empty) is None
    assert dice(empty, full) == 0.0
    assert surface_distances(empty, full, np.eye(4)) is None
    assert surface_distances(full, full, np.eye(4)) is not None


def test_a_mask_that_fills_the_array_has_its_outer_voxels_as_surface() -> None:
    found = surface(np.ones((4, 5, 6), bool))
    assert not found[1:-1, 1:-1, 1:-1].any()
    assert found.sum() == 4 * 5 * 6 - 2 * 3 * 4
