"""Lines that run through slices are cut where they enter and leave each of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.representations.slab_pieces import pieces_in_slab


def cut(heights: list[float], low: float, high: float) -> list[NDArray[np.float64]]:
    """A line that goes 4 mm along x with every step, at these distances from the plane."""
    points = np.array([[4.0 * step, 7.0, height] for step, height in enumerate(heights)])
    return pieces_in_slab(points, np.array(heights), low, high)


def test_a_line_is_cut_where_it_enters_and_leaves() -> None:
    (piece,) = cut([-3.0, 5.0], -1.0, 2.0)
    assert piece == pytest.approx(np.array([[1.0, 7.0, -1.0], [2.5, 7.0, 2.0]]))


def test_a_line_that_comes_back_gives_two_pieces() -> None:
    first, second = cut([0.0, 4.0, 0.0], -1.0, 1.0)
    assert first[:, 0].tolist() == [0.0, 1.0]
    assert second[:, 0].tolist() == [7.0, 8.0]


def test_points_inside_stay_in_one_piece() -> None:
    (piece,) = cut([0.0, 0.5, -0.5, 0.2], -1.0, 1.0)
    assert piece[:, 2] == pytest.approx([0.0, 0.5, -0.5, 0.2])


def test_a_line_in_the_border_of_two_slabs_is_in_one_of_them() -> None:
    assert len(cut([1.0, 1.0], -1.0, 1.0)) == 1
    assert len(cut([1.0, 1.0], 1.0, 3.0)) == 0
