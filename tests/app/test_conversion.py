"""A segmentation becomes a label map and back: the same voxels and segments, valid, with its source named, or a reason."""

from __future__ import annotations

import subprocess
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import SegmentationStorage

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.lopsided_parts import overlapping_masks
from tests.synthetic.same_voxels import assert_same_voxels
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.main import main

LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"
FALSE_ALARMS = {
    # dciodvfy 2022 is older than Supplement 243.
    "labelmap": (
        "Error - Information Object Not found",
        "Error - SegmentNumber not monotonically increasing from one by one",
    ),
    "binary": (),
}
GRID = Grid((6, 7, 11))
OBLIQUE = Grid((6, 7, 11), (2.5, 0.5, 0.25), (3.0, -7.0, 11.0), along_row=(0.8, 0.6, 0.0), down_column=(-0.36, 0.48, -0.8))
PARTS = [Part("Liver", color=(200, 60, 40), tracking="liver"), Part("Spleen", color=(40, 90, 200)), Part("Kidney")]


def labels() -> NDArray[np.uint8]:
    made = np.zeros(GRID.shape, np.uint8)
    made[1:4, 1:4, 2:8] = 1
    made[2:5, 4:6, 1:5] = 2
    made[4, 1:3, 8:10] = 3
    return made


def study(folder: Path, kind: str, *, on: Grid = GRID, numbers: tuple[int, ...] = (1, 2, 3)) -> Dataset:
    images = image_series(np.zeros(on.shape, np.int16), on, Series())
    made = segmentation(images, labels(), PARTS, Result("seg"), kind=kind)  # type: ignore[arg-type]
    if numbers != (1, 2, 3):
        renumber(made, numbers)
    save([*images, made], folder)
    return made


def renumber(made: Dataset, numbers: tuple[int, ...]) -> None:
    """Give the segments of a label map other numbers, with gaps and beyond 255."""
    table = np.array([0, *numbers], np.uint16)
    pixels = np.frombuffer(made.PixelData, np.uint8)[: made.NumberOfFrames * made.Rows * made.Columns]
    made.PixelData = table[pixels].tobytes()
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit = 15
    for item in made.SegmentSequence:
        if item.SegmentNumber:
            item.SegmentNumber = numbers[item.SegmentNumber - 1]


def convert(folder: Path, made: Dataset, out: Path, to: str, *more: str) -> int:
    return main(["mask", str(folder), "--object", made.SOPInstanceUID, "--out", str(out), "--to", to, *more])


def volume_of(path: Path) -> tuple[NDArray[np.uint16], NDArray[np.float64]]:
    """highdicom's reading: labels, and its affine of (k, j, i)."""
    volume = hd.seg.segread(path).get_volume(combine_segments=True)
    return volume.array.astype(np.uint16), volume.affine


def ours(folder: Path, uid: str, out: Path) -> tuple[NDArray[np.uint16], NDArray[np.float64], str]:
    assert main(["mask", str(folder), "--object", uid, "--out", str(out)]) == 0
    with np.load(out) as found:
        return found["mask"], found["affine"], str(found["labels"])


def errors_of(path: Path, alarms: tuple[str, ...]) -> list[str]:
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    return [line for line in errors if not line.startswith(alarms or "never")]


@pytest.mark.parametrize("grid", [GRID, OBLIQUE], ids=["axial", "oblique"])
@pytest.mark.parametrize(("kind", "to"), [("BINARY", "labelmap"), ("LABELMAP", "binary")])
def test_voxels_and_places_stay_whatever_the_form(kind: str, to: str, grid: Grid, tmp_path: Path) -> None:
    original = study(tmp_path / "study", kind, on=grid)
    out = tmp_path / "out" / "converted.dcm"
    out.parent.mkdir()
    assert convert(tmp_path / "study", original, out, to) == 0
    written = dcmread(out)
    assert written.SOPClassUID == (LABEL_MAP if to == "labelmap" else SegmentationStorage)
    assert written.SegmentationType == to.upper()
    theirs, affine = volume_of(out)
    assert_same_voxels(labels(), grid.affine, theirs, affine)
    (tmp_path / "study" / "converted.dcm").write_bytes(out.read_bytes())
    again, our_affine, _ = ours(tmp_path / "study", written.SOPInstanceUID, tmp_path / "again.npz")
    assert_same_voxels(labels(), grid.affine, again, our_affine)


@pytest.mark.parametrize(("kind", "to"), [("BINARY", "labelmap"), ("LABELMAP", "binary")])
def test_segments_and_their_makers_stay_and_the_source_is_named(kind: str, to: str, tmp_path: Path) -> None:
    original = study(tmp_path / "study", kind)
    out = tmp_path / "converted.dcm"
    assert convert(tmp_path / "study", original, out, to) == 0
    written = dcmread(out)
    before = {item.SegmentLabel: item for item in original.SegmentSequence if item.SegmentNumber}
    after = {item.SegmentLabel: item for item in written.SegmentSequence if item.SegmentNumber}
    assert before.keys() == after.keys()
    for name, item in before.items():
        for keyword in ("SegmentNumber", "SegmentAlgorithmType", "SegmentAlgorithmName", "TrackingUID", "TrackingID"):
            assert item.get(keyword) == after[name].get(keyword), keyword
        for keyword in ("SegmentedPropertyTypeCodeSequence", "SegmentedPropertyCategoryCodeSequence"):
            assert item[keyword].value[0].CodeValue == after[name][keyword].value[0].CodeValue
    (source,) = written.SourceInstanceSequence
    assert source.ReferencedSOPInstanceUID == original.SOPInstanceUID
    assert source.PurposeOfReferenceCodeSequence[0].CodeValue == "128228"
    assert written.Manufacturer == original.Manufacturer
    assert written.SOPInstanceUID != original.SOPInstanceUID
    said = [
        item.ContributionDescription for item in written.ContributingEquipmentSequence if "Overread" in item.Manufacturer
    ]
    assert f"Converted from {kind} to {to.upper()}" in said
    assert written.PatientName == original.PatientName


@pytest.mark.parametrize(("kind", "to"), [("BINARY", "labelmap"), ("LABELMAP", "binary")])
def test_what_is_written_keeps_to_the_standard(kind: str, to: str, tmp_path: Path) -> None:
    original = study(tmp_path / "study", kind)
    out = tmp_path / "converted.dcm"
    assert convert(tmp_path / "study", original, out, to) == 0
    assert errors_of(out, FALSE_ALARMS[to]) == []


def test_numbers_with_gaps_run_from_one_and_the_old_ones_stay_in_the_labels(tmp_path: Path) -> None:
    original = study(tmp_path / "study", "LABELMAP", numbers=(5, 300, 301))
    out = tmp_path / "converted.dcm"
    assert convert(tmp_path / "study", original, out, "binary") == 0
    found = [(item.SegmentNumber, item.SegmentLabel) for item in dcmread(out).SegmentSequence]
    assert found == [(1, "Liver (segment 5)"), (2, "Spleen (segment 300)"), (3, "Kidney (segment 301)")]
    theirs, affine = volume_of(out)
    assert_same_voxels(labels(), GRID.affine, theirs, affine)


def test_there_and_back_gives_the_same_voxels(tmp_path: Path) -> None:
    original = study(tmp_path / "study", "BINARY")
    first, second = tmp_path / "labelmap.dcm", tmp_path / "binary.dcm"
    assert convert(tmp_path / "study", original, first, "labelmap") == 0
    (tmp_path / "study" / "labelmap.dcm").write_bytes(first.read_bytes())
    assert convert(tmp_path / "study", dcmread(first), second, "binary") == 0
    theirs, affine = volume_of(second)
    assert_same_voxels(labels(), GRID.affine, theirs, affine)
    assert [item.SegmentLabel for item in dcmread(second).SegmentSequence] == ["Liver", "Spleen", "Kidney"]


def test_one_part_is_converted_alone(tmp_path: Path) -> None:
    original = study(tmp_path / "study", "BINARY")
    out = tmp_path / "one.dcm"
    assert convert(tmp_path / "study", original, out, "labelmap", "--part", "2") == 0
    theirs, affine = volume_of(out)
    assert_same_voxels(np.where(labels() == 2, 2, 0), GRID.affine, theirs, affine)


def test_segments_that_share_voxels_are_refused_by_name_for_a_label_map(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    masks = overlapping_masks(GRID.shape)
    made = segmentation(images, masks, [Part("One"), Part("Two")], Result("seg"))
    save([*images, made], tmp_path / "study")
    out = tmp_path / "converted.dcm"
    assert convert(tmp_path / "study", made, out, "labelmap") == 1
    shared = int((masks[..., 0] & masks[..., 1]).sum())
    assert f"One and Two share {shared} voxels" in capsys.readouterr().err
    assert not out.exists()


def test_a_probability_needs_a_threshold_and_then_becomes_its_mask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original = study(tmp_path / "study", "FRACTIONAL")
    out = tmp_path / "converted.dcm"
    assert convert(tmp_path / "study", original, out, "binary", "--part", "1") == 1
    assert "Name a --threshold" in capsys.readouterr().err
    assert convert(tmp_path / "study", original, out, "binary", "--threshold", "0.5") == 0
    theirs, affine = volume_of(out)
    assert_same_voxels(labels(), GRID.affine, theirs, affine)


@pytest.mark.parametrize(
    ("kind", "name", "more", "reason"),
    [
        ("BINARY", "a.dcm", ("--to", "binary"), "is BINARY already"),
        ("BINARY", "a.dcm", (), "needs --to"),
        ("BINARY", "a.nrrd", ("--to", "labelmap"), "must end in .dcm"),
        ("BINARY", "a.dcm", ("--to", "labelmap", "--on", "x"), "on its own grid"),
    ],
)
def test_what_cannot_be_is_said(
    kind: str, name: str, more: tuple[str, ...], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original = study(tmp_path / "study", kind)
    arguments = ["mask", str(tmp_path / "study"), "--object", original.SOPInstanceUID, "--out", str(tmp_path / name)]
    assert main([*arguments, *more]) == 1
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize("ending", [".ply", ".gltf"])
def test_surfaces_of_parts_are_written_with_names(ending: str, tmp_path: Path) -> None:
    original = study(tmp_path / "study", "BINARY")
    out = tmp_path / f"surface{ending}"
    assert main(["mask", str(tmp_path / "study"), "--object", original.SOPInstanceUID, "--out", str(out)]) == 0
    content = out.read_bytes()
    assert b"Liver" in content
    assert b"Kidney" in content


@pytest.mark.parametrize(
    "keyword",
    ["PatientBirthDate", "PatientID", "StudyID", "StudyTime", "AccessionNumber", "NumberOfFrames", "SOPInstanceUID"],
)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "with its images"])
def test_what_an_anonymiser_took_away_is_no_reason_against_it(keyword: str, alone: bool, tmp_path: Path) -> None:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    pixels = np.zeros(GRID.shape, np.uint8)
    pixels[2] = labels()[2] == 1
    made = segmentation(images, pixels, PARTS[:1], Result("seg"))
    uid = made.SOPInstanceUID
    for one in [made, *images]:
        if keyword in one:
            delattr(one, keyword)
    every = [made] if alone else [*images, made]
    save(every, tmp_path / "study", names=[f"{number}.dcm" for number in range(len(every))])
    out = tmp_path / "converted.dcm"
    assert main(["mask", str(tmp_path / "study"), "--object", uid, "--out", str(out), "--to", "labelmap"]) == 0
    assert dcmread(out).SourceInstanceSequence[0].ReferencedSOPInstanceUID == uid
    theirs, affine = volume_of(out)
    assert_same_voxels(pixels, GRID.affine, theirs, affine)


def test_images_of_a_class_that_is_too_new_are_no_reason_against_it(tmp_path: Path) -> None:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    made = segmentation(images, labels(), PARTS, Result("seg"))
    for one in images:
        one.SOPClassUID = one.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2.99"
    save([*images, made], tmp_path / "study")
    out = tmp_path / "converted.dcm"
    assert convert(tmp_path / "study", made, out, "labelmap") == 0
    theirs, affine = volume_of(out)
    assert_same_voxels(labels(), GRID.affine, theirs, affine)


def test_nothing_but_its_own_words_is_said(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    made = segmentation(images, labels(), PARTS, Result("seg"))
    made.ContentCreatorName = "Doe"
    save([*images, made], tmp_path / "study")
    assert convert(tmp_path / "study", made, tmp_path / "converted.dcm", "labelmap") == 0
    assert [str(one.message) for one in recwarn] == []


@pytest.mark.real_data
def test_a_real_segmentation_of_one_frame_becomes_a_label_map(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "seg-ct-liver-compressed" / "liver_1frame.dcm"
    single = dcmread(path)
    out = tmp_path / "converted.dcm"
    assert main(["mask", str(path), "--object", single.SOPInstanceUID, "--out", str(out), "--to", "labelmap"]) == 0
    assert np.array_equal(dcmread(out).pixel_array, single.pixel_array)


@pytest.mark.real_data
def test_a_real_segmentation_of_a_liver_becomes_a_label_map(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "seg-ct-liver-overlapping"
    found = [dcmread(path) for path in sorted(folder.rglob("*.dcm"))]
    (single,) = [one for one in found if one.Modality == "SEG" and len(one.SegmentSequence) == 1]
    out = tmp_path / "converted.dcm"
    assert convert(folder, single, out, "labelmap") == 0
    source = hd.seg.Segmentation.from_dataset(single).get_volume(combine_segments=True)
    theirs, affine = volume_of(out)
    assert_same_voxels(source.array.astype(np.uint16), source.affine, theirs, affine)
