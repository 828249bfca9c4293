"""Settings survive the disk, and whatever stands in the file the program starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from viewer.app.settings import Settings, load_settings, save_settings
from viewer.domain.agreement import Tolerances
from viewer.domain.transfer import TransferFunction, TransferPoint
from viewer.export.whole_files import write_atomically
from viewer.geometry.slab import Slab
from viewer.reading.reslicing import Axes
from viewer.reading.saved_layout import CameraRule, HangRule, PaneShape, SavedLayout

TURNED: Axes = ((0.8, 0.6, 0.0), (-0.6, 0.8, 0.0), (0.0, 0.0, 1.0))
SEEN = CameraRule((0.0, -1.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.4, 0.3), 0.7, parallel=True)
THROUGH = TransferFunction((TransferPoint(150.0, (1, 2, 3), 0.0), TransferPoint(300.0, (250, 240, 230), 0.7)), shaded=False)


def test_settings_survive_the_disk(tmp_path: Path) -> None:
    chosen = Settings(theme="light", text_size=1.25, memory_budget_mib=512, shortcuts={"fit": "Ctrl+F"}).with_recent("/a")
    rules = (HangRule("MR", "T2 sag", "sagittal"), HangRule())
    solid = PaneShape("volume", preset="ct_bone", surfaces=False, camera=SEEN, transfer=THROUGH)
    shapes = (PaneShape("coronal", Slab(5.0, "mean")), solid)
    chosen = chosen.model_copy(update={"layouts": (SavedLayout("Spine", "1x2", rules, shapes, axes=TURNED),)})
    save_settings(chosen, tmp_path / "below" / "settings.json")
    assert load_settings(tmp_path / "below" / "settings.json") == chosen


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '"theme"', "\0"])
def test_a_damaged_file_gives_the_defaults(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    assert load_settings(tmp_path / "settings.json") == Settings()


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json") == Settings()


def test_one_wrong_value_costs_only_itself(tmp_path: Path) -> None:
    stored = {
        "layouts": [{"name": "x", "layout": "9x9"}],
        "theme": "pink",
        "text_size": 1.2,
        "memory_budget_mib": 1,
        "of_a_later_version": True,
    }
    (tmp_path / "settings.json").write_text(json.dumps(stored))
    assert load_settings(tmp_path / "settings.json") == Settings(text_size=1.2)


def test_a_file_of_a_later_version_is_read_as_far_as_it_is_understood(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"version": 99, "theme": "light"}))
    assert load_settings(tmp_path / "settings.json") == Settings(theme="light")


@pytest.mark.parametrize("value", [-1, "five", None, [5.0], float("nan"), float("inf"), 1e9])
def test_a_tolerance_that_is_nonsense_is_as_at_first(tmp_path: Path, value: object) -> None:
    stored = {"tolerance_volume_percent": value, "tolerance_length_mm": 2.5, "theme": "light"}
    (tmp_path / "settings.json").write_text(json.dumps(stored))
    read = load_settings(tmp_path / "settings.json")
    assert read == Settings(theme="light", tolerance_length_mm=2.5)
    assert read.tolerances == Tolerances(length_mm=2.5)


def test_the_latest_folder_stands_first_and_once() -> None:
    settings = Settings()
    for path in ("/a", "/b", "/a"):
        settings = settings.with_recent(path)
    assert settings.recent == ("/a", "/b")
    for number in range(30):
        settings = settings.with_recent(f"/{number}")
    assert len(settings.recent) == 12
    assert settings.recent[0] == "/29"


def test_what_a_folder_holds_is_kept_as_long_as_the_folder_is_listed() -> None:
    settings = Settings().with_recent("/a").with_contents("/a", {"series": 2, "SEG": 1})
    assert settings.recent_contents == {"/a": {"series": 2, "SEG": 1}}
    assert settings.with_contents("/never opened", {"series": 1}) == settings
    for number in range(12):
        settings = settings.with_recent(f"/{number}")
    assert settings.recent_contents == {}


def test_a_write_that_fails_leaves_the_old_content_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    write_atomically(path, "old")

    def full(_handle: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="full"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["settings.json"]
