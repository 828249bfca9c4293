"""The renderer's pictures: each surface in its colour, where it lies in the patient; nothing is taken on trust from VTK."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.ui.volume.solids import (
    BOUNDS,
    BOXES,
    COLORS,
    GROUND,
    SIZE,
    bright_block,
    color_at,
    drawn,
    graphics_here,
    is_like,
    parallel,
    scene_of,
    spot_of,
)
from viewer.domain.transfer import TransferFunction, TransferPoint
from viewer.geometry.box import Box
from viewer.geometry.camera import Camera, looking_at, turned
from viewer.geometry.plane import Plane
from viewer.scene.volume_drawables import PlaneDrawable, PointDrawable, VolumeDrawable, VolumeScene
from viewer.scene.volume_inputs import Graphics
from viewer.ui.volume.renderer import Renderer

NOWHERE = (25.0, -15.0, 45.0)
"""A point beside which no box lies in any of the three directions of the patient."""


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer(Graphics(works=True, renderer="llvmpipe", software=True))
    yield made
    made.close()


def test_opengl_works_here_and_has_a_name() -> None:
    found = graphics_here()
    assert found.works
    assert found.renderer


@pytest.mark.parametrize("view", ["anterior", "left", "head"])
def test_each_surface_has_its_colour_where_it_lies_in_the_patient(renderer: Renderer, view: str) -> None:
    camera = parallel(view)
    pixels = renderer.render(scene_of(1, 2), camera, SIZE, background=GROUND)
    assert pixels.shape == (SIZE[1], SIZE[0], 4)
    for number in (1, 2):
        assert is_like(color_at(pixels, camera, BOXES[number].center), COLORS[number])
    assert color_at(pixels, camera, NOWHERE)[:3].max() == 0


def test_from_the_front_the_patients_left_is_at_the_right_and_the_head_is_up(renderer: Renderer) -> None:
    camera = parallel("anterior")
    pixels = renderer.render(scene_of(1, 2), camera, SIZE, background=GROUND)[..., :3].astype(int)
    red = np.argwhere((pixels[..., 0] > 90) & (pixels[..., 1] < 60))
    green = np.argwhere((pixels[..., 1] > 90) & (pixels[..., 0] < 80))
    assert red[:, 1].mean() < SIZE[0] / 2 < green[:, 1].mean()
    assert red[:, 0].mean() < SIZE[1] / 2 < green[:, 0].mean()
    behind = renderer.render(scene_of(1, 2), parallel("posterior"), SIZE, background=GROUND)[..., :3].astype(int)
    assert np.argwhere((behind[..., 0] > 90) & (behind[..., 1] < 60))[:, 1].mean() > SIZE[0] / 2


def test_what_lies_in_front_covers_what_lies_behind(renderer: Renderer) -> None:
    for view, front in (("anterior", 1), ("posterior", 3)):
        camera = parallel(view)
        pixels = renderer.render(scene_of(3, 1), camera, SIZE, background=GROUND)
        assert is_like(color_at(pixels, camera, BOXES[3].center), COLORS[front])


def test_translucent_surfaces_mix_by_depth_whatever_their_order_is(renderer: Renderer) -> None:
    camera = parallel("anterior")
    one = renderer.render(scene_of(1, 3, opacity=0.5), camera, SIZE, background=GROUND)
    other = renderer.render(scene_of(3, 1, opacity=0.5), camera, SIZE, background=GROUND)
    assert np.abs(one.astype(int) - other).max() <= 2
    seen = color_at(one, camera, BOXES[3].center)
    assert min(seen[0], seen[2]) > 40
    assert seen[0] > seen[2]
    camera = parallel("posterior")
    behind = color_at(renderer.render(scene_of(1, 3, opacity=0.5), camera, SIZE, background=GROUND), camera, BOXES[3].center)
    assert behind[2] > behind[0]


def test_a_box_cuts_off_what_lies_outside_and_gives_it_back(renderer: Renderer) -> None:
    camera = parallel("anterior")
    whole = renderer.render(scene_of(1, 2), camera, SIZE, background=GROUND)
    clipping = Box(BOUNDS.low, (BOUNDS.high[0], BOUNDS.high[1], 32.0))
    cut = renderer.render(scene_of(1, 2, clipping=clipping), camera, SIZE, background=GROUND)
    above, below = (0.0, -12.0, 40.0), (0.0, -12.0, 24.0)
    assert is_like(color_at(whole, camera, above), COLORS[1])
    assert color_at(cut, camera, above)[:3].max() == 0
    assert is_like(color_at(cut, camera, below), COLORS[1])
    again = renderer.render(scene_of(1, 2), camera, SIZE, background=GROUND)
    assert np.array_equal(again, whole)


def test_on_transparent_ground_only_what_is_drawn_is_opaque(renderer: Renderer) -> None:
    camera = parallel("anterior")
    pixels = renderer.render(scene_of(2), camera, SIZE, background=None)
    assert color_at(pixels, camera, BOXES[2].center)[3] == 255
    assert color_at(pixels, camera, NOWHERE)[3] == 0
    opaque = renderer.render(scene_of(2), camera, SIZE, background=GROUND)
    assert opaque[..., 3].min() == 255


def test_the_camera_turns_the_object_with_the_mouse(renderer: Renderer) -> None:
    # Half the height of the picture is a quarter turn; dragged to the right, the patient's right comes to the front.
    front = parallel("anterior")
    dragged = turned(front, 0.5, 0.0)
    pixels = renderer.render(scene_of(1, 2), dragged, SIZE, background=GROUND)
    right = replace(parallel("right"), height_mm=front.height_mm)
    assert np.abs(pixels.astype(int) - renderer.render(scene_of(1, 2), right, SIZE, background=GROUND)).max() <= 3


def test_a_selected_surface_is_brighter(renderer: Renderer) -> None:
    camera = parallel("anterior")
    plain = renderer.render(VolumeScene((drawn(1),), BOUNDS), camera, SIZE, background=GROUND)
    chosen = renderer.render(VolumeScene((drawn(1, selected=True),), BOUNDS), camera, SIZE, background=GROUND)
    at = BOXES[1].center
    assert color_at(chosen, camera, at)[:3].sum() > color_at(plain, camera, at)[:3].sum() + 20


def test_the_point_of_the_crosshair_is_where_it_says(renderer: Renderer) -> None:
    camera = parallel("left")
    scene = VolumeScene((PointDrawable((20.0, 5.0, 30.0), (255, 214, 92)),), BOUNDS)
    pixels = renderer.render(scene, camera, SIZE, background=GROUND)
    bright = np.argwhere(pixels[:260, :, 0] > 100)
    column, row = spot_of(camera, (20.0, 5.0, 30.0))
    assert np.abs(bright.mean(axis=0) - (row, column)).max() < 2


def volume(voxels: np.ndarray[tuple[int, ...], np.dtype[np.int16]], affine: np.ndarray) -> VolumeDrawable:
    points = (TransferPoint(590, (255, 255, 255), 0.0), TransferPoint(600, (255, 250, 240), 1.0))
    return VolumeDrawable(voxels, affine, 1.0, 0.0, TransferFunction(points, shaded=False))


@pytest.mark.parametrize("view", ["anterior", "left", "feet"])
@pytest.mark.parametrize("flips", [(1, 1, 1), (-1, 1, -1), (1, -1, 1)])
def test_a_volume_stands_where_its_affine_says(renderer: Renderer, view: str, flips: tuple[int, int, int]) -> None:
    voxels, affine, where = bright_block()
    # The same voxels in another order: the place in the patient is the same.
    for axis, flip in enumerate(flips):
        if flip < 0:
            voxels = np.flip(voxels, axis)
            affine = affine.copy()
            affine[:3, 3] += affine[:3, axis] * (voxels.shape[axis] - 1)
            affine[:3, axis] *= -1
    _, plain, _ = bright_block()
    low = plain @ np.array([*(one.start for one in where), 1.0])
    high = plain @ np.array([*(one.stop - 1 for one in where), 1.0])
    camera = parallel(view)
    pixels = renderer.render(VolumeScene((volume(voxels, affine),), BOUNDS), camera, SIZE, background=GROUND)
    # The orientation marker stands in a corner.
    bright = np.argwhere(pixels[:250, 70:, 0] > 128) + np.array([0, 70])
    corners = np.array([spot_of(camera, low[:3]), spot_of(camera, high[:3])])[:, ::-1]
    assert np.abs(bright.min(axis=0) - corners.min(axis=0)).max() <= 6
    assert np.abs(bright.max(axis=0) - corners.max(axis=0)).max() <= 6


def test_a_transfer_function_is_followed_at_once(renderer: Renderer) -> None:
    voxels, affine, where = bright_block()
    middle = affine @ np.array([*((one.start + one.stop) / 2 for one in where), 1.0])
    shown = volume(voxels, affine)
    camera = parallel("anterior")
    red = replace(
        shown, transfer=TransferFunction(tuple(replace(p, color=(250, 0, 0)) for p in shown.transfer.points), False)
    )
    gone = replace(shown, transfer=shown.transfer.shifted(800))
    first, second, third = (
        color_at(renderer.render(VolumeScene((one,), BOUNDS), camera, SIZE, background=GROUND), camera, middle[:3])
        for one in (shown, red, gone)
    )
    assert first[:3].min() > 150
    assert is_like(second, (250, 0, 0))
    assert third[:3].max() == 0


def test_a_volume_is_cut_by_the_box_too(renderer: Renderer) -> None:
    voxels, affine, where = bright_block()
    middle = affine @ np.array([*((one.start + one.stop) / 2 for one in where), 1.0])
    scene = VolumeScene((volume(voxels, affine),), BOUNDS, Box(BOUNDS.low, (10.0, 20.0, 50.0)))
    camera = parallel("anterior")
    assert middle[0] > 12
    assert color_at(renderer.render(scene, camera, SIZE, background=GROUND), camera, middle[:3])[:3].max() == 0


def test_a_plane_in_3d_shows_its_picture_the_right_way_round(renderer: Renderer) -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[:5, :6] = (250, 0, 0)
    pixels[15:, 24:] = (0, 250, 0)
    plane = Plane((-8.0, 0.0, 40.0), (1.0, 0, 0), (0.0, 0, -1.0), (2.5, 1.2), (20, 30))
    scene = VolumeScene((PlaneDrawable(plane, pixels, "coronal"),), BOUNDS)
    for view in ("anterior", "posterior"):
        camera = parallel(view)
        found = renderer.render(scene, camera, SIZE, background=GROUND)
        assert is_like(color_at(found, camera, plane.point_patient([3.0, 2.5])), (250, 0, 0))
        assert is_like(color_at(found, camera, plane.point_patient([27.0, 17.5])), (0, 250, 0))
        assert color_at(found, camera, plane.point_patient([15.0, 10.0]))[:3].max() < 20


@pytest.mark.parametrize("size", [(1, 1), (0, 0), (3, 500), (801, 17)])
def test_every_size_gives_a_picture(renderer: Renderer, size: tuple[int, int]) -> None:
    pixels = renderer.render(scene_of(1), parallel(), size, background=GROUND)
    assert pixels.shape == (max(size[1], 1), max(size[0], 1), 4)


def test_a_renderer_that_was_closed_renders_again() -> None:
    made = Renderer(Graphics(works=True, software=True))
    camera = parallel()
    first = made.render(scene_of(1), camera, SIZE, background=GROUND)
    made.close()
    again = made.render(scene_of(1), camera, SIZE, background=GROUND)
    made.close()
    assert np.array_equal(first, again)


def test_two_renderers_do_not_know_each_other(renderer: Renderer) -> None:
    other = Renderer(Graphics(works=True, software=True))
    camera = parallel()
    for _ in range(3):
        mine = renderer.render(scene_of(1), camera, SIZE, background=GROUND)
        theirs = other.render(scene_of(2), camera, SIZE, background=GROUND)
        assert is_like(color_at(mine, camera, BOXES[1].center), COLORS[1])
        assert color_at(theirs, camera, BOXES[1].center)[:3].max() == 0
    other.close()


def test_perspective_makes_near_things_larger(renderer: Renderer) -> None:
    def width(camera: Camera, number: int) -> int:
        pixels = renderer.render(scene_of(number), camera, SIZE, background=GROUND)
        return int((pixels[:250, :, int(np.argmax(COLORS[number]))] > 60).sum())

    near = looking_at(replace(parallel("anterior"), parallel=False), BOUNDS.center)
    flat = parallel("anterior")
    # Part 1 is in front of the focus, part 3 behind it.
    assert width(near, 1) > width(flat, 1) * 1.02
    assert width(near, 3) < width(flat, 3)
