"""Recommended Display CIELab Value: the colours that producers chose come back.

Acceptance check 40.
"""

from __future__ import annotations

import highdicom as hd
import pytest

from viewer.imaging.cielab import color_of_cielab


@pytest.mark.parametrize(
    ("cielab", "color"),
    [
        ((34886, 53484, 50172), (255, 0, 0)),
        ((57498, 10747, 54274), (0, 255, 0)),
        ((21170, 53250, 5175), (0, 0, 255)),
        ((43803, 26565, 37722), (128, 174, 128)),
        ((0, 32896, 32896), (0, 0, 0)),
        ((65535, 32896, 32896), (255, 255, 255)),
    ],
)
def test_a_stored_colour_is_the_srgb_colour_it_was_made_from(
    cielab: tuple[int, int, int], color: tuple[int, int, int]
) -> None:
    assert color_of_cielab(cielab) == color


@pytest.mark.parametrize("red", range(0, 256, 51))
@pytest.mark.parametrize("green", range(0, 256, 51))
def test_colours_that_highdicom_stores_come_back_exactly(red: int, green: int) -> None:
    for blue in range(0, 256, 51):
        stored = hd.color.CIELabColor.from_rgb(red, green, blue).value
        found = color_of_cielab(stored)
        assert found is not None
        assert all(abs(a - b) <= 1 for a, b in zip(found, (red, green, blue), strict=True))


@pytest.mark.parametrize("bad", [(), (1, 2), (1, 2, 3, 4), (70000, 0, 0), (-1, 0, 0)])
def test_what_is_no_colour_is_none(bad: tuple[int, ...]) -> None:
    assert color_of_cielab(bad) is None
