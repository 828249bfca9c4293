"""The welcome page says what was in a folder, so that it need not be opened to be recognised."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.small_study import small_state
from viewer.app.window import contents_of
from viewer.reading.reading import Reading
from viewer.ui.live_actions import Actions
from viewer.ui.welcome import ActButton, Welcome, contents_text


@pytest.mark.parametrize(
    ("contents", "text"),
    [
        ({}, ""),
        ({"series": 1}, "1 series"),
        ({"series": 3, "SEG": 1, "SR": 44}, "3 series · SEG, 44 SR"),
        ({"SEG": 2}, "2 SEG"),
    ],
)
def test_contents_are_said_in_one_line(contents: dict[str, int], text: str) -> None:
    assert contents_text(contents) == text


def test_series_of_images_and_other_objects_are_counted_apart() -> None:
    assert contents_of(small_state().content.library) == {"series": 2, "SEG": 1, "RTSTRUCT": 1, "SR": 1}


def test_a_recent_folder_shows_what_is_in_it(qtbot: QtBot, tmp_path: Path) -> None:
    page = Welcome(Actions(Reading(), {}, None))
    qtbot.addWidget(page)
    page.show_recent((str(tmp_path),), {str(tmp_path): {"series": 2, "SR": 3}})
    page.show()
    words = [one.text() for one in page.findChildren(QLabel) if one.isVisible()]
    assert f"2 series · 3 SR · {tmp_path.parent}" in words


def test_a_recent_folder_that_is_gone_says_so_when_that_is_known_and_can_be_taken_off(qtbot: QtBot, tmp_path: Path) -> None:
    page = Welcome(Actions(Reading(), {}, None))
    qtbot.addWidget(page)
    here, gone = str(tmp_path), str(tmp_path / "gone")
    page.show_recent((here, gone))
    page.show()
    assert page.listed == (here, gone)
    assert [one.isEnabled() for one in recent_rows(page)] == [True, True]
    page.show_gone((gone, "one that is no longer listed"))
    qtbot.waitUntil(lambda: [one.isEnabled() for one in recent_rows(page)] == [True, False])
    with qtbot.waitSignal(page.recent_removed) as removed:
        next(one for one in page.findChildren(QPushButton) if one.text() == "Remove" and one.isVisible()).click()
    assert removed.args == [gone]


def recent_rows(page: Welcome) -> list[ActButton]:
    rows = (one for one in page.findChildren(ActButton) if one.property("role") in ("act-flat", "act-gone"))
    return sorted((one for one in rows if one.isVisible()), key=lambda one: one.mapTo(page, one.rect().topLeft()).y())
