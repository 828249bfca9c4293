"""What the closed contours of one plane enclose together.

Acceptance checks 47 and 48.
"""

from __future__ import annotations

import numpy as np
import pytest

from viewer.representations.planar_region import polygons_cross, region_of


def box(x: float, y: float, width: float, height: float) -> np.ndarray:
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])


KEYHOLE = np.array(
    [[0, 0], [10, 0], [10, 8], [5, 8], [5, 6], [7, 6], [7, 3], [4, 3], [4, 6], [5, 6], [5, 8], [0, 8]], dtype=float
)
"""A box of 10 x 8 with a hole of 3 x 3, reached through a channel from (5, 8) to (5, 6)."""


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize("start", [0, 2])
def test_a_contour_that_is_there_twice_encloses_what_it_does_once(turned: int, start: int):
    twice = np.roll(box(2, 2, 6, 4), start, axis=0)[::turned]
    assert region_of([box(2, 2, 6, 4), twice], exclusive=False).area_mm2 == pytest.approx(24)
    assert region_of([box(0, 0, 10, 8), box(2, 2, 6, 4), twice], exclusive=False).area_mm2 == pytest.approx(80 - 24)
    assert region_of([box(2, 2, 6, 4), twice], exclusive=True).area_mm2 == 0


@pytest.mark.parametrize("turned", [1, -1])
def test_an_inner_contour_is_a_hole_however_it_is_wound(turned: int):
    region = region_of([box(0, 0, 10, 8), box(4, 3, 3, 3)[::turned]], exclusive=False)
    assert region.area_mm2 == pytest.approx(80 - 9)
    assert len(region.loops) == 2
    assert not region.crossing


def test_a_third_nested_contour_is_filled_again():
    region = region_of([box(0, 0, 10, 8), box(2, 2, 6, 4), box(3, 3, 2, 1)], exclusive=True)
    assert region.area_mm2 == pytest.approx(80 - 24 + 2)


def test_a_keyhole_has_the_area_of_its_ring_and_no_channel():
    region = region_of([KEYHOLE], exclusive=False)
    assert region.area_mm2 == pytest.approx(80 - 9)
    assert sorted(len(loop) for loop in region.loops) == [4 + 1, 4 + 1]
    for loop in region.loops:
        for a, b in zip(loop, np.roll(loop, -1, axis=0), strict=True):
            assert not (abs(a[0] - 5) < 0.1 and abs(b[0] - 5) < 0.1), "the channel is still there"
    assert region.tails == ()


def test_a_channel_that_is_cut_in_other_places_on_the_way_back_is_left_out_too():
    cut = np.insert(KEYHOLE, 4, [5.0, 7.1], axis=0)
    region = region_of([cut], exclusive=False)
    assert region.area_mm2 == pytest.approx(80 - 9)
    assert len(region.loops) == 2


def test_islands_joined_by_a_channel_lose_the_channel():
    islands = np.array([[0, 0], [3, 0], [3, 2], [3, 4], [0, 4]], dtype=float)
    other = np.array([[8, 2], [8, 0], [12, 0], [12, 4], [8, 4], [8, 2]], dtype=float)
    joined = np.concatenate([islands[:3], other, islands[2:]])
    region = region_of([joined], exclusive=False)
    assert region.area_mm2 == pytest.approx(12 + 16)
    assert len(region.loops) == 2
    assert region.tails == ()


def test_a_structure_too_thin_for_an_inside_is_kept_as_an_open_line():
    spike = np.array([[0, 0], [6, 0], [6, 4], [9, 4], [11, 5], [9, 4], [6, 4], [0, 4]], dtype=float)
    region = region_of([spike], exclusive=False)
    assert region.area_mm2 == pytest.approx(24)
    (tail,) = region.tails
    np.testing.assert_allclose(tail, [[11, 5], [9, 4], [6, 4]], atol=1e-9)


def test_separate_contours_that_cross_are_united_and_said_so():
    region = region_of([box(0, 0, 10, 8), box(6, 5, 9, 9)], exclusive=False)
    assert region.area_mm2 == pytest.approx(80 + 81 - 4 * 3)
    assert region.crossing
    assert len(region.loops) == 1


def test_crossing_contours_that_ask_for_it_are_combined_by_even_odd():
    region = region_of([box(0, 0, 10, 8), box(6, 5, 9, 9)], exclusive=True)
    assert region.area_mm2 == pytest.approx(80 + 81 - 2 * 4 * 3)
    assert not region.crossing


def test_a_hole_in_one_of_two_crossing_contours_stays_a_hole():
    region = region_of([box(0, 0, 10, 8), box(6, 5, 9, 9), box(1, 1, 2, 2)], exclusive=False)
    assert region.area_mm2 == pytest.approx(80 + 81 - 12 - 4)


def test_contours_that_only_touch_do_not_cross():
    assert not polygons_cross([box(0, 0, 4, 4), box(4, 1, 3, 2)])
    assert region_of([box(0, 0, 4, 4), box(4, 1, 3, 2)], exclusive=False).area_mm2 == pytest.approx(16 + 6)


def test_a_contour_that_crosses_itself_counts_by_even_odd():
    angles = np.arange(5) * 4 * np.pi / 5
    star = 10 * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    whole = 5 * 10**2 * np.sin(np.radians(36)) * np.sin(np.radians(18)) / np.sin(np.radians(126))
    inner = 10 * np.sin(np.radians(18)) / np.sin(np.radians(126))
    middle = 2.5 * inner**2 * np.sin(np.radians(72))
    assert region_of([star], exclusive=False).area_mm2 == pytest.approx(whole - middle)


def test_a_repeated_last_point_changes_nothing():
    closed = np.concatenate([box(0, 0, 5, 3), [[0.0, 0.0]]])
    region = region_of([closed], exclusive=False)
    assert region.area_mm2 == pytest.approx(15)
    assert len(region.loops[0]) == 4


def test_fewer_than_three_points_enclose_nothing():
    assert region_of([np.array([[1.0, 1.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])], exclusive=False).loops == ()
