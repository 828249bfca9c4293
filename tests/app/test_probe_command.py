"""``overread probe`` against pydicom, highdicom and hand computation. Acceptance checks 67, 70, 71."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.pixels import apply_modality_lut

from tests.app.commands.contract import BY_COMMAND
from tests.dicom.image_files import image_files
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.app.main import main
from viewer.app.paths import sample_data
from viewer.domain.roles import role_of


@pytest.fixture
def probe(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object, status: int = 0) -> dict[str, Any]:
        assert main(["probe", *map(str, arguments), "--json"]) == status
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return run


def asymmetric(grid: Grid) -> NDArray[np.int16]:
    """Every voxel has a value of its own."""
    return np.arange(np.prod(grid.shape), dtype=np.int16).reshape(grid.shape)


@pytest.fixture
def phantom(tmp_path: Path) -> tuple[Path, Grid, NDArray[np.int16]]:
    grid = Grid()
    stored = asymmetric(grid)
    padded = Series(attributes=(("RescaleIntercept", "-50"), ("RescaleSlope", "2"), ("PixelPaddingValue", 0)))
    save(image_series(stored, grid, padded), tmp_path)
    return tmp_path, grid, stored


def test_a_patient_point_gives_the_voxel_whose_centre_it_is(
    phantom: tuple[Path, Grid, NDArray[np.int16]], probe: Any
) -> None:
    folder, grid, stored = phantom
    k, j, i = 3, 2, 7
    x, y, z, _ = grid.affine @ [k, j, i, 1]
    found = probe(folder, "--at", f"{x},{y},{z}")
    assert found["index"] == [j, i]
    assert found["point_patient"] == pytest.approx([x, y, z], abs=1e-4)
    assert (found["stored"], found["value"], found["unit"]) == (stored[k, j, i], 2 * stored[k, j, i] - 50, "HU")
    assert (found["state"], found["suv"], found["real_world"], found["parts"]) == ("value", None, [], [])
    source = next(one for one in map(pydicom.dcmread, folder.iterdir()) if one.SOPInstanceUID == found["instance"])
    assert source.ImagePositionPatient[2] == pytest.approx(z)


def test_a_position_counts_from_the_corner_of_the_first_pixel(
    phantom: tuple[Path, Grid, NDArray[np.int16]], probe: Any
) -> None:
    folder, grid, stored = phantom
    source = next(one for one in map(pydicom.dcmread, folder.iterdir()) if one.InstanceNumber == 2)
    found = probe(folder, "--instance", f"{source.SOPInstanceUID}:1", "--position", "4.5,2.5")
    assert (found["index"], found["stored"]) == ([2, 4], stored[1, 2, 4])
    assert found["point_patient"] == pytest.approx((grid.affine @ [1, 2, 4, 1])[:3].tolist())
    assert probe(folder, "--instance", source.SOPInstanceUID, "--position", "4,2")["index"] == [2, 4]


def test_check_67_padding_and_places_outside_have_no_value(
    phantom: tuple[Path, Grid, NDArray[np.int16]], probe: Any
) -> None:
    folder, grid, _ = phantom
    first = ",".join(map(str, grid.origin_mm))
    found = probe(folder, "--at", first)
    assert (found["value"], found["state"], found["stored"]) == (None, "padding", 0)
    beside = probe(folder, "--at", f"{grid.origin_mm[0] - 5},{grid.origin_mm[1]},{grid.origin_mm[2]}")
    assert (beside["value"], beside["state"], beside["index"]) == (None, "outside", [0, -20])
    far = probe(folder, "--at", "0,0,-9000")
    assert (far["value"], far["state"], far["stack"]) == (None, "outside", None)


def test_what_is_not_there_is_said(phantom: tuple[Path, Grid, NDArray[np.int16]], capsys: Any) -> None:
    folder = str(phantom[0])
    assert main(["probe", folder, "--instance", "1.2.3", "--position", "1,1"]) == 1
    assert "1.2.3" in capsys.readouterr().err
    assert main(["probe", folder, "--instance", "1.2.3"]) == 2
    with pytest.raises(SystemExit) as usage:
        main(["probe", folder])
    assert usage.value.code == 2


def test_the_table_says_what_the_document_says(phantom: tuple[Path, Grid, NDArray[np.int16]], capsys: Any) -> None:
    folder, grid, stored = phantom
    x, y, z, _ = grid.affine @ [1, 1, 1, 1]
    assert main(["probe", str(folder), "--at", f"{x},{y},{z}"]) == 0
    assert f"value {2 * stored[1, 1, 1] - 50} HU  (stored {stored[1, 1, 1]})" in capsys.readouterr().out


def test_the_sample_study_names_every_part_at_a_point(probe: Any) -> None:
    """A voxel of the first segment of the sample's segmentation, asked of pydicom and highdicom."""
    found = next(
        highdicom.seg.segread(path)
        for path in sorted(sample_data().rglob("*.dcm"))
        if pydicom.dcmread(path, stop_before_pixels=True).SOPClassUID == "1.2.840.10008.5.1.4.1.1.66.4"
    )
    number = found.segment_numbers[0]
    volume = found.get_volume(segment_numbers=[number], combine_segments=False)
    place = np.argwhere(volume.array[..., 0])[0]
    point = volume.map_indices_to_reference(place[None].astype(float))[0]
    parts = probe("--sample", "--at", ",".join(map(str, point)))["parts"]
    assert (found.SOPInstanceUID, number) in [(one["object"], one["part"]) for one in parts]
    named = next(one for one in parts if (one["object"], one["part"]) == (found.SOPInstanceUID, number))
    assert named["label"] == found.get_segment_description(number).SegmentLabel
    assert 0 < named["fraction"] <= 1


@pytest.mark.real_data
def test_check_71_suv_of_a_real_slice_by_hand_with_the_slope_of_its_own_slice(real_data: Path, probe: Any) -> None:
    """66 kg, 500.1 MBq at 16:12:00, scanned from 16:58:52, half-life 6588 s; every slice has its own Rescale Slope."""
    folder = real_data / "petct-suv-rwv"
    slopes = set()
    for path in sorted(folder.glob("PETBODYCTAC*"))[2:9:3]:
        source = pydicom.dcmread(path)
        row, column = np.unravel_index(int(source.pixel_array.argmax()), source.pixel_array.shape)
        stored = int(source.pixel_array[row, column])
        found = probe(folder, "--instance", source.SOPInstanceUID, "--position", f"{column + 0.5},{row + 0.5}")
        activity = stored * float(source.RescaleSlope)
        slopes.add(float(source.RescaleSlope))
        assert (found["stored"], found["unit"]) == (stored, "Bq/ml")
        assert found["value"] == pytest.approx(activity)
        assert found["suv"] == pytest.approx(activity * 66000 / (500147552 * 2 ** (-2812 / 6588)))
        forms = {one["formula"]: one["value"] for one in found["suv_forms"]}
        assert forms["lean body mass, James"] / found["suv"] == pytest.approx(52.12 / 66, rel=1e-4)
    assert len(slopes) == 3


@pytest.mark.real_data
def test_a_pet_laid_over_the_ct_tells_its_suv_at_the_point_of_the_ct(real_data: Path, probe: Any, capsys: Any) -> None:
    folder = real_data / "petct-suv-rwv"
    slices = {ds.SOPInstanceUID: ds for ds in map(pydicom.dcmread, folder.glob("*.dcm")) if "PixelData" in ds}
    pet = sorted((ds for ds in slices.values() if ds.Modality == "PT"), key=lambda ds: float(ds.ImagePositionPatient[2]))[4]
    row, column = 61, 44
    point = [float(one) for one in pet.ImagePositionPatient]
    point[0] += column * float(pet.PixelSpacing[1])
    point[1] += row * float(pet.PixelSpacing[0])
    stacks = {one["modality"]: one["stacks"][0]["id"] for one in scanned(folder, capsys)}
    at = ",".join(map(str, point))
    found = probe(folder, "--at", at, "--stack", stacks["CT"], "--fuse", stacks["PT"])
    assert found["unit"] == "HU"
    (over,) = found["fused"]
    assert (over["stack"], over["name"], over["unit"]) == (stacks["PT"], "SUVbw", "g/ml")
    value = int(pet.pixel_array[row, column]) * float(pet.RescaleSlope) + float(pet.RescaleIntercept)
    assert over["modality_value"] == pytest.approx(value, rel=0.03), "the CT pixel is not exactly at the centre"
    itself = probe(folder, "--at", at, "--stack", stacks["PT"])
    assert over["value"] == pytest.approx(itself["suv"], rel=0.03)
    assert itself["fused"] == []


def test_a_stack_that_cannot_lie_over_the_image_says_why(real_data: Path, capsys: Any) -> None:
    folder = real_data / "petct-suv-rwv"
    stacks = {one["modality"]: one["stacks"][0]["id"] for one in scanned(folder, capsys)}
    assert main(["probe", str(folder), "--at", "0,0,-843.5", "--stack", stacks["CT"], "--fuse", stacks["CT"]]) == 1
    assert "itself" in capsys.readouterr().err
    assert main(["probe", str(folder), "--at", "0,0,-843.5", "--fuse", "none#1"]) == 1
    assert "There is no stack none#1" in capsys.readouterr().err


def scanned(folder: Path, capsys: Any) -> list[dict[str, Any]]:
    """The image series of a folder."""
    assert main(["scan", str(folder), "--json"]) == 0
    (patient,) = json.loads(capsys.readouterr().out)["patients"]
    return [series for study in patient["studies"] for series in study["series"] if series["stacks"]]


def test_a_mapping_for_stored_values_that_contradicts_dose_and_weight_is_doubted(real_data: Path, probe: Any) -> None:
    """The object's slope is the SUV factor of Bq/ml, but a mapping is applied to stored values; both are shown."""
    folder = real_data / "petct-suv-rwv"
    source = pydicom.dcmread(folder / "PETBODYCTAC-51399_1-005.dcm")
    mapping_object = next(one for one in map(pydicom.dcmread, folder.glob("1.2.276*")))
    found = probe(folder, "--instance", source.SOPInstanceUID, "--position", "64.5,60.5")
    groups = mapping_object.ReferencedImageRealWorldValueMappingSequence
    slopes = [float(one.RealWorldValueMappingSequence[0].RealWorldValueSlope) for one in groups]
    stored = int(source.pixel_array[60, 64])
    assert [one["value"] for one in found["real_world"]] == pytest.approx([slope * stored for slope in slopes])
    assert [one["unit"] for one in found["real_world"]] == [
        "{SUVbw}g/ml",
        "{SUVlbm}g/ml",
        "{SUVbsa}cm2/ml",
        "{SUVibw}g/ml",
    ]
    assert all("dose and weight" in one["doubt"] for one in found["real_world"])


@pytest.mark.real_data
def test_check_70_a_float_map_gives_its_value_and_unit(real_data: Path, probe: Any) -> None:
    source = pydicom.dcmread(real_data / "pmap-ct-small" / "parametric_map_float.dcm")
    found = probe(real_data / "pmap-ct-small", "--instance", source.SOPInstanceUID, "--position", "40.5,90.5")
    expected = float(source.pixel_array[90, 40])
    assert math.isclose(found["value"], expected, rel_tol=1e-6)
    mapping = source.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    (real,) = found["real_world"]
    assert real["value"] == pytest.approx(expected * float(mapping.RealWorldValueSlope))
    assert real["unit"] == ""


@pytest.mark.real_data
def test_one_image_of_every_study_equals_pydicom_and_keeps_the_contract(real_data: Path, capsys: Any) -> None:
    """Stored and rescaled value of an off-centre pixel; pydicom leaves functional groups and some codecs to others."""
    done: set[str] = set()
    compared = 0
    for name, header in image_files(real_data):
        study = name.partition("/")[0]
        if study in done or not header.sop_instance_uid or role_of(header) != "image" or study == "hostile":
            continue
        done.add(study)
        row, column = header.rows // 2, header.columns // 3
        place = ("--instance", header.sop_instance_uid, "--position", f"{column + 0.5},{row + 0.5}")
        status = main(["probe", str(real_data / name), *place, "--json"])
        found = json.loads(capsys.readouterr().out)
        BY_COMMAND["probe"](found, name)
        assert status == (found["state"] == "unreadable"), name
        if found["state"] not in ("value", "padding") or header.number_of_frames > 1:
            continue
        source = pydicom.dcmread(real_data / name, force=True)
        pixels = source.pixel_array
        assert found["stored"] == pixels[row, column], name
        if found["value"] is not None and "SharedFunctionalGroupsSequence" not in source:
            assert found["value"] == pytest.approx(float(apply_modality_lut(pixels, source)[row, column])), name
        compared += 1
    assert compared > 15
