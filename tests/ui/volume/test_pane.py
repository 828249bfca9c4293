"""The real widget of the 3D pane: what it paints follows the reading, what the mouse does becomes changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic, perf_counter, sleep

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.ui.slice.pixels import array_of
from tests.ui.small_study import SEG
from tests.ui.volume.conftest import Shown
from tests.ui.volume.solids import (
    BOXES,
    COLORS,
    Solids,
    click,
    color_at,
    is_like,
    mouse,
    parallel,
    picture_of,
    solid_state,
    spot_of,
)
from viewer.domain.mesh import Mesh
from viewer.geometry.box import Box
from viewer.geometry.camera import turned
from viewer.geometry.plane import Vector
from viewer.reading.changes.layers import select, set_overlay_opacity, set_part_color, set_part_opacity, set_part_visible
from viewer.reading.changes.volume import set_camera, set_clipping
from viewer.reading.reading import Reading
from viewer.reading.state import Selection
from viewer.scene.volume_drawables import SurfaceDrawable
from viewer.scene.volume_inputs import Graphics
from viewer.ui.volume.pane import VolumeCalls, VolumePane
from viewer.ui.volume.render_thread import RenderThread, Wanted
from viewer.ui.volume.renderer import Renderer


def seen(shown: Shown, point: Vector) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The colour where the picture on the screen shows a patient point, seen in parallel from the front."""
    return color_at(picture_of(shown.pane.canvas), parallel(), point)


def look_from_the_front(shown: Shown) -> None:
    shown.reading.apply(set_camera, 0, parallel())
    QTest.qWait(450)


def at(shown: Shown, point: Vector) -> tuple[float, float]:
    column, row = spot_of(parallel(), point, (shown.pane.canvas.width(), shown.pane.canvas.height()))
    return float(column), float(row)


def test_the_surfaces_are_on_the_screen_in_the_colours_of_the_panel(shown: Shown) -> None:
    look_from_the_front(shown)
    assert is_like(seen(shown, BOXES[1].center), COLORS[1])
    assert is_like(seen(shown, BOXES[2].center), COLORS[2])


def test_colour_opacity_and_visibility_follow_the_panel_at_once(shown: Shown) -> None:
    look_from_the_front(shown)
    behind = BOXES[3].center
    assert is_like(seen(shown, behind), COLORS[1])
    shown.reading.apply(set_part_visible, SEG, 1, visible=False)
    assert is_like(seen(shown, behind), COLORS[3])
    shown.reading.apply(set_part_visible, SEG, 1, visible=True)
    shown.reading.apply(set_part_opacity, SEG, 1, 0.4)
    mixed = seen(shown, behind)
    assert min(mixed[0], mixed[2]) > 40
    shown.reading.apply(set_part_color, SEG, 1, (20, 230, 40))
    shown.reading.apply(set_part_opacity, SEG, 1, 1.0)
    assert is_like(seen(shown, behind), (20, 230, 40))
    shown.reading.apply(set_overlay_opacity, SEG, 0.0)
    assert seen(shown, behind).max() < 20


def test_pictures_that_take_long_leave_the_processor_to_the_planes_and_the_last_one_comes(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_from_the_front(shown)
    canvas = shown.pane.canvas
    picture_of(canvas)
    asked: list[Wanted] = []
    ask = RenderThread.ask
    monkeypatch.setattr(RenderThread, "ask", lambda self, wanted: (asked.append(wanted), ask(self, wanted)))
    canvas._took_s, canvas._rendered_at = 0.1, monotonic()
    for opacity in (0.9, 0.8, 0.7, 0.6):
        shown.reading.apply(set_overlay_opacity, SEG, opacity)
        QGuiApplication.processEvents()
    assert not asked
    assert not canvas.is_current
    picture_of(canvas)
    assert len(asked) == 1
    assert {one.opacity for one in canvas.scene.drawables if isinstance(one, SurfaceDrawable)} == {0.6}


def test_a_click_selects_the_surface_and_takes_the_crosshair_there(shown: Shown) -> None:
    look_from_the_front(shown)
    picture_of(shown.pane.canvas)
    click(shown.pane.canvas, at(shown, BOXES[2].center))
    state = shown.reading.state
    assert (state.selection.overlay, state.selection.part) == (SEG, 2)
    assert state.crosshair is not None
    point = np.array(state.crosshair.point_patient)
    # On the front face of the box.
    assert point[1] == pytest.approx(BOXES[2].low[1], abs=0.01)
    assert np.abs(point[[0, 2]] - np.array(BOXES[2].center)[[0, 2]]).max() < 0.5


def test_a_click_through_what_is_cut_off_meets_what_lies_behind(shown: Shown) -> None:
    look_from_the_front(shown)
    shown.reading.apply(set_clipping, 0, Box((-30.0, 0.0, -60.0), (60.0, 60.0, 60.0)))
    picture_of(shown.pane.canvas)
    click(shown.pane.canvas, at(shown, BOXES[3].center))
    assert shown.reading.state.selection.part == 3


def test_a_double_click_on_a_surface_flies_there_and_on_nothing_shows_the_pane_alone(shown: Shown) -> None:
    look_from_the_front(shown)
    picture_of(shown.pane.canvas)
    mouse(shown.pane.canvas, QEvent.Type.MouseButtonDblClick, at(shown, BOXES[2].center))
    camera = shown.reading.state.panes[0].volume.camera
    assert camera is not None
    assert camera.height_mm <= parallel().height_mm
    assert camera.focus[1] == pytest.approx(BOXES[2].low[1], abs=0.01)
    assert shown.maximised == []
    shown.reading.apply(set_camera, 0, parallel())
    QTest.qWait(450)
    picture_of(shown.pane.canvas)
    mouse(shown.pane.canvas, QEvent.Type.MouseButtonDblClick, at(shown, (25.0, 0.0, 45.0)))
    assert shown.maximised == [True]
    shown.reading.undo()
    assert shown.reading.state.panes[0].volume.camera == parallel()


def test_the_surface_under_the_mouse_is_named(shown: Shown) -> None:
    look_from_the_front(shown)
    before = picture_of(shown.pane.canvas)
    spot = at(shown, BOXES[2].center)
    mouse(shown.pane.canvas, QEvent.Type.MouseMove, spot, held=False)
    QTest.qWait(120)
    after = picture_of(shown.pane.canvas)
    beside = (slice(int(spot[1]) + 10, int(spot[1]) + 40), slice(int(spot[0]) + 10, int(spot[0]) + 70))
    assert (before[beside] != after[beside]).any()
    mouse(shown.pane.canvas, QEvent.Type.MouseMove, at(shown, (25.0, 0.0, 45.0)), held=False)
    QTest.qWait(120)
    assert np.array_equal(picture_of(shown.pane.canvas), before)


def test_a_drag_turns_and_is_one_step_of_undo(shown: Shown) -> None:
    look_from_the_front(shown)
    picture_of(shown.pane.canvas)
    mouse(shown.pane.canvas, QEvent.Type.MouseButtonPress, (200, 150))
    for x in (220, 250, 280):
        mouse(shown.pane.canvas, QEvent.Type.MouseMove, (x, 160))
    mouse(shown.pane.canvas, QEvent.Type.MouseButtonRelease, (280, 160))
    camera = shown.reading.state.panes[0].volume.camera
    assert camera is not None
    assert camera.position[0] < -20
    assert np.linalg.norm(np.subtract(camera.position, camera.focus)) == pytest.approx(
        np.linalg.norm(np.subtract(parallel().position, parallel().focus))
    )
    shown.reading.undo()
    assert shown.reading.state.panes[0].volume.camera == parallel()


def test_the_clipping_sliders_cut_and_give_back(shown: Shown) -> None:
    look_from_the_front(shown)
    shown.pane.bar.clipping.click()
    assert shown.pane.clipping.isVisible()
    box = shown.reading.state.panes[0].volume.clipping
    assert box is not None
    low, _ = shown.pane.clipping.ends[0]
    low.setValue(100)
    cut = shown.reading.state.panes[0].volume.clipping
    assert cut is not None
    assert cut.low[0] == pytest.approx((box.low[0] + box.high[0]) / 2)
    assert (cut.low[1:], cut.high) == (box.low[1:], box.high)
    shown.pane.bar.clipping.click()
    assert shown.reading.state.panes[0].volume.clipping is None
    assert not shown.pane.clipping.isVisible()


def test_what_nothing_changed_is_not_rendered_again(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    look_from_the_front(shown)
    picture_of(shown.pane.canvas)
    asked: list[object] = []
    ask = RenderThread.ask
    monkeypatch.setattr(RenderThread, "ask", lambda self, wanted: asked.append(wanted) or ask(self, wanted))
    shown.reading.apply(lambda state: replace(state, tool="pan"))
    picture_of(shown.pane.canvas)
    assert asked == []
    shown.reading.apply(select, Selection(SEG, 2))
    picture_of(shown.pane.canvas)
    assert len(asked) == 1


def test_the_window_goes_on_while_a_picture_is_made(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    look_from_the_front(shown)
    picture_of(shown.pane.canvas)
    render = Renderer.render

    def slowly(*args: object, **others: object) -> object:
        sleep(0.4)
        return render(*args, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(Renderer, "render", slowly)
    shown.reading.apply(set_part_color, SEG, 1, (20, 230, 40))
    begun = perf_counter()
    shown.pane.canvas.grab()
    QTest.qWait(1)
    assert perf_counter() - begun < 0.3
    assert is_like(color_at(array_of(shown.pane.canvas.grab().toImage()), parallel(), BOXES[1].center), COLORS[1])
    assert is_like(seen(shown, BOXES[1].center), (20, 230, 40))


def test_of_many_pictures_asked_for_at_once_few_are_made_and_the_last_is_seen(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_from_the_front(shown)
    picture_of(shown.pane.canvas)
    made: list[object] = []
    render = Renderer.render

    def slowly(*args: object, **others: object) -> object:
        made.append(args)
        sleep(0.05)
        return render(*args, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(Renderer, "render", slowly)
    for step in range(30):
        shown.pane.canvas.glide(turned(parallel(), 0.01 * step, 0.0))
        shown.pane.canvas.grab()
    shown.pane.canvas.glide(parallel())
    assert is_like(seen(shown, BOXES[1].center), COLORS[1])
    assert len(made) < 15


def test_a_fault_while_rendering_is_raised_on_the_thread_of_the_window(
    shown: Shown, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_from_the_front(shown)
    picture_of(shown.pane.canvas)

    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("no picture")

    monkeypatch.setattr(Renderer, "render", broken)
    with qtbot.capture_exceptions() as raised:
        shown.reading.apply(set_part_color, SEG, 1, (20, 230, 40))
        shown.pane.canvas.grab()
        qtbot.waitUntil(lambda: bool(raised))
    assert [str(error) for _, error, _ in raised] == ["no picture"]


def test_the_picture_is_saved_on_transparent_ground_and_copied(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_from_the_front(shown)
    out = tmp_path / "seen.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out.with_suffix("")), ""))
    shown.pane._save_picture()
    picture = QImage(str(out))
    assert picture.hasAlphaChannel()
    assert picture.pixelColor(picture.width() - 1, 0).alpha() == 0
    column, row = spot_of(parallel(), BOXES[1].center, (picture.width(), picture.height()))
    assert picture.pixelColor(column, row).alpha() == 255
    shown.pane._copy_picture()
    assert QGuiApplication.clipboard().image().size() == picture.size()


def test_visible_surfaces_are_handed_over_with_names_and_colours(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_from_the_front(shown)
    shown.reading.apply(set_part_visible, SEG, 3, visible=False)
    picture_of(shown.pane.canvas)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(tmp_path / "all.gltf"), ""))
    shown.pane._save_surfaces()
    ((surfaces, path),) = shown.written  # type: ignore[misc]
    assert path == tmp_path / "all.gltf"  # type: ignore[has-type]
    assert [(one.name, one.color) for one in surfaces] == [("Liver", COLORS[1]), ("Spleen", COLORS[2])]  # type: ignore[has-type]
    assert all(isinstance(one.mesh, Mesh) for one in surfaces)  # type: ignore[has-type]


def test_a_file_that_cannot_be_written_is_told(shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture_of(shown.pane.canvas)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(tmp_path / "no" / "a.stl"), ""))

    def refuse(_surfaces: object, _path: object, tell: Callable[[OSError | None], None]) -> None:
        tell(OSError(2, "No such folder"))

    monkeypatch.setattr(shown.pane, "_calls", replace(shown.pane._calls, save_surfaces=refuse))
    shown.pane._save_surfaces()
    assert shown.told == [("The surfaces could not be saved.", "No such folder")]
    shown.pane._save_picture()
    assert shown.told[-1][0] == "The picture could not be saved."


def test_spinning_goes_on_until_the_pane_is_hidden(shown: Shown) -> None:
    look_from_the_front(shown)
    shown.pane.bar.spin.click()
    before = shown.reading.state.panes[0].volume.camera
    QTest.qWait(200)
    assert shown.reading.state.panes[0].volume.camera != before
    shown.pane.hide()
    held = shown.reading.state.panes[0].volume.camera
    QTest.qWait(80)
    assert shown.reading.state.panes[0].volume.camera == held
    assert not shown.pane.bar.spin.isChecked()
    shown.pane.show()
    # It sharpens as after any move.
    picture_of(shown.pane.canvas)
    assert not shown.pane.canvas._moving
    assert not shown.reading.can_undo or shown.reading.state.panes[0].volume.camera == held


def test_a_pane_without_a_size_makes_no_picture_and_does_not_fall_over(shown: Shown) -> None:
    shown.pane.setMinimumSize(0, 0)
    shown.pane.canvas.setMinimumSize(0, 0)
    for size in ((0, 0), (1, 1), (500, 0), (500, 400)):
        shown.pane.resize(*size)
        shown.pane.canvas.refresh()
        shown.pane.canvas.repaint()
        QTest.qWait(5)
    look_from_the_front(shown)
    assert is_like(seen(shown, BOXES[1].center), COLORS[1])


def test_where_opengl_does_not_work_the_pane_says_so_and_nothing_renders(shown: Shown) -> None:
    shown.inputs.told = Graphics(works=False)
    shown.pane.refresh()
    picture = picture_of(shown.pane.canvas)
    assert picture.max() > 100
    assert [notice.title for notice in shown.pane.canvas._notices()] == ["No 3D view"]
    assert shown.pane.canvas.picture((100, 100)) is None
    click(shown.pane.canvas, (250.0, 200.0))


def calls() -> VolumeCalls:
    return VolumeCalls(lambda: None, lambda surfaces, path: None, lambda title, reason: None)


def test_twenty_panes_are_opened_and_closed_one_after_the_other_and_two_side_by_side(qtbot) -> None:
    for _ in range(10):
        reading = Reading(solid_state())
        reading.apply(set_camera, 0, parallel())
        panes = [VolumePane(reading, Solids(), 0, calls()) for _ in range(2)]
        for pane in panes:
            qtbot.addWidget(pane)
            pane.resize(300, 240)
            pane.show()
            picture = picture_of(pane.canvas)
            assert is_like(color_at(picture, parallel(), BOXES[1].center), COLORS[1])
        for pane in panes:
            pane.end()
            pane.close()


def test_a_pane_whose_renderer_was_lost_gets_another(shown: Shown) -> None:
    look_from_the_front(shown)
    first = picture_of(shown.pane.canvas)
    assert shown.pane.canvas._pictures is not None
    shown.pane.canvas.end()
    shown.pane.canvas._asked = None
    shown.pane.refresh()
    assert np.array_equal(picture_of(shown.pane.canvas), first)


def test_keys_reach_the_buttons_of_the_bar(shown: Shown) -> None:
    shown.pane.bar.surfaces.setFocus()
    QTest.keyClick(shown.pane.bar.surfaces, Qt.Key.Key_Space)
    assert not shown.reading.state.panes[0].volume.surfaces
    QTest.keyClick(shown.pane.bar.surfaces, Qt.Key.Key_Space)
    assert shown.reading.state.panes[0].volume.surfaces
