"""Viewports follow the reading and turn the mouse into changes; driven by real events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication

from tests.scene.one_stack import STACK, image_attributes, labels_on, one_stack, overlay_of, plane_of, ramp_pixels
from tests.ui.slice.pixels import array_of
from tests.ui.slice.viewport_hand import at, drag, mouse, wheel
from viewer.domain.instance import FrameKey
from viewer.loading.store import Delivered
from viewer.reading.changes.cine import set_playing
from viewer.reading.changes.layers import set_overlay_visible
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.workspace import set_frame, set_tool, set_view, show_stack, step_frame
from viewer.reading.reading import Reading
from viewer.reading.state import Selection, View
from viewer.representations.on_plane import OnPlane, Shape
from viewer.scene.cursor import CursorInfo
from viewer.scene.drawables import CrosshairDrawable, LabelComposite, OutlinePaths
from viewer.scene.inputs import PENDING
from viewer.scene.strip import Strip
from viewer.ui.slice import pointing
from viewer.ui.slice.strip import SliceStrip
from viewer.ui.slice.viewport_grid import ViewportGrid
from viewer.ui.stack_drag import dragged_pane, pane_on_its_way, stack_on_its_way

RED, GREEN = (250, 10, 20), (30, 240, 50)
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def shown(qtbot) -> Iterator[SimpleNamespace]:
    """Five frames; two overlapping parts and a point on every one; a grid of viewports 640 x 480."""
    overlay, report = overlay_of("seg", {1: RED, 2: GREEN}), overlay_of("sr", {1: GREEN}, kind="report")
    labels = np.zeros((7, 11), np.uint8)
    labels[1:4, 2:7] = 1
    above = np.zeros((7, 11), np.uint8)
    above[2:6, 5:9] = 1
    places = {}
    marks = {}
    for place in range(5):
        plane = plane_of(place)
        first, second = labels_on(plane, labels, (1,)).labels[0], labels_on(plane, above, (2,)).labels[0]
        places[place] = OnPlane(labels=(first, second), parts_here=frozenset((1, 2)))
        mark = Shape("POINT", np.array([[9.5, 1.5]]), 1, item="1.4")
        marks[place] = OnPlane(shapes=(mark,), parts_here=frozenset((1,)))
    state, inputs = one_stack([ramp_pixels() + place for place in range(5)], [(overlay, places), (report, marks)])
    reading = Reading(state)
    seen: list[CursorInfo | None] = []
    menus: list[QPoint] = []
    grid = ViewportGrid(reading, inputs, on_cursor=seen.append, on_menu=menus.append)
    qtbot.addWidget(grid)
    grid.resize(640, 480)
    with qtbot.waitExposed(grid):
        grid.show()
    grid.grab()
    made = SimpleNamespace(reading=reading, inputs=inputs, grid=grid, seen=seen, menus=menus, overlay=overlay, report=report)
    made.canvas = grid.viewports[0].canvas
    yield made
    grid.end()


def test_the_wheel_scrolls_and_fine_turns_add_up(shown) -> None:
    wheel(shown, QPointF(100, 100), -120)
    assert shown.reading.state.pane.frame == 1
    wheel(shown, QPointF(100, 100), -60)
    assert shown.reading.state.pane.frame == 1
    wheel(shown, QPointF(100, 100), -60)
    assert shown.reading.state.pane.frame == 2


def test_fine_turns_add_up_over_the_strip_too(shown) -> None:
    strip = shown.grid.findChild(SliceStrip)
    for _ in range(4):
        wheel(shown, QPointF(8, 40), -30, over=strip)
    assert shown.reading.state.pane.frame == 1


def test_ctrl_and_the_wheel_zoom_about_the_mouse(shown) -> None:
    before = shown.canvas.geometry_shown
    point = before.to_image((100.0, 90.0))
    wheel(shown, QPointF(100, 90), 120, Qt.KeyboardModifier.ControlModifier)
    assert shown.canvas.geometry_shown.zoom == pytest.approx(before.zoom * 1.15)
    assert shown.canvas.geometry_shown.to_view(point) == pytest.approx((100, 90), abs=1.0)


def test_a_left_drag_follows_the_tool_and_is_one_step_of_undo(shown) -> None:
    drag(shown, QPointF(200, 200), QPointF(50, -20))
    window = shown.reading.state.pane.window
    assert window.source == "user"
    assert window.width > 256
    assert window.center < 128
    shown.reading.undo()
    assert shown.reading.state.pane.window.source == "file"
    shown.reading.apply(set_tool, "pan")
    before = shown.canvas.geometry_shown.to_view((3.0, 3.0))
    drag(shown, QPointF(200, 200), QPointF(33, 21))
    assert shown.canvas.geometry_shown.to_view((3.0, 3.0)) - before == pytest.approx((33, 21), abs=1.0)


@pytest.mark.parametrize(("button", "modifiers"), [(MIDDLE, NONE), (LEFT, Qt.KeyboardModifier.ShiftModifier)])
def test_the_middle_button_and_shift_pan_whatever_the_tool(shown, button, modifiers) -> None:
    before = shown.canvas.geometry_shown.to_view((3.0, 3.0))
    drag(shown, QPointF(200, 200), QPointF(-15, 40), button, modifiers)
    assert shown.canvas.geometry_shown.to_view((3.0, 3.0)) - before == pytest.approx((-15, 40), abs=1.0)


def test_a_right_drag_zooms_and_a_right_click_asks_for_the_menu(shown) -> None:
    before = shown.canvas.geometry_shown.zoom
    drag(shown, QPointF(200, 200), QPointF(0, -160), RIGHT)
    assert shown.canvas.geometry_shown.zoom == pytest.approx(2 * before)
    assert not shown.menus
    drag(shown, QPointF(200, 200), QPointF(0, 0), RIGHT)
    assert len(shown.menus) == 1


def test_hovering_names_the_value_and_every_part_the_topmost_first(shown) -> None:
    mouse(shown, QEvent.Type.MouseMove, at(shown, 5.5, 2.5))
    info = shown.seen[-1]
    assert info is not None
    assert info.index == (2, 5)
    assert info.probe is not None
    assert info.probe.value == float(ramp_pixels()[2, 5])
    assert info.point_patient == pytest.approx((-30.0 + 5 * 0.25, -20.0 + 2 * 0.5, 100.0))
    assert [hit.part.part for hit in info.parts] == [2, 1]
    mouse(shown, QEvent.Type.MouseMove, at(shown, 2.5, 1.5))
    assert [hit.part.part for hit in shown.seen[-1].parts] == [1]
    mouse(shown, QEvent.Type.MouseMove, at(shown, 0.5, 6.5))
    assert shown.seen[-1].parts == ()


def test_clicking_a_part_or_a_mark_selects_it(shown) -> None:
    drag(shown, at(shown, 2.5, 1.5), QPointF(0, 0))
    assert shown.reading.state.selection == Selection(shown.overlay.instance, 1)
    drag(shown, at(shown, 9.5, 1.5), QPointF(2, 0))
    assert shown.reading.state.selection == Selection(shown.report.instance, 1, "1.4")


def test_leaving_says_that_nothing_is_under_the_mouse(shown) -> None:
    mouse(shown, QEvent.Type.MouseMove, at(shown, 5.5, 2.5))
    QApplication.sendEvent(shown.canvas, QEvent(QEvent.Type.Leave))
    assert shown.seen[-1] is None


def test_while_scrolling_borders_lie_on_the_grid_and_at_rest_they_are_sharp(shown, qtbot) -> None:
    wheel(shown, QPointF(100, 100), -120)
    assert not any(isinstance(one, OutlinePaths) for one in shown.canvas.scene.drawables)
    assert any(isinstance(one, LabelComposite) for one in shown.canvas.scene.drawables)

    def sharp() -> None:
        shown.grid.grab()
        assert any(isinstance(one, OutlinePaths) for one in shown.canvas.scene.drawables)

    qtbot.waitUntil(lambda: _holds(sharp), timeout=1000)


def test_an_old_picture_keeps_its_own_words_until_the_new_frame_is_there(shown, qtbot) -> None:
    stack = shown.reading.state.content.library.stacks[0]
    frame: FrameKey = stack.frames[1]
    there = shown.inputs.frames[frame]
    shown.inputs.frames[frame] = PENDING
    wheel(shown, QPointF(100, 100), -120)
    assert shown.canvas.scene.corner_text.top_right[0] == "Slice 1 / 5"
    shown.inputs.frames[frame] = there
    assert shown.grid.note(Delivered("frame", frame))
    shown.grid.refresh()
    shown.grid.grab()
    assert shown.canvas.scene.corner_text.top_right[0] == "Slice 2 / 5"


def test_a_frame_that_takes_long_is_said_to_be_read(shown, qtbot) -> None:
    stack = shown.reading.state.content.library.stacks[0]
    shown.inputs.frames[stack.frames[1]] = PENDING
    wheel(shown, QPointF(100, 100), -120)

    def said() -> None:
        shown.grid.grab()
        assert shown.canvas.scene.notices

    qtbot.waitUntil(lambda: _holds(said), timeout=2000)


def test_layouts_show_as_many_viewports_and_a_double_click_shows_one_alone(shown) -> None:
    shown.reading.apply(set_layout, "2x2")
    assert [one.isVisible() for one in shown.grid.viewports] == [True] * 4
    mouse(shown, QEvent.Type.MouseButtonDblClick, QPointF(50, 50))
    assert [one.isVisible() for one in shown.grid.viewports] == [True, False, False, False]
    mouse(shown, QEvent.Type.MouseButtonDblClick, QPointF(50, 50))
    shown.reading.apply(set_layout, "1x2")
    assert [one.isVisible() for one in shown.grid.viewports] == [True, True, False, False]


def test_a_stack_dropped_on_a_viewport_hangs_there(shown) -> None:
    shown.reading.apply(set_layout, "1x2")
    data = stack_on_its_way(STACK)
    target = shown.grid.viewports[1]
    entering = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(target, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, LEFT, NONE))
    assert shown.reading.state.panes[1].stack_id == STACK
    assert shown.reading.state.active_pane == 1


def test_a_picture_dragged_with_ctrl_changes_places_with_the_one_it_is_dropped_on(shown, monkeypatch) -> None:
    shown.reading.apply(set_layout, "1x2")
    shown.reading.apply(show_stack, 1, None)
    carried = []
    monkeypatch.setattr(QDrag, "exec", lambda one, _action: carried.append(dragged_pane(one.mimeData())))
    drag(shown, QPointF(60, 60), QPointF(40, 30), modifiers=Qt.KeyboardModifier.ControlModifier)
    assert carried == [0]
    assert shown.reading.state.panes[0].window.source == "file"
    data, target = pane_on_its_way(0), shown.grid.viewports[1]
    entering = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.MoveAction, data, LEFT, NONE)
    QApplication.sendEvent(target, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(20, 20), Qt.DropAction.MoveAction, data, LEFT, NONE))
    assert [pane.stack_id for pane in shown.reading.state.panes] == [None, STACK]
    shown.reading.undo()
    assert [pane.stack_id for pane in shown.reading.state.panes] == [STACK, None]


def test_a_picture_is_not_dropped_on_itself(shown) -> None:
    data = pane_on_its_way(0)
    entering = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.MoveAction, data, LEFT, NONE)
    QApplication.sendEvent(shown.grid.viewports[0], entering)
    assert not entering.isAccepted()


def test_turns_of_the_wheel_are_one_step_of_undo_until_there_is_a_pause(shown, monkeypatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(pointing, "monotonic", lambda: clock[0])
    zooms = []
    for pause in (0.0, 0.2, 0.2, 5.0, 0.2):
        clock[0] += pause
        wheel(shown, QPointF(100, 90), 120, Qt.KeyboardModifier.ControlModifier)
        zooms.append(shown.reading.state.pane.view.zoom)
    shown.reading.undo()
    assert shown.reading.state.pane.view.zoom == zooms[2]
    shown.reading.undo()
    assert shown.reading.state.pane.view.zoom is None


def test_the_crosshair_follows_a_click_and_a_drag_and_selects_nothing(shown) -> None:
    shown.reading.apply(set_tool, "crosshair")
    drag(shown, at(shown, 2.5, 1.5), QPointF(0, 0))
    assert shown.reading.state.crosshair.point_patient == pytest.approx((-30.0 + 2 * 0.25, -20.0 + 1 * 0.5, 100.0))
    assert shown.reading.state.selection == Selection()
    start, end = at(shown, 2.5, 1.5), at(shown, 5.5, 4.5)
    drag(shown, start, end - start)
    assert shown.reading.state.crosshair.point_patient == pytest.approx((-30.0 + 5 * 0.25, -20.0 + 4 * 0.5, 100.0))
    (cross,) = [one for one in shown.canvas.scene.drawables if isinstance(one, CrosshairDrawable)]
    assert cross.at == pytest.approx((5.5, 4.5))
    # Open in its middle: the picture is seen through it.
    x, y = (round(one) for one in shown.canvas.geometry_shown.to_view(cross.at).tolist())
    picture = array_of(shown.canvas.grab().toImage())
    beside = picture[y, x + 60].astype(int)
    assert (abs(beside - picture[y + 8, x + 60].astype(int)) > 20).any()


def test_nine_viewports_are_equally_large_also_while_one_plays(shown, qtbot) -> None:
    shown.reading.apply(set_layout, "3x3")

    def widths() -> list[int]:
        return [viewport.width() for viewport in shown.grid.viewports]

    qtbot.waitUntil(lambda: len(widths()) == 9 and max(widths()) - min(widths()) <= 1, timeout=1000)
    assert max(one.height() for one in shown.grid.viewports) <= 160
    shown.reading.apply(set_playing, 0, "playing")
    qtbot.waitUntil(shown.grid.viewports[0].cine.isVisible, timeout=1000)
    QApplication.processEvents()
    assert max(widths()) - min(widths()) <= 1
    shown.reading.apply(set_playing, 0, "paused")


def test_a_cine_waits_for_what_is_not_painted_and_says_its_real_pace(shown, qtbot) -> None:
    for key in list(shown.inputs.shown):
        shown.inputs.shown[key] = image_attributes(frame_time_ms=20.0)
    shown.reading.apply(set_playing, 0, "playing")
    cine = shown.grid.cine
    qtbot.waitUntil(lambda: cine.real_frames_per_second(0) is not None, timeout=4000)
    assert 2.0 < cine.real_frames_per_second(0) < 60.0
    shown.canvas.setUpdatesEnabled(False)
    shown.canvas.refresh()
    stands = shown.reading.state.pane.frame
    qtbot.wait(150)
    assert shown.reading.state.pane.frame == stands
    shown.canvas.setUpdatesEnabled(True)
    shown.reading.apply(set_playing, 0, "paused")


def test_the_strip_jumps_to_the_slice_that_is_clicked_and_names_it(shown, qtbot) -> None:
    strip = shown.grid.viewports[0].strip
    assert strip.isVisible()
    height = strip.height()
    position = QPointF(9, height * 0.95)
    event = QMouseEvent(QEvent.Type.MouseButtonPress, position, strip.mapToGlobal(position), LEFT, LEFT, NONE)
    QApplication.sendEvent(strip, event)
    assert shown.reading.state.pane.frame == 4
    assert strip.words_at(position.y()).startswith("Slice 5")
    assert strip.place_at(strip.top_of(2) + 1) == 2


def test_the_lanes_of_the_strip_are_painted_when_they_change_and_not_with_every_slice(shown, monkeypatch) -> None:
    strip = shown.grid.viewports[0].strip
    painted: list[Strip] = []
    paint = SliceStrip._paint_lanes

    def painting(self: SliceStrip, lanes: Strip) -> QPixmap:
        painted.append(lanes)
        return paint(self, lanes)

    monkeypatch.setattr(SliceStrip, "_paint_lanes", painting)
    strip.grab()
    del painted[:]
    bars = []
    for place in (1, 3, 4):
        shown.reading.apply(set_frame, 0, place)
        bars.append(array_of(strip.grab().toImage())[:, 9])
    assert not painted
    assert not np.array_equal(bars[0], bars[1]), "the bar that says where the pane stands follows"
    for key in shown.reading.state.content.overlays:
        shown.reading.apply(set_overlay_visible, key, visible=False)
    strip.grab()
    assert len(painted) == 1
    strip.resize(strip.width(), strip.height() - 50)
    strip.grab()
    assert len(painted) == 2


def test_cine_goes_on_at_the_file_s_pace(shown, qtbot) -> None:
    for key in list(shown.inputs.shown):
        shown.inputs.shown[key] = image_attributes(frame_time_ms=20.0)
    shown.reading.apply(set_playing, 0, "playing")
    qtbot.waitUntil(lambda: shown.reading.state.pane.frame >= 3, timeout=2000)
    shown.reading.apply(set_playing, 0, "paused")
    stopped = shown.reading.state.pane.frame
    qtbot.wait(80)
    assert shown.reading.state.pane.frame == stopped


def test_an_empty_pane_is_black_and_harmless(shown) -> None:
    shown.reading.apply(set_layout, "1x2")
    shown.reading._set(
        replace(
            shown.reading.state, panes=(shown.reading.state.panes[0], replace(shown.reading.state.panes[1], stack_id=None))
        )
    )
    shown.canvas = shown.grid.viewports[1].canvas
    drag(shown, QPointF(30, 30), QPointF(20, 20))
    mouse(shown, QEvent.Type.MouseMove, QPointF(40, 40))
    assert shown.seen[-1] is None
    assert not shown.grid.viewports[1].strip.isVisible()


def test_a_turned_view_is_hovered_in_the_same_place(shown) -> None:
    shown.reading.apply(set_view, 0, View(rotation=90, flipped=True))
    shown.grid.grab()
    mouse(shown, QEvent.Type.MouseMove, at(shown, 2.5, 1.5))
    assert shown.seen[-1].index == (1, 2)


def _holds(check) -> bool:
    try:
        check()
    except AssertionError:
        return False
    return True


def test_keys_that_scroll_say_the_value_of_the_new_image_under_the_resting_mouse(shown, qtbot) -> None:
    mouse(shown, QEvent.Type.MouseMove, at(shown, 4.5, 3.5))
    before = shown.seen[-1].probe.stored
    shown.reading.apply(step_frame, 0, 1)
    qtbot.waitUntil(lambda: shown.seen[-1].probe.stored == before + 1, timeout=2000)


def test_what_is_delivered_makes_only_those_viewports_anew_that_show_it(shown) -> None:
    shown.reading.apply(set_layout, "1x2")
    first, second = shown.reading.state.panes
    frames = [shown.reading.state.frame_of(pane) for pane in (first, second)]
    assert frames[0] != frames[1]
    shown.grid.grab()
    assert not shown.grid.note(Delivered("thumbnail", "series"))
    assert shown.grid.note(Delivered("frame", frames[0]))
    shown.grid.refresh()
    assert [one.canvas._stale for one in shown.grid.viewports] == [True, False]
    shown.grid.grab()
    assert shown.grid.note(Delivered("volume", first.stack_id))
    shown.grid.refresh()
    assert [one.canvas._stale for one in shown.grid.viewports] == [True, True]
