"""Maps and doses on the command line: probe, layers, measure and render against pydicom, on real data and the sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image

from viewer.app.main import main
from viewer.app.paths import sample_data


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> dict[str, Any]:
        assert main([*map(str, arguments), "--json"]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return run


@pytest.mark.real_data
def test_probe_says_the_value_of_a_real_map_beside_that_of_its_image(said: Any, real_data: Path) -> None:
    folder = real_data / "pmap-ct-small"
    image, over = (pydicom.dcmread(folder / name) for name in ("CT_small.dcm", "parametric_map_float.dcm"))
    for row, column in ((40, 60), (3, 120)):
        found = said("probe", folder, "--instance", image.SOPInstanceUID, "--position", f"{column + 0.5},{row + 0.5}")
        (entry,) = found["maps"]
        assert entry["object"] == over.SOPInstanceUID
        assert entry["value"] == pytest.approx(float(over.pixel_array[row, column]), rel=1e-6)
        assert found["stored"] == image.pixel_array[row, column]
        assert entry["name"] == "feature_001"


@pytest.mark.real_data
def test_a_real_dose_has_its_levels_and_the_dose_of_its_regions(said: Any, real_data: Path) -> None:
    folder = real_data / "rt-dose-dicompyler"
    (dose,) = [one for one in said("layers", folder)["objects"] if one["kind"] == "dose"]
    plan = pydicom.dcmread(folder / "rtplan.dcm")
    prescribed = max(
        float(one.TargetPrescriptionDose) for one in plan.DoseReferenceSequence if "TargetPrescriptionDose" in one
    )
    source = pydicom.dcmread(folder / "rtdose.dcm")
    values = source.pixel_array * float(source.DoseGridScaling)
    voxel_ml = 2.5 * 2.5 * float(np.diff(source.GridFrameOffsetVector).mean()) / 1000
    for part, percent in zip(dose["parts"], (107, 100, 95, 90, 80, 70, 50, 30), strict=True):
        count = int((values >= prescribed * percent / 100).sum())
        assert part["voxels"] == count
        assert part["volume_ml"] == pytest.approx(count * voxel_ml, rel=1e-6)
    entries = {one["label"]: one for one in said("measure", folder)["dose"]}
    assert set(entries) == {
        *("BODY", "Borders", "Breast", "Heart", "Lt Lung", "Nodes", "Scar", "Tumor Bed", "Tumor Bed Block"),
    }
    assert entries["Heart"]["stored"]["difference_percent"] < 4
    assert entries["Tumor Bed"]["dose_at"]["D95"] == pytest.approx(14.14, abs=0.05)
    assert [one["dose"] for one in entries["Lt Lung"]["volume_at"]] == [5.0, 10.0]


def test_the_sample_has_a_map_and_a_dose_and_measure_keeps_its_parts(said: Any) -> None:
    objects = {one["kind"]: one for one in said("layers", "--sample")["objects"]}
    assert [part["label"] for part in objects["parametric_map"]["parts"]] == ["Blood flow"]
    assert len(objects["dose"]["parts"]) == 8
    measured = said("measure", "--sample")
    assert objects["dose"]["sop_instance_uid"] not in {one["object"] for one in measured["parts"]}
    lesion = next(one for one in measured["dose"] if one["label"] == "GTV liver")
    assert lesion["minimum"] > 44


def test_render_draws_the_map_or_dose_that_is_named_and_no_other(tmp_path: Path) -> None:
    results = sample_data() / "results"
    opened = [str(one) for one in (sample_data() / "ct", results / "dose.dcm", results / "blood_flow.dcm")]
    objects = [str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in opened[1:]]
    pictures = {}
    # 107.5 mm has both the lesion's dose and a kidney.
    for name, layers in (("none", "none"), ("dose", objects[0]), ("map", objects[1])):
        path = tmp_path / f"{name}.png"
        assert main(["render", *opened, "--at", "-88,-26,107.5", "--layers", layers, "--out", str(path)]) == 0
        pictures[name] = np.asarray(Image.open(path).convert("RGB")).astype(int)
    changed = {name: (pictures[name] != pictures["none"]).any(axis=2) for name in ("dose", "map")}
    assert changed["dose"].sum() > 1000
    assert changed["map"].sum() > 300
    assert not (changed["dose"] & changed["map"]).any()
    # The patient's right, where the lesion is, is at the left of the picture.
    assert np.nonzero(changed["dose"])[1].mean() < 160 < np.nonzero(changed["map"])[1].mean()
