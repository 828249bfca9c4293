"""Palette, shortcuts sheet, settings, about, guide, notices and Health."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QTextFormat, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.small_study import BROKEN, small_state
from viewer.app.settings import Settings
from viewer.domain.agreement import Tolerances
from viewer.domain.instance import Skipped
from viewer.reading.reading import Reading
from viewer.ui.about import About, CrashReport, Guide
from viewer.ui.actions import ACTIONS, action_text
from viewer.ui.command_palette import CommandPalette, commands_of, matching
from viewer.ui.health import HealthPanel, health_rows, number_of_issues
from viewer.ui.live_actions import Actions
from viewer.ui.notices import Notice, Notices
from viewer.ui.settings.dialog import SettingsDialog
from viewer.ui.shortcuts import ShortcutsSheet


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    yield made


def test_the_palette_finds_commands_by_words_in_any_order_and_runs_them(qtbot: QtBot, owner: QWidget) -> None:
    actions = Actions(Reading(small_state()), {}, owner)
    done: list[str] = []
    actions.attach({"flip_vertical": lambda: done.append("flip")})
    palette = CommandPalette(actions, {1: "Soft tissue  40 / 400"}, owner)
    palette.open()
    qtbot.keyClicks(palette.field, "bottom flip")
    assert [command.action_id for command in palette.model.commands] == ["flip_vertical"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["flip"]
    assert not palette.isVisible()


def test_the_palette_names_the_windows_there_are_and_no_others(qtbot: QtBot, owner: QWidget) -> None:
    commands = commands_of(Actions(Reading(small_state()), {}, owner), {1: "Soft tissue  40 / 400"})
    windows = [command.text for command in commands if command.action_id.startswith("window_")]
    assert windows == ["Window: Soft tissue  40 / 400"]
    assert {command.action_id for command in commands} >= {"open_folder", "about", "reset"}


def test_commands_that_cannot_be_used_now_come_last_and_do_nothing(qtbot: QtBot, owner: QWidget) -> None:
    found = matching(commands_of(Actions(Reading(), {}, owner), {}), "")
    assert [command.enabled for command in found] == sorted((command.enabled for command in found), reverse=True)


def test_the_sheet_lists_every_action_and_changes_a_key_unless_it_is_taken(qtbot: QtBot, owner: QWidget) -> None:
    changed: list[dict[str, str]] = []
    sheet = ShortcutsSheet({}, changed.append, owner)
    sheet.show()
    words = {label.text() for label in sheet.findChildren(QLabel)}
    assert all(action_text(spec).rstrip("…") in words for spec in ACTIONS)
    invert = next(spec for spec in ACTIONS if spec.id == "invert")
    sheet._start(invert)
    sheet.edit.setKeySequence(QKeySequence("F"))
    qtbot.mouseClick(sheet._use, Qt.MouseButton.LeftButton)
    assert changed == []
    assert "Fit the image" in sheet._what.text()
    sheet.edit.setKeySequence(QKeySequence("Ctrl+I"))
    qtbot.mouseClick(sheet._use, Qt.MouseButton.LeftButton)
    assert changed == [{"invert": "Ctrl+I"}]
    sheet.close()


def test_the_settings_dialog_has_an_editor_for_every_titled_field(qtbot: QtBot, owner: QWidget) -> None:
    changed: list[Settings] = []
    dialog = SettingsDialog(Settings(), changed.append, owner)
    titled = [name for name, field in Settings.model_fields.items() if field.title]
    assert list(dialog.editors) == titled
    theme, smooth = dialog.editors["theme"], dialog.editors["smooth_images"]
    assert isinstance(theme, QComboBox)
    assert isinstance(smooth, QCheckBox)
    theme.setCurrentIndex(1)
    smooth.setChecked(False)
    assert (changed[-1].theme, changed[-1].smooth_images) == ("light", False)
    qtbot.mouseClick(dialog._reset, Qt.MouseButton.LeftButton)
    assert changed[-1] == Settings()


def test_the_tolerances_stand_under_a_head_of_their_own(qtbot: QtBot, owner: QWidget) -> None:
    changed: list[Settings] = []
    dialog = SettingsDialog(Settings(), changed.append, owner)
    heads = [one.text() for one in dialog.findChildren(QLabel) if one.property("role") == "head"]
    assert heads == ["Review"]
    volume, mean = dialog.editors["tolerance_volume_percent"], dialog.editors["tolerance_mean_units"]
    assert isinstance(volume, QDoubleSpinBox)
    assert isinstance(mean, QDoubleSpinBox)
    volume.setValue(-3.0)
    mean.setValue(2.5)
    assert changed[-1].tolerances == Tolerances(volume_percent=0.0, mean_units=2.5)
    names = {one.accessibleName() for one in dialog.editors.values()}
    assert len(names) == len(dialog.editors), "every editor is told apart by its name"


def test_scrolling_through_the_settings_changes_none_of_them(qtbot: QtBot, owner: QWidget) -> None:
    changed: list[Settings] = []
    dialog = SettingsDialog(Settings(), changed.append, owner)
    dialog.show()
    nothing = QPoint(0, 0)
    for editor in dialog.editors.values():
        editor.setFocus()
        middle = QPointF(editor.rect().center())
        turn = QWheelEvent(
            middle,
            editor.mapToGlobal(middle),
            nothing,
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(editor, turn)
    assert changed == []


def test_the_settings_show_every_word_and_fit_a_low_screen(qtbot: QtBot, owner: QWidget) -> None:
    dialog = SettingsDialog(Settings(), lambda _: None, owner)
    dialog.show()
    qtbot.waitExposed(dialog)
    words = [one for one in dialog.findChildren(QLabel) if one.wordWrap() and one.text()]
    assert len(words) > 2
    for one in words:
        assert one.height() >= one.heightForWidth(one.width()), one.text()
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    dialog.close()


def test_about_says_what_it_is_not_for_and_holds_the_licences(qtbot: QtBot, owner: QWidget) -> None:
    about = About(owner)
    assert "Not for diagnostic use" in about.warning.text()
    assert about.names.count() >= 2
    texts = []
    for number in range(about.names.count()):
        about.names.setCurrentIndex(number)
        texts.append(about.licences.toPlainText())
    assert all(len(text) > 200 for text in texts)
    assert any("SIL OPEN FONT LICENSE" in text for text in texts)


def test_the_guide_can_be_read_and_searched(qtbot: QtBot, owner: QWidget) -> None:
    guide = Guide(owner)
    assert len(guide.page.toPlainText()) > 500
    guide.search.setText("folder")
    assert guide.page.textCursor().selectedText().casefold() == "folder"


def test_a_crash_report_is_shown_as_it_is(qtbot: QtBot, owner: QWidget) -> None:
    report = CrashReport("Overread 0.1\n<b>ValueError</b> at", owner)
    assert report.text.toPlainText() == "Overread 0.1\n<b>ValueError</b> at"


def test_at_most_two_notices_stand_at_once_and_none_twice(qtbot: QtBot) -> None:
    notices = Notices()
    qtbot.addWidget(notices)
    followed: list[bool] = []
    notices.tell(Notice("One", "text", "error", "Do it"), lambda: followed.append(True))
    for title in ("Two", "Three", "Two"):
        notices.tell(Notice(title))
    assert notices.titles == ("One", "Two")
    notices._shown[0][1].closed.emit()
    assert notices.titles == ("Two", "Three")
    notices.clear()
    assert notices.titles == ()


def test_health_names_every_skipped_unreadable_and_refused_thing() -> None:
    content = small_state().content
    groups = {row.name: [child.name for child in row.children] for row in health_rows(content)}
    assert groups["Skipped: Not a DICOM file."] == ["/study/notes.txt"]
    assert groups["Objects that could not be read"] == ["/study/broken: The file is damaged: it ends in the middle."]
    assert groups["It refers to 12 images that are not among the opened files."] == ["Plan"]
    assert number_of_issues(health_rows(content)) == 3
    assert BROKEN in content.unreadable


def test_what_many_files_share_is_one_thing_worth_a_look() -> None:
    content = small_state().content
    library = replace(content.library, skipped=tuple(Skipped(f"/study/{n}.txt", "Not a DICOM file.") for n in range(50)))
    found = health_rows(replace(content, library=library))
    assert [row.count for row in found if row.name.startswith("Skipped")] == ["50"]
    assert number_of_issues(found) == number_of_issues(health_rows(content))


def test_an_open_study_without_faults_says_so(qtbot: QtBot) -> None:
    panel = HealthPanel(Reading())
    qtbot.addWidget(panel)
    assert panel._pages.currentIndex() == 1
    assert isinstance(panel.model, QObject)


def test_headings_of_the_guide_have_the_sizes_of_the_look(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    document = Guide(parent).page.document()
    sizes: dict[int, set[int]] = {}
    block = document.begin()
    while block.isValid():
        if level := block.blockFormat().headingLevel():
            fragment = block.begin().fragment().charFormat()
            assert not fragment.hasProperty(QTextFormat.Property.FontSizeAdjustment)
            sizes.setdefault(level, set()).add(fragment.font().pixelSize())
        block = block.next()
    assert sizes[1] == {18}
    assert sizes[2] == {15}


@pytest.mark.parametrize("words", ["alt opacity", "enter row", "wheel zoom"])
def test_the_sheet_lists_keys_of_lists_and_the_mouse_too(qtbot: QtBot, owner: QWidget, words: str) -> None:
    sheet = ShortcutsSheet({}, lambda _chosen: None, owner)
    sheet.search.setText(words)
    page = sheet._area.widget()
    assert page is not None
    assert len([one for one in page.findChildren(QLabel) if one.property("role") == "key"]) == 1
    sheet.close()
