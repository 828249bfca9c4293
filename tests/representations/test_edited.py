"""Edits of a segment: what each does to the voxels, on an oblique anisotropic grid, against sums by hand and SimpleITK."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.synthetic.stacks import SHAPE, SPACING_MM, oblique, stack_of
from viewer.domain.edit import BetweenSlices, Brush, Edit, FillHoles, Island, KeepValues, Smooth
from viewer.geometry.plane import to_vector
from viewer.representations.edited import edited
from viewer.representations.volume_grid import VolumeGrid, stack_grid

Mask = NDArray[np.bool_]


def grid_of(directions: NDArray[np.float64]) -> VolumeGrid:
    """Return the grid of a made stack: 6 slices 3 mm apart, 9 rows of 0.9 mm, 14 columns of 0.6 mm."""
    return stack_grid(stack_of(directions))


GRID = grid_of(oblique())
EMPTY = np.zeros(SHAPE, bool)


def after(mask: Mask, edit: Edit, values: NDArray[np.float32] | None = None) -> Mask:
    before = mask.copy()
    result = edited(mask, GRID, edit, lambda: values)
    assert np.array_equal(mask, before), "the mask that was given stays as it is"
    return result


def center_of(index: tuple[int, int, int]) -> tuple[float, float, float]:
    return to_vector(GRID.affine[:3, :3] @ index + GRID.affine[:3, 3])


def test_a_brush_adds_the_voxels_of_its_slice_within_its_radius() -> None:
    stroke = Brush(GRID.planes[2], ((4.5, 3.5), (9.5, 3.5)), 1.0)

    found = after(EMPTY, stroke)

    wanted = EMPTY.copy()
    for j in range(SHAPE[1]):
        for i in range(SHAPE[2]):
            beside = max(4 - i, 0, i - 9) * SPACING_MM[2]
            wanted[2, j, i] = np.hypot(beside, (j - 3) * SPACING_MM[1]) <= 1.0
    assert wanted.sum() > 10
    assert np.array_equal(found, wanted)


def test_a_ball_reaches_into_the_neighbouring_slices_as_far_as_its_radius() -> None:
    found = after(EMPTY, Brush(GRID.planes[2], ((6.5, 4.5),), 3.2, reach="ball"))

    k, j, i = np.indices(SHAPE)
    distance = np.sqrt(((k - 2) * SPACING_MM[0]) ** 2 + ((j - 4) * SPACING_MM[1]) ** 2 + ((i - 6) * SPACING_MM[2]) ** 2)
    assert np.array_equal(found, distance <= 3.2)
    assert found[1].any()
    assert not found[0].any()


def test_erasing_takes_away_what_was_added() -> None:
    stroke = Brush(GRID.planes[3], ((2.5, 2.5), (7.5, 6.5)), 1.3)

    assert not after(after(EMPTY, stroke), replace(stroke, act="erase")).any()


def test_a_brush_on_a_plane_across_the_slices_paints_what_the_plane_goes_through() -> None:
    first = GRID.planes[0]
    across = replace(
        first,
        origin=to_vector(np.add(first.origin, np.multiply(first.axis_row, 4 * SPACING_MM[1]))),
        axis_row=first.normal,
        spacing_mm=(SPACING_MM[0], SPACING_MM[2]),
        shape=(SHAPE[0], SHAPE[2]),
        image=None,
        nearest_mm=None,
    )

    found = after(EMPTY, Brush(across, ((6.5, 0.5), (6.5, 5.5)), 0.5))

    wanted = EMPTY.copy()
    wanted[:, 4, 6] = True
    assert np.array_equal(found, wanted)


def test_beyond_the_grid_nothing_happens() -> None:
    assert not after(EMPTY, Brush(GRID.planes[0], ((500.0, 500.0),), 2.0)).any()
    assert not after(EMPTY, Brush(GRID.planes[0], (), 2.0)).any()


def test_only_values_in_a_range_stay() -> None:
    values = np.arange(np.prod(SHAPE), dtype=np.float32).reshape(SHAPE)
    values[0, 0, 0] = np.nan

    found = after(np.ones(SHAPE, bool), KeepValues(10, 20), values)

    assert np.flatnonzero(found).tolist() == list(range(10, 21))
    assert np.array_equal(after(~EMPTY, KeepValues(10, 20), None), ~EMPTY), "without an image nothing is known"


def test_holes_and_cavities_are_filled_as_simpleitk_fills_them() -> None:
    mask = EMPTY.copy()
    mask[1:5, 1:8, 2:12] = True
    mask[2:4, 3:6, 5:8] = False
    open_at_the_ends = mask.copy()
    open_at_the_ends[:, 6, 10] = False  # a tube through all slices: a hole in each of them

    witness = SimpleITK.BinaryFillhole(SimpleITK.GetImageFromArray(mask.astype(np.uint8)))

    assert np.array_equal(after(mask, FillHoles()), SimpleITK.GetArrayFromImage(witness).astype(bool))
    assert after(open_at_the_ends, FillHoles())[1:5, 1:8, 2:12].all()


@pytest.mark.parametrize("act", ["keep", "remove"])
def test_an_island_is_the_connected_piece_at_a_point(act: str) -> None:
    mask = EMPTY.copy()
    mask[1, 1:3, 1:4] = True
    mask[2, 3, 4] = True  # touches the first piece at a corner
    mask[4, 5:8, 9:12] = True
    pieces = SimpleITK.ConnectedComponent(SimpleITK.GetImageFromArray(mask.astype(np.uint8)), True)
    labels = SimpleITK.GetArrayFromImage(pieces)
    assert labels.max() == 2

    found = after(mask, Island(center_of((1, 2, 2)), act))  # type: ignore[arg-type]

    first = labels == labels[1, 2, 2]
    assert np.array_equal(found, first if act == "keep" else mask & ~first)


def test_a_point_far_from_everything_is_no_island() -> None:
    mask = EMPTY.copy()
    mask[1, 1, 1] = True

    assert np.array_equal(after(mask, Island(center_of((5, 8, 13)), "remove")), mask)
    assert not after(EMPTY, Island(center_of((1, 1, 1)), "keep")).any()


def test_smoothing_takes_specks_away_and_leaves_large_shapes() -> None:
    mask = EMPTY.copy()
    mask[1:5, 2:8, 3:12] = True
    mask[0, 0, 0] = True

    found = after(mask, Smooth(1.5))

    assert not found[0, 0, 0]
    assert found[2:4, 3:7, 4:11].all()
    assert found.sum() == pytest.approx(mask.sum(), rel=0.25)


def test_slices_between_drawn_ones_pass_from_shape_to_shape() -> None:
    mask = EMPTY.copy()
    mask[0, 1:8, 1:13] = True
    mask[4, 3:6, 5:9] = True

    found = after(mask, BetweenSlices())

    sizes = found.sum(axis=(1, 2)).tolist()
    assert sizes[0] > sizes[1] > sizes[2] > sizes[3] > sizes[4] > 0
    assert sizes[5] == 0
    for place in range(4):
        assert (found[place] | ~found[place + 1]).all(), "each holds the next smaller one"
