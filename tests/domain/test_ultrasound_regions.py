"""Ultrasound regions speak their own units: seconds and cm/s in Doppler, never millimetres."""

from __future__ import annotations

import pytest

from viewer.domain.calibration import UltrasoundRegion
from viewer.domain.ultrasound_regions import differences, region_at, values_at

SCAN = UltrasoundRegion((0, 0, 49, 49), 1, (3, 3), (0.02, -0.03))
# 0.01 s a column from the left edge; 1.5 cm/s a row, upwards, from the base line 20 rows below the top.
DOPPLER = UltrasoundRegion((50, 10, 149, 59), 3, (4, 7), (0.01, -1.5), (0, 20), (2.0, 0.0))
MOTION = UltrasoundRegion((0, 60, 149, 99), 2, (4, 3), (0.02, 0.05))
ALL = (SCAN, DOPPLER, MOTION)


def said(values):
    return [(pytest.approx(one.value), one.unit, one.symbol) for one in values]


def test_a_place_in_doppler_is_a_time_and_a_velocity_from_its_reference_pixel() -> None:
    # The middle of column 60 is 10 columns from the reference pixel, that of row 25 five rows above the base line.
    assert said(values_at(ALL, (60.5, 25.5))) == [(2.1, "s", "t"), (7.5, "cm/s", "v")]
    assert said(values_at(ALL, (60.5, 50.5))) == [(2.1, "s", "t"), (-30.0, "cm/s", "v")]


def test_a_reference_pixel_may_lie_outside_its_region() -> None:
    away = UltrasoundRegion((50, 10, 149, 59), 3, (4, 7), (0.01, -1.5), (-10, 60))
    assert said(values_at((away,), (50.5, 10.5))) == [(0.1, "s", "t"), (90.0, "cm/s", "v")]


def test_a_place_in_motion_mode_is_a_time_and_a_depth() -> None:
    assert said(values_at(ALL, (10.5, 70.5))) == [(0.2, "s", "t"), (0.5, "cm", "d")]


def test_a_place_in_the_picture_or_outside_all_regions_has_no_value_of_its_own() -> None:
    assert values_at(ALL, (10.0, 10.0)) == ()
    assert values_at(ALL, (500.0, 10.0)) == ()
    assert values_at((), (1.0, 1.0)) == ()


def test_a_length_in_doppler_is_a_time_and_a_velocity() -> None:
    assert said(differences(ALL, [(60.0, 20.0), (95.0, 40.0)])) == [(0.35, "s", "t"), (30.0, "cm/s", "v")]


def test_a_length_in_the_picture_and_one_across_two_regions_is_no_difference() -> None:
    assert differences(ALL, [(10.0, 10.0), (20.0, 20.0)]) == ()
    assert differences(ALL, [(10.0, 10.0), (60.0, 20.0)]) == ()


def test_a_direction_without_a_unit_is_left_out() -> None:
    waveform = UltrasoundRegion((0, 0, 99, 99), 4, (4, 0), (0.01, 1.0))
    assert said(differences((waveform,), [(0.0, 0.0), (50.0, 10.0)])) == [(0.5, "s", "t")]
    assert said(values_at((waveform,), (0.5, 0.5))) == [(0.0, "s", "t")]


def test_the_smaller_of_two_regions_that_lie_on_each_other_counts() -> None:
    inside = UltrasoundRegion((60, 20, 79, 39), 1, (3, 3), (0.02, 0.02))
    assert region_at((DOPPLER, inside), [(65.0, 25.0)]) is inside
    assert region_at((DOPPLER, inside), [(55.0, 15.0)]) is DOPPLER
