"""The scene of a whole slide: only what is on the screen, from the level that suits, coarse tiles until fine ones come."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.domain.opened import opened
from tests.synthetic.slide import Glass, halved, level, tissue
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.library import Library
from viewer.domain.measurement import Measurement
from viewer.domain.pyramid import Pyramid
from viewer.geometry.plane import Plane
from viewer.loading.eager import EagerInputs
from viewer.reading.changes.measuring import put_measurement
from viewer.reading.changes.slides import set_pane_size, toggle_slide_map
from viewer.reading.changes.workspace import set_view, show_stack
from viewer.reading.state import Content, ReadingState, View
from viewer.representations.on_plane import OnPlane
from viewer.scene import slide_view
from viewer.scene.cursor import cursor_info
from viewer.scene.drawables import MeasurementDrawable, Scene, TilePicture
from viewer.scene.inputs import PENDING, Pending, SceneInputs, Unavailable
from viewer.scene.slice_scene import slice_scene
from viewer.scene.slide_view import level_for, visible_tiles

SQUARE = Glass(spacing_mm=(0.0005, 0.0005))
ROWS, COLUMNS = 192, 288
PICTURE = tissue(ROWS, COLUMNS)
"""12 by 12 tiles of 16 rows and 24 columns."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("slide")
    return opened([level(SQUARE, [[halved(PICTURE, one) if one > 1 else PICTURE]], times=one) for one in (1, 2, 4)], folder)


class Slow:
    """A store to which only some tiles have come."""

    def __init__(self, inputs: SceneInputs, pyramid: Pyramid, there: set[int]) -> None:
        self._inputs = inputs
        self._there = {key for number in there if number < len(pyramid.levels) for key in pyramid.levels[number].instances}
        self.asked: list[FrameKey] = []

    def attributes(self, instance: InstanceKey) -> ImageAttributes | Pending | Unavailable:
        return self._inputs.attributes(instance)

    def frame(self, frame: FrameKey) -> DecodedFrame | Pending | Unavailable:
        self.asked.append(frame)
        return self._inputs.frame(frame) if frame.instance in self._there else PENDING

    def value_range(self, stack_id: str) -> tuple[float, float] | None:
        return None

    def on_plane(self, overlay: InstanceKey, plane: Plane) -> OnPlane | Pending | Unavailable:
        return PENDING


def state_of(library: Library, view: View, size: tuple[int, int] = (96, 64)) -> ReadingState:
    state = show_stack(ReadingState(content=Content(library=library)), 0, library.stacks[0].id)
    return set_view(set_pane_size(state, 0, size), 0, view)


def scene_of(library: Library, view: View, there: set[int] | None = None) -> tuple[Scene, Slow]:
    pyramid = library.stacks[0].pyramid
    assert pyramid is not None
    with EagerInputs(library, {}) as inputs:
        slow = Slow(inputs, pyramid, {0, 1, 2} if there is None else there)
        return slice_scene(state_of(library, view), 0, slow), slow


def tiles(scene: Scene) -> list[TilePicture]:
    return [one for one in scene.drawables if isinstance(one, TilePicture)]


def painted(scene: Scene) -> np.ndarray:
    """The base level as the tiles of a scene paint it, -1 where none does."""
    made = np.full((ROWS, COLUMNS), -1, int)
    for tile in tiles(scene):
        (across, _, left), (_, down, top) = tile.transform
        rows, columns = tile.pixels.shape[:2]
        made[round(top) : round(top + down * rows), round(left) : round(left + across * columns)] = round(across)
    return made


def test_only_the_tiles_on_the_screen_are_asked_for(library: Library) -> None:
    scene, slow = scene_of(library, View(zoom=1.0, center=(144.0, 96.0)))
    base = library.stacks[0].pyramid.base  # type: ignore[union-attr]
    asked = {frame for frame in slow.asked if frame.instance in base.instances}
    # 96 by 64 pixels from (96, 64): four by four tiles of 24 by 16.
    assert {frame.index for frame in asked} == {row * 12 + column for row in range(4, 8) for column in range(4, 8)}
    assert len(tiles(scene)) == 16
    assert scene.complete


@pytest.mark.parametrize(("zoom", "expected"), [(8.0, 0), (1.0, 0), (0.8, 0), (0.7, 1), (0.5, 1), (0.25, 2), (0.01, 2)])
def test_the_level_suits_the_zoom(library: Library, zoom: float, expected: int) -> None:
    pyramid = library.stacks[0].pyramid
    assert pyramid is not None
    assert level_for(pyramid, zoom) == expected


def test_tiles_show_the_pixels_of_the_file_at_their_place(library: Library) -> None:
    scene, _ = scene_of(library, View(zoom=1.0, center=(144.0, 96.0)))
    for tile in tiles(scene):
        (across, _, left), (_, down, top) = tile.transform
        assert (across, down) == (1.0, 1.0)
        rows, columns = tile.pixels.shape[:2]
        assert np.array_equal(tile.pixels, PICTURE[int(top) : int(top) + rows, int(left) : int(left) + columns])


def test_a_coarser_tile_stands_in_until_the_fine_one_is_there(library: Library) -> None:
    scene, _ = scene_of(library, View(zoom=1.0, center=(144.0, 96.0)), there={2})
    assert not scene.complete
    seen = painted(scene)[64:128, 96:192]
    assert (seen == 4).all()


def test_fine_tiles_lie_on_the_coarse_ones(library: Library) -> None:
    scene, _ = scene_of(library, View(zoom=1.0, center=(144.0, 96.0)), there={0, 2})
    assert scene.complete
    assert {round(tile.transform[0][0]) for tile in tiles(scene)} == {1}


def test_with_nothing_read_the_viewport_says_so(library: Library) -> None:
    scene, _ = scene_of(library, View(zoom=1.0), there=set())
    assert [one.title for one in scene.notices] == ["Reading the image …"]
    assert not scene.complete


def test_tiles_shown_small_lose_no_pixel(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slide_view, "HALVED_BELOW", 2.0)
    scene, _ = scene_of(library, View(zoom=1.0, center=(144.0, 96.0)))
    for tile in tiles(scene):
        (across, _, left), (_, down, top) = tile.transform
        assert (across, down) == (2.0, 2.0)
        block = PICTURE[int(top) : int(top) + 16, int(left) : int(left) + 24].astype(float)
        expected = block.reshape(8, 2, 12, 2, 3).mean(axis=(1, 3))
        assert np.abs(tile.pixels - expected).max() <= 0.5


def test_the_same_tiles_are_handed_back_when_the_view_moves(library: Library) -> None:
    with EagerInputs(library, {}) as inputs:
        held: dict[FrameKey, object] = {}

        class Kept(Slow):
            def frame(self, frame: FrameKey) -> DecodedFrame | Pending | Unavailable:
                return held.setdefault(frame, super().frame(frame))  # type: ignore[return-value]

        pyramid = library.stacks[0].pyramid
        assert pyramid is not None
        kept = Kept(inputs, pyramid, {0, 1, 2})
        one = slice_scene(state_of(library, View(zoom=1.0, center=(144.0, 96.0))), 0, kept)
        two = slice_scene(state_of(library, View(zoom=1.0, center=(146.0, 95.0))), 0, kept)
    assert {id(tile) for tile in tiles(one)} <= {id(tile) for tile in tiles(two)}


def test_the_map_shows_the_slide_and_what_is_on_the_screen(library: Library) -> None:
    scene, _ = scene_of(library, View(zoom=1.0, center=(144.0, 64.0)))
    assert scene.slide_map is not None
    assert scene.slide_map.shown == pytest.approx((96 / COLUMNS, 32 / ROWS, 192 / COLUMNS, 96 / ROWS))
    assert scene.slide_map.aspect == pytest.approx(ROWS / COLUMNS)
    assert np.array_equal(scene.slide_map.pixels, halved(PICTURE, 4))


def test_there_is_no_map_when_all_is_seen_or_it_is_switched_off(library: Library) -> None:
    whole, _ = scene_of(library, View())
    assert whole.slide_map is None
    with EagerInputs(library, {}) as inputs:
        off = slice_scene(toggle_slide_map(state_of(library, View(zoom=1.0))), 0, inputs)
    assert off.slide_map is None


def test_the_nearest_tiles_come_first(library: Library) -> None:
    pyramid = library.stacks[0].pyramid
    assert pyramid is not None
    found = visible_tiles(pyramid, 0, 0, (0.0, 0.0, float(COLUMNS), float(ROWS)))
    middles = np.array([((tile.column + 0.5) * 24, (tile.row + 0.5) * 16) for tile in found])
    distances = np.hypot(*(middles - (COLUMNS / 2, ROWS / 2)).T)
    assert len(found) == 144
    assert (np.diff(distances) >= 0).all()


def test_a_slide_without_small_levels_asks_to_zoom_in(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slide_view, "MOST_TILES", 8)
    scene, _ = scene_of(library, View())
    assert [one.title for one in scene.notices] == ["Zoom in to see the slide"]
    assert not tiles(scene)


def test_a_slide_has_no_orientation_letters_and_says_its_levels(library: Library) -> None:
    scene, _ = scene_of(library, View())
    assert scene.letters == ("", "", "", "")
    assert scene.corner_text.top_right == ("3 levels",)
    assert scene.corner_text.bottom_right[-1] == "288 × 192 · 0.500\N{NO-BREAK SPACE}µm"
    assert scene.objective_power == 20.0


def test_the_cursor_tells_the_pixel_of_the_finest_tile_that_is_there(library: Library) -> None:
    pyramid = library.stacks[0].pyramid
    assert pyramid is not None
    with EagerInputs(library, {}) as inputs:
        for there, expected in (({0, 2}, PICTURE[70, 101]), ({2}, halved(PICTURE, 4)[17, 25])):
            slow = Slow(inputs, pyramid, there)
            info = cursor_info(state_of(library, View()), 0, slow, (101.5, 70.5), reach=1.0)
            assert info is not None
            assert info.on_slide
            assert info.probe is not None
            assert info.probe.rgb == tuple(expected.tolist())
            assert info.index == (70, 101)
        outside = cursor_info(state_of(library, View()), 0, inputs, (-3.0, 5.0), reach=1.0)
    assert outside is not None
    assert outside.probe is not None
    assert outside.probe.state == "outside"


def test_a_region_of_a_slide_has_an_area_and_no_values_of_a_single_tile(tmp_path: Path) -> None:
    grey = np.ascontiguousarray(PICTURE[..., 1])
    library = opened([level(SQUARE, [[grey]])], tmp_path)
    state = state_of(library, View())
    frame = state.frame_of(state.pane)
    assert frame is not None
    box = Measurement("m", "rectangle", state.name_of(frame), ((2.0, 3.0), (22.0, 13.0)))
    with EagerInputs(library, {}) as inputs:
        scene = slice_scene(put_measurement(state, box), 0, inputs)
    (drawn,) = [one for one in scene.drawables if isinstance(one, MeasurementDrawable)]
    assert "mean" not in drawn.label
    assert drawn.label.startswith("50\N{NO-BREAK SPACE}µm²")
    assert drawn.path.max(axis=0).tolist() == [22.0, 13.0]


def test_the_last_tiles_end_with_the_matrix(tmp_path: Path) -> None:
    library = opened([level(SQUARE, [[PICTURE[:77, :131]]])], tmp_path)
    scene, _ = scene_of(library, View())
    ends = [
        (tile.transform[0][2] + tile.pixels.shape[1], tile.transform[1][2] + tile.pixels.shape[0]) for tile in tiles(scene)
    ]
    assert np.max(ends, axis=0).tolist() == [131.0, 77.0]
