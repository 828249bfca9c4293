"""Planes and 3D in the whole program: made by a key, gathered by a jump, painted by OpenGL on the window's own screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.end_to_end.driven import LEFT, NONE, Driven, pixels_of
from tests.end_to_end.two_blocks import GRID, WHERE, save_two_blocks
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.scene.drawables import ImagePicture, OutlinePaths
from viewer.scene.volume_drawables import SurfaceDrawable
from viewer.ui.volume.pane import VolumePane

pytestmark = pytest.mark.window


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return save_two_blocks(tmp_path / "study")


def in_3d(driven: Driven) -> VolumePane:
    (found,) = (one.volume for one in driven.window.grid.viewports if one.volume is not None)
    assert isinstance(found, VolumePane)
    return found


def test_a_key_shows_three_planes_and_the_surfaces_and_another_time_goes_back(driven: Driven, study: Path) -> None:
    driven.open(study)
    driven.focus_images()
    driven.key(Qt.Key.Key_0)
    QTest.qWait(300)
    assert [pane.kind for pane in driven.state.panes] == ["axial", "sagittal", "coronal", "volume"]
    for pane in range(3):
        scene = driven.canvas(pane).scene
        assert any(isinstance(one, ImagePicture) for one in scene.drawables)
        assert len(np.unique(pixels_of(driven.canvas(pane)))) > 20
    canvas = in_3d(driven).canvas
    assert {one.part.part for one in canvas.scene.drawables if isinstance(one, SurfaceDrawable)} == {1, 2}
    pixels = pixels_of(canvas)
    for number, channel in ((1, 0), (2, 2)):
        others = [axis for axis in range(3) if axis != channel]
        of_part = (pixels[..., channel] > 80) & (pixels[..., others].max(axis=2) < pixels[..., channel] / 2)
        assert of_part.sum() > 200, number
    driven.focus_images()
    driven.key(Qt.Key.Key_0)
    assert [pane.kind for pane in driven.state.panes] == ["stack"]


def test_a_jump_brings_all_planes_and_the_camera_to_the_part(driven: Driven, study: Path) -> None:
    driven.open(study)
    driven.focus_images()
    driven.key(Qt.Key.Key_0)
    overlay = driven.overlay("segmentation")
    driven.window.panels.docks.show_panel("layers")
    driven.double_click_layer(overlay, 2)
    QTest.qWait(500)
    (crosshair, where) = (driven.state.crosshair, WHERE[2])
    assert crosshair is not None
    index = np.linalg.inv(GRID.affine) @ np.array([*crosshair.point_patient, 1.0])
    for axis in range(3):
        assert where[axis].start - 0.5 <= index[axis] <= where[axis].stop - 0.5
    for pane in range(3):
        outlines = [one for one in driven.canvas(pane).scene.drawables if isinstance(one, OutlinePaths)]
        assert any(one.part.part == 2 and one.paths for one in outlines)
    camera = driven.state.panes[3].volume.camera
    assert camera is not None
    assert camera.focus == pytest.approx(crosshair.point_patient)


def test_a_click_on_a_surface_selects_its_row_and_moves_the_planes(driven: Driven, study: Path) -> None:
    driven.open(study)
    driven.focus_images()
    driven.key(Qt.Key.Key_0)
    QTest.qWait(300)
    canvas = in_3d(driven).canvas
    pixels = pixels_of(canvas)
    blue = np.argwhere((pixels[..., 2] > 80) & (pixels[..., :2].max(axis=2) < pixels[..., 2] / 2))
    row, column = np.median(blue, axis=0).astype(int).tolist()
    before = [pane.frame for pane in driven.state.panes]
    QTest.mouseClick(canvas, LEFT, NONE, QPoint(column, row))
    driven.wait_idle()
    assert driven.state.selection.part == 2
    assert [pane.frame for pane in driven.state.panes] != before


def test_images_of_one_place_say_why_there_are_no_planes(driven: Driven, tmp_path: Path) -> None:
    folder = tmp_path / "single"
    folder.mkdir()
    grid = Grid(shape=(1, 20, 30))
    save(image_series(np.zeros(grid.shape, np.int16), grid, Series("one")), folder)
    driven.open(folder)
    driven.focus_images()
    driven.key(Qt.Key.Key_0)
    assert [pane.kind for pane in driven.state.panes] == ["stack"]
    assert "There are no other planes of these images." in driven.window.notices.titles
