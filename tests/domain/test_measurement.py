"""What a measurement's geometry amounts to, against values worked out by hand on pixels twice as tall as wide."""

from __future__ import annotations

import math

import numpy as np
import pytest

from viewer.domain.calibration import Scale
from viewer.domain.measurement import (
    ImageName,
    Measurement,
    angle_degrees,
    area,
    crosses_itself,
    handles_of,
    length,
    moved,
    path_of,
    with_handle_at,
)

TALL = Scale((0.5, 0.25), "mm", "patient", 2.0)
IMAGE = ImageName("1.1", "1.9", 1)


def made(kind, *points) -> Measurement:
    return Measurement("m", kind, IMAGE, points)


def test_a_length_counts_rows_and_columns_by_their_own_spacing() -> None:
    assert length(made("length", (2.0, 1.0), (14.0, 9.0)), TALL) == pytest.approx(5.0)
    assert length(made("length", (2.0, 1.0), (6.0, 1.0)), TALL) == pytest.approx(1.0)
    assert length(made("length", (2.0, 1.0), (2.0, 5.0)), TALL) == pytest.approx(2.0)


def test_an_angle_is_that_of_the_body_not_of_the_pixels() -> None:
    corner = made("angle", (12.0, 4.0), (4.0, 4.0), (8.0, 6.0))
    assert angle_degrees(corner, TALL) == pytest.approx(45.0)
    assert angle_degrees(corner, Scale((1.0, 1.0), "px", "pixels", 2.0)) == pytest.approx(45.0)
    assert angle_degrees(corner, Scale((1.0, 1.0), "px", "pixels", 1.0)) == pytest.approx(math.degrees(math.atan(0.5)))
    assert angle_degrees(made("angle", (0.0, 4.0), (4.0, 4.0), (8.0, 4.0)), TALL) == pytest.approx(180.0)
    assert angle_degrees(made("angle", (4.0, 4.0), (4.0, 4.0), (8.0, 4.0)), TALL) is None


def test_areas_are_those_of_the_shapes() -> None:
    assert area(made("rectangle", (9.0, 2.0), (1.0, 8.0)), TALL) == pytest.approx(8 * 0.25 * 6 * 0.5)
    assert area(made("ellipse", (9.0, 2.0), (1.0, 8.0)), TALL) == pytest.approx(math.pi * 1.0 * 1.5)


def test_the_line_of_an_ellipse_touches_its_box() -> None:
    path, closed = path_of(made("ellipse", (9.0, 2.0), (1.0, 8.0)))
    assert closed
    assert path.min(axis=0) == pytest.approx((1.0, 2.0))
    assert path.max(axis=0) == pytest.approx((9.0, 8.0))


@pytest.mark.parametrize("kind", ["rectangle", "ellipse"])
@pytest.mark.parametrize("handle", range(4))
def test_a_handle_that_is_moved_follows_and_what_lies_opposite_stays(kind: str, handle: int) -> None:
    before = made(kind, (9.0, 2.0), (1.0, 8.0))
    start, opposite = handles_of(before)[handle], handles_of(before)[(handle + 2) % 4]
    after = with_handle_at(before, handle, (float(start[0]) + 0.5, float(start[1]) - 0.25))
    places = handles_of(after)
    assert np.abs(places - opposite).sum(axis=1).min() < (1e-9 if kind == "rectangle" else 0.6)
    along = 1 if kind == "ellipse" and handle in (1, 3) else 0
    expected = start[along] + (0.5, -0.25)[along]
    assert np.abs(places[:, along] - expected).min() < 1e-9


def test_a_side_of_an_ellipse_may_be_pulled_over_the_other() -> None:
    after = with_handle_at(made("ellipse", (1.0, 2.0), (9.0, 8.0)), 0, (12.0, 5.0))
    assert after.box == (9.0, 2.0, 12.0, 8.0)


def test_points_are_handles_of_lines_and_all_move_together() -> None:
    line = made("length", (2.0, 1.0), (14.0, 9.0))
    assert with_handle_at(line, 1, (3.0, 3.0)).points == ((2.0, 1.0), (3.0, 3.0))
    assert moved(line, (1.0, -0.5)).points == ((3.0, 0.5), (15.0, 8.5))


def test_the_area_of_a_polygon_counts_rows_and_columns_by_their_own_spacing() -> None:
    corner = made("polygon", (1.0, 1.0), (9.0, 1.0), (9.0, 3.0), (3.0, 3.0), (3.0, 7.0), (1.0, 7.0))
    assert area(corner, TALL) == pytest.approx((8 * 2 + 2 * 4) * 0.25 * 0.5)
    assert area(made("polygon", *reversed(corner.points)), TALL) == pytest.approx(area(corner, TALL))
    assert not crosses_itself(corner)
    assert crosses_itself(made("polygon", (1.0, 1.0), (9.0, 7.0), (9.0, 1.0), (1.0, 7.0)))


def test_a_polygon_of_few_corners_has_handles_and_one_drawn_freehand_none() -> None:
    corners = made("polygon", (1.0, 1.0), (9.0, 1.0), (9.0, 3.0))
    assert handles_of(corners) == pytest.approx(np.array(corners.points))
    assert with_handle_at(corners, 2, (8.0, 4.0)).points[2] == (8.0, 4.0)
    circle = [(5 + 3 * math.cos(turn / 10), 5 + 3 * math.sin(turn / 10)) for turn in range(62)]
    assert len(handles_of(made("polygon", *circle))) == 0
