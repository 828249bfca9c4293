"""Measurements are saved as they are made, outside the opened folder, and come back with the study."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.synthetic.values import axial_series, opened
from viewer.app.review_saving import ReviewCalls, ReviewNews, ReviewSaver, reader_name
from viewer.domain.decision import Decision
from viewer.domain.edit import FillHoles, PartEdits, PartName, Smooth
from viewer.domain.measurement import Measurement
from viewer.reading.changes.library import open_anew
from viewer.reading.changes.measuring import delete_measurement, put_measurement
from viewer.reading.changes.review import hide_results, reveal, take_decisions
from viewer.reading.changes.workspace import toggle_invert
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState


def study() -> ReadingState:
    return opened(axial_series("ct"))


class Window:
    """A reading with its saver; what is due soon is done at once when asked."""

    def __init__(self, folder: Path, reader: str = "first") -> None:
        self.reading = Reading()
        self.due: list[str] = []
        self.news: list[ReviewNews] = []
        calls = ReviewCalls(lambda: self.due.append("save"), lambda: self.due.append("load"), self.news.append)
        self.saver = ReviewSaver(self.reading, folder, reader, calls)

    def open(self) -> None:
        self.reading.apply(open_anew)
        self.reading.forget_history()
        self.reading.apply(lambda _: study())
        assert self.due.pop() == "load"
        self.saver.load()

    def measure(self, name: str) -> Measurement:
        state = self.reading.state
        frame = state.content.library.stacks[0].frames[1]
        made = Measurement(name, "length", state.name_of(frame), ((1.0, 2.0), (3.0, 4.5)))
        self.reading.apply_undoable("", put_measurement, made)
        return made

    def save(self) -> None:
        """Save, and wait until it is written."""
        self.saver.save()
        self.saver.load()

    @property
    def ids(self) -> set[str]:
        return {one.id for on_image in self.reading.state.measurements.values() for one in on_image}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "reviews"


@pytest.fixture
def window(folder: Path) -> Iterator[Window]:
    made = Window(folder)
    made.open()
    yield made
    made.saver.close()


@pytest.fixture
def other(folder: Path) -> Iterator[Window]:
    made = Window(folder)
    yield made
    made.saver.close()


def saved(folder: Path) -> set[str]:
    (file,) = (one for one in folder.glob("*.json") if "set-aside" not in one.name)
    return {entry["id"] for entry in json.loads(file.read_text())["measurements"]}


def test_what_is_measured_is_saved_and_comes_back(window: Window, other: Window, folder: Path) -> None:
    made = window.measure("a")
    assert window.due == ["save"]
    window.saver.close()
    other.open()
    assert other.reading.state.measurements[made.image] == (made,)
    assert other.due == []
    uid = other.reading.state.content.library.instances[0].study_instance_uid
    assert uid not in "".join(path.name for path in folder.iterdir())


def test_edits_are_saved_soon_come_back_and_go_from_the_file_when_undone(
    window: Window, other: Window, folder: Path
) -> None:
    study_uid = window.reading.state.content.library.instances[0].study_instance_uid
    edits = {PartName(study_uid, "1.9", 3): PartEdits((FillHoles(), Smooth(2.0)), 0.25)}
    window.reading.apply_undoable("", lambda state: replace(state, edits=MappingProxyType(edits)))
    assert window.due == ["save"], "a second later at the latest"
    window.save()
    (file,) = folder.glob("*.json")
    assert len(json.loads(file.read_text())["edits"]) == 1
    window.reading.undo()
    window.save()
    assert json.loads(file.read_text())["edits"] == []
    window.reading.redo()
    window.saver.close()
    other.open()
    assert dict(other.reading.state.edits) == edits


def test_opening_another_study_deletes_nothing(window: Window, folder: Path) -> None:
    window.measure("a")
    window.save()
    window.open()
    assert window.ids == {"a"}
    window.measure("b")
    window.saver.close()
    assert saved(folder) == {"a", "b"}


def test_going_back_never_reaches_behind_what_was_saved(window: Window, other: Window, folder: Path) -> None:
    window.measure("a")
    window.saver.close()
    other.reading.apply(lambda _: study())
    other.reading.apply_undoable("", toggle_invert, 0)
    other.saver.load()
    other.reading.undo()
    assert other.ids == {"a"}
    other.reading.apply_undoable("", delete_measurement, "a")
    other.reading.undo()
    assert other.ids == {"a"}


def test_a_study_open_in_another_window_is_read_only_here_until_that_closes(
    window: Window, other: Window, folder: Path
) -> None:
    window.measure("a")
    window.save()
    other.open()
    assert other.ids == {"a"}
    assert [one.kind for one in other.news] == ["elsewhere"]
    other.measure("b")
    other.reading.apply(delete_measurement, "a")
    assert other.ids == {"a"}
    other.save()
    assert saved(folder) == {"a"}
    other.saver.try_again()
    assert [one.kind for one in other.news] == ["elsewhere", "elsewhere"]
    window.measure("c")
    window.saver.close()
    other.saver.try_again()
    assert other.news[-1].kind == "here_again"
    assert other.ids == {"a", "c"}
    other.measure("d")
    other.saver.close()
    assert saved(folder) == {"a", "c", "d"}


def test_the_lock_of_a_window_that_died_holds_nobody_up(window: Window, other: Window, folder: Path) -> None:
    window.measure("a")
    window.saver.close()
    script = """
import os, sys
from pathlib import Path
from viewer.app.review_lock import ReviewLocks
locks = ReviewLocks()
print(locks.take(Path(sys.argv[1])), flush=True)
os.kill(os.getpid(), 9)
"""
    (file,) = folder.glob("*.json")
    died = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=False)
    assert died.stdout.strip() == "True"
    assert list(folder.glob("*.lock"))
    other.open()
    assert other.news == []
    other.measure("b")
    other.saver.close()
    assert saved(folder) == {"a", "b"}


def test_readers_neither_see_nor_overwrite_each_other(window: Window, folder: Path) -> None:
    window.measure("a")
    window.saver.close()
    second = Window(folder, "second")
    second.open()
    assert second.ids == set()
    assert second.news == []
    second.measure("b")
    second.saver.close()
    kept = [json.loads(one.read_text()) for one in folder.glob("*.json")]
    assert {one["reader"]: [entry["id"] for entry in one["measurements"]] for one in kept} == {
        "first": ["a"],
        "second": ["b"],
    }


def test_the_reader_is_who_the_settings_name_else_who_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody")
    assert reader_name("  Dr. Ögedei ") == "Dr. Ögedei"
    assert reader_name(" ") == "somebody"


def test_what_cannot_be_saved_is_said_once_and_saved_when_it_can_be(window: Window, folder: Path) -> None:
    folder.rename(folder.with_name("away"))
    folder.write_text("no folder")
    window.measure("a")
    window.save()
    window.measure("b")
    window.save()
    assert [one.kind for one in window.news] == ["not_saved"]
    assert window.news[0].reason
    window.saver.try_again()
    window.saver.load()
    assert [one.kind for one in window.news] == ["not_saved", "not_saved"]
    folder.unlink()
    folder.with_name("away").rename(folder)
    window.saver.try_again()
    window.saver.load()
    assert window.news[-1].kind == "saved_again"
    assert saved(folder) == {"a", "b"}


def test_a_deleted_measurement_does_not_come_back(window: Window, other: Window, folder: Path) -> None:
    window.measure("a")
    window.measure("b")
    window.save()
    window.reading.apply_undoable("", delete_measurement, "a")
    window.saver.close()
    assert saved(folder) == {"b"}


def test_what_could_not_be_read_is_read_when_it_can_be_and_nothing_is_lost(
    window: Window, other: Window, folder: Path
) -> None:
    window.measure("a")
    window.saver.close()
    folder.rename(folder.with_name("away"))
    folder.write_text("no folder")
    other.open()
    assert [one.kind for one in other.news] == ["not_read"]
    assert other.ids == set()
    other.measure("b")
    folder.unlink()
    folder.with_name("away").rename(folder)
    other.saver.try_again()
    assert other.ids == {"a", "b"}
    other.saver.close()
    assert saved(folder) == {"a", "b"}


@pytest.mark.parametrize("text", ["{", '{"version": 2}', "\xff"])
def test_a_file_that_cannot_be_read_is_set_aside_and_kept(window: Window, other: Window, folder: Path, text: str) -> None:
    window.measure("a")
    window.saver.close()
    (file,) = folder.glob("*.json")
    file.write_bytes(text.encode("latin-1"))
    other.open()
    assert other.ids == set()
    assert [one.kind for one in other.news] == ["set_aside"]
    other.measure("b")
    other.saver.close()
    assert saved(folder) == {"b"}
    (aside,) = (one for one in folder.iterdir() if "set-aside" in one.name)
    assert aside.read_bytes() == text.encode("latin-1")


def decided(window: Window, name: str, verdict: str = "accepted") -> None:
    study_uid = next(iter(window.reading.state.content.library.patients)).studies[0].study_instance_uid
    window.reading.apply(take_decisions, [Decision(name, study_uid, verdict, note="mine")])  # type: ignore[arg-type]


def test_decisions_are_saved_and_resumed(window: Window, folder: Path) -> None:
    decided(window, "f1")
    assert window.due == ["save"]
    window.save()
    window.saver.close()
    again = Window(folder)
    again.open()
    assert again.reading.state.decisions["f1"].note == "mine"
    again.saver.close()


def test_a_second_reader_neither_sees_nor_overwrites_the_decisions_of_the_first(window: Window, folder: Path) -> None:
    decided(window, "f1")
    window.save()
    second = Window(folder, "second")
    second.open()
    assert not second.reading.state.decisions
    decided(second, "f1", "rejected")
    second.save()
    second.saver.close()
    window.saver.close()
    first = Window(folder)
    first.open()
    assert first.reading.state.decisions["f1"].verdict == "accepted"
    first.saver.close()


def test_when_a_blind_read_ended_is_saved(window: Window, folder: Path) -> None:
    window.reading.apply(hide_results, "2026-01-15T10:00:00.000+00:00")
    window.reading.apply(reveal, "2026-01-15T10:05:00.000+00:00")
    window.save()
    (file,) = folder.glob("*.json")
    assert json.loads(file.read_text())["blind_reads"] == [
        {"began": "2026-01-15T10:00:00.000+00:00", "revealed": "2026-01-15T10:05:00.000+00:00"}
    ]
