"""A plane through the voxels of a stack equals the one sampled from its frames; a slab equals what is counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.synthetic.stacks import TURNS, oblique, plane_near, stack_of, values_of
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane, to_vector
from viewer.geometry.slab import Projection, Slab
from viewer.reading.reslicing import PlaneKind, resliced_stack
from viewer.representations.image_on_plane import sampled_image
from viewer.representations.image_volume import ImageVolume
from viewer.representations.slice_depths import slice_depths

Volume = NDArray[np.float32]


def image_volume(stack: Stack, values: Volume) -> ImageVolume:
    """Return a volume whose stored values are whole numbers with a rescale that differs from slice to slice."""
    depths = slice_depths(stack)
    slopes = np.linspace(0.5, 1.5, len(depths.order)).astype(np.float32)
    intercepts = np.linspace(-90, 40, len(depths.order)).astype(np.float32)
    padding = np.isnan(values[depths.order])
    stored = np.nan_to_num((values[depths.order] - intercepts[:, None, None]) / slopes[:, None, None])
    return ImageVolume(stack, depths, stored.astype(np.float32), slopes, intercepts, padding if padding.any() else None)


def same(mine: Volume, theirs: Volume) -> None:
    both = np.isfinite(mine) & np.isfinite(theirs)
    assert both.sum() > 50
    assert np.abs(mine[both] - theirs[both]).max() < 0.01
    assert (np.isfinite(mine) != np.isfinite(theirs)).mean() < 0.005, "they differ on the very edge alone"


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("direction", ["axial", "oblique"])
@pytest.mark.parametrize("offsets", [tuple(range(6)), (0, 1, 2, 3.4, 4.2, 5.4), (0, 3, 4, 5, 6, 7)])
def test_any_plane_is_that_of_the_frames(turn: str, direction: str, offsets: tuple[float, ...]) -> None:
    directions = np.eye(3) if direction == "axial" else oblique()
    stack, values = stack_of(directions, offsets), values_of()
    target = plane_near(stack, directions @ TURNS[turn])

    same(image_volume(stack, values).sampled(target), sampled_image(stack, lambda place: values[place], target))


@pytest.mark.parametrize("turn", TURNS)
def test_a_tilted_gantry_is_set_right(turn: str) -> None:
    stack, values = stack_of(np.eye(3)), values_of()
    tilted = replace(
        stack,
        planes=tuple(
            replace(plane, origin=to_vector(np.add(plane.origin, (0.0, 0.8 * place, 0.0))))
            for place, plane in enumerate(stack.planes)
        ),
    )
    target = plane_near(tilted, TURNS[turn])

    same(image_volume(tilted, values).sampled(target), sampled_image(tilted, lambda place: values[place], target))


@pytest.mark.parametrize("turn", ["parallel", "upright", "oblique"])
def test_nothing_is_interpolated_across_padding(turn: str) -> None:
    stack, values = stack_of(np.eye(3)), values_of()
    values[2:4, 3:6, 4:9] = np.nan
    target = plane_near(stack, TURNS[turn])
    frames = sampled_image(stack, lambda place: values[place], target)

    found = image_volume(stack, values).sampled(target)

    assert np.isnan(frames).any()
    same(found, frames)


def test_the_planes_of_its_own_voxels_are_the_voxels() -> None:
    stack, values = stack_of(np.eye(3)), values_of()
    volume = image_volume(stack, values)
    first = stack.planes[0]
    coronal = Plane(
        to_vector(np.add(first.origin, (0.0, 4 * first.spacing_mm[0], 0.0))),
        (1.0, 0.0, 0.0),
        (0.0, 0.0, 1.0),
        (stack.planes[1].origin[2] - first.origin[2], first.spacing_mm[1]),
        (values.shape[0], values.shape[2]),
        "1.2",
    )

    assert np.abs(volume.sampled(coronal) - values[:, 4, :]).max() < 1e-3
    assert np.abs(volume.sampled(stack.planes[3]) - values[3]).max() < 1e-3


def even_volume(stack: Stack, values: Volume) -> ImageVolume:
    """Return a volume with one rescale for all slices, as most are: what VTK samples."""
    stored = np.rint(values * 4).astype(np.int16)
    count = len(stack.frames)
    return ImageVolume(stack, slice_depths(stack), stored, np.full(count, 0.25, np.float32), np.full(count, -30, np.float32))


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("direction", ["axial", "oblique"])
def test_a_volume_with_one_rescale_gives_the_same_planes(turn: str, direction: str) -> None:
    directions = np.eye(3) if direction == "axial" else oblique()
    stack, values = stack_of(directions), values_of()
    target = plane_near(stack, directions @ TURNS[turn])
    modality = (np.rint(values * 4) * 0.25 - 30).astype(np.float32)

    same(even_volume(stack, values).sampled(target), sampled_image(stack, lambda place: modality[place], target))


BY_HAND = {"maximum": np.nanmax, "minimum": np.nanmin, "mean": np.nanmean}


@pytest.mark.parametrize("projection", BY_HAND)
def test_a_slab_projects_the_voxels_whose_centres_lie_in_it(projection: Projection) -> None:
    stack, values = stack_of(np.eye(3)), values_of()
    values[3, 2, 5] = np.nan
    gap = stack.planes[1].origin[2] - stack.planes[0].origin[2]
    volume = image_volume(stack, values)

    axial = volume.sampled(stack.planes[3], Slab(2.2 * gap, projection))

    assert np.abs(axial - BY_HAND[projection](values[2:5], axis=0)).max() < 1e-3
    row_mm = stack.planes[0].spacing_mm[0]
    coronal = Plane(
        to_vector(np.add(stack.planes[0].origin, (0.0, 4.5 * row_mm, 0.0))),
        (1.0, 0.0, 0.0),
        (0.0, 0.0, 1.0),
        (gap, stack.planes[0].spacing_mm[1]),
        (values.shape[0], values.shape[2]),
        "1.2",
    )
    found = volume.sampled(coronal, Slab(3.0 * row_mm, projection))
    assert np.abs(found - BY_HAND[projection](values[:, 3:7], axis=1)).max() < 1e-3


@pytest.mark.parametrize("make", [image_volume, even_volume])
@pytest.mark.parametrize("projection", BY_HAND)
def test_an_oblique_slab_lies_between_its_planes(
    projection: Projection, make: Callable[[Stack, Volume], ImageVolume]
) -> None:
    stack, values = stack_of(oblique()), values_of()
    volume = make(stack, values)
    target = plane_near(stack, oblique() @ TURNS["oblique"])

    found = volume.sampled(target, Slab(4.0, projection))

    step = min(stack.planes[0].spacing_mm)
    count = int(4.0 / step + 1e-3)
    planes = np.stack([volume.sampled(target.moved((place - count / 2) * step)) for place in range(count + 1)])
    there = np.isfinite(planes).any(axis=0)
    assert np.array_equal(np.isfinite(found), there)
    assert np.abs(found[there] - BY_HAND[projection](planes[:, there], axis=0)).max() < 1e-3


def plain_volume(stack: Stack) -> ImageVolume:
    """Return a volume of whole numbers, scaled alike, without padding."""
    depths = slice_depths(stack)
    stored = np.random.default_rng(7).integers(-900, 900, (len(depths.order), stack.rows, stack.columns)).astype(np.int16)
    return ImageVolume(
        stack, depths, stored, np.ones(len(depths.order), np.float32), np.zeros(len(depths.order), np.float32)
    )


@pytest.mark.parametrize("direction", ["axial", "oblique", "flipped"])
@pytest.mark.parametrize("kind", ["axial", "coronal", "sagittal"])
def test_a_plane_whose_pixels_are_voxels_is_taken_and_not_sampled(direction: str, kind: PlaneKind) -> None:
    directions = {"axial": np.eye(3), "oblique": oblique(), "flipped": np.diag([-1.0, -1.0, 1.0])}[direction]
    stack = stack_of(directions)
    volume = plain_volume(stack)
    planes = resliced_stack(stack, kind).planes
    for place in (0, len(planes) // 2, len(planes) - 1):
        taken = volume.voxels_on(planes[place])
        assert taken is not None
        assert taken.dtype == np.int16
        assert np.array_equal(taken, volume.sampled(planes[place]))
        assert np.shares_memory(taken, volume.voxels)


def test_a_plane_between_voxels_beyond_them_or_finer_than_they_are_is_not_taken() -> None:
    stack = stack_of(np.eye(3))
    volume = plain_volume(stack)
    (plane, *_) = resliced_stack(stack, "coronal").planes
    assert volume.voxels_on(replace(plane, origin=to_vector(np.add(plane.origin, (0.2, 0, 0))))) is None
    assert volume.voxels_on(replace(plane, origin=to_vector(np.add(plane.origin, (0, -50.0, 0))))) is None
    assert volume.voxels_on(replace(plane, spacing_mm=(plane.spacing_mm[0] / 2, plane.spacing_mm[1]))) is None
    assert volume.voxels_on(plane_near(stack, TURNS["oblique"])) is None
    unlike = replace(volume, slopes=np.linspace(1, 2, len(volume.slopes)).astype(np.float32))
    assert unlike.voxels_on(plane) is None
    assert replace(volume, padding=volume.voxels > 850).voxels_on(plane) is None


def test_slices_whose_positions_are_rounded_are_straight() -> None:
    stack = stack_of(oblique())
    rounded = tuple(replace(plane, origin=to_vector(np.round(plane.origin, 3))) for plane in stack.planes)
    assert plain_volume(replace(stack, planes=rounded)).affine is not None
    shifted = tuple(
        replace(plane, origin=to_vector(np.add(plane.origin, np.multiply(plane.axis_row, 0.05 * place))))
        for place, plane in enumerate(stack.planes)
    )
    assert plain_volume(replace(stack, planes=shifted)).affine is None
