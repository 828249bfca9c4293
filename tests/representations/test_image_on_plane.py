"""An image on any plane equals what SimpleITK samples there; beyond it, across gaps and on padding there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.synthetic.stacks import SPACING_MM, TURNS, oblique, plane_near, stack_of, values_of
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.representations.image_on_plane import places_touched, sampled_image

Volume = NDArray[np.float32]


def witness(values: Volume, stack: Stack, target: Plane, *, nearest: bool = False) -> Volume:
    image = SimpleITK.GetImageFromArray(values)
    first = stack.planes[0]
    image.SetOrigin(first.origin)
    image.SetSpacing((first.spacing_mm[1], first.spacing_mm[0], SPACING_MM[0]))
    image.SetDirection(np.column_stack([first.axis_column, first.axis_row, first.normal]).ravel().tolist())
    grid = SimpleITK.Image(target.shape[1], target.shape[0], 1, SimpleITK.sitkFloat32)
    grid.SetOrigin(target.origin)
    grid.SetSpacing((target.spacing_mm[1], target.spacing_mm[0], 1.0))
    grid.SetDirection(np.column_stack([target.axis_column, target.axis_row, target.normal]).ravel().tolist())
    kind = SimpleITK.sitkNearestNeighbor if nearest else SimpleITK.sitkLinear
    found = SimpleITK.Resample(image, grid, SimpleITK.Transform(), kind, float("nan"), SimpleITK.sitkFloat32)
    return np.asarray(SimpleITK.GetArrayFromImage(found)[0])


def on(values: Volume) -> Callable[[int], Volume]:
    return lambda place: values[place]


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("direction", ["axial", "oblique"])
def test_any_plane_through_an_anisotropic_stack_is_that_of_simpleitk(turn: str, direction: str) -> None:
    directions = np.eye(3) if direction == "axial" else oblique()
    stack, values = stack_of(directions), values_of()
    target = plane_near(stack, directions @ TURNS[turn])
    mine, theirs = sampled_image(stack, on(values), target), witness(values, stack, target)
    assert np.isfinite(theirs).sum() > 100
    both = np.isfinite(mine) & np.isfinite(theirs)
    assert np.abs(mine[both] - theirs[both]).max() < 0.01
    assert (np.isfinite(mine) != np.isfinite(theirs)).mean() < 0.005, "they differ on the very edge alone"


@pytest.mark.parametrize("turn", ["parallel", "oblique"])
def test_a_crisp_plane_takes_the_nearest_voxel(turn: str) -> None:
    stack, values = stack_of(oblique()), np.rint(values_of())
    target = plane_near(stack, oblique() @ TURNS[turn])
    mine, theirs = sampled_image(stack, on(values), target, crisp=True), witness(values, stack, target, nearest=True)
    both = np.isfinite(mine) & np.isfinite(theirs)
    assert (mine[both] != theirs[both]).mean() < 0.005, "ties are broken either way"
    assert set(np.unique(mine[both])) <= set(np.unique(values))


def test_its_own_plane_is_the_image_itself() -> None:
    stack, values = stack_of(oblique()), values_of()
    for place in (0, 3, 5):
        assert np.abs(sampled_image(stack, on(values), stack.planes[place]) - values[place]).max() < 1e-3


def test_a_stack_that_runs_the_other_way_gives_the_same() -> None:
    stack, values = stack_of(np.eye(3)), values_of()
    turned = replace(stack, planes=stack.planes[::-1], frames=stack.frames[::-1])
    target = plane_near(stack, TURNS["oblique"])
    first, second = sampled_image(stack, on(values), target), sampled_image(turned, on(values[::-1]), target)
    assert np.allclose(first, second, atol=1e-3, equal_nan=True)


def test_nothing_is_joined_across_a_gap() -> None:
    stack, values = stack_of(np.eye(3), (0, 1, 2, 6, 7, 8)), values_of()
    across = stack.planes[2].moved(2 * SPACING_MM[0])
    assert np.isnan(sampled_image(stack, on(values), across)).all()
    near = stack.planes[2].moved(0.4 * SPACING_MM[0])
    assert np.abs(sampled_image(stack, on(values), near) - values[2]).max() < 1e-3


def test_beyond_half_a_slice_there_is_nothing() -> None:
    stack, values = stack_of(np.eye(3)), values_of()
    assert np.abs(sampled_image(stack, on(values), stack.planes[0].moved(-0.49 * SPACING_MM[0])) - values[0]).max() < 1e-3
    assert np.isnan(sampled_image(stack, on(values), stack.planes[0].moved(-0.6 * SPACING_MM[0]))).all()


@pytest.mark.parametrize("turn", ["parallel", "oblique"])
def test_nothing_is_interpolated_across_padding(turn: str) -> None:
    stack, values = stack_of(np.eye(3)), values_of()
    values[2:4, 3:6, 4:9] = np.nan
    target = plane_near(stack, TURNS[turn])
    found = sampled_image(stack, on(values), target)
    clean = sampled_image(stack, on(np.nan_to_num(values)), target)
    # What differs when the padding is very bright has some of it in it.
    bright = sampled_image(stack, on(np.where(np.isnan(values), 1e6, values).astype(np.float32)), target)
    touched, untouched = bright - clean > 20, np.abs(bright - clean) < 0.05
    assert touched.any()
    assert np.isnan(found[touched]).all()
    assert np.allclose(found[untouched], clean[untouched])


def test_a_frame_that_cannot_be_read_leaves_a_hole_and_the_rest_stands() -> None:
    stack, values = stack_of(np.eye(3)), values_of()
    target = plane_near(stack, TURNS["upright"])
    found = sampled_image(stack, lambda place: None if place == 2 else values[place], target)
    assert np.isnan(found).any()
    whole = sampled_image(stack, on(values), target)
    both = np.isfinite(found)
    assert both.any()
    assert np.allclose(found[both], whole[both])


@pytest.mark.parametrize("turn", TURNS)
def test_only_frames_that_count_are_asked_for(turn: str) -> None:
    stack, values = stack_of(oblique()), values_of()
    target = plane_near(stack, oblique() @ TURNS[turn], shape=(5, 7))
    asked: set[int] = set()

    def read(place: int) -> Volume:
        asked.add(place)
        return values[place]

    sampled_image(stack, read, target)
    assert asked
    assert asked <= set(places_touched(stack, target))


def test_a_single_slice_stands_for_its_thickness() -> None:
    stack, values = stack_of(np.eye(3), (0,)), values_of()
    assert np.abs(sampled_image(stack, on(values), stack.planes[0].moved(1.4)) - values[0]).max() < 1e-3
    assert np.isnan(sampled_image(stack, on(values), stack.planes[0].moved(1.6))).all()
