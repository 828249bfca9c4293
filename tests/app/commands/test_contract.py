"""Every document that a command prints keeps the contract, key by key, on the sample study and on all shared data."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.app.commands.contract import BY_COMMAND, Broken
from viewer.app.main import main
from viewer.app.paths import sample_data

Documents = dict[str, tuple[int, Any]]


def documents(folder: Path, capsys: pytest.CaptureFixture[str], *commands: str) -> Documents:
    """Exit status and document of each command."""
    found = {}
    for command in commands:
        status = main([command, "--json", str(folder)])
        found[command] = status, json.loads(capsys.readouterr().out)
    return found


def series_of(scanned: Any) -> list[Any]:
    return [series for patient in scanned["patients"] for study in patient["studies"] for series in study["series"]]


def assert_consistent(found: Documents) -> None:
    """What one document says agrees with the others and with the exit status."""
    scanned, layered = found["scan"][1], found["layers"][1]
    series = series_of(scanned)
    assert sum(one["instances"] for one in series) + len(scanned["skipped"]) == scanned["files"]
    stacks = {stack["id"]: stack for one in series for stack in one["stacks"]}
    for one in layered["objects"]:
        assert bool(one["lies_on"]) != bool(one["not_shown_because"]), one["sop_instance_uid"]
        assert sum(entry["default"] for entry in one["lies_on"]) == bool(one["lies_on"])
        numbers = [part["number"] for part in one["parts"]]
        assert len(numbers) == len(set(numbers))
        for entry in one["lies_on"]:
            first, last = entry["frames"] or (1, 1)
            assert 1 <= first <= last <= stacks[entry["stack"]]["frames"]
        for part in one["parts"]:
            assert not (part["state"] == "empty" and part["voxels"])
            assert all(0 <= value <= 255 for value in part["color"])
    derived = sum(one["instances"] for one in series if one["role"] != "image")
    assert len([one for one in layered["objects"] if one["subtype"] != "OVERLAY PLANES"]) >= derived
    volumes = {
        (one["sop_instance_uid"], part["number"]): (part["voxels"], part["volume_ml"])
        for one in layered["objects"]
        for part in one["parts"]
    }
    for part in found["measure"][1]["parts"]:
        assert (part["voxels"], part["volume_ml"]) == volumes[part["object"], part["part"]]
    listed = found["findings"][1]["findings"]
    assert len({one["id"] for one in listed}) == len(listed)
    for one in listed:
        assert {(source["sop_instance_uid"], source["part"]) for source in one["sources"]} <= volumes.keys()
        if one["location"] is not None:
            assert 1 <= one["location"]["frame"] <= stacks[one["location"]["stack"]]["frames"]
    for status, told in (
        (found["check"][0], found["check"][1]["issues"]),
        (found["scan"][0], [issue for one in series for issue in one["issues"]]),
        (found["layers"][0], [issue for one in layered["objects"] for issue in one["issues"]]),
    ):
        assert status == int(any(issue["severity"] == "error" for issue in told))


def test_the_sample_study_keeps_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    found = documents(sample_data(), capsys, "scan", "layers", "findings", "report", "measure", "check")
    for command, (status, document) in found.items():
        BY_COMMAND[command](document, command)
        assert status == 0
    assert_consistent(found)
    kinds = {one["kind"] for one in found["layers"][1]["objects"]}
    assert {"segmentation", "structure_set", "presentation_state", "report"} <= kinds


FOLDERS = ("tiny", "sr-tid1500-shapes-dwv", "rt-bad-references", "gsps-overlays-clunie", "seg-orphan-glioma-swapped-axes")


@pytest.mark.real_data
@pytest.mark.parametrize("folder", FOLDERS)
def test_real_studies_keep_the_contract(real_data: Path, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = documents(real_data / folder, capsys, "scan", "layers", "findings", "report", "measure", "check")
    for command, (_, document) in found.items():
        BY_COMMAND[command](document, command)
    assert_consistent(found)
    assert found["report"][0] in ((0, 1) if found["report"][1]["reports"] else (1,))


@pytest.mark.parametrize(
    ("command", "keys", "wrong"),
    [
        ("layers", ("objects", 0, "content_date"), "20260115101500"),
        ("layers", ("objects", 0, "parts", 0, "voxels"), True),
        ("layers", ("objects", 0, "kind"), "seg"),
        ("scan", ("patients", 0, "studies", 0, "series", 0, "stacks", 0, "spacing_mm"), [1.0, 2.0]),
        ("scan", ("files",), "3"),
    ],
)
def test_the_contract_notices_what_breaks_it(
    command: str, keys: tuple[str | int, ...], wrong: object, capsys: pytest.CaptureFixture[str]
) -> None:
    document = copy.deepcopy(documents(sample_data(), capsys, command)[command][1])
    inside = document
    for key in keys[:-1]:
        inside = inside[key]
    inside[keys[-1]] = wrong
    with pytest.raises(Broken):
        BY_COMMAND[command](document, command)


def test_a_path_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in BY_COMMAND:
        with pytest.raises(SystemExit) as ended:
            main([command, "--json", str(tmp_path / "absent")])
        assert ended.value.code == 2
        assert capsys.readouterr().out == ""
