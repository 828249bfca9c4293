"""The map between image and screen: rotations and flips of the standard, fit, zoom about a point, whole pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.reading.state import View
from viewer.scene.view_geometry import fitting_zoom, moved_letters, panned, view_geometry, zoomed_about

COLUMNS, ROWS = 3.0, 2.0
AREA = (0.0, 0.0, COLUMNS, ROWS)

STANDARD = {
    (0, False): lambda x, y: (x, y),
    (0, True): lambda x, y: (COLUMNS - x, y),
    (90, False): lambda x, y: (ROWS - y, x),
    (90, True): lambda x, y: (y, x),
    (180, False): lambda x, y: (COLUMNS - x, ROWS - y),
    (180, True): lambda x, y: (x, ROWS - y),
    (270, False): lambda x, y: (y, COLUMNS - x),
    (270, True): lambda x, y: (ROWS - y, COLUMNS - x),
}
"""Corner coordinates after Image Rotation, then Image Horizontal Flip (PS3.3 C.10.6), image of C columns and R rows."""


@pytest.mark.parametrize(("rotation", "flipped"), list(STANDARD))
def test_rotation_and_flip_are_those_of_the_standard(rotation: int, flipped: bool) -> None:
    size = (2, 3) if rotation in (90, 270) else (3, 2)
    geometry = view_geometry(View(zoom=1.0, rotation=rotation, flipped=flipped), AREA, aspect=1.0, size=size)  # type: ignore[arg-type]
    for x, y in ((0.0, 0.0), (0.5, 1.5), (3.0, 2.0), (1.25, 0.75)):
        assert geometry.to_view((x, y)) == pytest.approx(STANDARD[rotation, flipped](x, y))


@pytest.mark.parametrize(("rotation", "flipped"), list(STANDARD))
def test_the_way_back_is_the_inverse(rotation: int, flipped: bool) -> None:
    view = View(zoom=2.7, center=(1.0, 0.3), rotation=rotation, flipped=flipped)  # type: ignore[arg-type]
    geometry = view_geometry(view, AREA, aspect=2.0, size=(101, 77))
    points = np.array([[0.0, 0.0], [2.5, 0.5], [-4.0, 9.0]])
    assert geometry.to_image(geometry.to_view(points)) == pytest.approx(points)


def test_pixels_twice_as_tall_as_wide_are_drawn_twice_as_tall() -> None:
    geometry = view_geometry(View(zoom=10.0), AREA, aspect=2.0, size=(100, 100))
    corner, opposite = geometry.to_view([[0.0, 0.0], [1.0, 1.0]])
    assert opposite - corner == pytest.approx([10.0, 20.0])


def test_fit_shows_the_whole_image_as_large_as_possible_also_turned() -> None:
    assert fitting_zoom(View(), (3.0, 2.0), 2.0, (300, 300)) == pytest.approx(75.0)
    assert fitting_zoom(View(rotation=90), (3.0, 2.0), 2.0, (800, 300)) == pytest.approx(100.0)


def test_the_origin_falls_on_a_whole_device_pixel() -> None:
    geometry = view_geometry(View(zoom=1.0), (0.0, 0.0, 11.0, 7.0), aspect=1.0, size=(100, 64))
    assert geometry.to_view((0.0, 0.0)) % 1.0 == pytest.approx([0.0, 0.0])


@given(
    x=st.floats(0, 300),
    y=st.floats(0, 200),
    factor=st.floats(0.2, 5.0),
    rotation=st.sampled_from([0, 90, 180, 270]),
    flipped=st.booleans(),
)
def test_zooming_keeps_the_point_under_the_mouse(x: float, y: float, factor: float, rotation: int, flipped: bool) -> None:
    view = View(zoom=3.0, center=(5.0, 4.0), rotation=rotation, flipped=flipped)  # type: ignore[arg-type]
    before = view_geometry(view, (0, 0, 11, 7), aspect=2.0, size=(300, 200))
    after = view_geometry(zoomed_about(view, before, (x, y), factor), (0, 0, 11, 7), aspect=2.0, size=(300, 200))
    # Within a pixel: the origin is snapped to whole pixels before and after.
    assert after.to_view(before.to_image((x, y))) == pytest.approx((x, y), abs=1.0)


def test_panning_moves_the_picture_with_the_mouse() -> None:
    view = View(zoom=3.0, rotation=90, flipped=True)
    before = view_geometry(view, (0, 0, 11, 7), aspect=2.0, size=(300, 200))
    after = view_geometry(panned(view, before, (30.0, -12.0)), (0, 0, 11, 7), aspect=2.0, size=(300, 200))
    assert after.to_view((2.0, 2.0)) - before.to_view((2.0, 2.0)) == pytest.approx([30.0, -12.0])


@pytest.mark.parametrize(
    ("rotation", "flipped", "expected"),
    [
        (0, False, ("R", "L", "A", "P")),
        (0, True, ("L", "R", "A", "P")),
        (90, False, ("P", "A", "R", "L")),
        (180, False, ("L", "R", "P", "A")),
        (270, False, ("A", "P", "L", "R")),
        (90, True, ("A", "P", "R", "L")),
    ],
)
def test_letters_move_with_the_picture(rotation: int, flipped: bool, expected: tuple[str, ...]) -> None:
    view = View(rotation=rotation, flipped=flipped)  # type: ignore[arg-type]
    assert moved_letters(("R", "L", "A", "P"), view) == expected
