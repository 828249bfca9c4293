"""A review as a Comprehensive 3D SR: what it says, that others accept it, that it comes back the same (check 87)."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.export.reviewed_study import AT, KIDNEY, decided, everything, images, known_of, opened, record, study_in
from tests.export.witnesses import dumped, groups_read_by_highdicom, iod_errors
from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.domain.decision import BlindRead, Decision, is_stale
from viewer.domain.provenance import Origin
from viewer.domain.review_codes import is_review
from viewer.export.new_objects import CannotWrite
from viewer.export.review_record import ReviewedContent, Signature, studies_with_decisions
from viewer.export.review_report import review_report
from viewer.reading.changes.review import single
from viewer.reading.findings import findings_list
from viewer.reading.prior_reviews import prior_decisions, prior_reviews


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def known(folder: Path) -> ReviewedContent:
    return study_in(folder)


def saved(report: Dataset, path: Path) -> Path:
    report.save_as(path, enforce_file_format=True)
    return path


def groups_of(report: Dataset) -> list[Dataset]:
    measured = next(one for one in report.ContentSequence if named(one) == "126010")
    return [*measured.ContentSequence]


def named(item: Dataset) -> str:
    return str(item.ConceptNameCodeSequence[0].CodeValue)


def group_about(report: Dataset, finding: str) -> list[Dataset]:
    for group in groups_of(report):
        if any(named(one) == "finding_id" and one.TextValue == finding for one in group.ContentSequence):
            return [*group.ContentSequence]
    raise AssertionError("no group is about it")


def about(items: list[Dataset], code: str) -> list[Dataset]:
    return [one for one in items if named(one) == code]


def finding_called(known: ReviewedContent, label: str) -> str:
    return next(one.id for one in single(known.findings) if one.label == label)


def test_witnesses_accept_a_review_of_every_kind_of_object(known: ReviewedContent, tmp_path: Path) -> None:
    path = saved(review_report(record(known, decided(known))), tmp_path / "review.dcm")
    assert iod_errors(path) == []
    assert groups_read_by_highdicom(path) == len(known.findings) == 6
    tree = dumped(path)
    assert tree.count("Reviewer disposition") == 6
    assert all(word in tree for word in ("Accepted", "Rejected", "Uncertain", "Modified", "Wrong side", "eigene Worte"))


def test_a_group_names_what_was_reviewed_as_the_objects_do(known: ReviewedContent) -> None:
    items = group_about(review_report(record(known, decided(known))), finding_called(known, "Kidney"))
    assert KIDNEY.tracking_uid == about(items, "112040")[0].UID
    assert about(items, "121071")[0].ConceptCodeSequence[0].CodeValue == KIDNEY.property_type.value
    (site,) = about(items, "363698007")
    assert site.ConceptCodeSequence[0].CodeMeaning == "Kidney"
    assert site.ContentSequence[0].ConceptCodeSequence[0].CodeMeaning == "Left"
    (segment,) = about(items, "121191")
    assert segment.ReferencedSOPSequence[0].ReferencedSegmentNumber == 1
    reviewed = {
        (str(one.ReferencedSOPSequence[0].ReferencedSOPInstanceUID), one.ContentSequence[0].TextValue)
        for one in about(items, "reviewed_object")
    }
    finding = next(one for one in single(known.findings) if one.label == "Kidney")
    assert reviewed == {(one.sop_instance_uid, str(one.part)) for one in finding.sources}


def test_numbers_keep_their_digits_and_recomputed_ones_say_so(known: ReviewedContent) -> None:
    kidney = group_about(review_report(record(known, decided(known))), finding_called(known, "Kidney"))
    written, again = about(kidney, "118565006")
    assert str(written.MeasuredValueSequence[0].NumericValue) == "12.25"
    # 30 voxels of 2.5 x 0.5 x 0.25 mm.
    assert float(again.MeasuredValueSequence[0].NumericValue) == pytest.approx(30 * 0.3125 / 1000)
    methods = [one.ConceptCodeSequence[0].CodeValue for one in again.ContentSequence if named(one) == "370129005"]
    assert methods == ["recomputed"]
    # An identified algorithm would make the group the word of an AI.
    assert [named(one) for one in again.ContentSequence] == ["370129005"]


def test_a_drawn_length_keeps_its_line_and_its_image(known: ReviewedContent) -> None:
    nodule = group_about(review_report(record(known, decided(known))), finding_called(known, "Nodule"))
    (length, *_) = about(nodule, "81827009")
    assert str(length.MeasuredValueSequence[0].NumericValue) == "7.50"
    (line,) = [one for one in length.ContentSequence if one.ValueType == "SCOORD"]
    assert [float(one) for one in line.GraphicData] == [3.0, 2.0, 9.0, 2.0]
    image = line.ContentSequence[0].ReferencedSOPSequence[0]
    assert image.ReferencedSOPInstanceUID == images()[1].SOPInstanceUID
    # The image has no frames: the frame that the report names is not repeated.
    assert "ReferencedFrameNumber" not in image


def test_a_number_without_a_value_says_why_in_words(known: ReviewedContent) -> None:
    nodule = group_about(review_report(record(known, decided(known))), finding_called(known, "Nodule"))
    (missing,) = about(nodule, "118565006")
    assert (missing.ValueType, missing.TextValue) == ("TEXT", "no value · Measurement not attempted")


def test_only_decided_findings_are_written_and_the_report_says_that_it_is_partial(known: ReviewedContent) -> None:
    report = review_report(record(known, decided(known, undecided=2)))
    assert len(groups_of(report)) == 4
    assert report.CompletionFlag == "PARTIAL"
    assert report.CompletionFlagDescription == "4 of 6 findings decided"
    assert review_report(record(known, decided(known))).CompletionFlag == "COMPLETE"


def test_a_note_alone_is_no_decision(known: ReviewedContent) -> None:
    first = single(known.findings)[0]
    noted = {first.id: Decision(first.id, first.study_instance_uid, note="look again")}
    with pytest.raises(CannotWrite, match="No finding is decided"):
        review_report(record(known, noted))


def test_it_is_verified_only_when_the_reader_says_so(known: ReviewedContent, tmp_path: Path) -> None:
    plain = review_report(record(known, decided(known)))
    assert (plain.VerificationFlag, plain.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")
    assert "VerifyingObserverSequence" not in plain
    signed = review_report(record(known, decided(known), Signature("Jane Doe", "General Hospital", verified=True)))
    (observer,) = signed.VerifyingObserverSequence
    assert (signed.VerificationFlag, signed.PreliminaryFlag) == ("VERIFIED", "FINAL")
    assert (observer.VerifyingObserverName, observer.VerifyingOrganization) == ("Doe^Jane", "General Hospital")
    assert iod_errors(saved(signed, tmp_path / "signed.dcm")) == []


def test_the_observer_is_the_reader_and_the_program_only_equipment(known: ReviewedContent) -> None:
    report = review_report(record(known, decided(known)))
    observers = [one for one in report.ContentSequence if one.RelationshipType == "HAS OBS CONTEXT"]
    assert [str(one.PersonName) for one in observers if "PersonName" in one] == ["Doe^Jane"]
    assert [one.ConceptCodeSequence[0].CodeValue for one in observers if named(one) == "121005"] == ["121006"]
    assert report.ContributingEquipmentSequence[0].ManufacturerModelName == "Overread"


def test_private_codes_are_declared(known: ReviewedContent) -> None:
    (scheme,) = review_report(record(known, decided(known))).CodingSchemeIdentificationSequence
    assert scheme.CodingSchemeDesignator == "99OVERREAD"


@pytest.mark.parametrize("name", ["Madonna", "Doe, Jane", "Müller^Jörg", "O'Neil =\\ \n", "山田 太郎"])
def test_any_name_of_a_reader_is_written_validly(known: ReviewedContent, tmp_path: Path, name: str) -> None:
    path = saved(review_report(record(known, decided(known), Signature(name))), tmp_path / "review.dcm")
    assert iod_errors(path) == []
    dumped(path)


def test_nobody_signs_nothing(known: ReviewedContent) -> None:
    with pytest.raises(CannotWrite, match="name of its reader"):
        review_report(record(known, decided(known), Signature("  ")))


def test_a_blind_read_is_in_the_record(known: ReviewedContent, tmp_path: Path) -> None:
    reads = (BlindRead("2026-11-20T08:00:00+00:00", "2026-11-20T08:10:00+00:00"),)
    path = saved(review_report(replace(record(known, decided(known)), blind_reads=reads)), tmp_path / "review.dcm")
    assert iod_errors(path) == []
    assert "From 2026-11-20T08:00:00+00:00 until 2026-11-20T08:10:00+00:00" in dumped(path)


def test_it_comes_back_as_the_same_decisions_and_makes_no_findings(tmp_path: Path) -> None:
    known = study_in(tmp_path / "study")
    before = {path: sha256(path.read_bytes()).digest() for path in (tmp_path / "study").iterdir()}
    decisions = decided(known, undecided=1)
    saved(review_report(record(known, decisions)), tmp_path / "review.dcm")
    assert {path: sha256(path.read_bytes()).digest() for path in (tmp_path / "study").iterdir()} == before
    library = open_library([tmp_path])
    again = content_of(list(read_layers(library)), library)
    listed = findings_list(again)
    assert [one.id for one in listed.findings] == [one.id for one in known.findings]
    assert listed.left_out["review"] > 0
    found = prior_decisions(again, listed.findings)
    assert {finding: said.decision for finding, (said,) in found.items()} == {
        finding: replace(one, label=found[finding][0].decision.label) for finding, one in decisions.items()
    }
    by_id = {one.id: one for one in listed.findings}
    assert not any(is_stale(said.decision, by_id[finding], again.digests) for finding, (said,) in found.items())
    (first, *_) = found.values()
    assert (first[0].reader, first[0].verified, first[0].decision.at) == ("Jane Doe", False, AT)


def test_opened_again_it_is_the_readers_word_and_off_at_first(tmp_path: Path) -> None:
    known = study_in(tmp_path / "study")
    saved(review_report(record(known, decided(known))), tmp_path / "review.dcm")
    (review,) = [one for one in opened(tmp_path).overlays.values() if is_review(one)]
    assert review.origin is Origin.READER
    assert not review.visible_by_default


def test_a_second_reader_may_be_shown_nothing_of_the_first(tmp_path: Path) -> None:
    known = study_in(tmp_path / "study")
    saved(review_report(record(known, decided(known))), tmp_path / "review.dcm")
    again = opened(tmp_path)
    assert prior_decisions(again, known.findings, readers=["Richard Roe"]) == {}
    assert len(prior_decisions(again, known.findings, readers=["jane doe"])) == 6


def test_an_earlier_review_of_the_same_reader_becomes_the_predecessor(tmp_path: Path) -> None:
    known = study_in(tmp_path / "study")
    first = review_report(record(known, decided(known, undecided=3)))
    saved(first, tmp_path / "first.dcm")
    again = known_of(opened(tmp_path))
    own = review_report(record(again, decided(again)))
    (study,) = own.PredecessorDocumentsSequence
    assert study.ReferencedSeriesSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    other = review_report(record(again, decided(again), Signature("Richard Roe")))
    assert "PredecessorDocumentsSequence" not in other
    assert [one.reader for one in prior_reviews(again.content)] == ["Jane Doe"]


def test_two_reviews_call_a_finding_without_a_tracking_uid_by_the_same_one(known: ReviewedContent) -> None:
    spot = finding_called(known, "Spot")
    uids = {about(group_about(review_report(record(known, decided(known))), spot), "112040")[0].UID for _ in range(2)}
    assert len(uids) == 1


def test_a_damaged_identity_of_the_patient_is_no_reason_not_to_write(tmp_path: Path) -> None:
    datasets = everything()
    for dataset in datasets:
        dataset.PatientName, dataset.PatientSex, dataset.StudyDate = "Dummy", "", ""
        dataset.PatientBirthDate = ""
    known = study_in(tmp_path / "study", datasets)
    report = review_report(record(known, decided(known)))
    path = saved(report, tmp_path / "review.dcm")
    assert iod_errors(path) == []
    assert str(pydicom.dcmread(path).PatientName) == "Dummy"


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["sr-tid1500-shapes-dwv", "sr-tid1500-scoord3d", "gsps-overlays-clunie", "rt-phantom-oncentra", "tiny"]
)
def test_real_results_are_reviewed(real_data: Path, tmp_path: Path, name: str) -> None:
    known = known_of(opened(real_data / name))
    decisions = decided(known)
    for number, study in enumerate(studies_with_decisions(known.findings, decisions)):
        made = known.record(study, decisions, Signature("Jane Doe"), AT)
        path = saved(review_report(made), tmp_path / f"{number}.dcm")
        assert iod_errors(path) == []
        assert groups_read_by_highdicom(path) == len(made.decided)
        dumped(path)
