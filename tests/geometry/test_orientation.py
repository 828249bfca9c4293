"""Axes, names, letters and scroll directions of planes."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.geometry.orientation import name_of, orthonormal_axes, scroll_direction


def test_axes_with_rounding_are_made_unit_and_orthogonal() -> None:
    axes = orthonormal_axes((0.9998, 0.0, 0.003, 0.0, 1.0002, 0.0))
    assert axes is not None
    column, row = map(np.array, axes)
    assert np.linalg.norm(column) == pytest.approx(1, abs=1e-12)
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-12)
    assert column @ row == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "cosines",
    [(1, 0, 0, 0, 1.02, 0), (1, 0, 0, 0.02, 1, 0), (0, 0, 0, 0, 1, 0), (1, 0, 0), (float("nan"), 0, 0, 0, 1, 0)],
)
def test_axes_that_are_no_directions_are_refused(cosines: tuple[float, ...]) -> None:
    assert orthonormal_axes(cosines) is None


@pytest.mark.parametrize(
    ("normal", "name", "direction"),
    [
        ((0, 0, 1), "axial", (0, 0, -1)),
        ((0, 0, -1), "axial", (0, 0, -1)),
        ((-1, 0, 0), "sagittal", (1, 0, 0)),
        ((0, -1, 0), "coronal", (0, 1, 0)),
        ((0, 0.6, 0.8), "oblique", (0, -0.6, -0.8)),
        ((0.1, 0.1, 0.9899), "axial", (-0.1, -0.1, -0.9899)),
    ],
)
def test_stacks_scroll_head_down_right_to_left_front_to_back(normal: tuple, name: str, direction: tuple) -> None:
    assert name_of(normal) == name
    assert scroll_direction(normal) == pytest.approx(direction)
