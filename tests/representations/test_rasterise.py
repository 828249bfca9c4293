from __future__ import annotations

import numpy as np
import pytest

from tests.representations.contours import PLANE, box, closed, roi, structure_set
from viewer.domain.structure_set import Contour
from viewer.representations.contour import measure_structure_set
from viewer.representations.rasterise import fill, rasterise_roi


def inside_by_angle(path: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The slow witness: a centre is inside when the path turns around it."""
    rows, columns = np.indices(shape)
    centres = np.stack([columns, rows], axis=-1).reshape(-1, 1, 2)
    a, b = path[None] - centres, np.roll(path, -1, axis=0)[None] - centres
    angles = np.arctan2(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], (a * b).sum(axis=-1))
    turns = np.rint(angles.sum(axis=1) / (2 * np.pi)).astype(int)
    return (turns % 2 == 1).reshape(shape)


def test_pixel_centres_inside_arbitrary_polygons_are_found_without_rounding():
    generator = np.random.default_rng(7)
    for _ in range(20):
        path = generator.uniform(-3, 24, (9, 2))
        np.testing.assert_array_equal(fill([path], (17, 23)), inside_by_angle(path, (17, 23)))


def test_a_contour_through_voxel_centres_gives_back_its_voxels():
    corners = np.array([[3.0, 2.0], [12.0, 2.0], [12.0, 11.0], [3.0, 11.0]])
    mask = fill([corners], (20, 30))
    expected = np.zeros((20, 30), dtype=bool)
    expected[2:12, 3:13] = True
    np.testing.assert_array_equal(mask, expected)


def test_centres_on_a_slanting_path_belong_to_the_roi():
    mask = fill([np.array([[2.0, 1.0], [8.0, 4.0], [2.0, 4.0]])], (8, 12))
    assert mask[2, 4]
    assert mask[3, 6]
    assert not mask[2, 5]


def test_masks_follow_rows_and_columns_of_anisotropic_pixels():
    mask = rasterise_roi(roi(closed(box(-6.05, -2.1, 5, 4))), [PLANE])[0]
    rows, columns = np.nonzero(mask)
    assert (rows.min(), rows.max()) == (6, 13)
    assert (columns.min(), columns.max()) == (8, 27)


def test_a_hole_is_empty_and_a_keyhole_leaves_no_channel():
    outer, inner = box(-6.05, -3.05, 9, 10), box(-4.05, 0.05, 3, 5)
    channel = np.array([[-4.05, 6.95, 20.0], [-4.05, 5.05, 20.0]])
    keyhole = np.concatenate([outer[:3], channel, inner[[2, 1, 0, 3]], channel[::-1], outer[3:]])
    plain = rasterise_roi(roi(closed(outer), closed(inner)), [PLANE])
    np.testing.assert_array_equal(plain, rasterise_roi(roi(closed(keyhole)), [PLANE]))
    assert not plain[0, 12, 20]
    assert plain[0, 22, 20]


def test_contours_farther_apart_than_slices_fill_the_slices_between_them_once():
    contours = [closed(box(-4, 0, 3, 5, z=z)) for z in (20.0, 25.0, 30.0)]
    planes = [PLANE.moved(2.5 * k) for k in range(-3, 8)]
    filled = rasterise_roi(roi(*contours), planes).any(axis=(1, 2))
    assert np.flatnonzero(filled).tolist() == [2, 3, 4, 5, 6, 7]


def test_a_mask_on_thin_slices_has_the_volume_of_the_contours():
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    contours = [
        closed(np.column_stack([3 * np.cos(angles), 4 + 3 * np.sin(angles), np.full(90, 20.0 + 2 * k)])) for k in range(4)
    ]
    one = roi(*contours)
    planes = [PLANE.moved(0.5 * k) for k in range(-10, 30)]
    mask = rasterise_roi(one, planes)
    assert mask.any(axis=(1, 2)).sum() == 4 * 2 / 0.5
    counted = mask.sum() * 0.5 * 0.25 * 0.5 / 1000
    measured = measure_structure_set(structure_set([one]))[1].volume_ml
    assert counted == pytest.approx(measured, rel=0.04)


def test_the_order_of_planes_and_the_direction_of_the_stack_do_not_matter():
    contours = [closed(box(-4 + k, 0, 3, 5, z=20.0 + 2.5 * k)) for k in range(3)]
    planes = [PLANE.moved(2.5 * k) for k in range(-1, 4)]
    upwards = rasterise_roi(roi(*contours), planes)
    np.testing.assert_array_equal(upwards[::-1], rasterise_roi(roi(*contours[::-1]), planes[::-1]))
    assert upwards.any(axis=(1, 2)).tolist() == [False, True, True, True, False]


def test_points_lines_and_degenerate_contours_fill_nothing():
    contours = [
        Contour("POINT", np.array([[0.0, 0, 20]])),
        Contour("OPEN_PLANAR", box(-4, 0, 3, 5)),
        closed(box(-4, 0, 3, 5)[:2]),
    ]
    assert not rasterise_roi(roi(*contours), [PLANE]).any()


def test_contours_partly_outside_the_image_fill_what_is_inside_it():
    mask = rasterise_roi(roi(closed(box(-20, -20, 15, 18))), [PLANE])[0]
    rows, columns = np.nonzero(mask)
    assert (rows.min(), columns.min()) == (0, 0)
    assert (rows.max(), columns.max()) == (6, 12)
