"""``overread compare`` says of two objects what SimpleITK says of their masks, wherever their grids lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread

from tests.app.commands.contract import COMPARE
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.lopsided_parts import GRID
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.main import main
from viewer.app.paths import sample_data

OTHER = Grid(shape=(6, 9, 8), spacing_mm=(3.0, 0.6, 0.35), origin_mm=(-30.31, -20.57, 97.13))


@pytest.fixture
def study(tmp_path: Path) -> tuple[Path, str, str]:
    """Two segmentations of one CT; the second has its own grid, which reaches beyond the first's; folder and UIDs."""
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    first = np.zeros((*GRID.shape, 2), np.uint8)
    first[1:4, 1:6, 2:9, 0] = 1
    first[2:4, 0:2, 0:3, 1] = 1
    second = np.zeros((*OTHER.shape, 2), np.uint8)
    second[0:5, 0:7, 1:6, 1] = 1
    second[4:6, 3:5, 2:4, 0] = 1
    a = segmentation(images, first, [Part("Liver"), Part("Only here")], Result("a"))
    b = segmentation(images, second, [Part("Only there"), Part("liver")], Result("b"), grid=OTHER)
    for dataset in (a, b):
        for item in dataset.SegmentSequence:
            # Tissue, so that only labels tell the parts apart.
            item.SegmentedPropertyTypeCodeSequence[0].CodeValue = "85756007"
    save([*images, a, b], tmp_path / "study")
    return tmp_path / "study", str(a.SOPInstanceUID), str(b.SOPInstanceUID)


def compared(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert main(["compare", "--json", *map(str, arguments)]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    COMPARE(found, "compare")
    return found


def mask_of(folder: Path, uid: str, part: int, out: Path) -> SimpleITK.Image:
    assert main(["mask", str(folder), "--object", uid, "--part", str(part), "--out", str(out)]) == 0
    return SimpleITK.ReadImage(str(out))


def test_overlap_is_that_of_masks_resampled_by_simpleitk(
    study: tuple[Path, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, a, b = study
    mask_a, mask_b = mask_of(folder, a, 1, tmp_path / "a.nrrd"), mask_of(folder, b, 2, tmp_path / "b.nrrd")
    capsys.readouterr()
    found = compared(capsys, folder, "--a", a, "--b", b)
    assert [(one["a"], one["b"]) for one in found["matched"]] == [(1, 2)]
    around = SimpleITK.ConstantPad(mask_a, [12] * 3, [12] * 3)
    nearest = SimpleITK.Resample(mask_b, around, SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor, 0.0)
    witness = SimpleITK.LabelOverlapMeasuresImageFilter()
    witness.Execute(around, nearest)
    one = found["matched"][0]
    assert one["dice"] == pytest.approx(witness.GetDiceCoefficient())
    hausdorff = SimpleITK.HausdorffDistanceImageFilter()
    hausdorff.Execute(
        *(
            SimpleITK.LabelContour(image, fullyConnected=False)
            for image in (around, SimpleITK.Cast(nearest, around.GetPixelID()))
        )
    )
    assert one["surface_largest_mm"] == pytest.approx(hausdorff.GetHausdorffDistance(), rel=1e-5)
    voxels = int(SimpleITK.GetArrayFromImage(mask_b).sum())
    assert one["volume_b_ml"] == pytest.approx(voxels * np.prod(OTHER.spacing_mm) / 1000)
    assert [part["part"] for part in found["only_a"]] == [2]
    assert [part["label"] for part in found["only_b"]] == ["Only there"]


def test_the_other_way_round_is_the_same_within_resampling(
    study: tuple[Path, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, a, b = study
    there, back = compared(capsys, folder, "--a", a, "--b", b), compared(capsys, folder, "--a", b, "--b", a)
    assert there["matched"][0]["dice"] == pytest.approx(back["matched"][0]["dice"], abs=0.15)
    assert there["matched"][0]["volume_a_ml"] == back["matched"][0]["volume_b_ml"]


def results(pattern: str) -> str:
    return str(dcmread(sample_data() / "results" / pattern, stop_before_pixels=True).SOPInstanceUID)


def test_contours_and_segments_of_the_sample_agree_about_the_lesion(capsys: pytest.CaptureFixture[str]) -> None:
    a, b = results("organs_a.dcm"), results("contours.dcm")
    for first, second, pair in ((a, b, "11:3"), (b, a, "3:11")):
        found = compared(capsys, "--sample", "--a", first, "--b", second, "--pair", pair)
        assert found["matched"][0]["dice"] > 0.99
        assert found["matched"][0]["surface_p95_mm"] < 1.25


def test_a_label_on_the_wrong_side_and_a_missed_lesion_are_seen(capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "--sample", "--a", results("organs_a.dcm"), "--b", results("organs_b.dcm"))
    assert {one["label"]: one["b"] for one in found["matched"]}["Right kidney"] == 3
    assert [one["label"] for one in found["only_b"]] == ["Right kidney"]
    assert "Left kidney" in [one["label"] for one in found["only_a"]]
    lesion = next(one for one in found["matched"] if one["label"] == "Liver lesion")
    assert (lesion["dice"], lesion["surface_mean_mm"]) == (0.0, None)


def test_a_segmentation_and_its_label_map_are_one(capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "--sample", "--a", results("organs_a.dcm"), "--b", results("organs_a_labelmap.dcm"))
    assert len(found["matched"]) == 11
    assert all(one["dice"] == 1.0 and one["surface_largest_mm"] == 0.0 for one in found["matched"])


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [("organs_a.dcm", "report_a.dcm", "neither a segmentation"), ("1.2.3", "organs_a.dcm", "No object")],
)
def test_what_cannot_be_compared_is_said(a: str, b: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    uids = [one if "dcm" not in one else results(one) for one in (a, b)]
    assert main(["compare", "--sample", "--a", uids[0], "--b", uids[1]]) == 1
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""


@pytest.mark.real_data
def test_objects_of_different_frames_of_reference_are_refused(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [real_data / "seg-orphan-glioma-swapped-axes", real_data / "seg-ct-liver-overlapping"]
    uids = []
    for folder in folders:
        main(["layers", "--json", str(folder)])
        uids.append(json.loads(capsys.readouterr().out)["objects"][0]["sop_instance_uid"])
    assert main(["compare", *map(str, folders), "--a", uids[0], "--b", uids[1]]) == 1
    assert "Frame of Reference" in capsys.readouterr().err


def test_a_probability_counts_from_one_half_on(capsys: pytest.CaptureFixture[str]) -> None:
    a, b = results("organs_a.dcm"), results("lesion_probability.dcm")
    found = compared(capsys, "--sample", "--a", a, "--b", b, "--pair", "11:1")
    one = found["matched"][0]
    assert one["dice"] > 0.8
    assert one["volume_b_ml"] == pytest.approx(one["volume_a_ml"], rel=0.25)


@pytest.mark.real_data
def test_overlapping_parts_are_compared_each_whether_or_not_they_fit_in_memory_together(
    real_data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = real_data / "seg-ct-liver-overlapping"
    main(["layers", "--json", str(folder)])
    objects = json.loads(capsys.readouterr().out)["objects"]
    uid = next(one["sop_instance_uid"] for one in objects if len(one["parts"]) == 5)
    together = compared(capsys, folder, "--a", uid, "--b", uid)
    assert [one["dice"] for one in together["matched"]] == [1.0] * 5
    monkeypatch.setattr("viewer.export.masks.LARGEST_VOXELS", 3 * 512 * 512 + 1)
    assert compared(capsys, folder, "--a", uid, "--b", uid) == together


@pytest.mark.real_data
def test_a_slice_apart_is_no_overlap_and_a_slice_of_distance(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = real_data / "seg-ct-nonsquare-labelmap"
    main(["layers", "--json", str(folder)])
    objects = json.loads(capsys.readouterr().out)["objects"]
    uids = [next(one["sop_instance_uid"] for one in objects if one["subtype"] == kind) for kind in ("BINARY", "LABELMAP")]
    liver = compared(capsys, folder, "--a", uids[0], "--b", uids[1])["matched"][0]
    assert (liver["dice"], liver["surface_mean_mm"]) == (0.0, pytest.approx(2.5))
    assert liver["difference_percent"] == pytest.approx(100)
