"""Doses and parametric maps as voxels and surfaces, on their own grid and on that of images, against SimpleITK."""

from __future__ import annotations

from pathlib import Path

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.sr.coding import Code

from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.parametric_map import Mapping, MapResult, parametric_map
from viewer.app.main import main

IMAGE = Grid((6, 15, 18), (4.0, 1.5, 1.1), (-4.0, 3.0, 20.0))
OBLIQUE = Grid((7, 9, 12), (2.5, 2.0, 1.3), (-1.0, 6.0, 22.0), along_row=(0.8, 0.6, 0.0), down_column=(-0.6, 0.8, 0.0))
FLIPPED = Grid((7, 9, 12), (2.5, 2.0, 1.3), (14.0, 20.0, 22.0), along_row=(-1.0, 0.0, 0.0), down_column=(0.0, -1.0, 0.0))


def field(grid: Grid) -> NDArray[np.float64]:
    """Make values that differ in every voxel and grow unevenly along each axis."""
    k, j, i = np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij")
    return np.asarray(1.0 + 0.7 * k + 0.31 * j + 0.13 * i + 0.05 * k * i, dtype=float)


def as_sitk(values: NDArray[np.float64], affine: NDArray[np.float64]) -> SimpleITK.Image:
    image = SimpleITK.GetImageFromArray(values)
    axes = affine[:3, :3][:, ::-1]
    spacing = np.linalg.norm(axes, axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetDirection((axes / spacing).ravel().tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    return image


def sampled(image: SimpleITK.Image, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """SimpleITK's linear values at points (n, 3); NaN beyond the image."""
    found = np.full(len(points), np.nan)
    for place, point in enumerate(points.tolist()):
        index = np.array(image.TransformPhysicalPointToContinuousIndex(point))
        if (index > -0.001).all() and (index < np.subtract(image.GetSize(), 0.999)).all():
            found[place] = image.EvaluateAtPhysicalPoint(point, SimpleITK.sitkLinear)
    return found


def points_of(shape: tuple[int, ...], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    index = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), axis=-1).reshape(-1, 3)
    return np.asarray(index @ affine[:3, :3].T + affine[:3, 3])


def written(folder: Path, uid: str, out: Path, *more: str) -> int:
    return main(["mask", str(folder), "--object", uid, "--out", str(out), *more])


@pytest.mark.parametrize("grid", [OBLIQUE, FLIPPED], ids=["oblique", "flipped"])
def test_a_dose_is_written_with_its_values_where_they_are(grid: Grid, tmp_path: Path) -> None:
    images = image_series(np.zeros(IMAGE.shape, np.int16), IMAGE, Series())
    made = dose(images, field(grid), grid, DoseResult("dose", scaling=1e-4))
    save([*images, made], tmp_path / "study")
    stored = made.pixel_array * made.DoseGridScaling
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "dose.nii.gz") == 0
    image = SimpleITK.ReadImage(tmp_path / "dose.nii.gz")
    witness = as_sitk(stored, grid.affine)
    assert image.GetSize() == witness.GetSize()
    there = sampled(image, points_of(grid.shape, grid.affine))
    np.testing.assert_allclose(there, stored.ravel(), atol=1e-3)
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "dose.nrrd") == 0
    values, header = nrrd.read(str(tmp_path / "dose.nrrd"))
    assert header["space"] == "left-posterior-superior"
    assert sorted(values.ravel().tolist()) == pytest.approx(sorted(stored.ravel().tolist()), abs=1e-4)


def test_a_dose_on_the_grid_of_images_is_resampled_as_simpleitk_does(tmp_path: Path) -> None:
    images = image_series(np.zeros(IMAGE.shape, np.int16), IMAGE, Series())
    made = dose(images, field(OBLIQUE), OBLIQUE, DoseResult("dose", scaling=1e-4))
    save([*images, made], tmp_path / "study")
    stack = f"{images[0].SeriesInstanceUID}#1"
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "on.npz", "--on", stack) == 0
    with np.load(tmp_path / "on.npz") as found:
        ours, affine = found["mask"], found["affine"]
    assert ours.shape == IMAGE.shape
    theirs = sampled(as_sitk(made.pixel_array * made.DoseGridScaling, OBLIQUE.affine), points_of(ours.shape, affine))
    both = np.isfinite(theirs)
    assert both.sum() > 100
    np.testing.assert_allclose(ours.ravel()[both], theirs[both], atol=1e-3)
    # Half a voxel beyond the outer centres has a value yet; farther out there is none.
    assert np.isnan(ours).sum() > 100


def test_a_level_of_a_dose_is_a_mask_and_a_surface(tmp_path: Path) -> None:
    images = image_series(np.zeros(IMAGE.shape, np.int16), IMAGE, Series())
    k, j, i = np.meshgrid(*(np.arange(n) for n in OBLIQUE.shape), indexing="ij")
    values = np.where((abs(k - 3) <= 1) & (abs(j - 4) <= 2) & (abs(i - 6) <= 3), 10.0, 0.0)
    values[3, 4, 6] = 20.0
    made = dose(images, values, OBLIQUE, DoseResult("dose"))
    save([*images, made], tmp_path / "study")
    # The sixth of the usual levels is 50 % of the maximum: the whole block.
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "level.nii.gz", "--part", "6") == 0
    mask = np.asarray(nibabel.load(tmp_path / "level.nii.gz").dataobj)
    assert int(mask.sum()) == int((values >= 10).sum())
    assert set(np.unique(mask)) == {0, 1}
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "level.stl", "--part", "6") == 0
    count = int.from_bytes((tmp_path / "level.stl").read_bytes()[80:84], "little")
    assert count > 100
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "levels.ply") == 0


def test_every_volume_of_a_map_is_written_by_the_name_of_what_it_measures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = image_series(np.zeros(IMAGE.shape, np.int16), IMAGE, Series())
    stored = np.stack([field(OBLIQUE) * 100, field(OBLIQUE)[::-1] * 10], axis=-1).astype(np.uint16)
    two = (
        Mapping("ADC", "Apparent diffusion", Code("um2/s", "UCUM", "um2/s"), 2.0, 5.0),
        Mapping("FA", "Anisotropy", Code("%", "UCUM", "percent"), 0.5),
    )
    made = parametric_map(images, stored, OBLIQUE, MapResult("two", mappings=two))
    save([*images, made], tmp_path / "study")
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "map.npz") == 0
    said = capsys.readouterr().out
    assert "ADC" in said
    assert "FA %" in said
    with np.load(tmp_path / "map.npz") as found:
        ours, affine = found["mask"], found["affine"]
    points = points_of(OBLIQUE.shape, OBLIQUE.affine)
    for volume, real in zip(ours, (stored[..., 0] * 2.0 + 5.0, stored[..., 1] * 0.5), strict=True):
        there = sampled(as_sitk(volume.astype(float), affine), points)
        np.testing.assert_allclose(there, real.ravel(), rtol=1e-5, atol=1e-3)
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "map.stl") == 1
    assert "no inside" in capsys.readouterr().err


def test_a_float_map_keeps_its_numbers_and_what_is_none(tmp_path: Path) -> None:
    images = image_series(np.zeros(IMAGE.shape, np.int16), IMAGE, Series())
    values = field(FLIPPED).astype(np.float32)
    values[2, 3, 4] = np.nan
    made = parametric_map(images, values, FLIPPED, MapResult("one"))
    save([*images, made], tmp_path / "study")
    assert written(tmp_path / "study", made.SOPInstanceUID, tmp_path / "map.nii.gz", "--part", "1") == 0
    found = np.asarray(nibabel.load(tmp_path / "map.nii.gz").dataobj)
    assert int(np.isnan(found).sum()) == 1
    assert np.nanmax(found) == pytest.approx(np.nanmax(values))


@pytest.mark.real_data
def test_a_real_dose_is_that_of_pydicom(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "rt-dose-dicompyler"
    made = dcmread(folder / "rtdose.dcm")
    assert written(folder, made.SOPInstanceUID, tmp_path / "dose.nrrd") == 0
    image = SimpleITK.ReadImage(tmp_path / "dose.nrrd")
    stored = made.pixel_array * float(made.DoseGridScaling)
    # Frames count along the normal, from the position on.
    np.testing.assert_allclose(SimpleITK.GetArrayFromImage(image), stored, atol=1e-5)
    np.testing.assert_allclose(image.GetOrigin(), made.ImagePositionPatient, atol=1e-4)
    assert image.GetSpacing() == pytest.approx((made.PixelSpacing[1], made.PixelSpacing[0], 3.0), abs=1e-4)
