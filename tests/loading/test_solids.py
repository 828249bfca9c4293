"""What 3D panes need is loaded in the order in which it is looked at, and given up when another folder is opened."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.domain.overlay import Overlay
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.loader import Loader
from viewer.loading.runner import Runner
from viewer.loading.store import Delivered, Store
from viewer.reading.changes.layers import select
from viewer.reading.changes.planes import arrange, leave_planes
from viewer.reading.reading import Reading
from viewer.reading.state import Selection
from viewer.representations.image_volume import ImageVolume
from viewer.scene.inputs import PENDING
from viewer.scene.volume_inputs import Graphics, PartSurface, SurfaceKey

GRID = Grid(shape=(20, 34, 28), spacing_mm=(2.0, 1.5, 1.0), origin_mm=(-13.0, -10.0, 5.0))
NAMES = ("One", "Two", "Three")


def labels() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    found = np.zeros(GRID.shape, np.uint8)
    found[2:17, 3:30, 2:20] = 1
    found[5:12, 10:20, 22:26] = 2
    found[3:4, 2:3, 24:27] = 3
    return found


@dataclass
class Opened:
    """A program without a window."""

    reading: Reading
    store: Store
    runner: Runner
    loader: Loader
    came: list[Delivered] = field(default_factory=list)

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while self.reading.state.content.scanning or not self.runner.idle:
            assert time.monotonic() < deadline
            self.runner.deliver()
            time.sleep(0.001)

    @property
    def overlay(self) -> Overlay:
        (found,) = self.reading.state.content.overlays.values()
        return found

    @property
    def surfaces(self) -> list[int]:
        """The parts whose surfaces came, in the order in which they did."""
        return [one.key.part for one in self.came if isinstance(one.key, SurfaceKey)]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    # OpenGL is of no account here.
    monkeypatch.setattr("viewer.loading.solids.try_graphics", lambda: Graphics(works=False))
    images = image_series(np.arange(np.prod(GRID.shape), dtype=np.int16).reshape(GRID.shape), GRID, Series("ct"))
    save([*images, segmentation(images, labels(), [Part(name) for name in NAMES], Result("seg"))], tmp_path)
    reading, store, runner = Reading(), Store(budget_bytes=64 << 20), Runner(lambda: None)
    made = Opened(reading, store, runner, Loader(reading, store, runner, DecodeWorker()))
    store.listen(made.came.append)
    made.loader.open([tmp_path])
    made.wait()
    yield made
    made.loader.close()


def test_a_3d_pane_alone_gets_all_its_surfaces_though_no_plane_cut_across_before(opened: Opened) -> None:
    opened.reading.apply(arrange, "3d")
    opened.wait()
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


def test_every_part_is_there_coarsely_before_the_first_is_there_in_full(opened: Opened) -> None:
    opened.reading.apply(arrange, "3d")
    opened.wait()
    assert sorted(opened.surfaces[:3]) == [1, 2, 3]
    assert sorted(opened.surfaces[3:]) == [1, 2, 3]


def test_what_is_selected_comes_first(opened: Opened) -> None:
    opened.reading.apply(select, Selection(opened.overlay.instance, 3))
    opened.reading.apply(arrange, "3d")
    opened.wait()
    # Two jobs run at a time.
    assert 3 in opened.surfaces[:2]
    assert 3 in opened.surfaces[3:5]


def test_the_voxels_of_the_images_come_for_planes_and_not_for_surfaces(opened: Opened) -> None:
    stack = opened.reading.state.content.library.stacks[0]
    opened.reading.apply(arrange, "3d")
    opened.wait()
    assert opened.store.image_volume(stack.id) is PENDING
    opened.reading.apply(leave_planes)
    opened.reading.apply(arrange, "planes")
    opened.wait()
    volume = opened.store.image_volume(stack.id)
    assert isinstance(volume, ImageVolume)
    # The frames are views of the voxels: a series is in memory once.
    frame = opened.store.frame(stack.frames[3])
    assert np.shares_memory(frame.stored, volume.voxels)  # type: ignore[union-attr]


def test_another_folder_ends_what_was_being_made(opened: Opened, tmp_path: Path) -> None:
    opened.reading.apply(arrange, "planes_3d")
    empty = tmp_path / "empty"
    empty.mkdir()
    opened.loader.open([empty])
    opened.wait()
    assert not any(isinstance(key, SurfaceKey) for key in opened.store.held)
    assert opened.store.used_bytes == 0
