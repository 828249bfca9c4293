"""The window: every action connected, keys that work where they should, responsive docks, state shown everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QTabBar
from pytestqt.qtbot import QtBot

from tests.ui.program_around import Program
from tests.ui.small_study import CT_STACK, MR_STACK, SEG, small_state
from viewer.app.settings import Settings
from viewer.loading.runner import Progress
from viewer.loading.store import Store
from viewer.reading.changes.layers import select
from viewer.reading.reading import Reading
from viewer.reading.state import Selection
from viewer.ui.main_window import MainWindow
from viewer.ui.menus import ReasonMenu, reason
from viewer.ui.theme.current import tokens
from viewer.ui.tree_model import NODE_ROLE


@pytest.fixture
def reading() -> Reading:
    return Reading(small_state())


@pytest.fixture
def program() -> Program:
    return Program()


@pytest.fixture
def window(qtbot: QtBot, reading: Reading, program: Program) -> Iterator[MainWindow]:
    made = MainWindow(reading, Store(budget_bytes=1 << 24), program.settings, program)
    program.window = made
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    qtbot.waitExposed(made)
    yield made
    program.change_settings(Settings())
    made.close()


def test_every_action_does_something(window: MainWindow) -> None:
    assert window.actions_table.unattached == frozenset()


def test_every_menu_fits_a_low_screen_and_opens_by_a_letter_of_its_own(window: MainWindow) -> None:
    letters = []
    for title in window.menu.actions():
        assert title.menu().sizeHint().height() <= 650, title.text()
        letters.append(title.text().partition("&")[2][:1].casefold())
    assert all(letters)
    assert len(set(letters)) == len(letters)


def test_every_action_stands_in_a_menu_or_has_a_key(window: MainWindow) -> None:
    menus = [menu.menu() for menu in window.menu.actions()]
    menus += [action.menu() for menu in menus for action in menu.actions() if action.menu() is not None]
    in_menus = {action.text() for menu in menus for action in menu.actions()}
    for spec, action in window.actions_table.all():
        # The menu of colour maps is headed so: it names them alone.
        words = action.text().removeprefix("Colour map: ")
        assert words in in_menus or spec.keys, spec.id


def test_letters_act_from_the_images_and_from_lists_but_not_in_text_fields(
    qtbot: QtBot, window: MainWindow, reading: Reading
) -> None:
    window.grid.viewports[0].canvas.setFocus()
    qtbot.keyClick(window.grid.viewports[0].canvas, Qt.Key.Key_I)
    assert reading.state.pane.view.inverted
    window.panels.layers.view.setFocus()
    qtbot.keyClick(window.panels.layers.view, Qt.Key.Key_I)
    assert not reading.state.pane.view.inverted
    window.panels.layers.search.setFocus()
    qtbot.keyClick(window.panels.layers.search, Qt.Key.Key_I)
    assert window.panels.layers.search.text() == "i"
    assert not reading.state.pane.view.inverted


def test_arrow_keys_scroll_images_but_walk_rows_in_lists(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    canvas = window.grid.viewports[0].canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert reading.state.pane.frame == 2
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert reading.state.pane.frame == 0
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert reading.state.pane.frame == 3
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert reading.state.pane.stack_id == MR_STACK
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert reading.state.pane.stack_id == CT_STACK
    before = reading.state.pane.frame
    window.panels.layers.view.setFocus()
    window.panels.layers.view.setCurrentIndex(window.panels.layers.model.index_of(("part", SEG, 1)))
    qtbot.keyClick(window.panels.layers.view, Qt.Key.Key_Down)
    assert reading.state.selection == Selection(SEG, 2)
    assert reading.state.pane.frame == before


def test_tab_walks_the_viewports(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    window.actions_table["layout_1x2"].trigger()
    window.grid.viewports[0].canvas.setFocus()
    qtbot.keyClick(window.grid.viewports[0].canvas, Qt.Key.Key_Tab)
    assert reading.state.active_pane == 1
    qtbot.keyClick(window.grid.viewports[1].canvas, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert reading.state.active_pane == 0


@pytest.mark.parametrize("place", ["canvas", "layers"])
def test_holding_space_hides_every_overlay_until_it_is_released(
    qtbot: QtBot, window: MainWindow, reading: Reading, place: str
) -> None:
    widget = window.grid.viewports[0].canvas if place == "canvas" else window.panels.layers.view
    widget.setFocus()
    qtbot.keyPress(widget, Qt.Key.Key_Space)
    assert reading.state.overlays_hidden
    qtbot.keyRelease(widget, Qt.Key.Key_Space)
    assert not reading.state.overlays_hidden


def test_space_in_a_text_field_is_a_space(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    window.panels.browser.search.setFocus()
    qtbot.keyClick(window.panels.browser.search, Qt.Key.Key_Space)
    assert window.panels.browser.search.text() == " "
    assert not reading.state.overlays_hidden


def test_overlays_come_back_when_the_window_loses_the_focus(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    qtbot.keyPress(window.grid.viewports[0].canvas, Qt.Key.Key_Space)
    assert reading.state.overlays_hidden
    window._held.let_go()
    assert not reading.state.overlays_hidden


def test_escape_empties_a_search_before_it_is_a_command(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    window.actions_table["tool_pan"].trigger()
    window.panels.layers.search.setFocus()
    window.panels.layers.search.setText("liver")
    qtbot.keyClick(window.panels.layers.search, Qt.Key.Key_Escape)
    assert window.panels.layers.search.text() == ""
    assert reading.state.tool == "pan"
    qtbot.keyClick(window.panels.layers.search, Qt.Key.Key_Escape)
    assert reading.state.tool == "window"


def test_toggle_and_solo_keys_act_on_the_selected_row(qtbot: QtBot, window: MainWindow, reading: Reading) -> None:
    reading.apply(select, Selection(SEG, 2))
    window.panels.layers.view.setFocus()
    qtbot.keyClick(window.panels.layers.view, Qt.Key.Key_T)
    assert not reading.state.part_visible(reading.state.content.overlays[SEG], 2)
    qtbot.keyClick(window.panels.layers.view, Qt.Key.Key_S)
    assert reading.state.layer(SEG).solo == 2


def test_a_wide_window_has_the_whole_browser_and_a_narrow_one_a_rail_with_a_flyout(qtbot: QtBot, window: MainWindow) -> None:
    assert window.panels.browser.isVisible()
    assert not window.panels.rail.isVisible()
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: window.panels.rail.isVisible() and not window.panels.browser.isVisible())
    assert window.panels.rail.width() == 56
    window.actions_table["panel_studies"].trigger()
    assert window.panels.browser.isVisible()
    window.panels.docks.flyout.close_it()
    assert not window.panels.browser.isVisible()
    window.resize(1920, 1080)
    qtbot.waitUntil(lambda: window.panels.browser.isVisible() and not window.panels.rail.isVisible())


def test_the_flyout_goes_when_it_is_left_and_escape_brings_the_keyboard_back(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: window.panels.rail.isVisible() and not window.panels.browser.isVisible())
    canvas = window.grid.viewports[0].canvas
    canvas.setFocus()
    window.panels.rail.flyout_wanted.emit("1.2.mr")
    assert window.panels.browser.isVisible()
    assert window.panels.browser.view.currentIndex().data(NODE_ROLE).series_key == "1.2.mr"
    qtbot.keyClick(window.panels.browser.view, Qt.Key.Key_Escape)
    assert not window.panels.browser.isVisible()
    assert canvas.hasFocus()
    window.panels.rail.flyout_wanted.emit("")
    assert window.panels.browser.isVisible()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton)
    assert not window.panels.browser.isVisible()


def test_the_tabs_at_the_right_carry_counts(qtbot: QtBot, window: MainWindow) -> None:
    def pills() -> dict[str, str]:
        found = {}
        for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            for tab in range(bar.count()):
                pill = bar.tabButton(tab, QTabBar.ButtonPosition.RightSide)
                found[bar.tabText(tab)] = pill.text() if pill else ""  # type: ignore[attr-defined]
        return found

    qtbot.waitUntil(lambda: pills().get("Health") == "3")  # a skipped file, an unreadable object, a refusal
    assert pills() == {"Findings": "4", "Report": "", "Health": "3"}
    window.panels.docks.show_panel("report")
    # Beside a report the layers are a tab.
    qtbot.waitUntil(lambda: pills().get("Layers") == "4")


def test_layers_stand_below_the_findings_in_a_large_window_and_behind_them_in_a_small_one_and_beside_a_report(
    qtbot: QtBot, window: MainWindow
) -> None:
    docks = window.panels.docks
    findings, layers = docks.docks["findings"], docks.docks["layers"]

    def below() -> bool:
        return layers not in window.tabifiedDockWidgets(findings) and layers.y() > findings.y() + 100

    qtbot.waitUntil(below)
    docks.show_panel("report")
    qtbot.waitUntil(lambda: layers in window.tabifiedDockWidgets(findings))
    qtbot.waitUntil(lambda: docks.docks["report"].width() > 800)
    docks.show_panel("findings")
    qtbot.waitUntil(below)
    qtbot.waitUntil(lambda: findings.width() < 400)
    docks.show_panel("report")
    qtbot.waitUntil(lambda: layers in window.tabifiedDockWidgets(findings))
    docks.show_panel("layers")
    qtbot.waitUntil(below)
    for small in ((1280, 1080), (1920, 900)):
        window.resize(*small)
        qtbot.waitUntil(lambda: layers in window.tabifiedDockWidgets(findings))
        window.resize(1920, 1080)
        qtbot.waitUntil(below)


def test_docks_can_be_closed_and_put_back(window: MainWindow) -> None:
    for dock in window.panels.docks.docks.values():
        dock.close()
    assert not window.panels.layers.isVisible()
    window.actions_table["reset_panels"].trigger()
    assert window.panels.layers.isVisible()
    assert window.panels.browser.isVisible()


def test_f6_walks_the_panels(window: MainWindow) -> None:
    window.grid.viewports[0].canvas.setFocus()
    seen = []
    for _ in range(4):
        window.actions_table["next_panel"].trigger()
        seen.append(QApplication.focusWidget())
    panels = window.panels
    assert seen == [panels.findings.view, panels.layers.view, panels.browser.view, window.grid.viewports[0].canvas]


def test_files_dropped_on_the_window_are_opened(window: MainWindow, program: Program) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/study/one"), QUrl("https://example.org/two")])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(drop)
    assert program.opened == [[Path("/study/one")]]


def test_background_work_is_shown_with_a_cancel(qtbot: QtBot, window: MainWindow, program: Program) -> None:
    program.running = (Progress("scan", "Reading headers 412 of 600", 0.68), Progress("b", "Volumes", None))
    qtbot.waitUntil(window.status._work.isVisible)
    assert window.status._label.text() == "Reading headers 412 of 600  +1"
    assert window.status._bar.value() == 680
    qtbot.mouseClick(window.status._cancel, Qt.MouseButton.LeftButton)
    assert program.cancelled == ["scan"]
    program.running = ()
    qtbot.waitUntil(lambda: not window.status._work.isVisible())


def test_settings_change_the_window_at_once(window: MainWindow, program: Program, reading: Reading) -> None:
    program.change_settings(Settings(theme="light", smooth_images=False, shortcuts={"invert": "Ctrl+I"}))
    assert tokens().name == "light"
    assert not reading.state.smooth
    assert window.actions_table["invert"].shortcut() == QKeySequence("Ctrl+I")


def test_places_of_the_docks_are_kept_when_the_window_is_closed(window: MainWindow, program: Program) -> None:
    window.close()
    assert program.settings.window_geometry
    assert program.settings.window_layout


def test_without_a_study_there_is_the_welcome_page(qtbot: QtBot, program: Program) -> None:
    settings = Settings(recent=("/nowhere/archive",))
    window = MainWindow(Reading(), Store(budget_bytes=1 << 20), settings, program)
    qtbot.addWidget(window)
    window.show()
    assert window.welcome.isVisible()
    assert not window.toolbar.isVisible()
    assert not window.panels.layers.isVisible()
    window.welcome.act_wanted.emit("open_sample")
    assert program.samples == 1
    window._reading.apply(lambda _state: small_state())
    assert not window.welcome.isVisible()
    assert window.toolbar.isVisible()
    assert window.panels.layers.isVisible()
    window.close()


def test_full_screen_and_back_leaves_a_maximised_window_maximised(window: MainWindow) -> None:
    window.showMaximized()
    window.actions_table["full_screen"].trigger()
    assert window.isFullScreen()
    window.actions_table["full_screen"].trigger()
    assert not window.isFullScreen()
    assert window.isMaximized()


def test_a_menu_says_why_an_action_cannot_be_used(window: MainWindow) -> None:
    assert all(isinstance(one.menu(), ReasonMenu) for one in window.menu.actions())
    assert reason(window.actions_table["undo"]) == "There is nothing to undo."
    assert reason(window.actions_table["settings"]) == ""


@pytest.mark.parametrize("text_size", [1.0, 1.25, 1.5])
def test_the_fields_of_the_toolbar_fit_into_it_at_every_text_size(
    qtbot: QtBot, window: MainWindow, program: Program, text_size: float
) -> None:
    window.resize(1280, 720)
    program.change_settings(Settings(text_size=text_size))
    fields = (window.toolbar.preset, window.toolbar._command)
    qtbot.waitUntil(lambda: all(one.isVisible() and window.toolbar.rect().contains(one.geometry()) for one in fields))
    assert all(one.height() >= one.fontMetrics().height() + 4 for one in fields)
