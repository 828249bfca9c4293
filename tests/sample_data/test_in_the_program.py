"""What the program says of its own sample study is what independent readers say of it."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest

from viewer.app.main import main

RESULTS = Path(__file__).parents[2] / "sample_data" / "study" / "results"


@pytest.fixture(scope="module")
def objects() -> dict[str, Any]:
    """The overlays of ``overread layers --sample --json`` by SOP Instance UID."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["layers", "--sample", "--json"]) == 0
    said = json.loads(out.getvalue())
    return {item["sop_instance_uid"]: item for item in said["objects"]}


def test_every_result_lies_on_the_ct_first_and_the_ecg_on_nothing(objects: dict[str, Any]) -> None:
    assert len(objects) == 13
    (ecg,) = [item for item in objects.values() if item["kind"] == "waveform"]
    assert (ecg["lies_on"], ecg["not_shown_because"]) != ([], None)
    others = [item for item in objects.values() if item is not ecg]
    stacks = {tuple(place["stack"] for place in item["lies_on"] if place["default"]) for item in others}
    assert len(stacks) == 1
    assert all(item["not_shown_because"] is None for item in others)


def test_the_surface_of_the_lesion_encloses_as_much_as_its_segment(objects: dict[str, Any]) -> None:
    (surface,) = [item for item in objects.values() if item["subtype"] == "model/stl"]
    segments = objects[pydicom.dcmread(RESULTS / "organs_a.dcm").SOPInstanceUID]["parts"]
    (lesion,) = [part for part in segments if part["label"] == "Liver lesion"]
    assert surface["parts"][0]["volume_ml"] == pytest.approx(lesion["volume_ml"], rel=0.02)


@pytest.mark.parametrize("name", ["organs_a.dcm", "organs_a_labelmap.dcm", "organs_b.dcm"])
def test_volumes_are_those_of_highdicom(objects: dict[str, Any], name: str) -> None:
    segmentation = hd.seg.segread(RESULTS / name)
    volume = segmentation.get_volume(allow_missing_positions=True)
    voxel_ml = float(np.prod(volume.spacing)) / 1000
    counts = np.asarray(volume.array).reshape(-1, volume.array.shape[-1]).sum(axis=0, dtype=int)
    parts = {part["number"]: part for part in objects[segmentation.SOPInstanceUID]["parts"]}
    described = [number for number in segmentation.segment_numbers if number > 0]
    assert sorted(parts) == described
    for number, count in zip(segmentation.segment_numbers, counts, strict=True):
        assert parts[number]["voxels"] == count
        assert parts[number]["volume_ml"] == pytest.approx(count * voxel_ml)
        assert parts[number]["state"] == ("ok" if count else "empty")


def test_parts_keep_the_colours_and_tracking_identities_of_the_file(objects: dict[str, Any]) -> None:
    segmentation = hd.seg.segread(RESULTS / "organs_a.dcm")
    parts = {part["number"]: part for part in objects[segmentation.SOPInstanceUID]["parts"]}
    for number in segmentation.segment_numbers:
        described = segmentation.get_segment_description(number)
        assert parts[number]["tracking_uid"] == described.tracking_uid
        assert parts[number]["label"] == described.segment_label
    assert parts[1]["color"] == [183, 108, 78]
    assert [parts[3]["laterality"], parts[4]["laterality"]] == ["Right", "Left"]
