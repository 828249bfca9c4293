"""``overread measure`` gives the volume of everything and holds reported numbers against what they were measured in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.sr.coding import Code

from tests.synthetic.identity import save
from tests.synthetic.image import Series, image_series
from tests.synthetic.lopsided_parts import GRID
from tests.synthetic.report import Group, Reading, ReportResult, measurement_report
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.main import main
from viewer.app.paths import sample_data

VOLUME, MILLILITRE = Code("118565006", "SCT", "Volume"), Code("ml", "UCUM", "ml")


def measured(capsys: pytest.CaptureFixture[str], *paths: str | Path) -> dict[str, Any]:
    assert main(["measure", "--json", *map(str, paths)]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_one_wrong_volume_of_the_sample_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(capsys, "--sample")
    assert [check["label"] for check in found["checks"] if check["agrees"] is False] == ["Spleen"]
    assert sum(check["agrees"] is True for check in found["checks"]) == 11
    wrong = next(check for check in found["checks"] if check["agrees"] is False)
    assert wrong["difference_percent"] == pytest.approx(100 / 1.45 - 100, abs=0.1)


def test_volumes_are_those_of_highdicom(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(capsys, "--sample")
    for name in ("organs_a.dcm", "organs_b.dcm"):
        dataset = hd.seg.Segmentation.from_dataset(dcmread(sample_data() / "results" / name))
        volume = dataset.get_volume(combine_segments=False)
        voxel_ml = float(np.prod(volume.spacing)) / 1000
        parts = {part["part"]: part for part in found["parts"] if part["object"] == dataset.SOPInstanceUID}
        for place, number in enumerate(dataset.segment_numbers):
            voxels = int(volume.array[..., place].sum())
            assert parts[number]["voxels"] == voxels
            assert parts[number]["volume_ml"] == pytest.approx(voxels * voxel_ml)


def study(folder: Path, value: float) -> Path:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    pixels = np.zeros((*GRID.shape, 1), np.uint8)
    pixels[1:4, 1:6, 2:9] = 1
    part = Part("Liver", tracking="liver")
    made = segmentation(images, pixels, [part], Result("seg"))
    group = Group(part, (Reading(VOLUME, value, MILLILITRE),), segment=1)
    save([*images, made, measurement_report(images, made, [group], ReportResult("report"))], folder)
    return folder


def test_a_volume_is_held_against_the_segment_that_it_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    volume = 3 * 5 * 7 * 2.5 * 0.5 * 0.25 / 1000
    right = measured(capsys, study(tmp_path / "right", round(volume * 1.01, 6)))["checks"]
    assert [(one["measurement"], one["agrees"]) for one in right] == [("Volume", True)]
    assert right[0]["recomputed"] == pytest.approx(volume)
    # A tenth of a millilitre is within the tolerance, however small the part is.
    wrong = measured(capsys, study(tmp_path / "wrong", round(volume + 0.11, 6)))["checks"]
    assert [one["agrees"] for one in wrong] == [False]


def test_without_the_segmentation_nothing_is_claimed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = study(tmp_path / "study", 1.0)
    for path in folder.rglob("*.dcm"):
        if dcmread(path, stop_before_pixels=True).Modality == "SEG":
            path.unlink()
    found = measured(capsys, folder)
    assert found["parts"] == []
    assert [one["agrees"] for one in found["checks"]] == [None]


@pytest.mark.real_data
def test_lengths_and_the_volume_of_ohif_and_qiicr_agree(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = measured(capsys, real_data / "seg-sr-flair-wmh-ohif")["checks"]
    agreed = [one for one in checks if one["agrees"]]
    assert not [one for one in checks if one["agrees"] is False]
    assert [one["reported"] for one in agreed if one["measurement"] == "Volume"] == ["4.72"]
    assert sum(one["measurement"] == "Length" for one in agreed) > 100
    assert all(abs(one["difference_percent"]) < 0.01 for one in agreed if one["measurement"] == "Length")


@pytest.mark.real_data
def test_half_axes_written_as_axes_are_seen(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = measured(capsys, real_data / "sr-tid1500-shapes-dwv")["checks"]
    wrong = [one for one in checks if one["agrees"] is False]
    assert {one["measurement"] for one in wrong} == {"Long axis", "Short axis"}
    assert all(one["difference_percent"] == pytest.approx(100, abs=0.1) for one in wrong)
    assert all(one["agrees"] for one in checks if one["measurement"] in ("Length", "Area", "Radius", "Width", "Height"))


def test_the_table_marks_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", "--sample"]) == 0
    told = capsys.readouterr().out
    assert [line.split()[1] for line in told.splitlines() if line.startswith("  ! ")] == ["Spleen,"]
    assert "11 agree" in told
