"""Voxels of any stack as an even grid, as volume rendering needs them: each where it lies, nothing made up where none is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.synthetic.stacks import SHAPE, SPACING_MM, oblique, stack_of
from viewer.domain.stack import Stack
from viewer.geometry.plane import to_vector
from viewer.representations.image_volume import ImageVolume
from viewer.representations.regular_volume import RegularVolume, regular_volume
from viewer.representations.slice_depths import slice_depths

Values = NDArray[np.float64]
SLOPE = np.array([1.3, -2.1, 0.7])
"""How values grow with x, y and z (mm): a field like that is the same however it is interpolated linearly."""


def field(points: Values) -> Values:
    """The value at patient points (mm)."""
    return np.asarray(points @ SLOPE + 500.0)


def at_voxels(stack: Stack) -> Values:
    """The values of the field in the order of the frames."""
    rows, columns = np.indices(SHAPE[1:])
    places = np.stack([columns + 0.5, rows + 0.5], axis=-1)
    return np.stack([field(plane.point_patient(places)) for plane in stack.planes])


def volume_of(
    stack: Stack, values: Values, slopes: Values | None = None, padding: NDArray[np.bool_] | None = None
) -> ImageVolume:
    depths = slice_depths(stack)
    scale = np.ones(len(depths.order)) if slopes is None else slopes
    stored = values[depths.order] / scale[:, None, None]
    return ImageVolume(
        stack, depths, stored.astype(np.float32), scale.astype(np.float32), np.zeros(len(scale), np.float32), padding
    )


def tilted(stack: Stack, by_mm: float) -> Stack:
    down = np.asarray(stack.planes[0].axis_row)
    planes = tuple(
        replace(plane, origin=to_vector(np.asarray(plane.origin) + by_mm * place * down))
        for place, plane in enumerate(stack.planes)
    )
    return replace(stack, planes=planes)


def points_of(found: RegularVolume) -> Values:
    """The patient points (mm) of all voxels, (k, j, i, 3)."""
    index = np.stack(np.indices(found.voxels.shape), axis=-1)
    return np.asarray(index @ found.affine[:3, :3].T + found.affine[:3, 3])


def shown(found: RegularVolume) -> Values:
    return found.voxels.astype(np.float64) * found.slope + found.intercept


UNEVEN = {
    "tilted": (tuple(range(6)), 0.83),
    "uneven": ((0, 1, 2.1, 3.4, 4.2, 5.4), 0.0),
    "both": ((0, 1.2, 2, 3, 3.9, 5), -0.6),
}


@pytest.mark.parametrize("direction", ["axial", "oblique"])
@pytest.mark.parametrize("how", UNEVEN)
def test_every_voxel_of_an_even_grid_has_the_value_of_its_place(how: str, direction: str) -> None:
    offsets, shift_mm = UNEVEN[how]
    stack = tilted(stack_of(np.eye(3) if direction == "axial" else oblique(), offsets), shift_mm)
    values = at_voxels(stack)

    found = regular_volume(volume_of(stack, values))

    lowest = values.min()
    difference = np.abs(shown(found) - field(points_of(found)))
    # In the outer half pixel a value is that of the voxel at the edge; beyond it the lowest one stands for nothing.
    at_the_edge = float(np.abs(SLOPE).sum()) * max(SPACING_MM) / 2
    empty = np.isclose(shown(found), lowest, atol=0.1)
    assert (difference < 0.1).mean() > 0.5
    assert (difference[~empty] < at_the_edge).all()
    # The whole of the stack lies in the grid.
    corners = np.concatenate([plane.corners_patient() for plane in stack.planes])
    index = (corners - found.affine[:3, 3]) @ np.linalg.inv(found.affine[:3, :3]).T
    assert (index > -0.51).all()
    assert (index < np.array(found.voxels.shape) - 0.49).all()
    steps = found.affine[:3, :3]
    assert np.allclose(steps.T @ steps, np.diag(np.diag(steps.T @ steps)), atol=1e-9)


def test_an_even_stack_is_not_copied() -> None:
    stack = stack_of(oblique())
    volume = volume_of(stack, at_voxels(stack))

    found = regular_volume(volume)

    assert found.voxels is volume.voxels
    assert found.affine is volume.affine
    assert np.allclose(shown(found), field(points_of(found)), atol=1e-2)


def test_slices_that_are_scaled_each_in_its_own_way_are_brought_to_one_scale() -> None:
    stack = stack_of(np.eye(3))
    values = at_voxels(stack)

    found = regular_volume(volume_of(stack, values, slopes=np.linspace(0.4, 1.9, SHAPE[0])))

    assert found.voxels.shape == SHAPE
    assert np.allclose(shown(found), field(points_of(found)), atol=1e-2)


def test_padding_is_nothing_and_not_a_bright_value() -> None:
    stack = stack_of(np.eye(3))
    values = at_voxels(stack)
    padding = np.zeros(SHAPE, bool)
    padding[2:4, :3, :5] = True
    kept = values.copy()
    kept[padding] = 65535.0

    found = regular_volume(volume_of(stack, kept, padding=padding))

    assert np.allclose(shown(found)[padding], values[~padding].min(), atol=1e-2)
    assert np.allclose(shown(found)[~padding], values[~padding], atol=1e-2)


def test_where_slices_are_missing_nothing_stands() -> None:
    stack = stack_of(np.eye(3), (0, 1, 2, 7, 8, 9))
    values = at_voxels(stack)

    found = regular_volume(volume_of(stack, values))

    heights = (points_of(found)[:, 0, 0, 2] - stack.planes[0].origin[2]) / SPACING_MM[0]
    in_gap = (heights > 2.6) & (heights < 6.4)
    assert in_gap.sum() >= 3
    assert np.allclose(shown(found)[in_gap], values.min(), atol=1e-2)
    assert not np.isclose(shown(found)[~in_gap], values.min(), atol=1e-2).all(axis=(1, 2)).any()


def test_whole_numbers_stay_whole_numbers() -> None:
    stack = tilted(stack_of(np.eye(3)), 0.7)
    depths = slice_depths(stack)
    stored = np.rint(at_voxels(stack) * 2).astype(np.int16)[depths.order]
    scale = np.full(SHAPE[0], 0.5, np.float32)

    found = regular_volume(ImageVolume(stack, depths, stored, scale, np.zeros(SHAPE[0], np.float32)))

    assert found.voxels.dtype == np.int16
    assert (found.slope, found.intercept) == (0.5, 0.0)


def test_making_it_can_be_ended() -> None:
    def stop(_: float) -> None:
        raise InterruptedError

    stack = tilted(stack_of(np.eye(3)), 0.7)
    with pytest.raises(InterruptedError):
        regular_volume(volume_of(stack, at_voxels(stack)), check=stop)
