"""Segmentations of series whose slices are not evenly spaced: how deep each slice is, the open images tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.domain.opened import opened
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.main import main
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.scene.volume_inputs import PartSurface, SurfaceKey

ROWS, COLUMNS, PIXEL_MM2 = 9, 11, 0.8 * 0.5


def uneven(gaps_mm: list[float], thickness_mm: list[float]) -> list[Dataset]:
    """Images at 0 mm and after each gap, each with the Slice Thickness it states."""
    grid = Grid((len(gaps_mm) + 1, ROWS, COLUMNS), (2.5, 0.8, 0.5), (3.0, -4.0, 0.0))
    made = list(image_series(np.zeros(grid.shape, np.int16), grid, Series()))
    for one, height, thickness in zip(made, np.concatenate([[0.0], np.cumsum(gaps_mm)]), thickness_mm, strict=True):
        one.ImagePositionPatient = [3.0, -4.0, float(height)]
        one.SliceThickness = thickness
        if "SpacingBetweenSlices" in one:
            del one.SpacingBetweenSlices
    return made


def areas(slices: int, left_out: tuple[int, ...] = ()) -> NDArray[np.uint8]:
    """Another area on every slice, so that no depth stands for another; nothing on those left out."""
    made = np.zeros((slices, ROWS, COLUMNS), np.uint8)
    for k in range(slices):
        if k not in left_out:
            made[k, 1 : 3 + k % 6, 2 : 5 + k % 5] = 1
    return made


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def volume(capsys: pytest.CaptureFixture[str], folder: Path) -> float:
    (found,) = (one for one in said(capsys, "layers", str(folder))["objects"] if one["kind"] == "segmentation")
    return float(found["parts"][0]["volume_ml"])


def by_hand(pixels: NDArray[np.uint8], gaps_mm: list[float]) -> float:
    before, behind = np.array([gaps_mm[0], *gaps_mm]), np.array([*gaps_mm, gaps_mm[-1]])
    return float((pixels.sum(axis=(1, 2)) * (before + behind) / 2).sum() * PIXEL_MM2 / 1000)


@pytest.mark.parametrize("left_out", [(), (0, 2, 5), (1,)], ids=["all", "some", "one"])
@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP", "FRACTIONAL"])
@pytest.mark.parametrize(
    "gaps",
    [[5.0, 5.0, 5.0, 2.5, 2.5, 2.5], [5.0, 5.0, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5], [2.0, 2.0, 3.1, 3.1, 2.6, 2.6]],
    ids=["half", "few thick", "no multiples"],
)
def test_a_slice_is_as_deep_as_the_images_around_it_say(
    gaps: list[float], kind: str, left_out: tuple[int, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = uneven(gaps, [gaps[0], *gaps])
    pixels = areas(len(images), left_out)
    made = segmentation(images, pixels.copy(), [Part("Liver")], Result("seg"), kind=kind)  # type: ignore[arg-type]
    save([*images, made], tmp_path)
    assert volume(capsys, tmp_path) == pytest.approx(by_hand(pixels, gaps), rel=1e-6)


def test_a_thick_slice_is_there_halfway_to_the_next_and_one_left_out_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gaps = [5.0, 5.0, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]
    images = uneven(gaps, [gaps[0], *gaps])
    pixels = areas(len(images), (1, 5))
    made = segmentation(images, pixels, [Part("Liver")], Result("seg"))
    # An even series of the same space, on which the depth of the slices shows.
    fine = Grid((30, ROWS, COLUMNS), (1.0, 0.8, 0.5), (3.0, -4.0, -3.6))
    others = image_series(np.zeros(fine.shape, np.int16), fine, Series("fine", number=2))
    for one in others:
        one.FrameOfReferenceUID = images[0].FrameOfReferenceUID
    save([*images, *others, made], tmp_path)
    out = tmp_path.parent / f"{tmp_path.name}.npz"
    stack = f"{others[0].SeriesInstanceUID}#1"
    assert main(["mask", str(tmp_path), "--object", made.SOPInstanceUID, "--on", stack, "--out", str(out)]) == 0
    capsys.readouterr()
    with np.load(out) as found:
        inside, affine = found["mask"], found["affine"]
    heights = np.concatenate([[0.0], np.cumsum(gaps)])
    for k, picture in enumerate(inside):
        z = affine[2, 3] + affine[2, 0] * k
        nearest = int(np.argmin(np.abs(heights - z)))
        reach = 2.5 if nearest < 2 else 1.25 if z > heights[nearest] or nearest > 2 else 2.5
        expected = pixels[nearest] if abs(z - heights[nearest]) < reach else np.zeros_like(pixels[0])
        assert np.array_equal(picture, expected), z
    (entry,) = (
        lies for one in said(capsys, "layers", str(tmp_path))["objects"] for lies in one["lies_on"] if lies["stack"] == stack
    )
    touched = np.flatnonzero(inside.any(axis=(1, 2)))
    assert entry["frames"] == (touched[[0, -1]] + 1).tolist()


def test_in_3d_it_is_as_large_as_it_is_measured(tmp_path: Path) -> None:
    gaps = [5.0, 5.0, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]
    images = uneven(gaps, [gaps[0], *gaps])
    pixels = np.zeros((9, ROWS, COLUMNS), np.uint8)
    pixels[1:8, 2:7, 3:9] = 1
    pixels[4] = 0
    made = segmentation(images, pixels.copy(), [Part("Liver")], Result("seg"))
    library = opened([*images, made], tmp_path)
    with EagerInputs(library, {}) as first:
        content = read_content(library, first.readers)
    (overlay,) = content.overlays.values()
    with EagerInputs(library, dict(content.overlays)) as inputs:
        surface = inputs.surface(SurfaceKey(overlay.instance, 1, str(made.FrameOfReferenceUID)))
    assert isinstance(surface, PartSurface)
    assert surface.full is not None
    assert surface.full.volume_ml == pytest.approx(by_hand(pixels, gaps), rel=0.01)


def test_a_missing_image_makes_no_slice_thicker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gaps = [2.5, 2.5, 5.0, 2.5, 2.5]
    images = uneven(gaps, [2.5] * 6)
    pixels = areas(len(images))
    save([*images, segmentation(images, pixels, [Part("Liver")], Result("seg"))], tmp_path)
    assert volume(capsys, tmp_path) == pytest.approx(by_hand(pixels, [2.5] * 5), rel=1e-6)


def test_an_image_far_from_the_others_says_nothing_of_the_segmentation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = uneven([2.5, 2.5, 200.0], [2.5] * 4)
    pixels = areas(4, (3,))
    save([*images, segmentation(images, pixels.copy(), [Part("Liver")], Result("seg"))], tmp_path)
    assert volume(capsys, tmp_path) == pytest.approx(by_hand(pixels, [2.5] * 3), rel=1e-6)
    assert "irregular_spacing" not in [one["code"] for one in said(capsys, "check", str(tmp_path))["issues"]]


def test_without_its_images_the_gaps_of_the_object_itself_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gaps = [5.0, 5.0, 5.0, 2.5, 2.5, 2.5]
    images = uneven(gaps, [gaps[0], *gaps])
    pixels = areas(len(images))
    save([segmentation(images, pixels, [Part("Liver")], Result("seg"))], tmp_path)
    assert volume(capsys, tmp_path) == pytest.approx(by_hand(pixels, [2.5] * 6), rel=1e-6)
