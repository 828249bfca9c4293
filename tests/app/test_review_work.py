"""Reviews and sheets are written in the background: told when done, given up without a trace, refused in a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from PySide6.QtGui import QImage

from tests.export.reviewed_study import decided, study_in
from tests.export.witnesses import groups_read_by_highdicom
from viewer.app.paths import resources
from viewer.app.review_work import ReviewWork
from viewer.domain.instance import FrameKey
from viewer.domain.measurement import Measurement, image_name
from viewer.export.review_files import FORMS, ReviewOrder, Written
from viewer.export.review_record import Signature
from viewer.loading.runner import Runner
from viewer.reading.findings import findings_of
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.ui.printing import start_off_screen

Told = list[Written | str]


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(lambda: None)
    yield made
    made.close()


@pytest.fixture
def reading(tmp_path: Path, qapp: object) -> Reading:
    start_off_screen(resources())
    known = study_in(tmp_path / "study")
    return Reading(ReadingState(content=known.content, decisions=MappingProxyType(decided(known))))


@pytest.fixture
def opened() -> list[Sequence[Path]]:
    return []


@pytest.fixture
def work(reading: Reading, runner: Runner, opened: list[Sequence[Path]], tmp_path: Path) -> ReviewWork:
    made = ReviewWork(reading, runner, "Jane Doe", opened.append, ("Writing", "Saving"))
    made.note_opened([tmp_path / "study"])
    return made


def wait_for(runner: Runner, done: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not done() and time.monotonic() < until:
        runner.deliver()
        time.sleep(0.01)
    assert done()


def order(folder: Path) -> ReviewOrder:
    return ReviewOrder(folder, Signature("Jane Doe"), frozenset(FORMS))


def with_a_length(state: ReadingState) -> ReadingState:
    frame = state.content.library.stacks[0].frames[1]
    name = image_name(state.content.library.instance(frame.instance), FrameKey(frame.instance))
    one = Measurement("m1", "length", name, ((1.0, 1.0), (5.0, 4.0)))
    return replace(state, measurements=MappingProxyType({name: (one,)}))


def test_everything_is_written_and_can_be_opened_beside_the_study(
    work: ReviewWork, runner: Runner, reading: Reading, opened: list[Sequence[Path]], tmp_path: Path
) -> None:
    reading.apply(with_a_length)
    told: Told = []
    work.write(order(tmp_path / "out"), told.append)
    wait_for(runner, lambda: bool(told))
    (written,) = told
    assert isinstance(written, Written)
    assert written.left_out == ()
    names = [path.name.rpartition("-")[2] for path in written.files]
    assert names == ["report.dcm", "images.dcm", "marks.dcm", "findings.csv", "sheet.pdf"]
    assert groups_read_by_highdicom(written.files[0]) == 6
    work.show(written.files)
    assert opened == [[tmp_path / "study", *written.files[:3]]]
    # A second review may stand beside the first, though that is open now.
    work.note_opened(opened[0])
    assert work.why_not_here(tmp_path / "out") == ""
    assert work.why_not_here(tmp_path / "study") != ""


def test_what_is_cancelled_leaves_nothing(work: ReviewWork, runner: Runner, tmp_path: Path) -> None:
    told: Told = []
    work.write(order(tmp_path / "out"), told.append)
    wait_for(runner, lambda: (tmp_path / "out").exists() and any((tmp_path / "out").iterdir()))
    runner.cancel("review")
    wait_for(runner, lambda: not runner.is_busy_with("review"))
    runner.deliver()
    assert told == []
    assert list((tmp_path / "out").iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said(work: ReviewWork, runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: Told = []
    work.write(order(tmp_path / "file" / "out"), told.append)
    wait_for(runner, lambda: bool(told))
    assert told == ["Not a directory"]


def test_without_a_decision_nothing_is_written(work: ReviewWork, runner: Runner, reading: Reading, tmp_path: Path) -> None:
    reading.apply(lambda state: replace(state, decisions=MappingProxyType({})))
    told: Told = []
    work.write(order(tmp_path / "out"), told.append)
    wait_for(runner, lambda: bool(told))
    assert told == ["No finding of what is open is decided, so there is nothing to write."]
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_into_what_is_open(work: ReviewWork, tmp_path: Path) -> None:
    assert "is ever written" in work.why_not_here(tmp_path / "study" / "review")
    assert work.why_not_here(tmp_path / "out") == ""


@pytest.mark.parametrize("name", ["sheet.pdf", "sheet.png"])
def test_one_finding_has_a_sheet(work: ReviewWork, runner: Runner, reading: Reading, tmp_path: Path, name: str) -> None:
    told: Told = []
    finding = findings_of(reading.state.content)[0]
    work.save_sheet(finding, tmp_path / name, told.append)
    wait_for(runner, lambda: bool(told))
    assert told == [Written((tmp_path / name,))]
    if name.endswith("png"):
        assert QImage(str(tmp_path / name)).width() == 1240
    else:
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")
