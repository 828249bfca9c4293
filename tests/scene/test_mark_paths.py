"""Check 73: what is drawn of a mark's points (PS3.3 C.10.5.1.2, C.18.6.1.2)."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.representations.on_plane import Shape
from viewer.scene.marks import mark_path


def drawn(shape: str, *points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray, bool]:
    found = np.array(points)
    return mark_path(Shape(shape, found, 1), found)  # type: ignore[arg-type]


def test_check_73_a_polyline_is_closed_when_its_last_point_repeats_the_first_and_open_otherwise() -> None:
    corners = ((2.0, 1.0), (6.5, 1.0), (6.5, 3.5))
    path, handles, closed = drawn("POLYLINE", *corners)
    assert (path.tolist(), handles.tolist(), closed) == ([list(one) for one in corners], [[2.0, 1.0], [6.5, 3.5]], False)
    path, handles, closed = drawn("POLYLINE", *corners, corners[0])
    assert closed
    assert len(handles) == 0
    assert path[0].tolist() == path[-1].tolist()


def test_a_line_of_two_points_is_never_closed() -> None:
    assert drawn("POLYLINE", (2.0, 1.0), (2.0, 1.0))[2] is False


def test_check_73_a_circle_has_its_centre_first_and_runs_through_its_second_point() -> None:
    path, _, closed = drawn("CIRCLE", (10.0, 20.0), (13.0, 24.0))
    assert closed
    np.testing.assert_allclose(np.hypot(*(path - [10.0, 20.0]).T), 5.0)


@pytest.mark.parametrize("turn_degrees", [0.0, 30.0, 90.0])
def test_check_73_an_ellipse_has_its_four_points_at_the_ends_of_its_axes(turn_degrees: float) -> None:
    """Ends of the major axis, then of the minor one; every point fulfils the equation of the ellipse."""
    turn = np.radians(turn_degrees)
    major, minor = 6.0 * np.array([np.cos(turn), np.sin(turn)]), 2.5 * np.array([-np.sin(turn), np.cos(turn)])
    centre = np.array([20.0, 15.0])
    ends = [centre - major, centre + major, centre - minor, centre + minor]
    path, _, closed = drawn("ELLIPSE", *((float(x), float(y)) for x, y in ends))
    assert closed
    relative = path - centre
    np.testing.assert_allclose((relative @ major / 36.0) ** 2 + (relative @ minor / 6.25) ** 2, 1.0)
    for end in ends:
        assert np.hypot(*(path - end).T).min() < 1e-9


def test_points_are_handles_and_no_line() -> None:
    path, handles, closed = drawn("MULTIPOINT", (1.0, 2.0), (3.5, 4.0))
    assert (len(path), handles.tolist(), closed) == (0, [[1.0, 2.0], [3.5, 4.0]], False)
