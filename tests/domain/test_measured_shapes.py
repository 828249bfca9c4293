"""Two axes, Cobb angles, lines around and their simplification, on pixels twice as tall as wide, against exact formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from viewer.domain.calibration import Scale
from viewer.domain.crossed_axes import axis_across
from viewer.domain.measurement import (
    ImageName,
    Measurement,
    Point,
    area,
    axis_lengths,
    cobb_degrees,
    crosses_itself,
    handles_of,
    path_of,
    perimeter,
    second_line_of,
    with_handle_at,
)
from viewer.domain.simplified import simplified

IMAGE = ImageName("1.1", "1.2", 1)
TALL = Scale((0.5, 0.25), "mm", "patient", 2.0)


def made(kind: str, *points: Point) -> Measurement:
    return Measurement("a", kind, IMAGE, points)  # type: ignore[arg-type]


def in_mm(measurement: Measurement) -> np.ndarray:
    return np.array(measurement.points) * (0.25, 0.5)


def crossed(start: Point, end: Point) -> Measurement:
    return made("bidirectional", start, end, *axis_across(start, end, 2.0))


def right_angle(measurement: Measurement) -> bool:
    a, b, c, d = in_mm(measurement)
    return abs(float((b - a) @ (d - c))) < 1e-9


def test_the_second_axis_crosses_the_middle_at_a_right_angle_in_the_body_half_as_long() -> None:
    found = crossed((4.0, 2.0), (16.0, 4.0))
    # 3 mm across, 1 mm down.
    a, b, c, d = in_mm(found)
    assert right_angle(found)
    assert (c + d) / 2 == pytest.approx((a + b) / 2)
    assert axis_lengths(found, TALL) == pytest.approx((math.sqrt(10.0), math.sqrt(10.0) / 2))
    assert path_of(found)[0].tolist() == [[4.0, 2.0], [16.0, 4.0]]
    assert second_line_of(found).shape == (2, 2)


@pytest.mark.parametrize("handle", [0, 1, 2, 3])
def test_whichever_end_is_pulled_the_axes_stay_at_a_right_angle_and_meet(handle: int) -> None:
    found = with_handle_at(crossed((4.0, 2.0), (16.0, 4.0)), handle, (9.0, 9.0), aspect=2.0)
    assert right_angle(found)
    a, b, c, d = in_mm(found)
    along = (b - a) / np.hypot(*(b - a))
    assert 0.0 <= float((c - a) @ along) <= np.hypot(*(b - a))
    assert float((c - a) @ along) == pytest.approx(float((d - a) @ along))


def test_pulling_the_first_axis_keeps_the_length_across_and_pulling_across_keeps_the_first() -> None:
    before = crossed((4.0, 2.0), (16.0, 4.0))
    turned = with_handle_at(before, 1, (4.0, 12.0), aspect=2.0)
    assert turned.points[1] == pytest.approx((4.0, 12.0))
    assert np.hypot(*(in_mm(turned)[3] - in_mm(turned)[2])) == pytest.approx(math.sqrt(10.0) / 2)
    wider = with_handle_at(before, 3, (10.0, 7.0), aspect=2.0)
    assert wider.points[:2] == before.points[:2]
    # The arm on the other side stays as long as it was.
    a, _, c, _ = in_mm(wider)
    assert np.hypot(*(c - in_mm(before)[2])) == pytest.approx(
        abs(float((in_mm(wider)[2] - in_mm(before)[2]) @ ((in_mm(before)[1] - a) / math.sqrt(10.0))))
    )


def test_the_longer_axis_is_named_first_whichever_was_drawn_first() -> None:
    found = with_handle_at(crossed((0.0, 0.0), (4.0, 0.0)), 3, (2.0, 20.0), aspect=2.0)
    longer, shorter = axis_lengths(found, TALL)
    assert longer > shorter == pytest.approx(1.0)


def two_lines(first_degrees: float, second_degrees: float, *, flip: bool, turn: float) -> Measurement:
    """Two lines of 8 mm, one 10 mm above the other, tilted as the ends of a spine, in a body turned on the image."""
    lines = []
    for middle, degrees in (((0.0, -5.0), first_degrees), ((0.0, 5.0), second_degrees)):
        way = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))]) * 4
        lines += [np.array(middle) - way, np.array(middle) + way]
    if flip:
        lines[2:] = lines[:1:-1]
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    points = [tuple((rotation @ line / (0.25, 0.5)).tolist()) for line in lines]
    return made("cobb", *points)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("turn", [0.0, 0.7, math.pi / 2, 3.0])
@pytest.mark.parametrize(("one", "other"), [(12.0, -15.0), (40.0, -40.0), (50.0, -52.0), (0.0, 0.0)])
def test_a_cobb_angle_is_that_of_the_lines_however_they_are_drawn_and_the_body_lies(one, other, flip, turn) -> None:
    assert cobb_degrees(two_lines(one, other, flip=flip, turn=turn), TALL) == pytest.approx(abs(one - other), abs=1e-6)


def test_a_cobb_angle_needs_two_lines() -> None:
    assert cobb_degrees(made("cobb", (0.0, 0.0), (4.0, 0.0), (1.0, 1.0), (1.0, 1.0)), TALL) is None


def test_the_way_around_a_rectangle_an_ellipse_and_a_line_around() -> None:
    assert perimeter(made("rectangle", (0.0, 0.0), (12.0, 8.0)), TALL) == pytest.approx(2 * (3.0 + 4.0))
    assert perimeter(made("freehand", (0.0, 0.0), (12.0, 0.0), (12.0, 8.0)), TALL) == pytest.approx(3.0 + 4.0 + 5.0)
    # 12 columns of 0.25 mm and 6 rows of 0.5 mm: a circle of 1.5 mm.
    assert perimeter(made("ellipse", (0.0, 0.0), (12.0, 6.0)), TALL) == pytest.approx(2 * math.pi * 1.5)
    turns = np.linspace(0.0, 2 * np.pi, 200_001)
    exact = np.hypot(np.diff(5.0 * np.cos(turns)), np.diff(1.0 * np.sin(turns))).sum()
    assert perimeter(made("ellipse", (0.0, 0.0), (40.0, 4.0)), TALL) == pytest.approx(exact, rel=1e-8)
    assert perimeter(made("ellipse", (0.0, 0.0), (40.0, 0.0)), TALL) == pytest.approx(20.0)


def test_a_freehand_region_is_closed_and_has_the_area_of_its_polygon() -> None:
    found = made("freehand", (0.0, 0.0), (12.0, 0.0), (12.0, 8.0))
    assert path_of(found)[1]
    assert area(found, TALL) == pytest.approx(3.0 * 4.0 / 2)
    assert not crosses_itself(found)
    assert crosses_itself(made("freehand", (0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)))


def test_an_arrow_is_taken_hold_of_at_both_ends_and_a_note_at_its_spot() -> None:
    assert handles_of(made("arrow", (1.0, 2.0), (3.0, 5.0))).tolist() == [[1.0, 2.0], [3.0, 5.0]]
    assert handles_of(made("note", (1.0, 2.0))).tolist() == [[1.0, 2.0]]


def test_a_simplified_line_never_leaves_the_drawn_one_by_more_than_the_tolerance() -> None:
    turns = np.linspace(0.0, 2 * np.pi, 400)[:-1]
    drawn = np.stack([60 * np.cos(turns) + 3 * np.cos(7 * turns), 40 * np.sin(turns)], axis=-1)
    kept = simplified(drawn, 0.75)
    assert kept[0]
    assert kept[-1]
    assert kept.sum() < 80
    for place in np.flatnonzero(~kept):
        before, after = np.flatnonzero(kept[:place])[-1], place + np.flatnonzero(kept[place:])[0]
        way, to = drawn[after] - drawn[before], drawn[place] - drawn[before]
        foot = np.clip(to @ way / (way @ way), 0, 1) * way
        assert np.hypot(*(to - foot)) <= 0.75 + 1e-9


def test_corners_stay_when_a_line_is_simplified() -> None:
    drawn = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [2.0, 1.0], [2.0, 2.0]])
    assert simplified(drawn, 0.1).tolist() == [True, False, True, False, True]
    assert simplified(np.zeros((0, 2)), 1.0).tolist() == []
