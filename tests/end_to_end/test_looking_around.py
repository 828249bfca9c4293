"""Scrolling, windowing, views, layouts, linking, palette and sheet, by mouse and keys in the real window."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.end_to_end.driven import RIGHT, Driven, pixels_of
from tests.end_to_end.from_files import greys, middle_distance
from viewer.domain.stack import Stack
from viewer.reading.state import View
from viewer.ui.command_palette import CommandPalette
from viewer.ui.shortcuts import ShortcutsSheet
from viewer.ui.stack_drag import stack_on_its_way

pytestmark = [pytest.mark.real_data, pytest.mark.window]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def opened(driven: Driven, real_data: Path) -> Driven:
    """Two MR series of one Frame of Reference, 22 slices each; crisp pixels."""
    driven.open(real_data / "mr-multiplane-brainix")
    driven.action("smooth")
    driven.focus_images()
    return driven


@pytest.fixture(scope="module")
def series(real_data: Path) -> dict[str, list[pydicom.Dataset]]:
    """Both series by description, from the head down."""
    read = [pydicom.dcmread(path) for path in (real_data / "mr-multiplane-brainix").rglob("*") if path.is_file()]
    found: dict[str, list[pydicom.Dataset]] = {}
    for one in sorted(read, key=lambda one: -float(one.ImagePositionPatient[2])):
        found.setdefault(one.SeriesDescription, []).append(one)
    return found


def stack(driven: Driven, description: str) -> Stack:
    library = driven.state.content.library
    (found,) = (one for one in library.stacks if library.series_of(one.frames[0].instance).description == description)
    return found


def assert_shows(driven: Driven, wanted: np.ndarray, pane: int | None = None) -> None:
    """Compare the middle of image pixels in the middle of the picture, away from words and edges of the viewport."""
    shown = driven.pixels(pane)
    height, width = shown.shape[:2]
    rows, columns = (axis.ravel() for axis in np.mgrid[0 : wanted.shape[0], 0 : wanted.shape[1]])
    ys, xs = driven.spots(np.stack([rows, columns], axis=1), pane)
    clear = (ys > 110) & (ys < height - 70) & (xs > 40) & (xs < width - 40)
    assert clear.sum() > 5000
    got = shown[ys[clear], xs[clear]]
    assert np.array_equal(got, np.repeat(wanted[rows[clear], columns[clear]][:, None], 3, axis=1))


def test_wheel_and_keys_scroll_and_every_slice_is_the_files(opened: Driven, series: dict) -> None:
    slices = series[opened.state.content.library.series_of(opened.state.frame_of(opened.state.pane).instance).description]
    middle = opened.frame
    assert_shows(opened, greys(slices[middle]))
    for act, place in (
        (lambda: opened.wheel(-1), middle + 1),
        (lambda: opened.wheel(3), middle - 2),
        (lambda: opened.key(Qt.Key.Key_Down), middle - 1),
        (lambda: opened.key(Qt.Key.Key_Up), middle - 2),
        (lambda: opened.key(Qt.Key.Key_PageDown), middle + 8),
        (lambda: opened.key(Qt.Key.Key_PageUp), middle - 2),
        (lambda: opened.key(Qt.Key.Key_End), 21),
        (lambda: opened.key(Qt.Key.Key_Down), 21),
        (lambda: opened.key(Qt.Key.Key_Home), 0),
        (lambda: opened.wheel(1), 0),
    ):
        act()
        assert opened.frame == place
        assert_shows(opened, greys(slices[place]))
    assert opened.canvas().scene.corner_text.top_right[0] == "Slice 1 / 22"


def test_a_left_drag_changes_the_window_and_undo_takes_it_back(opened: Driven, series: dict) -> None:
    slices = series[opened.state.content.library.series_of(opened.state.frame_of(opened.state.pane).instance).description]
    opened.drag(QPoint(300, 300), QPoint(80, 40))
    window = opened.state.pane.window
    file = slices[opened.frame]
    assert window.width > float(np.atleast_1d(file.WindowWidth)[0])
    assert window.center > float(np.atleast_1d(file.WindowCenter)[0])
    assert_shows(opened, greys(file, window.center, window.width))
    opened.key(Qt.Key.Key_Z, CTRL)
    assert_shows(opened, greys(file))
    opened.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert_shows(opened, greys(file, window.center, window.width))
    opened.key(Qt.Key.Key_R)
    assert_shows(opened, greys(file))


def test_the_view_is_zoomed_panned_turned_flipped_inverted_and_reset(opened: Driven, series: dict) -> None:
    slices = series[opened.state.content.library.series_of(opened.state.frame_of(opened.state.pane).instance).description]
    wanted = greys(slices[opened.frame])
    fitted = opened.canvas().geometry_shown
    assert fitted is not None
    letters = ("R", "L", "A", "P")
    assert opened.canvas().scene.letters == letters

    opened.wheel(2, CTRL)
    assert opened.canvas().geometry_shown.zoom == pytest.approx(fitted.zoom * 1.15**2)
    assert_shows(opened, wanted)
    before = opened.spot(100, 100)
    opened.drag(QPoint(300, 300), QPoint(60, -30), Qt.MouseButton.MiddleButton)
    assert opened.spot(100, 100) == before + QPoint(60, -30)
    assert_shows(opened, wanted)
    opened.drag(QPoint(300, 300), QPoint(0, 100), RIGHT)
    assert opened.canvas().geometry_shown.zoom < fitted.zoom * 1.15**2
    opened.key(Qt.Key.Key_F)
    assert opened.canvas().geometry_shown.matrix == fitted.matrix

    left, top = opened.spot(10.5, 128).x(), opened.spot(128, 10.5).y()
    opened.key(Qt.Key.Key_H)
    assert opened.spot(10.5, 128).x() > left + 200
    assert_shows(opened, wanted)
    opened.key(Qt.Key.Key_H)
    opened.key(Qt.Key.Key_V)
    assert opened.spot(128, 10.5).y() > top + 200
    assert_shows(opened, wanted)
    opened.key(Qt.Key.Key_V)
    assert opened.state.pane.view == View()
    opened.key(Qt.Key.Key_BracketRight)
    # A quarter turn clockwise: the top of the image is at the right of the screen.
    assert opened.spot(128, 10.5).x() > opened.spot(128, 200).x() + 200
    assert_shows(opened, wanted)
    opened.key(Qt.Key.Key_BracketLeft)
    opened.key(Qt.Key.Key_I)
    assert_shows(opened, 255 - wanted)
    opened.key(Qt.Key.Key_R)
    assert opened.state.pane.view == View()
    assert_shows(opened, wanted)


def test_number_keys_take_the_windows_that_the_menu_lists(opened: Driven) -> None:
    before = opened.pixels()
    opened.key(Qt.Key.Key_2)
    chosen = opened.state.pane.window
    assert chosen.source != "file" or chosen.index != 0
    opened.key(Qt.Key.Key_1)
    assert np.array_equal(opened.pixels(), before)


def test_two_viewports_scroll_together_by_their_positions_in_the_patient(opened: Driven, series: dict) -> None:
    opened.action("layout_1x2")
    shown = [opened.state.content.library.stack(pane.stack_id) for pane in opened.state.panes]
    names = [opened.state.content.library.series_of(one.frames[0].instance).description for one in shown]
    assert sorted(names) == sorted(series)
    for steps, pane in ((-4, 0), (7, 0), (-2, 1)):
        opened.wheel(steps, pane=pane)
        other = 1 - pane
        here = series[names[pane]][opened.state.panes[pane].frame]
        distances = [middle_distance(here, one) for one in series[names[other]]]
        assert opened.state.panes[other].frame == int(np.argmin(distances))
        for number in (0, 1):
            assert_shows(opened, greys(series[names[number]][opened.state.panes[number].frame]), number)
    opened.focus_images()
    opened.key(Qt.Key.Key_L)
    alone = opened.state.panes[0].frame
    opened.wheel(3, pane=1)
    assert opened.state.panes[0].frame == alone


def test_a_series_is_dragged_from_the_browser_onto_a_viewport_of_four(opened: Driven, series: dict) -> None:
    opened.action("layout_2x2")
    assert [one.isVisible() for one in opened.window.grid.viewports] == [True] * 4
    dragged = stack(opened, "T2W/FE-EPI")
    target = opened.window.grid.viewports[3]
    data = stack_on_its_way(dragged.id)
    at = target.rect().center()
    for event in (
        QDragEnterEvent(at, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier),
        QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier),
    ):
        QApplication.sendEvent(target, event)
        assert event.isAccepted()
    opened.wait_idle()
    assert opened.state.active_pane == 3
    assert opened.state.panes[3].stack_id == dragged.id
    assert_shows(opened, greys(series["T2W/FE-EPI"][opened.state.panes[3].frame]), 3)
    opened.double_click(opened.canvas(3).rect().center(), 3)
    assert [one.isVisible() for one in opened.window.grid.viewports] == [False, False, False, True]
    opened.double_click(opened.canvas(3).rect().center(), 3)
    assert [one.isVisible() for one in opened.window.grid.viewports] == [True] * 4


def test_keys_go_round_the_viewports_and_through_the_series(opened: Driven) -> None:
    first = opened.state.pane.stack_id
    opened.key(Qt.Key.Key_Right)
    second = opened.state.pane.stack_id
    assert first != second
    opened.key(Qt.Key.Key_Left)
    assert opened.state.pane.stack_id == first
    opened.action("layout_1x2")
    opened.focus_images()
    opened.key(Qt.Key.Key_Tab)
    assert opened.state.active_pane == 1
    assert opened.canvas(1).hasFocus()
    opened.key(Qt.Key.Key_Backtab, SHIFT)
    assert opened.state.active_pane == 0


def test_the_palette_finds_a_command_and_runs_it(opened: Driven) -> None:
    before = opened.pixels()
    opened.key(Qt.Key.Key_P, CTRL)
    (palette,) = opened.window.findChildren(CommandPalette)
    assert palette.isVisible()
    assert palette.field.hasFocus()
    opened.type("invert")
    opened.key(Qt.Key.Key_Return)
    assert not opened.window.findChildren(CommandPalette)
    assert opened.state.pane.view.inverted
    assert not np.array_equal(opened.pixels(), before)


def test_the_question_mark_opens_the_shortcuts_sheet_which_can_be_searched(opened: Driven) -> None:
    # Pressed by the X server: which keys make a question mark is the keyboard's affair.
    subprocess.run(["xdotool", "key", "question"], check=True)
    opened.until(lambda: QApplication.activeModalWidget() is not None)
    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, ShortcutsSheet)
    whole = pixels_of(sheet)
    sheet.findChild(QLineEdit).setText("largest")
    opened.wait_idle()
    assert not np.array_equal(pixels_of(sheet), whole)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    opened.wait_idle()
    assert QApplication.activeModalWidget() is None
