"""``overread review`` writes decisions as standard objects, says what it did, and never touches what was opened."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests.export.reviewed_study import everything
from tests.export.witnesses import dumped, groups_read_by_highdicom, iod_errors
from tests.synthetic.identity import save
from viewer.app.main import main
from viewer.app.paths import sample_data

DECISIONS = ("accepted", "rejected", "uncertain", "modified")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    save(everything(), tmp_path / "study")
    return tmp_path / "study"


def listed(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main(["findings", "--json", str(path)])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def entries(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"finding": one["id"], "decision": DECISIONS[place % 4], "comment": f"no. {place}"}
        for place, one in enumerate(document["findings"])
    ]


def decisions_in(folder: Path, what: object) -> Path:
    path = folder / "decisions.json"
    path.write_text(what if isinstance(what, str) else json.dumps(what), encoding="utf-8")
    return path


def review(study: Path, decisions: Path, out: Path, *more: str) -> int:
    return main(["review", str(study), "--decisions", str(decisions), "--reviewer", "Jane Doe", "--out", str(out), *more])


def hashes(folder: Path) -> dict[Path, bytes]:
    return {path: sha256(path.read_bytes()).digest() for path in folder.rglob("*") if path.is_file()}


def test_it_writes_a_report_a_table_and_a_sheet_of_every_decision(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, wanted = hashes(study), entries(listed(study, capsys))
    status = review(study, decisions_in(tmp_path, wanted), tmp_path / "out", "--json", "--key-images")
    document = json.loads(capsys.readouterr().out)
    assert (status, document["decided"], document["missing"], document["left_out"]) == (0, 6, [], [])
    files = [Path(one) for one in document["files"]]
    assert sorted(files) == sorted((tmp_path / "out").iterdir())
    assert [path.name.rpartition("-")[2] for path in files] == ["report.dcm", "images.dcm", "findings.csv", "sheet.pdf"]
    assert [iod_errors(path) for path in files if path.suffix == ".dcm"] == [[], []]
    assert groups_read_by_highdicom(files[0]) == 6
    assert dumped(files[0]).count("Reviewer disposition") == 6
    assert files[3].read_bytes().startswith(b"%PDF")
    assert hashes(study) == before


def test_what_was_written_is_listed_again_with_the_findings(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = listed(study, capsys)
    wanted = entries(found)
    review(study, decisions_in(tmp_path, wanted), tmp_path / "out", "--verified")
    capsys.readouterr()
    main(["findings", "--json", str(study), str(tmp_path / "out")])
    again = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in again["findings"]] == [one["id"] for one in found["findings"]]
    said = {
        one["finding"]: {"finding": one["finding"], "decision": one["decision"], "comment": one["comment"]}
        for one in again["prior_reviews"]
    }
    assert said == {one["finding"]: one for one in wanted}
    assert {(one["reviewer"], one["verified"]) for one in again["prior_reviews"]} == {("Jane Doe", True)}


def test_it_is_verified_only_when_asked(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = decisions_in(tmp_path, entries(listed(study, capsys)))
    review(study, path, tmp_path / "plain")
    review(study, path, tmp_path / "signed", "--verified", "--organization", "General Hospital")
    (plain,) = (tmp_path / "plain").glob("*.dcm")
    (signed,) = (tmp_path / "signed").glob("*.dcm")
    assert pydicom.dcmread(plain).VerificationFlag == "UNVERIFIED"
    assert pydicom.dcmread(signed).VerifyingObserverSequence[0].VerifyingOrganization == "General Hospital"


def test_it_never_overwrites(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = decisions_in(tmp_path, entries(listed(study, capsys))[:1])
    for _ in range(2):
        assert review(study, path, tmp_path / "out") == 0
    assert len(list((tmp_path / "out").glob("*.dcm"))) == 2
    first = hashes(tmp_path / "out")
    review(study, path, tmp_path / "out")
    assert first.items() <= hashes(tmp_path / "out").items()


@pytest.mark.parametrize("inside", ["", "review"])
def test_it_does_not_write_into_the_opened_folder(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], inside: str
) -> None:
    before, path = hashes(study), decisions_in(tmp_path, entries(listed(study, capsys)))
    assert review(study, path, study / inside) == 1
    assert "where nothing is ever written" in capsys.readouterr().err
    assert hashes(study) == before


def test_a_finding_that_is_not_there_is_named_and_the_others_are_written(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [*entries(listed(study, capsys))[:2], {"finding": "0123456789abcdef", "decision": "accepted"}]
    assert review(study, decisions_in(tmp_path, wanted), tmp_path / "out", "--json") == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["missing"] == ["0123456789abcdef"]
    assert "There is no finding 0123456789abcdef" in said.err
    (report,) = (tmp_path / "out").glob("*.dcm")
    assert groups_read_by_highdicom(report) == 2


def test_when_no_finding_is_there_nothing_is_written(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [{"finding": "0123456789abcdef", "decision": "accepted"}]
    assert review(study, decisions_in(tmp_path, wanted), tmp_path / "out") == 1
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("{", "is no JSON"),
        ("{}", "must hold a list"),
        ('[{"decision": "accepted"}]', "Entry 1"),
        ('[{"finding": "a", "decision": "undecided"}]', "has no decision"),
        ('[{"finding": "a", "decision": "maybe"}]', "has no decision"),
        ('[{"finding": "a", "decision": ["accepted"]}]', "has no decision"),
        ('[{"finding": "a", "decision": "accepted", "comment": 3}]', "no text"),
        ('[{"finding": "a", "decision": "accepted", "reasons": "wrong"}]', "no text"),
    ],
)
def test_a_file_that_holds_no_decisions_is_a_usage_error(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str, says: str
) -> None:
    assert review(study, decisions_in(tmp_path, what), tmp_path / "out") == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_of_decisions_that_is_not_there_is_a_usage_error(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review(study, tmp_path / "none.json", tmp_path / "out") == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_reviewer_has_a_name(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = decisions_in(tmp_path, [{"finding": "a", "decision": "accepted"}])
    assert main(["review", str(study), "--decisions", str(path), "--reviewer", " ", "--out", str(tmp_path / "out")]) == 2
    assert "names nobody" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_to_is_a_sentence(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = decisions_in(tmp_path, entries(listed(study, capsys))[:1])
    (tmp_path / "file").write_text("")
    assert review(study, path, tmp_path / "file" / "out") == 1
    assert "cannot be written to" in capsys.readouterr().err


def test_an_empty_list_decides_nothing(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(study, decisions_in(tmp_path, []), tmp_path / "out") == 1
    assert "nothing was written" in capsys.readouterr().err


def test_the_sample_study_is_reviewed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(sample_data(), capsys)
    before = hashes(sample_data())
    wanted = entries(found)[:13]
    path = decisions_in(tmp_path, wanted)
    status = main(
        ["review", "--sample", "--decisions", str(path), "--reviewer", "Jane Doe", "--out", str(tmp_path / "out"), "--json"]
    )
    assert status == 0
    report = next(Path(one) for one in json.loads(capsys.readouterr().out)["files"] if one.endswith("report.dcm"))
    assert iod_errors(report) == []
    assert groups_read_by_highdicom(report) == len(wanted)
    assert pydicom.dcmread(report).CompletionFlagDescription == f"13 of {len(found['findings'])} findings decided"
    assert hashes(sample_data()) == before


@pytest.mark.real_data
def test_a_real_result_is_reviewed(real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = real_data / "seg-sr-flair-wmh-ohif"
    found = listed(study, capsys)
    before = hashes(study)
    wanted = [one for one in entries(found) if one["decision"] == "accepted"][:12]
    assert review(study, decisions_in(tmp_path, wanted), tmp_path / "out", "--json") == 0
    report = next(Path(one) for one in json.loads(capsys.readouterr().out)["files"] if one.endswith("report.dcm"))
    assert iod_errors(report) == []
    assert groups_read_by_highdicom(report) == 12
    assert "4.72" in dumped(report)
    assert hashes(study) == before
