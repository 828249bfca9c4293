"""A grid grows along its own lattice and keeps every voxel where it was."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.geometry.plane import Plane
from viewer.representations.covering_grid import covering
from viewer.representations.volume_grid import NoGrid, VolumeGrid


def grid() -> VolumeGrid:
    first = Plane((10.0, -5.0, 2.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.25), (7, 11), "1.2")
    affine = first.affine.copy()
    affine[:3, 0] = 0.0, 0.5, 2.5
    planes = tuple(Plane((10.0, -5.0 + 0.5 * k, 2.0 + 2.5 * k), *_axes(first)) for k in range(4))
    return VolumeGrid(planes, affine)


def _axes(
    first: Plane,
) -> tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float], tuple[int, int], str | None]:
    return first.axis_column, first.axis_row, first.spacing_mm, first.shape, first.frame_of_reference_uid


def test_a_box_inside_leaves_the_grid_as_it_is() -> None:
    one = grid()
    assert covering(one, np.array([[10.0, -5.0, 2.0], [11.0, -4.0, 9.0]])) is one
    assert covering(one, np.zeros((0, 3))) is one


def test_a_box_beside_it_makes_it_larger_on_all_sides_needed() -> None:
    one = grid()
    corner = one.affine @ [-2, -1, 3, 1]
    other = one.affine @ [5, 3, 13, 1]
    found = covering(one, np.array([corner[:3], other[:3]]))
    assert found.shape == (8, 8, 14)
    for k, plane in enumerate(found.planes):
        assert np.allclose(plane.origin, (one.affine @ [k - 2, -1, 0, 1])[:3])
        assert np.allclose((found.affine @ [k, 0, 0, 1])[:3], plane.origin)


def test_a_box_far_away_is_refused() -> None:
    with pytest.raises(NoGrid):
        covering(grid(), np.array([[1e6, 1e6, 1e6]]))
