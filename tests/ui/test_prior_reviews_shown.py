"""What a card says of opened reviews: to their reader the decision, to another only that there is one, blind nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.export.reviewed_study import decided, opened, record, study_in
from viewer.domain.review_codes import is_review
from viewer.export.review_report import review_report
from viewer.reading.blind import may_be_seen
from viewer.reading.changes.review import hide_results
from viewer.reading.findings import findings_of
from viewer.reading.prior_reviews import same_reader
from viewer.reading.state import ReadingState
from viewer.ui.findings.prior import prior_lines


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> ReadingState:
    folder: Path = tmp_path_factory.mktemp("reviewed")
    known = study_in(folder / "study")
    report = review_report(record(known, decided(known, undecided=1)))
    report.save_as(folder / "review.dcm", enforce_file_format=True)
    return ReadingState(content=opened(folder), reader="Jane Doe")


def test_the_reader_sees_what_they_decided_and_why(state: ReadingState, qapp: object) -> None:
    lines = [prior_lines(state, one) for one in findings_of(state.content)]
    assert lines[0] == (("You decided before: Accepted.", "2026-11-20"),)
    assert lines[1] == (("You decided before: Rejected.", "2026-11-20 · Wrong side · eigene Worte"),)
    assert lines[3] == (("You decided before: Modified.", "2026-11-20 · größer als gemessen"),)
    assert lines[-1] == ()


def test_another_reader_sees_only_that_there_is_a_review(state: ReadingState, qapp: object) -> None:
    other = replace(state, reader="Richard Roe")
    (line,) = prior_lines(other, findings_of(state.content)[0])
    assert line == ("Another reader's review of this finding is among the files.", "The report panel shows it.")
    assert "Accepted" not in " ".join(line)


def test_a_review_is_hidden_in_a_blind_read(state: ReadingState) -> None:
    reviews = [one for one in state.content.overlays.values() if is_review(one)]
    assert len(reviews) == 1
    assert not may_be_seen(reviews[0])
    assert not any(is_review(one) for one in hide_results(state, "2026-11-21T08:00:00+00:00").content.overlays.values())


@pytest.mark.parametrize("other", ["Doe^Jane", "Doe, Jane", "jane doe", "Doe^Jane^^^"])
def test_a_name_is_the_same_however_it_is_written(other: str) -> None:
    assert same_reader("Jane Doe", other)


@pytest.mark.parametrize("other", ["", "Jane", "John Doe", "Jane Doe Roe"])
def test_other_names_are_other_readers(other: str) -> None:
    assert not same_reader("Jane Doe", other)


def test_nobody_is_nobodys_reader() -> None:
    assert not same_reader("", "")
