"""A series laid over another one, as the command line renders it, against SimpleITK and the sum of PS3.4 N.2.4.2."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.app.rendered import colours_of, render
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.registration import registration
from viewer.app.main import main
from viewer.imaging.colour_maps import colour_map

pytestmark = pytest.mark.usefixtures("qapp")

GRID = Grid(shape=(4, 17, 26))
COARSE = replace(GRID, shape=(6, 5, 6), spacing_mm=(2.0, 1.1, 0.8), origin_mm=(-29.1, -18.9, 98.2))


def random_voxels(grid: Grid, seed: int) -> NDArray[np.uint16]:
    return np.random.default_rng(seed).integers(900, 1600, grid.shape).astype(np.uint16)


def stack_ids(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The ids of the stacks by the description of their series."""
    capsys.readouterr()
    assert main(["scan", str(folder), "--json"]) == 0
    patients = json.loads(capsys.readouterr().out)["patients"]
    series = [one for patient in patients for study in patient["studies"] for one in study["series"]]
    return {one["series_description"]: one["stacks"][0]["id"] for one in series if one["stacks"]}


def resampled(stored: NDArray[np.float64], grid: Grid, onto: Grid, k: int) -> NDArray[np.float64]:
    """Slice ``k`` of a grid through another one, by SimpleITK; NaN outside."""

    def placed(image: SimpleITK.Image, of: Grid, place: int) -> SimpleITK.Image:
        image.SetOrigin(of.position(place))
        image.SetSpacing((of.spacing_mm[2], of.spacing_mm[1], of.spacing_mm[0]))
        image.SetDirection(np.column_stack([of.along_row, of.down_column, of.normal]).ravel().tolist())
        return image

    volume = placed(SimpleITK.GetImageFromArray(stored), grid, 0)
    target = placed(SimpleITK.Image(onto.shape[2], onto.shape[1], 1, SimpleITK.sitkFloat64), onto, k)
    linear = SimpleITK.sitkLinear
    found = SimpleITK.Resample(volume, target, SimpleITK.Transform(), linear, float("nan"), SimpleITK.sitkFloat64)
    return np.asarray(SimpleITK.GetArrayFromImage(found)[0])


def grey(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    return np.clip((values - low) / (high - low), 0, 1) * 255


def table_of(name: str) -> NDArray[np.uint8]:
    palette = colour_map(name)
    assert palette is not None
    return np.stack([palette.red, palette.green, palette.blue], axis=1)


def two(folder: Path) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    window = (("WindowCenter", "300"), ("WindowWidth", "701"))
    lower, upper = random_voxels(GRID, 1), random_voxels(COARSE, 2)
    images = image_series(lower, GRID, Series("lower", description="Lower", attributes=window))
    images += image_series(upper, COARSE, Series("upper", number=2, description="Upper", attributes=window))
    save(images, folder)
    return lower, upper


@pytest.mark.parametrize(("opacity", "name"), [(0.35, "viridis"), (1.0, "hot_iron")])
def test_another_grid_is_sampled_windowed_coloured_and_mixed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], opacity: float, name: str
) -> None:
    lower, upper = two(tmp_path / "in")
    ids = stack_ids(tmp_path / "in", capsys)
    wanted = ("--stack", ids["Lower"], "--at", "-30,-20,102.5", "--fuse", f"{ids['Upper']},{opacity},{name}")
    assert render(tmp_path / "in", tmp_path / "out.png", *wanted) == 0
    picture = colours_of(tmp_path / "out.png").astype(float)
    # LINEAR of center 300 and width 701 runs from -51 to 649 with half a unit on either side.
    low, high = 300 - 0.5 - 350, 300 - 0.5 + 350
    values = resampled(upper.astype(float) - 1024, COARSE, GRID, 1)
    under = np.rint(grey(lower[1].astype(float) - 1024, low, high))[..., None]
    inside = np.isfinite(values)
    assert 50 < inside.sum() < inside.size
    levels = np.rint(grey(np.nan_to_num(values), low, high)).astype(int)
    expected = np.where(inside[..., None], table_of(name)[levels] * opacity + under * (1 - opacity), under)
    # A level that lies between two of the table may take either.
    nearby = np.abs(table_of(name).astype(int)[1:] - table_of(name)[:-1]).max() * opacity
    assert np.abs(picture - expected).max() <= 1 + nearby
    assert np.median(np.abs(picture - expected)) <= 1


def test_beyond_the_upper_series_the_lower_one_is_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two(tmp_path / "in")
    ids = stack_ids(tmp_path / "in", capsys)
    place = ("--stack", ids["Lower"], "--at", "-30,-20,102.5")
    assert render(tmp_path / "in", tmp_path / "with.png", *place, "--fuse", f"{ids['Upper']},1,pet") == 0
    assert render(tmp_path / "in", tmp_path / "without.png", *place) == 0
    values = resampled(np.zeros(COARSE.shape), COARSE, GRID, 1)
    with_it, without = colours_of(tmp_path / "with.png"), colours_of(tmp_path / "without.png")
    assert np.array_equal(with_it[np.isnan(values)], without[np.isnan(values)])
    assert (with_it[np.isfinite(values)] != without[np.isfinite(values)]).any()


def test_what_cannot_lie_there_is_refused_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Series("other", number=2, description="Other", frame_of_reference=pydicom.uid.UID("1.2.3.4.5"))
    images = image_series(random_voxels(GRID, 1), GRID, Series("lower", description="Lower"))
    save([*images, *image_series(random_voxels(GRID, 2), GRID, other)], tmp_path / "in")
    ids = stack_ids(tmp_path / "in", capsys)
    for wish, sentence in (
        (ids["Other"], "no registration joins the two"),
        (ids["Lower"], "not laid over itself"),
        ("no-such-stack", "There is no stack"),
    ):
        wanted = ("--stack", ids["Lower"], "--fuse", wish)
        assert render(tmp_path / "in", tmp_path / "no.png", *wanted) == 1
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("wish", ["1.5", "much", "0.5,no_such_map"])
def test_a_wish_that_makes_no_sense_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], wish: str) -> None:
    two(tmp_path / "in")
    ids = stack_ids(tmp_path / "in", capsys)
    wanted = ("--stack", ids["Lower"], "--fuse", f"{ids['Upper']},{wish}")
    assert render(tmp_path / "in", tmp_path / "no.png", *wanted) == 1
    assert capsys.readouterr().err


def test_a_colour_map_colours_every_grey_level(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two(tmp_path / "in")
    ids = stack_ids(tmp_path / "in", capsys)
    place = ("--stack", ids["Lower"], "--frame", 2)
    assert render(tmp_path / "in", tmp_path / "colour.png", *place, "--color-map", "Hot Iron") == 0
    assert render(tmp_path / "in", tmp_path / "grey.png", *place) == 0
    levels = colours_of(tmp_path / "grey.png")[..., 0]
    assert np.array_equal(colours_of(tmp_path / "colour.png"), table_of("hot_iron")[levels])


def test_a_registered_series_lies_where_the_registration_brings_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shift = (10.0, -4.0, 3.0)
    moved = replace(COARSE, origin_mm=tuple(np.subtract(COARSE.origin_mm, shift).tolist()))
    window = (("WindowCenter", "300"), ("WindowWidth", "701"))
    lower = image_series(random_voxels(GRID, 1), GRID, Series("lower", description="Lower", attributes=window))
    elsewhere = Series(
        "upper", number=2, description="Upper", attributes=window, frame_of_reference=pydicom.uid.UID("1.2.3.4.5")
    )
    upper = random_voxels(COARSE, 2)
    images = image_series(upper, moved, elsewhere)
    matrix = np.eye(4)
    matrix[:3, 3] = shift
    save([*lower, *images, registration(lower[0], images[0], [("RIGID", matrix)])], tmp_path / "in")
    ids = stack_ids(tmp_path / "in", capsys)
    wanted = ("--stack", ids["Lower"], "--at", "-30,-20,102.5", "--fuse", f"{ids['Upper']},1,grey")
    assert render(tmp_path / "in", tmp_path / "out.png", *wanted) == 0
    values = resampled(upper.astype(float) - 1024, COARSE, GRID, 1)
    inside = np.isfinite(values)
    expected = np.rint(grey(values[inside], 299.5 - 350, 299.5 + 350))
    assert np.abs(colours_of(tmp_path / "out.png")[..., 0][inside] - expected).max() <= 1


@pytest.mark.real_data
def test_a_real_pet_lies_on_its_ct_within_a_level_of_simpleitk(
    real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = real_data / "petct-suv-rwv"
    ids = stack_ids(folder, capsys)
    (ct_name, pet_name) = ("CT Images", "PET_BODY_CTAC")
    wanted = ("--stack", ids[ct_name], "--frame", 5, "--fuse", f"{ids[pet_name]},1,grey")
    assert render(folder, tmp_path / "fused.png", *wanted) == 0
    mine = colours_of(tmp_path / "fused.png")[..., 0].astype(float)

    def slices(modality: str) -> list[pydicom.Dataset]:
        found = [one for one in map(pydicom.dcmread, folder.rglob("*.dcm")) if one.get("Modality") == modality]
        return sorted(found, key=lambda one: -float(one.ImagePositionPatient[2]))

    pets, ct = slices("PT"), slices("CT")[4]
    # SimpleITK counts from the lowest slice.
    pets.reverse()
    values = np.stack([one.pixel_array * float(one.RescaleSlope) + float(one.RescaleIntercept) for one in pets])
    volume = SimpleITK.GetImageFromArray(values)
    volume.SetOrigin(tuple(map(float, pets[0].ImagePositionPatient)))
    gap = float(pets[1].ImagePositionPatient[2]) - float(pets[0].ImagePositionPatient[2])
    volume.SetSpacing((float(pets[0].PixelSpacing[1]), float(pets[0].PixelSpacing[0]), gap))
    target = SimpleITK.Image(ct.Columns, ct.Rows, 1, SimpleITK.sitkFloat64)
    target.SetOrigin(tuple(map(float, ct.ImagePositionPatient)))
    target.SetSpacing((float(ct.PixelSpacing[1]), float(ct.PixelSpacing[0]), 1.0))
    nan, linear = float("nan"), SimpleITK.sitkLinear
    theirs = SimpleITK.Resample(volume, target, SimpleITK.Transform(), linear, nan, SimpleITK.sitkFloat64)
    sampled = SimpleITK.GetArrayFromImage(theirs)[0]
    factor = suvbw_by_hand(pets[0])
    # PET is laid over as SUV 0 to 5, and nothing below a tenth of that.
    shown = sampled * factor >= 0.52
    assert shown.sum() > 10_000
    expected = np.rint(np.clip(sampled * factor / 5, 0, 1) * 255)
    assert np.abs(mine[shown] - expected[shown]).max() <= 1


def suvbw_by_hand(pet: pydicom.Dataset) -> float:
    """SUV by body weight of a Bq/ml value: the dose decayed from the injection to the start of the series."""
    drug = pet.RadiopharmaceuticalInformationSequence[0]

    def seconds(time: object) -> float:
        text = str(time)
        return int(text[:2]) * 3600 + int(text[2:4]) * 60 + float(text[4:])

    assert pet.Units == "BQML"
    decay = seconds(pet.SeriesTime) - seconds(drug.RadiopharmaceuticalStartTime)
    dose = float(drug.RadionuclideTotalDose) * 2 ** (-decay / float(drug.RadionuclideHalfLife))
    return float(pet.PatientWeight) * 1000 / dose
