"""Planes through a stack: where they lie, how they follow one another, and that they go through the voxels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.synthetic.stacks import ORIGIN, SHAPE, SPACING_MM, oblique, stack_of, values_of
from viewer.reading.reslicing import PLANE_KINDS, PlaneKind, own_axes, reslicing, turned_axes, why_not_resliced
from viewer.representations.image_volume import ImageVolume
from viewer.representations.slice_depths import slice_depths

UPRIGHT = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
"""A coronal acquisition: columns to the left, rows to the feet."""


def volume_of(values: np.ndarray, directions: np.ndarray) -> ImageVolume:
    stack = stack_of(directions)
    count = len(stack.frames)
    return ImageVolume(stack, slice_depths(stack), values, np.ones(count, np.float32), np.zeros(count, np.float32))


@pytest.mark.parametrize(
    ("kind", "across", "down", "scrolls"),
    [
        ("axial", (1, 0, 0), (0, 1, 0), (0, 0, -1)),
        ("coronal", (1, 0, 0), (0, 0, -1), (0, 1, 0)),
        ("sagittal", (0, 1, 0), (0, 0, -1), (1, 0, 0)),
    ],
)
def test_planes_are_seen_as_radiologists_see_them(
    kind: PlaneKind, across: tuple[int, ...], down: tuple[int, ...], scrolls: tuple[int, ...]
) -> None:
    cut = reslicing(stack_of(np.eye(3)), kind)

    assert cut.first.axis_column == pytest.approx(across)
    assert cut.first.axis_row == pytest.approx(down)
    assert cut.direction == pytest.approx(scrolls)


def test_an_axial_stack_is_its_own_axial_planes_from_the_head_down() -> None:
    values = values_of()
    volume = volume_of(values, np.eye(3))
    cut = reslicing(volume.stack, "axial")

    assert cut.count == SHAPE[0]
    for place in range(cut.count):
        assert np.array_equal(volume.sampled(cut.plane(place)), values[SHAPE[0] - 1 - place])


@pytest.mark.parametrize("directions", [np.eye(3), UPRIGHT, oblique()], ids=["axial", "coronal", "oblique"])
@pytest.mark.parametrize("kind", PLANE_KINDS)
def test_every_voxel_is_on_one_plane_and_none_is_blurred(kind: PlaneKind, directions: np.ndarray) -> None:
    values = values_of()
    volume = volume_of(values, directions)
    cut = reslicing(volume.stack, kind)

    found = np.concatenate([volume.sampled(cut.plane(place)).ravel() for place in range(cut.count)])

    assert np.sort(found) == pytest.approx(np.sort(values.ravel()), abs=2e-3)


def test_a_coronal_plane_of_an_axial_stack_has_the_head_on_top() -> None:
    values = values_of()
    volume = volume_of(values, np.eye(3))
    cut = reslicing(volume.stack, "coronal")

    assert cut.first.spacing_mm == pytest.approx((SPACING_MM[0], SPACING_MM[2]))
    assert np.array_equal(volume.sampled(cut.plane(4)), values[::-1, 4, :])
    assert cut.plane(4).origin == pytest.approx(
        (ORIGIN[0], ORIGIN[1] + 4 * SPACING_MM[1], ORIGIN[2] + (SHAPE[0] - 1) * SPACING_MM[0])
    )


def test_the_plane_of_a_point_is_the_nearest_one() -> None:
    cut = reslicing(stack_of(np.eye(3)), "sagittal")

    point = (ORIGIN[0] + 5.4 * SPACING_MM[2], ORIGIN[1], ORIGIN[2])

    assert cut.place_of(point) == 5
    assert cut.place_of((-1e6, 0.0, 0.0)) == 0
    assert cut.place_of((1e6, 0.0, 0.0)) == SHAPE[2] - 1


def test_turned_planes_hold_the_whole_stack_at_its_finest_spacing() -> None:
    stack = stack_of(np.eye(3))
    axes = turned_axes(own_axes(stack), (0.0, 0.0, 1.0), 30)
    cut = reslicing(stack, "coronal", axes)

    assert cut.first.axis_column == pytest.approx((np.cos(np.pi / 6), np.sin(np.pi / 6), 0))
    assert cut.first.spacing_mm == pytest.approx((SPACING_MM[0], min(SPACING_MM)))
    for plane in stack.planes:
        for corner in plane.corners_patient():
            position = cut.first.position_image(corner)
            assert (position > 0.4).all()
            assert position[0] < cut.first.shape[1] + 0.6
            assert position[1] < cut.first.shape[0] + 0.6
            along = float(np.dot(np.subtract(corner, cut.first.origin), cut.direction))
            assert -1e-6 <= along <= cut.step_mm * cut.count


def test_turning_keeps_right_angles() -> None:
    axes = own_axes(stack_of(oblique()))
    for degrees in (10, 25, -130):
        axes = turned_axes(axes, axes[1], degrees)
    assert np.array(axes) @ np.array(axes).T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(np.array(axes)) == pytest.approx(1)


@pytest.mark.parametrize("directions", [np.eye(3), UPRIGHT, oblique(), np.eye(3)[:, ::-1]])
def test_own_axes_run_to_left_back_and_head(directions: np.ndarray) -> None:
    axes = np.array(own_axes(stack_of(directions)))

    assert np.linalg.det(axes) == pytest.approx(1)
    assert (np.diag(axes) > 0.5).all()
    voxel = np.abs(axes @ directions)
    assert np.sort(voxel, axis=1)[:, -1] == pytest.approx((1, 1, 1))


def test_what_has_no_depth_is_refused_with_a_reason() -> None:
    stack = stack_of(np.eye(3))

    assert why_not_resliced(stack) == ""
    assert why_not_resliced(replace(stack, planes=stack.planes[:1], frames=stack.frames[:1])) == "reslice_one_place"
    flat = tuple(replace(plane, in_patient_space=False) for plane in stack.planes)
    assert why_not_resliced(replace(stack, planes=flat)) == "reslice_no_position"
    same = tuple(replace(stack.planes[0], image=(str(k), 1)) for k in range(6))
    assert why_not_resliced(replace(stack, planes=same)) == "reslice_one_place"
    with pytest.raises(ValueError, match="no other planes"):
        reslicing(replace(stack, planes=same), "axial")
