"""The loader opens folders and keeps the store filled with what the reading shows."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.iods.test_overlay_planes_of_images import with_plane
from tests.loading.without_window import WithoutWindow
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.key_objects import REJECTED_FOR_QUALITY, key_objects
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.looks import fuse
from viewer.reading.changes.workspace import set_frame
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.scene.inputs import Pending

GRID = Grid((4, 9, 14))


def images(name: str = "ct", *, number: int = 1) -> list[Dataset]:
    stored = np.arange(np.prod(GRID.shape), dtype=np.int16).reshape(GRID.shape)
    return image_series(stored, GRID, Series(name=name, number=number, frame_of_reference=UID("1.2.3.1")))


def result(source: list[Dataset], name: str = "result") -> Dataset:
    pixels = np.zeros(GRID.shape, np.uint8)
    pixels[1:3, 2:5, 3:9] = 1
    return deepcopy(segmentation(source, pixels, (Part("Liver"),), Result(name)))


@pytest.fixture
def program() -> Iterator[WithoutWindow]:
    made = WithoutWindow()
    yield made
    made.close()


def test_opening_a_folder_hangs_images_reads_results_and_fills_the_store(tmp_path: Path, program: WithoutWindow) -> None:
    source = images()
    save([*source, result(source)], tmp_path)
    program.open(tmp_path)
    state = program.reading.state
    stack = state.stack_of(state.pane)
    assert stack is not None
    assert all(program.store.has(frame) for frame in stack.frames)
    (overlay,) = program.overlays
    assert program.store.has((overlay.instance, stack.planes[state.pane.frame]))
    assert state.content.measures[overlay.instance][1].voxels == 2 * 3 * 6
    assert program.store.value_range(stack.id) is not None
    assert program.store.thumbnail(stack.series_key) is not None


def test_the_window_ends_with_what_the_commands_read(tmp_path: Path, program: WithoutWindow) -> None:
    source = images()
    with_plane(source[1], 0x6000, label="Marked lesion")
    made = result(source)
    save([*source, made, key_objects([source[1]], REJECTED_FOR_QUALITY)], tmp_path)
    program.open(tmp_path)
    for place in range(len(source)):
        program.reading.apply(set_frame, 0, place)
        program.rest()
    content = program.reading.state.content
    with EagerInputs(content.library, {}) as inputs:
        expected = read_content(content.library, inputs.readers)
    assert dict(content.bindings) == dict(expected.bindings)
    assert {key: (one.issues, one.visible_by_default) for key, one in content.overlays.items()} == {
        key: (one.issues, one.visible_by_default) for key, one in expected.overlays.items()
    }


def test_opening_another_folder_forgets_the_first(tmp_path: Path, program: WithoutWindow) -> None:
    save(images("one"), tmp_path / "one")
    save(images("two"), tmp_path / "two")
    program.open(tmp_path / "one")
    first = program.reading.state.pane.stack_id
    program.open(tmp_path / "two")
    state = program.reading.state
    assert state.pane.stack_id not in (None, first)
    assert len(state.content.library.stacks) == 1


def test_a_cancelled_scan_keeps_what_it_found_and_reads_its_results(tmp_path: Path, program: WithoutWindow) -> None:
    source = images()
    save([*source, result(source)], tmp_path)
    program.loader.open([tmp_path])
    program.loader.cancel("scan")
    program.rest()
    assert not program.reading.state.content.scanning


def test_a_frame_that_the_store_dropped_is_read_again_when_it_is_shown(tmp_path: Path, program: WithoutWindow) -> None:
    save(images(), tmp_path)
    program.store.budget_bytes = 2 * GRID.shape[1] * GRID.shape[2] * 2
    program.open(tmp_path)
    for place in (0, 3, 0, 3):
        program.reading.apply(set_frame, 0, place)
        program.rest()
        frame = program.reading.state.frame_of(program.reading.state.pane)
        assert frame is not None
        assert not isinstance(program.store.frame(frame), Pending)
        assert not isinstance(program.store.attributes(frame.instance), Pending)


def test_what_is_laid_over_is_ready_for_every_slice_and_its_frames_are_shared(
    tmp_path: Path, program: WithoutWindow
) -> None:
    save([*images(), *images("other", number=2)], tmp_path)
    program.open(tmp_path)
    first, second = program.reading.state.content.library.stacks
    shown, over = (first, second) if program.reading.state.pane.stack_id == first.id else (second, first)
    assert not any(program.store.has(frame) for frame in over.frames)
    program.reading.apply(fuse, 0, over.id)
    program.rest()
    with EagerInputs(program.reading.state.content.library, {}) as inputs:
        for plane in shown.planes:
            mine, expected = program.store.image_on_plane(over.id, plane), inputs.image_on_plane(over.id, plane)
            assert isinstance(mine, ImageOnPlane)
            assert isinstance(expected, ImageOnPlane)
            assert np.array_equal(mine.values, expected.values)
    assert all(program.store.has(frame) for frame in over.frames), "what was decoded on the way is kept"
