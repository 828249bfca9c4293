"""``overread report`` prints every report, in four forms, and says what it could not."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.synthetic.content_items import COMPREHENSIVE_3D, DIAMETER, GROUP, MILLIMETRE, REPORT, container, document, number
from tests.synthetic.identity import as_file
from viewer.app.main import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("1", "2"):
        made = document(REPORT, container(GROUP, number(DIAMETER, "10.20", MILLIMETRE)), verification="UNVERIFIED")
        made.SOPClassUID, made.SOPInstanceUID = COMPREHENSIVE_3D, f"1.2.3.{name}"
        made.StudyInstanceUID, made.SeriesInstanceUID = "1.2.4", "1.2.5"
        made.PatientID, made.PatientName, made.Modality = "p", "Doe^Jane", "SR"
        _save(made, tmp_path / f"{name}.dcm")
    return tmp_path


def _save(made: Dataset, path: Path) -> None:
    as_file(made).save_as(path, enforce_file_format=True)


def report_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    status = main(["report", "--json", *arguments])
    return status, json.loads(capsys.readouterr().out)


def test_json_has_all_reports_and_status_0_although_they_are_unverified(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = report_json(capsys, str(folder))
    assert status == 0
    assert [report["sop_instance_uid"] for report in found["reports"]] == ["1.2.3.1", "1.2.3.2"]
    assert found["reports"][0]["root"]["children"][0]["children"][0]["value"] == "10.20"


def test_one_report_can_be_chosen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = report_json(capsys, str(folder), "--object", "1.2.3.2")
    assert [report["sop_instance_uid"] for report in found["reports"]] == ["1.2.3.2"]


def test_a_report_chosen_alone_says_that_another_one_supersedes_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newer = dcmread(folder / "2.dcm")
    named, series, study = Dataset(), Dataset(), Dataset()
    named.ReferencedSOPClassUID, named.ReferencedSOPInstanceUID = COMPREHENSIVE_3D, "1.2.3.1"
    series.SeriesInstanceUID, series.ReferencedSOPSequence = "1.2.5", [named]
    study.StudyInstanceUID, study.ReferencedSeriesSequence = "1.2.4", [series]
    newer.PredecessorDocumentsSequence = [study]
    newer.save_as(folder / "2.dcm")
    for uid, said in (("1.2.3.1", True), ("1.2.3.2", False)):
        assert main(["report", str(folder), "--object", uid]) == 0
        assert ("newer version" in capsys.readouterr().out) is said


def test_a_report_that_is_not_there_is_status_1_with_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder), "--object", "1.9"]) == 1
    assert "1.9" in capsys.readouterr().err


def test_text_goes_to_standard_output_and_html_to_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder)]) == 0
    assert "1.1.1 Diameter: 10.20" in capsys.readouterr().out
    out = folder / "out.html"
    assert main(["report", str(folder), "--html", "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert capsys.readouterr().out == ""


def test_an_output_that_cannot_be_written_is_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder), "--out", str(folder / "missing" / "x.txt")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_truncated_report_is_no_traceback(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = (folder / "1.dcm").read_bytes()
    (folder / "1.dcm").write_bytes(whole[: len(whole) - 40])
    assert main(["report", str(folder), "--json"]) in (0, 1)
    assert json.loads(capsys.readouterr().out)["reports"]


@pytest.mark.real_data
def test_every_report_of_the_shared_data_prints_in_every_form(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("--json", "--html"):
        main(["report", str(real_data / "seg-sr-flair-wmh-ohif"), str(real_data / "hostile"), form])
        assert capsys.readouterr().out
    _, found = report_json(capsys, str(real_data / "seg-sr-flair-wmh-ohif"))
    assert len(found["reports"]) == 44


def test_an_opened_file_is_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "1.dcm").read_bytes()
    assert main(["report", str(folder), "--out", str(folder / "1.dcm")]) == 1
    assert "not overwritten" in capsys.readouterr().err
    assert (folder / "1.dcm").read_bytes() == before


def test_the_ending_of_the_file_says_the_form(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder), "--out", str(folder / "m.csv")]) == 0
    table = (folder / "m.csv").read_text(encoding="utf-8")
    assert table.startswith("report,report sop instance uid,item,")
    assert ",10.20,mm," in table
    assert main(["report", str(folder), "--csv"]) == 0
    assert capsys.readouterr().out.replace("\r\n", "\n") == table.replace("\r\n", "\n")
    assert main(["report", str(folder), "--out", str(folder / "m.json")]) == 0
    assert json.loads((folder / "m.json").read_text(encoding="utf-8"))["reports"]


def test_a_pdf_holds_the_words_of_every_report_and_says_what_it_is_not_for(folder: Path) -> None:
    pypdfium2 = importlib.import_module("pypdfium2")
    assert main(["report", str(folder), "--out", str(folder / "m.pdf")]) == 0
    document = pypdfium2.PdfDocument(folder / "m.pdf")
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    assert words.count("10.20") >= 2
    assert words.count("Not for diagnostic use") == len(document)
    document.close()
