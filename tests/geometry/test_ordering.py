"""Gaps between slices: regular, missing, irregular, tilted."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.geometry.ordering import Missing, position_groups, same_position_mm, spacing_of

DOWN = (0.0, 0.0, -1.0)


def column(heights: list[float]) -> list[tuple[float, float, float]]:
    return [(0.0, 0.0, z) for z in heights]


def test_equal_gaps_are_regular_and_the_gap_is_their_mean() -> None:
    spacing = spacing_of(column([9.0, 6.001, 3.0, 0.0]), DOWN)
    assert spacing.regular
    assert spacing.gap_mm == pytest.approx(3.0)


def test_whole_multiples_of_the_gap_are_missing_slices() -> None:
    spacing = spacing_of(column([30.0, 27.0, 18.0, 15.0, 9.0]), DOWN)
    assert spacing.missing == (Missing(1, 2), Missing(3, 1))
    assert not spacing.irregular
    assert spacing.gap_mm == pytest.approx(3.0)


def test_gaps_that_are_no_multiples_are_irregular() -> None:
    spacing = spacing_of(column([10.0, 7.0, 5.4, 1.0]), DOWN)
    assert spacing.irregular
    assert spacing.missing == ()
    assert (spacing.smallest_mm, spacing.largest_mm) == pytest.approx((1.6, 4.4))


def test_a_drift_too_small_to_see_from_slice_to_slice_counts_when_it_adds_up() -> None:
    points = [(0.0, 0.005 * n, -1.0 * n) for n in range(200)]
    assert spacing_of(points, DOWN).tilt_degrees == 0
    assert spacing_of(points, DOWN, pixel_spacing_mm=0.7).tilt_degrees == pytest.approx(np.degrees(np.arctan(0.005)))


def test_one_slice_has_no_gap() -> None:
    assert spacing_of(column([4.0]), DOWN).gap_mm is None


def test_offsets_within_rounding_share_a_position() -> None:
    offsets = np.array([5.0, 0.0, 2.5, 2.502, 0.001, 5.004])
    within = same_position_mm(offsets)
    assert within == pytest.approx(0.025, rel=0.01)
    assert position_groups(offsets, within).tolist() == [2, 0, 1, 1, 0, 2]
