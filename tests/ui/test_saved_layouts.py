"""Saved layouts: saved under a name, applied, renamed, deleted and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.small_study import CT_STACK, MR_STACK, small_state
from viewer.app.settings import Settings
from viewer.reading.changes.layouts import set_layout
from viewer.reading.reading import Reading
from viewer.reading.saved_layout import HangRule, SavedLayout
from viewer.ui.live_actions import Actions
from viewer.ui.notices import Notice, Notices
from viewer.ui.saved_layouts import NameDialog, SavedLayouts


class Kept:
    """A program that keeps settings, and a window that shows notices."""

    def __init__(self, qtbot: QtBot) -> None:
        self.settings = Settings()
        self.reading = Reading(set_layout(small_state(), "1x2"))
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.told: list[tuple[Notice, Callable[[], None] | None]] = []
        notices = Notices()
        qtbot.addWidget(notices)
        notices.tell = lambda notice, follow=None: self.told.append((notice, follow))  # type: ignore[method-assign]
        actions = Actions(self.reading, {}, self.parent)
        self.layouts = SavedLayouts(self.reading, actions, self.parent, lambda: self.settings, self, notices)  # type: ignore[arg-type]

    def change_settings(self, settings: Settings) -> None:
        self.settings = settings

    def names(self) -> list[str]:
        return [one.name for one in self.settings.layouts]


@pytest.fixture
def kept(qtbot: QtBot) -> Iterator[Kept]:
    return Kept(qtbot)  # type: ignore[return-value]


def test_a_layout_is_saved_with_what_hangs_where_and_replaced_under_its_name(kept: Kept) -> None:
    kept.layouts.save("Torso")
    rules = (HangRule("CT", "Torso", "axial"), HangRule("MR", "T2", "axial"))
    assert kept.settings.layouts == (SavedLayout("Torso", "1x2", rules),)
    kept.reading.apply(set_layout, "1x1")
    kept.layouts.save("Torso")
    assert [one.layout for one in kept.settings.layouts] == ["1x1"]


def test_applying_is_one_step_of_undo(kept: Kept) -> None:
    kept.layouts.save("Torso")
    kept.reading.apply(set_layout, "1x1")
    kept.layouts.apply(kept.settings.layouts[0])
    assert [pane.stack_id for pane in kept.reading.state.panes] == [CT_STACK, MR_STACK]
    kept.reading.undo()
    assert kept.reading.state.layout == "1x1"


def test_renaming_and_deleting_and_putting_back(kept: Kept) -> None:
    kept.layouts.save("One")
    kept.layouts.save("Two")
    kept.layouts.rename(kept.settings.layouts[0], "First")
    assert kept.names() == ["First", "Two"]
    kept.layouts.delete(kept.settings.layouts[0])
    assert kept.names() == ["Two"]
    notice, put_back = kept.told[0]
    assert "First" in notice.title
    assert put_back is not None
    put_back()
    assert kept.names() == ["First", "Two"]


def test_the_menu_names_them_and_offers_nothing_to_rename_where_there_is_none(kept: Kept) -> None:
    menu = QMenu(kept.parent)
    kept.layouts.fill(menu)
    arrangements = ["MPR and 3D", "Three planes", "Images and three planes", "3D alone"]
    assert [action.text() for action in menu.actions()] == [*arrangements, "", "Save this layout…"]
    kept.layouts.save("A <b>bold</b> name")
    menu.clear()
    kept.layouts.fill(menu)
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == [*arrangements, "A <b>bold</b> name", "Save this layout…", "Rename", "Delete"]


def test_an_ampersand_in_a_name_is_no_key(kept: Kept) -> None:
    kept.layouts.save("CT & MR")
    menu = QMenu(kept.parent)
    kept.layouts.fill(menu)
    assert "CT && MR" in [action.text() for action in menu.actions()]


def test_a_layout_needs_a_name_and_the_button_says_when_it_replaces_one(qtbot: QtBot) -> None:
    taken: list[str] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = NameDialog(
        "Save this layout",
        "Save layout",
        "",
        lines=["1  CT"],
        taken=frozenset({"Torso"}),
        take=taken.append,
        parent=parent,
    )
    assert not dialog.accept_button.isEnabled()
    dialog.name.setText(" Torso ")
    assert dialog.accept_button.text() == "Replace layout"
    dialog.name.setText(" Torso 2 ")
    assert dialog.accept_button.text() == "Save layout"
    dialog.accept_button.click()
    assert taken == ["Torso 2"]
