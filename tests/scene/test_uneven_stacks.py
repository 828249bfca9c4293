"""Stacks whose slices form no even grid: planes and volumes are made of them all the same, and it is said once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import FileDataset

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.app.commands.opening import open_library
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.reslicing import PLANE_KINDS
from viewer.reading.state import Pane, PaneKind, ReadingState
from viewer.reading.volume_view import VolumeView
from viewer.scene.slice_scene import slice_scene
from viewer.scene.volume_drawables import VolumeDrawable
from viewer.scene.volume_scene import volume_scene

GRID = Grid(shape=(12, 16, 14), spacing_mm=(2.0, 1.5, 1.0), origin_mm=(-13.0, -10.0, 5.0))
TILT_MM = 0.7
BLOCK = (slice(3, 9), slice(4, 8), slice(5, 12))
BRIGHT = VolumeView(preset="bright")


def files() -> list[FileDataset]:
    """A series with one bright block."""
    stored = np.zeros(GRID.shape, np.int16)
    stored[BLOCK] = 900
    return image_series(stored, GRID, Series("ct"))


def tilt(images: list[FileDataset]) -> list[FileDataset]:
    for place, one in enumerate(images):
        x, y, z = (float(value) for value in one.ImagePositionPatient)
        one.ImagePositionPatient = [x, round(y + TILT_MM * place, 4), z]
    return images


def with_gap(images: list[FileDataset]) -> list[FileDataset]:
    return [*images[:5], *images[7:]]


def scaled_each(images: list[FileDataset]) -> list[FileDataset]:
    """The same values, stored in another scale in every slice, as PET has them."""
    for place, one in enumerate(images):
        slope = 1 + place % 3
        one.PixelData = (one.pixel_array // slope).astype(one.pixel_array.dtype).tobytes()
        one.RescaleSlope, one.RescaleIntercept = slope, 0
    return images


@contextmanager
def opened(folder: Path, images: list[FileDataset]) -> Iterator[tuple[ReadingState, EagerInputs]]:
    save(images, folder)
    library = open_library([folder])
    with EagerInputs(library, {}) as first:
        content = read_content(library, first.readers)
    with EagerInputs(library, dict(content.overlays)) as inputs:
        yield ReadingState(content=content), inputs


def panes(state: ReadingState, *kinds: PaneKind) -> ReadingState:
    stack_id = state.content.library.stacks[0].id
    return replace(state, panes=tuple(Pane(stack_id, frame=3, kind=kind, volume=BRIGHT) for kind in kinds))


def said(state: ReadingState, inputs: EagerInputs, pane: int) -> list[str]:
    make = volume_scene if state.panes[pane].kind == "volume" else slice_scene
    return [f"{notice.title} {notice.text}" for notice in make(state, pane, inputs).notices]


@pytest.mark.parametrize("change", [files, lambda: tilt(files()), lambda: with_gap(files()), lambda: scaled_each(files())])
def test_the_image_is_rendered_as_a_volume_where_it_lies(change: Callable[[], list[FileDataset]], tmp_path: Path) -> None:
    images = change()
    is_tilted = float(images[-1].ImagePositionPatient[1]) != float(images[0].ImagePositionPatient[1])
    with opened(tmp_path, images) as (state, inputs):
        scene = volume_scene(panes(state, "volume"), 0, inputs)
    (volume,) = (one for one in scene.drawables if isinstance(one, VolumeDrawable))
    values = volume.voxels.astype(float) * volume.slope + volume.intercept
    index = np.argwhere(values > 0.95 * values.max())
    points = index @ volume.affine[:3, :3].T + volume.affine[:3, 3]
    # The bright block's outer voxels in the patient; with a tilt its slices are shifted to the back.
    shift = TILT_MM * 8 if is_tilted else 0.0
    steps = (1.0, 1.5, 2.0)
    low = np.array([-13.0 + 5, -10 + 1.5 * 4 + (TILT_MM * 3 if is_tilted else 0), 5.0 + 2 * 3])
    high = np.array([-13.0 + 11, -10 + 1.5 * 7 + shift, 5.0 + 2 * 8])
    assert np.abs(points.min(axis=0) - low).max() <= max(steps)
    assert np.abs(points.max(axis=0) - high).max() <= max(steps)
    middle = points.mean(axis=0) - (low + high) / 2
    assert np.abs(middle).max() < 0.5


@pytest.mark.parametrize(("change", "words"), [(tilt, "gantry tilt"), (with_gap, "missing")])
def test_what_is_resampled_is_said_once_in_the_first_viewport(
    change: Callable[[list[FileDataset]], list[FileDataset]], words: str, tmp_path: Path
) -> None:
    with opened(tmp_path, change(files())) as (state, inputs):
        together = panes(state, *PLANE_KINDS, "volume")
        found = ["; ".join(said(together, inputs, pane)) for pane in range(4)]
        assert [words in text for text in found] == [True, False, False, False]
        alone = panes(state, "volume")
        assert words in "; ".join(said(alone, inputs, 0))
        beside = panes(state, "stack", "coronal")
        assert [words in "; ".join(said(beside, inputs, pane)) for pane in range(2)] == [False, True]
        # The only one that is to be seen says it.
        large = replace(together, active_pane=2, maximised=True)
        assert words in "; ".join(said(large, inputs, 2))


def test_an_even_stack_has_nothing_to_say(tmp_path: Path) -> None:
    with opened(tmp_path, scaled_each(files())) as (state, inputs):
        together = panes(state, *PLANE_KINDS, "volume")
        assert [said(together, inputs, pane) for pane in range(4)] == [[], [], [], []]
