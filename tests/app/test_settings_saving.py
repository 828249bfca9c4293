"""Settings are written behind the window's back, the newest last, and a failure is told."""

from __future__ import annotations

from pathlib import Path

from viewer.app.settings import Settings, load_settings
from viewer.app.settings_saving import SettingsSaver


def test_the_newest_settings_stand_in_the_file_when_all_is_written(tmp_path: Path) -> None:
    path, told = tmp_path / "settings.json", []
    saver = SettingsSaver(path, told.append)
    for size in (1.1, 1.2, 1.25):
        saver.save(Settings(text_size=size))
    saver.close()
    assert load_settings(path) == Settings(text_size=1.25)
    assert not told


def test_a_folder_that_cannot_be_written_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    told: list[str] = []
    saver = SettingsSaver(tmp_path / "file" / "settings.json", told.append)
    saver.save(Settings())
    saver.close()
    assert len(told) == 1
