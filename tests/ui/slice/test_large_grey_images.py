"""A large grey image is painted from what is on the screen of it, and looks as if all of it had been painted."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.scene.one_stack import one_stack
from viewer.reading.changes.workspace import set_view, set_window
from viewer.reading.reading import Reading
from viewer.reading.state import View, WindowChoice
from viewer.scene.drawables import GreyPicture, ImagePicture, Scene
from viewer.scene.slice_scene import slice_scene
from viewer.ui.slice.canvas import CanvasCalls, SliceCanvas
from viewer.ui.slice.painters import paint_drawables
from viewer.ui.slice.pictures import Pictures
from viewer.ui.slice.scene_painter import blank, geometry_of

ROWS, COLUMNS = 1700, 1300
SIZE = (640, 480)


def breast(rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray:
    """Return an image without any symmetry."""
    y, x = np.mgrid[:rows, :columns]
    values = 1500 + 1200 * np.sin(x / 70 + y / 300) * np.cos(y / 40) + x / 3
    return values.astype(np.uint16)


def painted(scene: Scene, picture: ImagePicture, view: View) -> np.ndarray:
    image = blank(SIZE)
    painter = QPainter(image)
    alone = Scene(plane=scene.plane, drawables=(picture,))
    paint_drawables(painter, alone, geometry_of(scene, view, size=SIZE), Pictures())
    painter.end()
    made = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(made.constBits(), np.uint8).reshape(SIZE[1], SIZE[0], 4)[..., :3].astype(int)


def shown(view: View, *, moving: bool) -> tuple[Scene, GreyPicture]:
    state, inputs = one_stack([breast()], [], spacing_mm=(0.07, 0.07))
    state = set_window(set_view(state, 0, view), 0, WindowChoice("user", center=1500, width=2600))
    scene = slice_scene(state, 0, inputs, moving=moving)
    (picture,) = scene.drawables
    assert isinstance(picture, GreyPicture)
    return scene, picture


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize(
    "view",
    [
        View(zoom=1.0, center=(400.0, 600.0)),
        View(zoom=2.0, center=(400.0, 600.0), rotation=90),
        View(zoom=3.0, center=(1290.0, 10.0), flipped=True),
        View(zoom=1.0, center=(30.0, 1650.0), rotation=180, flipped=True),
    ],
    ids=["as it is", "turned", "mirrored at the corner", "turned and mirrored"],
)
def test_enlarged_it_is_the_same_picture_to_the_last_grey_level(view: View, moving: bool) -> None:
    scene, picture = shown(view, moving=moving)
    whole = ImagePicture(picture.pixels, picture.smooth)
    # Smoothing rounds differently where the picture begins elsewhere.
    assert np.abs(painted(scene, picture, view) - painted(scene, whole, view)).max() <= (0 if view.zoom == 1.0 else 2)


def test_shrunk_it_is_the_same_at_rest_and_nearly_so_while_it_is_dragged() -> None:
    view = View()
    scene, picture = shown(view, moving=False)
    whole = painted(scene, ImagePicture(picture.pixels, picture.smooth), view)
    assert np.array_equal(painted(scene, picture, view), whole)
    scene, quick = shown(view, moving=True)
    difference = np.abs(painted(scene, quick, view) - whole)
    assert np.median(difference) <= 2
    assert np.percentile(difference, 99) <= 24


def test_a_mammogram_of_ten_megapixels_is_windowed_more_than_thirty_times_a_second(qtbot: QtBot) -> None:
    """In processor time of the window: on the screen of a workstation, fitted and enlarged."""
    state, inputs = one_stack([breast(4096, 2560)], [], spacing_mm=(0.07, 0.07))
    for zoom in (None, 1.0, 1.7):
        reading = Reading(set_view(state, 0, View(zoom=zoom)))
        calls = CanvasCalls(on_cursor=lambda info: None, on_menu=lambda at: None, on_maximise=lambda: None)
        canvas = SliceCanvas(reading, inputs, 0, calls)
        qtbot.addWidget(canvas)
        canvas.resize(1800, 1000)
        canvas.show()
        disconnect = reading.connect(canvas.on_changed)
        taken = []
        for step in range(10):
            start = time.thread_time()
            reading.apply(set_window, 0, WindowChoice("user", center=1500.0 + 10 * step, width=2600.0))
            canvas.repaint()
            taken.append(time.thread_time() - start)
        disconnect()
        assert float(np.median(taken)) <= 1 / 30, (zoom, taken)
