"""The workspace of a study is saved after changes and comes back, on any disk and whatever the file holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.synthetic.values import axial_series, opened, two_part_overlay
from viewer.app import autosaving
from viewer.app.autosaving import Autosaver
from viewer.domain.instance import InstanceKey
from viewer.reading.changes.layers import set_part_visible
from viewer.reading.changes.library import open_anew
from viewer.reading.changes.workspace import set_frame, set_window
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, WindowChoice

NARROW = WindowChoice("user", center=40, width=80)


def state() -> ReadingState:
    return opened(axial_series("ct"), overlays=(two_part_overlay(),))


class Saved:
    """A reading with an autosaver that counts how often it asked to be called."""

    def __init__(self, folder: Path) -> None:
        self.reading = Reading(state())
        self.asked = 0
        self.saver = Autosaver(self.reading, folder, self._ask)

    def _ask(self) -> None:
        self.asked += 1


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[Saved]:
    made = Saved(tmp_path)
    yield made
    made.saver.close()


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def restored(folder: Path) -> ReadingState:
    """What another run of the program shows of the study."""
    reading = Reading(state())
    saver = Autosaver(reading, folder, lambda: None)
    saver.restore()
    saver.close()
    return reading.state


def test_a_choice_asks_to_be_saved_and_comes_back(tmp_path: Path, saved: Saved) -> None:
    saved.reading.apply_undoable("", set_window, 0, NARROW)
    saved.reading.apply_undoable("", set_part_visible, InstanceKey("seg.0"), 3, visible=False)
    assert saved.asked == 2
    saved.saver.save()
    saved.saver.close()
    back = restored(tmp_path)
    assert back.pane.window == NARROW
    assert not back.part_visible(back.content.overlays[InstanceKey("seg.0")], 3)


def test_nothing_is_written_when_nothing_changed(tmp_path: Path, saved: Saved) -> None:
    saved.saver.save()
    saved.saver.close()
    assert files(tmp_path) == []


def test_closing_saves_what_was_not_saved_yet(tmp_path: Path, saved: Saved) -> None:
    saved.reading.apply(set_frame, 0, 4)
    saved.saver.close()
    assert restored(tmp_path).pane.frame == 4


def test_the_file_name_does_not_tell_whose_study_it_is(tmp_path: Path, saved: Saved) -> None:
    saved.reading.apply(set_frame, 0, 4)
    saved.saver.close()
    (written,) = files(tmp_path)
    assert "study" not in written.name


def test_what_could_not_be_written_is_written_the_next_time(
    tmp_path: Path, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Path] = []

    def full_disk(path: Path, text: str) -> None:
        tries.append(path)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(autosaving, "write_atomically", full_disk)
        saved.reading.apply(set_frame, 0, 4)
        saved.saver.save()
        saved.saver.restore()
    assert len(tries) == 1
    assert files(tmp_path) == []
    saved.saver.save()
    saved.saver.close()
    assert restored(tmp_path).pane.frame == 4


def test_a_failure_at_the_very_end_does_not_stop_the_program(
    tmp_path: Path, saved: Saved, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(path: Path, text: str) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(autosaving, "write_atomically", gone)
    saved.reading.apply(set_frame, 0, 4)
    saved.saver.close()
    assert "Input/output error" in caplog.text
    assert str(tmp_path) not in caplog.text


@pytest.mark.parametrize("content", ["", "[]", "{not json", '{"panes": 7}', "\udcff"])
def test_a_damaged_file_changes_nothing(tmp_path: Path, saved: Saved, content: str) -> None:
    saved.reading.apply(set_frame, 0, 4)
    saved.saver.close()
    (written,) = files(tmp_path)
    written.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert restored(tmp_path).panes == state().panes


def test_nothing_is_saved_while_a_scan_goes_on(tmp_path: Path, saved: Saved) -> None:
    saved.reading.apply(set_frame, 0, 4)
    saved.reading.apply(open_anew)
    saved.saver.save()
    saved.saver.close()
    assert files(tmp_path) == []
