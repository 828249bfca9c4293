"""``overread scan``: the JSON of the contract, the table, the exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.dicom.written_slice import written_slice
from viewer.app.main import main


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[dict[str, Any], int]:
    status = main(["scan", *arguments, "--json"])
    return json.loads(capsys.readouterr().out), status


def all_series(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [series for patient in document["patients"] for study in patient["studies"] for series in study["series"]]


def save(folder: Path, name: str, **elements: Any) -> None:
    written_slice(**elements).save_as(folder / name, enforce_file_format=True)


def test_json_holds_the_keys_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (3, 1, 2):
        save(tmp_path, f"{7 - number}.dcm", number=number)
    (tmp_path / "notes.txt").write_text("hello")
    document, status = scanned(capsys, str(tmp_path))
    assert status == 0
    assert set(document) == {"patients", "skipped", "files", "seconds"}
    assert document["files"] == 4
    assert document["skipped"] == [{"path": str(tmp_path / "notes.txt"), "reason": "Not a DICOM file."}]
    (patient,) = document["patients"]
    assert (patient["patient_id"], patient["patient_name"]) == ("P1", "Doe^Jane")
    (study,) = patient["studies"]
    assert (study["study_instance_uid"], study["study_date"]) == ("2.25.2", "20260102")
    (series,) = study["series"]
    assert (series["role"], series["instances"], series["series_number"], series["for_processing"]) == ("image", 3, 4, False)
    (stack,) = series["stacks"]
    assert stack == {
        "id": "2.25.3#1",
        "label": "",
        "frames": 3,
        "rows": 3,
        "columns": 5,
        "frame_of_reference_uid": "2.25.4",
        "orientation": "axial",
        "regular": True,
        "spacing_mm": [2.5, 0.5, 0.25],
        "origin_mm": [-10.0, 20.0, 7.5],
        "dimensions": [],
        "sop_instance_uids": ["2.25.1.3", "2.25.1.2", "2.25.1.1"],
    }


def test_a_single_slice_has_no_spacing_between_slices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path, "a.dcm")
    document, _ = scanned(capsys, str(tmp_path / "a.dcm"))
    assert all_series(document)[0]["stacks"][0]["spacing_mm"] == [None, 0.5, 0.25]


@pytest.mark.real_data
def test_every_real_folder_is_scanned_with_every_file_told_once(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in sorted(path for path in real_data.iterdir() if path.is_dir()):
        document, status = scanned(capsys, str(folder))
        series = all_series(document)
        on_disk = sum(path.is_file() for path in folder.rglob("*"))
        assert document["files"] == on_disk, folder.name
        assert sum(each["instances"] for each in series) + len(document["skipped"]) == on_disk, folder.name
        assert status == 0, folder.name
        for each in series:
            told = Counter(uid for stack in each["stacks"] for uid in set(stack["sop_instance_uids"]))
            if each["role"] == "image":
                assert set(told) <= set(each["sop_instance_uids"]), folder.name


@pytest.mark.real_data
def test_known_studies_have_their_known_stacks(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document, _ = scanned(capsys, str(real_data / "mr-multiplane-brainix"))
    assert [(s["stacks"][0]["frames"], s["stacks"][0]["rows"]) for s in all_series(document)] == [(22, 288), (22, 256)]
    document, _ = scanned(capsys, str(real_data / "ct-body-j2k-totalsegmentator"))
    (body,) = all_series(document)
    assert (body["instances"], body["stacks"][0]["frames"], body["stacks"][0]["regular"]) == (20, 20, True)
    assert {issue["code"] for issue in body["issues"]} == {"missing_uid", "repaired_instance_uid"}
    document, _ = scanned(capsys, str(real_data / "geometry-gantry-tilt"))
    assert sorted(issue["code"] for each in all_series(document) for issue in each["issues"]) == [
        "gantry_tilt",
        "missing_slices",
    ]
    document, _ = scanned(capsys, str(real_data / "seg-sr-flair-wmh-ohif"))
    roles = Counter(dict.fromkeys(("image", "overlay", "report", "document"), 0))
    for each in all_series(document):
        roles[each["role"]] += each["instances"]
    assert roles == {"image": 36, "overlay": 1, "report": 44, "document": 1}


def test_the_table_shows_text_of_files_without_letting_it_drive_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, "a.dcm", SeriesDescription="red \x1b[31m alert")
    assert main(["scan", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "Doe^Jane" in shown
    assert "1 files, 1 objects, 0 skipped" in shown
    assert "\x1b" not in shown


def test_scanning_imports_no_qt(tmp_path: Path) -> None:
    save(tmp_path, "a.dcm")
    code = (
        "import sys; from viewer.app.main import main; "
        f"main(['scan', {str(tmp_path)!r}, '--json']); "
        "sys.exit(any(name.partition('.')[0] in {'PySide6', 'pyqtgraph', 'vtkmodules'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
