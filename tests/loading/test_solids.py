"""What 3D panes need is loaded in the order in which it is looked at, and given up when another folder is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.loading.without_window import WithoutWindow
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.domain.issues import issue
from viewer.domain.stack import Stack
from viewer.loading.graphics import known_graphics
from viewer.loading.image_volumes import StackVolume
from viewer.loading.store import Delivered
from viewer.reading.changes.layers import select
from viewer.reading.changes.planes import arrange, gather, leave_planes
from viewer.reading.state import Pane, ReadingState, Selection
from viewer.reading.volume_view import VolumeView
from viewer.representations.regular_volume import RegularVolume
from viewer.scene.inputs import PENDING, Unavailable
from viewer.scene.volume_inputs import Graphics, PartSurface, SurfaceKey

GRID = Grid(shape=(20, 34, 28), spacing_mm=(2.0, 1.5, 1.0), origin_mm=(-13.0, -10.0, 5.0))
NAMES = ("One", "Two", "Three")


def labels() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    found = np.zeros(GRID.shape, np.uint8)
    found[2:17, 3:30, 2:20] = 1
    found[5:12, 10:20, 22:26] = 2
    found[3:4, 2:3, 24:27] = 3
    return found


class Opened(WithoutWindow):
    """A program without a window that remembers what came, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[Delivered] = []
        self.store.listen(self.came.append)

    @property
    def surfaces(self) -> list[int]:
        """The parts whose surfaces came, in the order in which they did."""
        return [one.key.part for one in self.came if isinstance(one.key, SurfaceKey)]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    # OpenGL is of no account here.
    monkeypatch.setattr("viewer.loading.solids.known_graphics", lambda: Graphics(works=False))
    images = image_series(np.arange(np.prod(GRID.shape), dtype=np.int16).reshape(GRID.shape), GRID, Series("ct"))
    save([*images, segmentation(images, labels(), [Part(name) for name in NAMES], Result("seg"))], tmp_path)
    made = Opened()
    made.open(tmp_path)
    yield made
    made.close()


def test_a_3d_pane_alone_gets_all_its_surfaces_though_no_plane_cut_across_before(opened: Opened) -> None:
    opened.reading.apply(arrange, "3d")
    opened.rest()
    voxel_ml = np.prod(GRID.spacing_mm) / 1000
    for number in (1, 2, 3):
        key = SurfaceKey(
            opened.overlay.instance, number, opened.reading.state.content.library.stacks[0].frame_of_reference_uid
        )
        found = opened.store.surface(key)
        assert isinstance(found, PartSurface)
        assert found.full is not None
        assert found.full.is_closed
        assert found.full.volume_ml == pytest.approx(np.count_nonzero(labels() == number) * voxel_ml, rel=0.02)
    assert opened.store.used_bytes > GRID.shape[0] * GRID.shape[1] * GRID.shape[2]


def test_every_part_is_there_coarsely_before_the_first_is_there_in_full(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.loading.solids._PREVIEW_VOXELS", 5_000)
    opened.reading.apply(arrange, "3d")
    opened.rest()
    assert sorted(opened.surfaces[:3]) == [1, 2, 3]
    # The others are so small that they are there in full at once.
    assert opened.surfaces[3:] == [1]


def test_surfaces_are_looked_for_when_they_may_be_missing_and_not_whenever_the_crosshair_moves(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.reading.apply(arrange, "planes_3d")
    opened.rest()
    asked: list[SurfaceKey] = []
    surface_now = opened.store.surface_now

    def asking(key: SurfaceKey) -> object:
        asked.append(key)
        return surface_now(key)

    monkeypatch.setattr(opened.store, "surface_now", asking)
    opened.reading.apply(gather, (3.0, 2.0, 20.0))
    assert not asked
    opened.reading.apply(select, Selection(opened.overlay.instance, 2))
    opened.rest()
    assert {key.part for key in asked} == {1, 2, 3}
    # What was let go for want of memory is made again.
    key = next(key for key in asked if key.part == 1)
    opened.store.drop(key)
    opened.reading.apply(gather, (4.0, 2.0, 22.0))
    opened.rest()
    assert isinstance(opened.store.surface(key), PartSurface)


def test_what_is_selected_comes_first(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.loading.solids._PREVIEW_VOXELS", 5_000)
    monkeypatch.setattr("viewer.representations.preview_surfaces._FEWEST", 20)
    opened.reading.apply(select, Selection(opened.overlay.instance, 2))
    opened.reading.apply(arrange, "3d")
    opened.rest()
    assert opened.surfaces[:3] == [2, 1, 3]
    # Two jobs run at a time.
    assert sorted(opened.surfaces[3:]) == [1, 2]


def test_the_voxels_of_the_images_come_for_planes_and_not_for_surfaces(opened: Opened) -> None:
    stack = opened.reading.state.content.library.stacks[0]
    opened.reading.apply(arrange, "3d")
    opened.rest()
    assert opened.store.stack_volume(stack.id) is PENDING
    opened.reading.apply(leave_planes)
    opened.reading.apply(arrange, "planes")
    opened.rest()
    found = opened.store.stack_volume(stack.id)
    assert isinstance(found, StackVolume)
    # The frames are views of the voxels: a series is in memory once.
    frame = opened.store.frame(stack.frames[3])
    assert np.shares_memory(frame.stored, found.volume.voxels)  # type: ignore[union-attr]


def test_another_folder_ends_what_was_being_made(opened: Opened, tmp_path: Path) -> None:
    opened.reading.apply(arrange, "planes_3d")
    empty = tmp_path / "empty"
    empty.mkdir()
    opened.loader.open([empty])
    opened.rest()
    assert not any(isinstance(key, SurfaceKey) for key in opened.store.held)
    assert opened.store.used_bytes == 0


def test_opengl_is_tried_when_all_else_is_done_and_its_libraries_are_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bool] = []
    monkeypatch.setattr("viewer.loading.solids.known_graphics", lambda: tried.append(True) or Graphics(works=True))
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series("ct"))
    save([*images, segmentation(images, labels(), [Part(name) for name in NAMES], Result("seg"))], tmp_path / "deep")
    save(images[:1], tmp_path / "flat")
    for folder, times in (("flat", 0), ("deep", 1)):
        made = Opened()
        made.open(tmp_path / folder)
        made.rest()
        assert len(tried) == times
        assert made.store.graphics() is PENDING, "so that a pane waits for the libraries, too"
        made.close()


def test_opengl_that_works_is_tried_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [Graphics(works=False), Graphics(works=True, renderer="a"), Graphics(works=True, renderer="b")]
    monkeypatch.setattr("viewer.loading.graphics.try_graphics", lambda: answers.pop(0))
    monkeypatch.setattr("viewer.loading.graphics._found", [])
    assert [known_graphics().renderer for _ in range(3)] == ["", "a", "a"]


def through(state: ReadingState) -> ReadingState:
    """The first stack in 3D, looked through."""
    pane = Pane(state.content.library.stacks[0].id, kind="volume", volume=VolumeView(preset="bright"))
    return replace(state, panes=(pane,))


def test_a_large_stack_is_looked_through_coarsely_while_it_is_being_read(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.loading.coarse_volume._SLICES", 5)
    stack = opened.reading.state.content.library.stacks[0]
    seen: list[RegularVolume] = []

    def see(what: Delivered) -> None:
        found = opened.store.regular_volume(stack.id)
        if what.kind == "volume" and isinstance(found, RegularVolume):
            seen.append(found)

    opened.store.listen(see)
    opened.reading.apply(through)
    opened.rest()
    coarse, whole = seen
    assert whole.voxels.shape == GRID.shape
    k, j, i = np.indices(coarse.voxels.shape).reshape(3, -1)
    assert coarse.voxels.shape == (5, 17, 14)
    # Each voxel is one of the whole, at its place in the patient.
    places = np.linalg.inv(whole.affine) @ coarse.affine @ np.stack([k, j, i, np.ones(len(k))])
    at = np.rint(places[:3]).astype(int)
    assert np.abs(places[:3] - at).max() < 1e-9
    assert np.array_equal(coarse.voxels.reshape(-1), whole.voxels[tuple(at)])
    assert np.ptp(at, axis=1).tolist() == [16, 32, 26]
    # It is read once, and let go when the whole is there.
    assert ("coarse", stack.id) not in opened.store.held


def test_what_cannot_be_joined_is_refused_once_by_all_its_frames(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.loading.coarse_volume._SLICES", 5)
    refused = Unavailable(issue("reslice_colour", "info"))
    read: list[int] = []

    def refuse(stack: Stack, *_: object, **__: object) -> Unavailable:
        read.append(len(stack.frames))
        return refused

    monkeypatch.setattr("viewer.loading.coarse_volume.build_volume", refuse)
    monkeypatch.setattr("viewer.loading.solids.build_volume", refuse)
    opened.reading.apply(through)
    opened.rest()
    assert read == [5, 20]
    assert opened.store.regular_volume(opened.reading.state.content.library.stacks[0].id) is refused


def test_an_image_is_looked_through_as_its_own_voxels(opened: Opened) -> None:
    opened.reading.apply(through)
    opened.rest()
    stack = opened.reading.state.content.library.stacks[0]
    found, voxels = opened.store.regular_volume(stack.id), opened.store.stack_volume(stack.id)
    assert isinstance(found, RegularVolume)
    assert isinstance(voxels, StackVolume)
    assert found.voxels is voxels.volume.voxels
    assert found is opened.store.regular_volume(stack.id), "what is drawn stays the same object"


def test_tilted_slices_are_resampled_in_the_background_for_3d_alone(opened: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "tilted"
    images = image_series(np.ones(GRID.shape, np.int16), GRID, Series("tilted"))
    for place, one in enumerate(images):
        x, y, z = (float(value) for value in one.ImagePositionPatient)
        one.ImagePositionPatient = [x, round(y + 0.7 * place, 4), z]
    save(images, folder)
    opened.open(folder)
    opened.reading.apply(arrange, "planes")
    opened.rest()
    stack = opened.reading.state.content.library.stacks[0]
    assert opened.store.regular_volume(stack.id) is PENDING
    opened.reading.apply(through)
    opened.rest()
    found = opened.store.regular_volume(stack.id)
    assert isinstance(found, RegularVolume)
    assert found.voxels.shape[0] == GRID.shape[0]
    assert found.voxels.shape[1] > GRID.shape[1]
    assert Delivered("volume", stack.id) in opened.came


def test_what_does_not_fit_beside_the_voxels_is_refused_with_a_reason(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gap"
    images = image_series(np.ones(GRID.shape, np.int16), GRID, Series("gap"))
    save([*images[:4], *images[8:]], folder)
    opened.open(folder)
    monkeypatch.setattr("viewer.loading.solids._LARGEST_WITH_COPY", 60_000 / opened.store.budget_bytes)
    opened.reading.apply(through)
    opened.rest()
    stack = opened.reading.state.content.library.stacks[0]
    found = opened.store.regular_volume(stack.id)
    # The voxels take 30 thousand bytes, and 38 thousand with the gap.
    assert isinstance(found, Unavailable)
    assert found.issue.code == "reslice_too_large"
