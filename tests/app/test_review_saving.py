"""Measurements are saved as they are made, outside the opened folder, and come back with the study."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.synthetic.values import axial_series, opened
from viewer.app.review_saving import ReviewSaver
from viewer.domain.measurement import Measurement
from viewer.reading.changes.library import open_anew
from viewer.reading.changes.measuring import delete_measurement, put_measurement
from viewer.reading.changes.workspace import toggle_invert
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState


def study() -> ReadingState:
    return opened(axial_series("ct"))


class Window:
    """A reading with its saver; what is due soon is done at once when asked."""

    def __init__(self, folder: Path) -> None:
        self.reading = Reading()
        self.due: list[str] = []
        self.saver = ReviewSaver(
            self.reading, folder, save_soon=lambda: self.due.append("save"), load_soon=lambda: self.due.append("load")
        )

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
    (file,) = (one for one in folder.iterdir() if "set-aside" not in one.name)
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


def test_two_windows_on_one_study_lose_nothing_of_each_other(window: Window, other: Window, folder: Path) -> None:
    window.measure("a")
    window.save()
    other.open()
    other.measure("b")
    other.save()
    window.measure("c")
    window.save()
    other.reading.apply(delete_measurement, "a")
    other.measure("d")
    other.saver.close()
    assert saved(folder) == {"b", "c", "d"}
    window.measure("e")
    window.saver.close()
    assert saved(folder) >= {"b", "c", "d", "e"}


def test_a_deleted_measurement_does_not_come_back(window: Window, other: Window, folder: Path) -> None:
    window.measure("a")
    window.measure("b")
    window.save()
    window.reading.apply_undoable("", delete_measurement, "a")
    window.saver.close()
    assert saved(folder) == {"b"}


@pytest.mark.parametrize("text", ["{", '{"version": 2}', "\xff"])
def test_a_file_that_cannot_be_read_is_set_aside_and_kept(window: Window, other: Window, folder: Path, text: str) -> None:
    window.measure("a")
    window.saver.close()
    (file,) = folder.iterdir()
    file.write_bytes(text.encode("latin-1"))
    other.open()
    assert other.ids == set()
    other.measure("b")
    other.saver.close()
    assert saved(folder) == {"b"}
    (aside,) = (one for one in folder.iterdir() if "set-aside" in one.name)
    assert aside.read_bytes() == text.encode("latin-1")
