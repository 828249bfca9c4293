"""The values inside a part are those that SimpleITK finds in the images, whatever grid the part is on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.main import main

IMAGES = Grid(
    shape=(8, 20, 26),
    spacing_mm=(3.0, 0.6, 0.9),
    origin_mm=(-30.0, -20.0, 100.0),
    along_row=(0.8, 0.6, 0.0),
    down_column=(0.0, 0.0, -1.0),
)
FINER = Grid(
    shape=(20, 30, 30),
    spacing_mm=(1.0, 0.31, 0.45),
    origin_mm=(-28.13, -17.57, 97.11),
    along_row=IMAGES.along_row,
    down_column=IMAGES.down_column,
)


def values() -> np.ndarray[Any, np.dtype[np.int16]]:
    k, j, i = np.indices(IMAGES.shape)
    return (k * 97 + j * 13 - i * 7 - 300).astype(np.int16)


def measured(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert main(["measure", "--json", str(folder)]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["parts"]
    return found


def as_image(voxels: np.ndarray[Any, Any], grid: Grid) -> SimpleITK.Image:
    made = SimpleITK.GetImageFromArray(voxels)
    made.SetSpacing(grid.spacing_mm[::-1])
    made.SetOrigin(grid.origin_mm)
    made.SetDirection(np.column_stack([grid.along_row, grid.down_column, grid.normal]).reshape(-1).tolist())
    return made


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP", "FRACTIONAL"])
@pytest.mark.parametrize("grid", [IMAGES, FINER])
def test_values_inside_are_those_of_simpleitk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], grid: Grid, kind: Any
) -> None:
    k, j, i = np.indices(grid.shape)
    labels = np.zeros(grid.shape, np.uint8)
    labels[((k - 4) / 3) ** 2 + ((j - 9) / 8) ** 2 + ((i - 12) / 9) ** 2 <= 1] = 1
    labels[2:4, 15:19, 3:9] = 2
    pixels: np.ndarray[Any, Any] = labels
    if kind == "FRACTIONAL":
        pixels = np.stack([np.where(labels == number, 0.6, 0.2) for number in (1, 2)], axis=-1).astype(np.float32)
    images = image_series(values(), IMAGES, Series())
    own = None if grid is IMAGES else grid
    made = segmentation(images, pixels, [Part("Liver"), Part("Lesion")], Result("seg"), kind=kind, grid=own)
    save([*images, made], tmp_path)
    found = {part["part"]: part for part in measured(tmp_path, capsys)}
    on_images = SimpleITK.Resample(
        as_image(labels, grid), as_image(values(), IMAGES), SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor
    )
    inside = SimpleITK.LabelIntensityStatisticsImageFilter()
    inside.Execute(on_images, as_image(values().astype(np.float64), IMAGES))
    shape = SimpleITK.LabelShapeStatisticsImageFilter()
    shape.ComputeFeretDiameterOn()
    shape.Execute(as_image(labels, grid))
    for number in (1, 2):
        said, part = found[number]["values"], found[number]
        assert said["unit"] == "HU"
        if kind == "FRACTIONAL" and grid is FINER:
            # Fractions are interpolated between voxels and then cut: a few pixels of the border are others.
            assert said["mean"] == pytest.approx(inside.GetMean(number), abs=25)
            continue
        assert said["pixels"] == inside.GetNumberOfPixels(number)
        assert said["mean"] == pytest.approx(inside.GetMean(number))
        assert said["lowest"] == inside.GetMinimum(number)
        assert said["highest"] == inside.GetMaximum(number)
        # SimpleITK divides by one less.
        less_one = np.sqrt(said["pixels"] / (said["pixels"] - 1))
        assert said["deviation"] * less_one == pytest.approx(inside.GetStandardDeviation(number))
        assert part["diameter_mm"] == pytest.approx(shape.GetFeretDiameter(number), rel=1e-6)
        assert part["volume_ml"] * 1000 == pytest.approx(shape.GetPhysicalSize(number), rel=1e-6)


def test_what_lies_on_no_opened_images_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = image_series(values(), IMAGES, Series())
    labels = np.zeros(IMAGES.shape, np.uint8)
    labels[2:4, 3:9, 4:6] = 1
    save([segmentation(images, labels, [Part("Liver")], Result("seg"))], tmp_path)
    (part,) = measured(tmp_path, capsys)
    assert part["values"] is None
    assert part["diameter_mm"] > 0
    assert part["not_measured_because"] == ["No values: it lies on no opened images."]


@pytest.mark.real_data
@pytest.mark.parametrize("study", ["seg-ct-nonsquare-labelmap", "rt-ibsi-lung-keyhole"])
def test_numbers_of_real_files_are_those_of_their_masks(
    real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], study: str
) -> None:
    main(["measure", "--json", str(real_data / study)])
    parts = [one for one in json.loads(capsys.readouterr().out)["parts"] if one["diameter_mm"] is not None][:3]
    assert parts
    for part in parts:
        out = tmp_path / "mask.nii.gz"
        assert (
            main(
                ["mask", str(real_data / study), "--object", part["object"], "--part", str(part["part"]), "--out", str(out)]
            )
            == 0
        )
        mask = SimpleITK.ReadImage(str(out), SimpleITK.sitkUInt8)
        box = SimpleITK.LabelShapeStatisticsImageFilter()
        box.Execute(mask)
        cut = SimpleITK.RegionOfInterest(mask, box.GetBoundingBox(1)[3:], box.GetBoundingBox(1)[:3])
        shape = SimpleITK.LabelShapeStatisticsImageFilter()
        small = cut.GetSize()[0] * cut.GetSize()[1] * cut.GetSize()[2] < 200_000
        shape.SetComputeFeretDiameter(small)
        shape.Execute(cut)
        assert part["size_mm"] == pytest.approx(np.multiply(box.GetBoundingBox(1)[:2:-1], mask.GetSpacing()[::-1]), rel=1e-4)
        if small:
            assert part["diameter_mm"] == pytest.approx(shape.GetFeretDiameter(1), rel=1e-4)
