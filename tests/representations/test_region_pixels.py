"""Pixels inside regions of reports: by their centres, and as another program is known to choose them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.region_pixels import pixels_by_rows, pixels_in_ellipsoid, pixels_in_region

SHAPE = (17, 29)
SPACING = (2.0, 0.5)
"""Between rows, between columns: four columns are as wide as a row is high."""


def by_hand(inside: object) -> np.ndarray:
    """Ask a function of (column, row) centres pixel by pixel."""
    assert callable(inside)
    return np.array([[bool(inside(i + 0.5, j + 0.5)) for i in range(SHAPE[1])] for j in range(SHAPE[0])])


def chosen(graphic_type: str, points: object) -> FloatArray:
    found = pixels_in_region(graphic_type, np.asarray(points, float), SHAPE, SPACING)
    assert found is not None
    return found


def test_a_circle_is_round_in_the_patient() -> None:
    found = chosen("CIRCLE", [(14, 8), (14, 11)])
    expected = by_hand(lambda x, y: math.hypot((x - 14) * 0.5, (y - 8) * 2) <= 6)
    assert (found == expected).all()
    assert found.any(axis=0).sum() == 4 * found.any(axis=1).sum()


def test_an_ellipse_that_leans_keeps_its_lean() -> None:
    centre, major, minor = np.array([13.0, 7.5]), np.array([7.0, 3.0]), np.array([-1.0, 2.5])
    found = chosen("ELLIPSE", [centre - major, centre + major, centre - minor, centre + minor])

    def inside(x: float, y: float) -> bool:
        u, v = np.linalg.solve(np.column_stack([major, minor]), np.array([x, y]) - centre)
        return bool(u * u + v * v <= 1)

    assert (found == by_hand(inside)).all()
    assert not (found == found[:, ::-1]).all()


@pytest.mark.parametrize("closed", [True, False])
def test_a_polygon_holds_the_centres_that_it_goes_around(closed: bool) -> None:
    triangle = [(2.2, 1.1), (20.3, 3.4), (6.1, 14.9), (2.2, 1.1)]
    a, b, c = (np.array(point) for point in triangle[:3])

    def inside(x: float, y: float) -> bool:
        def turn(p: FloatArray, q: FloatArray) -> float:
            return float((q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]))

        return len({turn(a, b) > 0, turn(b, c) > 0, turn(c, a) > 0}) == 1

    assert (chosen("POLYLINE", triangle if closed else triangle[:3]) == by_hand(inside)).all()


def test_points_are_the_pixels_that_they_lie_in() -> None:
    found = chosen("MULTIPOINT", [(0.0, 0.99), (5.5, 3.0), (40.0, 2.0)])
    assert [tuple(map(int, one)) for one in np.argwhere(found)] == [(0, 0), (3, 5)]


@pytest.mark.parametrize(("graphic_type", "points"), [("POLYLINE", [(1, 1), (5, 5)]), ("ELLIPSE", [(1, 1), (5, 5)])])
def test_what_has_no_inside_has_no_pixels(graphic_type: str, points: list[tuple[int, int]]) -> None:
    assert pixels_in_region(graphic_type, np.array(points, float), SHAPE, SPACING) is None


def test_rows_of_dwv_end_before_their_rounded_right_end() -> None:
    """By hand: centre (6, 5), radius 2.2; rows 3 (2.8), 4 (3.8), 5, 6, 7 of half widths 0, 1.8, 2.2, 1.8, 0.9."""
    found = pixels_by_rows("CIRCLE", np.array([(6.0, 5.0), (8.2, 5.0)]), SHAPE)
    assert found is not None
    expected = np.zeros(SHAPE, bool)
    for step in range(5):
        row = 2.8 + step
        half = math.sqrt(max(2.2**2 - (row - 5) ** 2, 0))
        if half >= 0.5:
            expected[math.floor(row + 0.5), math.floor(6 - half + 0.5) : math.floor(6 + half + 0.5)] = True
    assert (found == expected).all()
    assert pixels_by_rows("ELLIPSE", np.array([(2, 2), (8, 4), (5, 2), (4, 6)], float), SHAPE) is None
    assert pixels_by_rows("POLYLINE", np.array([(2, 2), (8, 4), (5, 2)], float), SHAPE) is None


def test_an_ellipsoid_is_cut_where_a_plane_lies() -> None:
    plane = Plane((-5.0, 3.0, 20.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (2.0, 0.5), (9, 31))
    centre, halves = np.array([2.0, 10.0, 22.0]), np.array([5.0, 6.0, 4.0])
    ends = np.array([centre + sign * half * axis for half, axis in zip(halves, np.eye(3), strict=True) for sign in (-1, 1)])
    found = pixels_in_ellipsoid(ends, plane)
    expected = np.array(
        [
            [(((np.array([-5.0 + 0.5 * i, 3.0 + 2 * j, 20.0]) - centre) / halves) ** 2).sum() <= 1 for i in range(31)]
            for j in range(9)
        ]
    )
    assert found.any()
    assert (found == expected).all()
