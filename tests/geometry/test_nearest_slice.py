"""Every point along a stack has exactly one nearest slice."""

from __future__ import annotations

import math

import pytest

from viewer.geometry.nearest_slice import with_nearest_ranges
from viewer.geometry.plane import Plane


def planes(*offsets: float) -> tuple[Plane, ...]:
    return with_nearest_ranges([Plane((0.0, 0.0, z), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0), (2, 2)) for z in offsets])


@pytest.mark.parametrize("point", [-100.0, -31.0, -30.0, -17.5, -5.0, -1.25, 0.0, 0.001, 77.0])
def test_a_point_belongs_to_one_slice(point: float) -> None:
    owners = [
        plane
        for plane in planes(0.0, -2.5, -5.0, -30.0)
        if plane.nearest_mm is not None and plane.nearest_mm[0] < point - plane.origin[2] <= plane.nearest_mm[1]
    ]
    assert len(owners) == 1
    assert abs(owners[0].origin[2] - point) == min(abs(z - point) for z in (0.0, -2.5, -5.0, -30.0))


def test_the_ends_of_a_stack_are_open() -> None:
    top, bottom = planes(0.0, -4.0)
    assert top.nearest_mm == (-2.0, math.inf)
    assert bottom.nearest_mm == (-math.inf, 2.0)


def test_slices_at_one_place_share_their_range() -> None:
    first, second, _ = planes(0.0, 0.0, -4.0)
    assert first.nearest_mm == second.nearest_mm == (-2.0, math.inf)


def test_a_moved_plane_is_no_slice_any_more() -> None:
    assert planes(0.0, -4.0)[0].moved(1.0).nearest_mm is None
