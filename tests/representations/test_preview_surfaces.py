"""Coarse surfaces of many parts at once: closed each, where and about as large as the voxels are, the smallest not lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.read_segmentation import read_back
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.representations.label_volume import LabelVolume
from viewer.representations.part_codes import part_codes
from viewer.representations.part_surfaces import boxes_of, part_surface
from viewer.representations.preview_surfaces import Preview, preview_surfaces
from viewer.representations.segmentation_volumes import SegmentationVolumes
from viewer.representations.slice_source import SliceSource

GRID = Grid(shape=(48, 70, 60), spacing_mm=(2.0, 0.9, 1.1), origin_mm=(-31.0, 12.0, 5.0))
PLATE = 3
Layout = Literal["disjoint", "overlapping", "slices left out"]


def ball(center: tuple[float, float, float], radius_mm: float) -> NDArray[np.bool_]:
    steps = zip(np.ogrid[:48, :70, :60], center, GRID.spacing_mm, strict=True)
    return np.asarray(sum(((axis - at) * step) ** 2 for axis, at, step in steps) <= radius_mm**2)


def masks(layout: Layout) -> NDArray[np.bool_]:
    """(parts, k, j, i): two balls that touch, a thin plate, and a lesion of three voxels."""
    made = np.zeros((4, *GRID.shape), bool)
    made[0] = ball((20, 30, 22), 16.0)
    made[1] = ball((26, 48, 30), 12.0)
    if layout != "overlapping":
        made[1] &= ~made[0]
    made[2, 3:45, 66, 5:55] = True
    made[3, 40, 8, 50:53] = True
    if layout == "slices left out":
        made[:, 23] = False
    return made


def volume_of(folder: Path, layout: Layout) -> LabelVolume:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series("ct"))
    parts = [Part(name) for name in ("Large", "Middle", "Plate", "Lesion")]
    pixels = np.moveaxis(masks(layout), 0, -1).astype(np.uint8)
    back = read_back(segmentation(images, pixels, parts, Result("parts")), folder)
    (volume,) = SegmentationVolumes(1 << 30).built(SliceSource(back.content, back.read_frame, part_codes(back.overlay)))
    assert isinstance(volume, LabelVolume)
    return volume


def previews(volume: LabelVolume, *, most_voxels: int) -> dict[int, Preview]:
    return dict(preview_surfaces(volume, (1, 2, 3, 4), boxes=partial(boxes_of, volume), most_voxels=most_voxels))


@pytest.mark.parametrize("layout", ["disjoint", "overlapping", "slices left out"])
def test_each_is_closed_and_where_its_voxels_are(tmp_path: Path, layout: Layout) -> None:
    made = masks(layout)
    found = previews(volume_of(tmp_path, layout), most_voxels=40_000)
    assert sorted(found) == [1, 2, 3, 4]
    assert [found[number].is_whole for number in (1, 2, 4)] == [False, False, True]
    for number, one in found.items():
        voxels = np.argwhere(made[number - 1])
        assert one.mesh.is_closed, number
        expected_ml = len(voxels) * np.prod(GRID.spacing_mm) / 1000
        if one.is_whole or number != PLATE:
            # A plate of one voxel is as thick as the voxels that are taken.
            assert one.mesh.volume_ml == pytest.approx(expected_ml, rel=0.02 if one.is_whole else 0.15)
        centers = voxels @ GRID.affine[:3, :3].T + GRID.affine[:3, 3]
        assert one.mesh.bounds is not None
        middle = np.mean([one.mesh.bounds.low, one.mesh.bounds.high], axis=0)
        assert np.abs(middle - (centers.min(axis=0) + centers.max(axis=0)) / 2).max() < 3.0


def test_what_is_small_as_a_whole_is_made_of_all_voxels(tmp_path: Path) -> None:
    volume = volume_of(tmp_path, "disjoint")
    found = previews(volume, most_voxels=10_000_000)
    for number in (1, 2, 3, 4):
        assert found[number].is_whole
        assert np.array_equal(found[number].mesh.points, part_surface(volume, number).points)


def test_only_what_is_wanted_is_made(tmp_path: Path) -> None:
    volume = volume_of(tmp_path, "disjoint")
    found = preview_surfaces(volume, (4, 2), boxes=partial(boxes_of, volume), most_voxels=40_000)
    assert [number for number, _ in found] == [2, 4]
