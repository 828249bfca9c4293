"""The shipped folders are found, and nothing else decides where they are."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from viewer.app import paths

REPOSITORY = Path(__file__).parents[2]


def test_a_checkout_uses_the_folders_beside_the_package() -> None:
    assert paths.resources() == REPOSITORY / "resources"
    assert paths.sample_data() == REPOSITORY / "sample_data" / "study"


def test_the_users_folders_are_private_and_made_on_demand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for folder in (paths.user_data(), paths.user_settings(), paths.user_logs()):
        assert folder.is_dir()
        assert folder.is_relative_to(tmp_path)
        assert folder.stat().st_mode & 0o077 == 0


def test_every_icon_is_one_stroke_on_a_24_grid() -> None:
    icons = sorted((REPOSITORY / "resources" / "icons").glob("*.svg"))
    assert len(icons) > 90
    for icon in icons:
        root = ElementTree.fromstring(icon.read_text(encoding="utf-8"))
        if icon.stem == "overread":
            continue
        assert root.attrib["viewBox"] == "0 0 24 24", icon.name
        assert root.attrib["stroke"] == "currentColor", icon.name


def test_window_presets_are_named_once_and_have_a_width() -> None:
    presets = json.loads((REPOSITORY / "resources" / "windows.json").read_text(encoding="utf-8"))["presets"]
    for modality, windows in presets.items():
        names = [window["name"] for window in windows]
        assert len(names) == len(set(names)) <= 9, modality
        assert all(window["width"] >= 1 for window in windows)


def test_what_is_bundled_has_its_licence() -> None:
    licences = REPOSITORY / "resources" / "licences"
    assert "SIL OPEN FONT LICENSE" in (licences / "inter.txt").read_text(encoding="utf-8")
    assert "ISC License" in (licences / "lucide.txt").read_text(encoding="utf-8")
    assert "CC0" in (licences / "colour-maps.txt").read_text(encoding="utf-8")
