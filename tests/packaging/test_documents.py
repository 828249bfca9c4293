"""README, guide and sample description name what is there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from viewer.app.main import COMMANDS
from viewer.ui.actions import ACTIONS

REPOSITORY = Path(__file__).parents[2]
# Keys of the sheet as the guide writes them.
WRITTEN = {"PgUp": "Page Up", "PgDown": "Page Down", "Ctrl+Return": "Ctrl+Enter"}


def _text(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def test_readme_and_guide_name_every_command_and_no_other() -> None:
    for name in ("README.md", "resources/help/guide.md"):
        named = set(re.findall(r"overread ([a-z][a-z-]*)[ `]", _text(name)))
        assert named == set(COMMANDS), name


def test_every_file_that_the_readme_points_at_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", _text("README.md")):
        assert (REPOSITORY / target).is_file(), target


def test_the_guide_says_what_the_main_keys_do() -> None:
    guide = _text("resources/help/guide.md")
    for action in (
        "open_folder",
        "hide_overlays",
        "blink",
        "style",
        "solo",
        "toggle_row",
        "invert",
        "reset",
        "fit",
        "cine",
        "link",
    ):
        (spec,) = (spec for spec in ACTIONS if spec.id == action)
        key = WRITTEN.get(spec.keys[0], spec.keys[0])
        assert re.search(rf"(\*\*|\(|\| |, ){re.escape(key)}(\*\*|\)|,| \||\b)", guide), spec.id


def test_the_sample_description_names_every_result() -> None:
    described = _text("sample_data/README.md")
    for path in (REPOSITORY / "sample_data" / "study" / "results").iterdir():
        assert path.name in described


def test_the_two_commands_and_ci_can_be_started() -> None:
    for name in ("packaging/run", "packaging/test", ".ci/run"):
        assert os.access(REPOSITORY / name, os.X_OK), name
        assert _text(name).startswith("#!/bin/sh\n")
