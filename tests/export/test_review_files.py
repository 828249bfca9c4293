"""A review is written into new files in a place of its own: whole or not at all, never over or beside what is open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.export.reviewed_study import GRID, decided, everything, opened, record, study_in
from tests.export.witnesses import dumped, iod_errors, state_is_accepted
from tests.synthetic.image import Series, image_series
from viewer.domain.instance import FrameKey
from viewer.domain.measurement import Measurement, MeasurementKind, Point, image_name
from viewer.domain.presentation import PresentationState
from viewer.domain.report import Report
from viewer.export.findings_table import findings_table
from viewer.export.key_objects import key_object_selection, reviewed_images
from viewer.export.new_objects import CannotWrite
from viewer.export.reader_marks import reader_marks
from viewer.export.review_files import (
    FORMS,
    ReaderMarks,
    ReviewForm,
    ReviewPlan,
    all_or_none,
    opened_folders,
    save_new,
    save_text,
    stem_at,
    why_not_here,
    write_review,
)
from viewer.export.review_record import ReviewedContent


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> ReviewedContent:
    return study_in(tmp_path_factory.mktemp("study"))


def plan(folder: Path, *forms: ReviewForm) -> ReviewPlan:
    return ReviewPlan(folder, "review", frozenset(forms or FORMS))


def marks_on(known: ReviewedContent, *found: Measurement) -> ReaderMarks:
    stack = known.content.library.stacks[0]
    return ReaderMarks({stack.frames[1]: found}, lambda one: f"{one.kind} {one.text}".strip())


def drawn(known: ReviewedContent, kind: MeasurementKind, *points: Point, text: str = "") -> Measurement:
    header = known.content.library.instance(known.content.library.stacks[0].frames[1].instance)
    name = image_name(header, FrameKey(header.key))
    return Measurement(f"{kind}-1", kind, name, points, text)


def test_every_form_is_written_and_the_opened_files_stay_as_they_are(tmp_path: Path) -> None:
    known = study_in(tmp_path / "study")
    before = {path: sha256(path.read_bytes()).digest() for path in (tmp_path / "study").iterdir()}
    marks = marks_on(known, drawn(known, "length", (1.0, 1.0), (8.5, 3.0)))
    files: list[Path] = []
    left_out = write_review([record(known, decided(known))], marks, plan(tmp_path / "out"), files, lambda _: None)
    assert left_out == ()
    assert [path.name for path in files] == [
        "review-report.dcm",
        "review-images.dcm",
        "review-marks.dcm",
        "review-findings.csv",
    ]
    assert set((tmp_path / "out").iterdir()) == set(files)
    assert {path: sha256(path.read_bytes()).digest() for path in (tmp_path / "study").iterdir()} == before


def test_a_second_review_gets_names_of_its_own(known: ReviewedContent, tmp_path: Path) -> None:
    for _ in range(2):
        write_review([record(known, decided(known))], ReaderMarks(), plan(tmp_path, "report"), [], lambda _: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["review-report-2.dcm", "review-report.dcm"]


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    def save(path: Path) -> None:
        (tmp_path / "review.csv").write_text("somebody else's")
        path.write_text("ours")

    assert save_new(save, tmp_path, "review", ".csv").name == "review-2.csv"
    assert (tmp_path / "review.csv").read_text() == "somebody else's"


def test_what_is_given_up_leaves_nothing(known: ReviewedContent, tmp_path: Path) -> None:
    class GivenUpError(Exception):
        pass

    def check(part: float) -> None:
        if part > 0.3:
            raise GivenUpError

    with pytest.raises(GivenUpError), all_or_none() as files:
        write_review([record(known, decided(known))], ReaderMarks(), plan(tmp_path), files, check)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_no_half_file(tmp_path: Path) -> None:
    def save(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        save_new(save, tmp_path, "review", ".dcm")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_into_or_beside_what_is_open(tmp_path: Path) -> None:
    known = study_in(tmp_path / "all" / "study")
    library = known.content.library
    root = tmp_path / "all"
    for folder in (root, root / "study", root / "study" / "review", root / "new", root / "study" / ".." / "study"):
        assert "is ever written" in why_not_here(folder, opened_folders([root], library))
    assert why_not_here(tmp_path / "reviews", opened_folders([root], library)) == ""
    some_file = next((root / "study").iterdir())
    assert "is ever written" in why_not_here(root / "study", opened_folders([some_file], library))
    assert why_not_here(root / "beside", opened_folders([some_file], library)) == ""


def test_a_link_into_the_opened_folder_is_seen_through(tmp_path: Path) -> None:
    known = study_in(tmp_path / "study")
    (tmp_path / "link").symlink_to(tmp_path / "study")
    roots = opened_folders([tmp_path / "study"], known.content.library)
    assert "is ever written" in why_not_here(tmp_path / "link" / "review", roots)


def test_a_file_is_no_folder(tmp_path: Path, known: ReviewedContent) -> None:
    (tmp_path / "file").write_text("")
    assert why_not_here(tmp_path / "file", opened_folders([], known.content.library)) == "That is a file; choose a folder."


def test_names_of_files_tell_the_time_and_nothing_of_the_patient() -> None:
    assert stem_at("2026-11-20T17:30:05+00:00") == "review-20261120-173005"


# --- key images -----------------------------------------------------------------------------------------------------


def test_the_key_images_are_those_of_the_decided_findings(known: ReviewedContent, tmp_path: Path) -> None:
    made = record(known, decided(known))
    frames = reviewed_images(made)
    study = made.study_instance_uid
    selection = key_object_selection(known.content.library, study, frames, reader="Jane Doe", description="Why")
    path = tmp_path / "images.dcm"
    selection.save_as(path, enforce_file_format=True)
    assert iod_errors(path) == []
    assert "Of Interest" in dumped(path)
    library = known.content.library
    assert 0 < len(frames) < len(library.stacks[0].frames)
    named = [
        str(item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)
        for item in selection.ContentSequence
        if item.ValueType == "IMAGE"
    ]
    assert named == [library.instance(frame.instance).sop_instance_uid for frame in frames]


def test_the_key_images_come_back_as_such(tmp_path: Path) -> None:
    known = study_in(tmp_path / "study", everything()[:6])
    made = record(known, decided(known))
    selection = key_object_selection(
        known.content.library, made.study_instance_uid, reviewed_images(made), reader="Jane Doe", description="Why"
    )
    selection.save_as(tmp_path / "images.dcm", enforce_file_format=True)
    (overlay,) = [one for one in opened(tmp_path).overlays.values() if one.kind == "key_objects"]
    assert isinstance(overlay.content, Report)
    assert overlay.content.title == "Of Interest"
    assert overlay.provenance.creator == "Jane Doe"
    assert len(overlay.parts) == len(reviewed_images(made))


def test_without_an_image_there_is_no_selection(known: ReviewedContent) -> None:
    with pytest.raises(CannotWrite, match="No image"):
        key_object_selection(
            known.content.library, known.findings[0].study_instance_uid, [], reader="Jane Doe", description=""
        )


# --- marks ----------------------------------------------------------------------------------------------------------


def marks_of_every_kind(known: ReviewedContent, note: str = "größer") -> tuple[Measurement, ...]:
    return (
        drawn(known, "length", (1.0, 1.0), (8.5, 3.25)),
        drawn(known, "bidirectional", (1.0, 1.0), (5.0, 1.0), (3.0, 0.5), (3.0, 2.0)),
        drawn(known, "angle", (1.0, 1.0), (5.0, 1.0), (5.0, 4.0)),
        drawn(known, "cobb", (1.0, 1.0), (5.0, 1.0), (1.0, 4.0), (5.0, 5.0)),
        drawn(known, "ellipse", (2.0, 1.0), (9.0, 4.0)),
        drawn(known, "rectangle", (2.0, 1.0), (9.0, 4.0)),
        drawn(known, "polygon", (2.0, 1.0), (9.0, 4.0), (3.0, 6.0)),
        drawn(known, "freehand", (2.0, 1.0), (9.0, 4.0), (3.0, 6.0), (2.0, 3.0)),
        drawn(known, "probe", (4.5, 2.5)),
        drawn(known, "arrow", (4.5, 2.5), (7.0, 5.0), text="here"),
        drawn(known, "note", (4.5, 2.5), text=note),
    )


def test_witnesses_accept_the_marks_of_every_kind(known: ReviewedContent, tmp_path: Path) -> None:
    # dcmpschk takes every letter of UTF-8 beyond ASCII for a mistake; dciodvfy knows better.
    for note, accepted in (("larger", True), ("größer", False)):
        marks = marks_on(known, *marks_of_every_kind(known, note))
        (state,) = reader_marks(known.content.library, marks.marks, marks.words, reader="Jane Doe")
        path = tmp_path / f"{note}.dcm"
        state.save_as(path, enforce_file_format=True)
        assert iod_errors(path) == []
        assert state_is_accepted(path) is accepted
        assert pydicom.dcmread(path).ContentCreatorName == "Doe^Jane"


def test_marks_come_back_where_they_were_drawn(tmp_path: Path) -> None:
    known = study_in(tmp_path / "study", everything()[:5])
    marks = marks_on(known, *marks_of_every_kind(known))
    (state,) = reader_marks(known.content.library, marks.marks, marks.words, reader="Jane Doe")
    state.save_as(tmp_path / "marks.dcm", enforce_file_format=True)
    (overlay,) = [one for one in opened(tmp_path).overlays.values() if one.kind == "presentation_state"]
    assert isinstance(overlay.content, PresentationState)
    lines = [np.asarray(one.points)[:, :2].tolist() for one in overlay.content.graphics if one.shape == "POLYLINE"]
    assert [[1.0, 1.0], [8.5, 3.25]] in lines
    assert [[3.0, 0.5], [3.0, 2.0]] in lines
    closed = [[2.0, 1.0], [9.0, 1.0], [9.0, 4.0], [2.0, 4.0]]
    assert any(line[:4] == closed for line in lines)
    assert {one.text for one in overlay.content.texts} >= {"arrow here", "note größer", "length"}
    assert [layer.name for layer in overlay.content.layers] == ["REVIEW"]


def test_marks_on_images_of_two_series_are_two_states(tmp_path: Path) -> None:
    other = image_series(np.zeros(GRID.shape, np.int16), GRID, Series("other", number=2))
    known = study_in(tmp_path, [*everything()[:5], *other])
    first, second = known.content.library.stacks
    one = drawn(known, "length", (1.0, 1.0), (8.5, 3.25))
    states = reader_marks(
        known.content.library, {first.frames[0]: [one], second.frames[0]: [one]}, lambda _: "", reader="Jane Doe"
    )
    assert len({state.ReferencedSeriesSequence[0].SeriesInstanceUID for state in states}) == 2


def test_what_is_still_being_drawn_is_not_written(known: ReviewedContent) -> None:
    marks = marks_on(known, drawn(known, "angle", (1.0, 1.0)))
    assert reader_marks(known.content.library, marks.marks, marks.words, reader="Jane Doe") == []


# --- the table ------------------------------------------------------------------------------------------------------


def rows(text: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(text))


def test_the_table_has_a_line_for_every_finding(known: ReviewedContent) -> None:
    made = record(known, decided(known, undecided=1))
    lines = {line["finding"]: line for line in rows(findings_table([made]))}
    assert set(lines) == {one.finding.id for one in made.reviewed}
    kidney = next(line for line in lines.values() if line["label"] == "Kidney")
    assert (kidney["laterality"], kidney["measurements"], kidney["agrees"]) == ("Left", "Volume 12.25 ml", "no")
    assert kidney["computed again"] == "Volume 0.009375 ml"
    assert {line["decision"] for line in lines.values()} >= {"accepted", "rejected", "undecided"}
    assert {line["reader"] for line in lines.values()} == {"Jane Doe"}


def test_no_cell_of_the_table_is_a_formula(known: ReviewedContent, tmp_path: Path) -> None:
    decisions = {key: replace(one, note="=HYPERLINK(1)") for key, one in decided(known).items()}
    text = findings_table([record(known, decisions)])
    assert {line["note"] for line in rows(text)} == {"'=HYPERLINK(1)"}
    path = save_text(text, tmp_path, "table")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
