"""Segmentations that other viewers stumble on, in 2D and on the command line: turned in all eight ways, on grids of their
own, with hundreds of labels, in fractions, over several Frames of Reference."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.synthetic.identity import save, settle, uid
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.main import main

IMAGES = Grid(shape=(6, 18, 14), spacing_mm=(2.5, 0.5, 0.8), origin_mm=(-30.0, -20.0, 100.0))
OBLIQUE = Grid(
    shape=(9, 16, 20),
    spacing_mm=(1.3, 0.9, 0.45),
    origin_mm=(-29.0, -19.0, 99.0),
    along_row=(0.96, 0.28, 0.0),
    down_column=(-0.224, 0.768, 0.6),
)
CORONAL = Grid(
    shape=(12, 14, 16),
    spacing_mm=(0.75, 1.2, 0.6),
    origin_mm=(-29.47, -19.7, 115.03),
    along_row=(1.0, 0.0, 0.0),
    down_column=(0.0, 0.0, -1.0),
)


def body(shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    """One lopsided part: no flip or turn of it is itself."""
    slices, rows, columns = shape
    found = np.zeros(shape, np.uint8)
    found[1 : slices - 1, 2 : rows - 3, 1 : columns // 2] = 1
    found[1:3, 2:5, columns // 2 : columns - 2] = 1
    found[slices - 2, rows - 4, 1] = 0
    return found


def images() -> list[Dataset]:
    return list(image_series(np.zeros(IMAGES.shape, np.int16), IMAGES, Series()))


def mask_of(folder: Path, out: Path, *more: str) -> dict[str, Any]:
    uids = json_of(["layers", str(folder)])["objects"]
    (one,) = (each for each in uids if each["kind"] in ("segmentation", "structure_set"))
    assert main(["mask", str(folder), "--object", one["sop_instance_uid"], "--out", str(out), *more]) == 0
    found = np.load(out)
    return {"mask": found["mask"], "affine": found["affine"], "labels": json.loads(str(found["labels"])), "object": one}


_SAID: list[Callable[[], str]] = []


def json_of(arguments: list[str]) -> Any:
    _SAID[0]()
    assert main([*arguments, "--json"]) == 0
    return json.loads(_SAID[0]())


@pytest.fixture(autouse=True)
def said(capsys: pytest.CaptureFixture[str]) -> None:
    """What a command prints."""
    _SAID[:] = [lambda: capsys.readouterr().out]


def stack_of(folder: Path) -> str:
    patients = json_of(["scan", str(folder)])["patients"]
    stacks = [stack for study in patients[0]["studies"] for series in study["series"] for stack in series["stacks"]]
    return str(stacks[0]["id"])


def as_image(voxels: NDArray[Any], affine: NDArray[np.float64]) -> SimpleITK.Image:
    made = SimpleITK.GetImageFromArray(voxels.astype(np.uint16))
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    made.SetSpacing(spacing[::-1].tolist())
    made.SetOrigin(affine[:3, 3].tolist())
    made.SetDirection((affine[:3, :3] / spacing)[:, ::-1].reshape(-1).tolist())
    return made


TURNS = list(itertools.product((False, True), repeat=3))


@pytest.mark.parametrize(("flip_rows", "flip_columns", "swap"), TURNS)
def test_a_grid_turned_in_any_of_eight_ways_lies_on_the_same_voxels(
    tmp_path: Path, flip_rows: bool, flip_columns: bool, swap: bool
) -> None:
    truth, pixels, turned = body(IMAGES.shape), body(IMAGES.shape), IMAGES
    _, rows, columns = IMAGES.shape
    corner, along, down = (np.array(one) for one in (IMAGES.origin_mm, IMAGES.along_row, IMAGES.down_column))
    spacing = IMAGES.spacing_mm
    if flip_rows:
        corner, down, pixels = corner + down * (rows - 1) * spacing[1], -down, pixels[:, ::-1]
    if flip_columns:
        corner, along, pixels = corner + along * (columns - 1) * spacing[2], -along, pixels[:, :, ::-1]
    if swap:
        along, down, pixels = down, along, pixels.transpose(0, 2, 1)
        spacing = (spacing[0], spacing[2], spacing[1])
    if np.cross(along, down)[2] < 0:
        # The normal points to the feet: slices are listed from the head.
        corner, pixels = corner + (IMAGES.shape[0] - 1) * np.array([0, 0, spacing[0]]), pixels[::-1]
    shape = (pixels.shape[0], pixels.shape[1], pixels.shape[2])
    turned = Grid(shape, spacing, tuple(corner.tolist()), tuple(along.tolist()), tuple(down.tolist()))
    made = segmentation(images(), np.ascontiguousarray(pixels), [Part("Lopsided")], Result("seg"), grid=turned)
    save([*images(), made], tmp_path / "study")
    found = mask_of(tmp_path / "study", tmp_path / "on.npz", "--on", stack_of(tmp_path / "study"))
    on_images = SimpleITK.GetArrayFromImage(
        SimpleITK.Resample(
            as_image(found["mask"], found["affine"]),
            as_image(truth, IMAGES.affine),
            SimpleITK.Transform(),
            SimpleITK.sitkNearestNeighbor,
        )
    )
    np.testing.assert_array_equal(on_images, truth)
    assert found["object"]["lies_on"][0]["by"] == "frame_of_reference"


@pytest.mark.parametrize("grid", [OBLIQUE, CORONAL], ids=["oblique", "coronal"])
@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_any_grid_is_resampled_as_simpleitk_does(tmp_path: Path, grid: Grid, kind: Any) -> None:
    truth = body(grid.shape)
    made = segmentation(images(), truth, [Part("Lopsided")], Result("seg"), kind=kind, grid=grid)
    save([*images(), made], tmp_path / "study")
    own = mask_of(tmp_path / "study", tmp_path / "own.npz")
    back = SimpleITK.Resample(
        as_image(own["mask"], own["affine"]),
        as_image(truth, grid.affine),
        SimpleITK.Transform(),
        SimpleITK.sitkNearestNeighbor,
    )
    np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(back), truth)
    found = mask_of(tmp_path / "study", tmp_path / "on.npz", "--on", stack_of(tmp_path / "study"))
    expected = SimpleITK.Resample(
        as_image(truth, grid.affine),
        as_image(np.zeros(found["mask"].shape), found["affine"]),
        SimpleITK.Transform(),
        SimpleITK.sitkNearestNeighbor,
    )
    differing = SimpleITK.GetArrayFromImage(expected) != found["mask"]
    # A pixel just halfway between two voxels may go either way.
    assert differing.sum() <= 0.01 * truth.sum()
    assert found["mask"].any()


def three_hundred_labels(gaps: int) -> tuple[Dataset, NDArray[np.uint16]]:
    """A 16-bit label map of 300 numbers, ``gaps`` apart, described from the last to the first."""
    grid = Grid(shape=(3, 20, 30), spacing_mm=(2.5, 0.5, 0.25))
    numbers = np.arange(1, 301, dtype=np.uint16) * gaps
    truth = np.zeros(grid.shape, np.uint16)
    truth[1] = np.resize(numbers[:290], (20, 30))
    truth[2, 5:15, 3:4] = numbers[290:, None]
    sources = image_series(np.zeros(grid.shape, np.int16), grid, Series())
    category = hd.sr.CodedConcept("123037004", "SCT", "Anatomical Structure")
    kind = hd.sr.CodedConcept("10200004", "SCT", "Liver")
    described = [hd.seg.SegmentDescription(int(number), f"Part {number}", category, kind, "MANUAL") for number in numbers]
    series, instance = uid("300", "series"), uid("300", "instance")
    made = hd.seg.Segmentation(sources, truth, "LABELMAP", described, series, 7, instance, 1, "Overread", "Labels", "1", "0")
    settle(made, "300", date="20260115", time="100000")
    made.SegmentSequence = list(reversed(made.SegmentSequence))
    return made, truth


@pytest.mark.parametrize("gaps", [1, 37])
def test_three_hundred_labels_with_gaps_are_each_themselves(tmp_path: Path, gaps: int) -> None:
    made, truth = three_hundred_labels(gaps)
    assert made.BitsAllocated == 16
    grid = Grid(shape=(3, 20, 30), spacing_mm=(2.5, 0.5, 0.25))
    save([*image_series(np.zeros(grid.shape, np.int16), grid, Series()), made], tmp_path / "study")
    found = mask_of(tmp_path / "study", tmp_path / "own.npz")
    number_of = {one["value"]: one["number"] for one in found["labels"]}
    table = np.zeros(max(number_of) + 1, np.int64)
    for value, number in number_of.items():
        table[value] = number
    np.testing.assert_array_equal(table[found["mask"]], truth[1:])
    parts = [part["number"] for part in found["object"]["parts"]]
    assert parts == sorted(parts)
    assert len(parts) == 300
    counts = {part["number"]: part["voxels"] for part in found["object"]["parts"]}
    assert counts == {int(number): int((truth == number).sum()) for number in np.unique(truth) if number}


def test_a_segmentation_is_drawn_where_the_command_says_it_lies(tmp_path: Path) -> None:
    """The picture of the window, without a window, shows the same pixels as the mask on the same stack."""
    from PIL import Image

    truth = body(OBLIQUE.shape)
    made = segmentation(images(), truth, [Part("Lopsided", color=(255, 0, 0))], Result("seg"), grid=OBLIQUE)
    save([*images(), made], tmp_path / "study")
    stack = stack_of(tmp_path / "study")
    found = mask_of(tmp_path / "study", tmp_path / "on.npz", "--on", stack)
    seen = 0
    for number in range(1, 7):
        out = tmp_path / f"{number}.png"
        arguments = [
            "--stack",
            stack,
            "--frame",
            str(number),
            "--layers",
            "all",
            "--style",
            "fill",
            "--opacity",
            "1",
            "--out",
            str(out),
        ]
        assert main(["render", str(tmp_path / "study"), *arguments]) == 0
        pixels = np.asarray(Image.open(out).convert("RGB")).astype(int)
        coloured = pixels[..., 0] > pixels[..., 1] + 10
        inside = found["mask"][number - 1] != 0
        # Labels across the image are drawn at the finer of both spacings: only pixels of the border may differ.
        around = np.lib.stride_tricks.sliding_window_view(np.pad(inside, 1), (3, 3)).reshape(*inside.shape, 9)
        np.testing.assert_array_equal(coloured | ~around.all(axis=-1), inside | ~around.all(axis=-1))
        np.testing.assert_array_equal(coloured & ~around.any(axis=-1), False)
        seen += int(coloured.sum())
    assert seen > 20


def test_an_occupancy_and_a_probability_of_real_size_keep_every_value(tmp_path: Path) -> None:
    grid = replace(IMAGES, shape=(4, 128, 96))
    sources = image_series(np.zeros(grid.shape, np.int16), grid, Series())
    k, j, i = np.indices(grid.shape)
    ramp = np.clip(1.2 - np.hypot((j - 50) / 40, (i - 40) / 30) - 0.1 * k, 0, 1).astype(np.float32)
    for kind in ("PROBABILITY", "OCCUPANCY"):
        options = {"fractional_type": kind, "max_fractional_value": 200}
        made = segmentation(sources, ramp[..., None], [Part("Blur")], Result("seg"), kind="FRACTIONAL", **options)
        save([*sources, made], tmp_path / kind)
        found = mask_of(tmp_path / kind, tmp_path / f"{kind}.npz")
        stored = np.round(ramp * 200) / 200
        first = int(np.flatnonzero(stored.any(axis=(1, 2)))[0])
        np.testing.assert_allclose(found["mask"], stored[first : first + len(found["mask"])], atol=0.5 / 200)
        (part,) = found["object"]["parts"]
        voxel_ml = float(np.prod(grid.spacing_mm)) / 1000
        expected = found["mask"].sum() if kind == "OCCUPANCY" else (found["mask"] >= 0.5 - 1e-6).sum()
        assert part["volume_ml"] == pytest.approx(float(expected) * voxel_ml, rel=1e-4)
