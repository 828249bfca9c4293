"""Tiles of a slide on the screen: side by side without a gap, exact at zoom 1, turned with the view; the map beside them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from tests.domain.opened import opened
from tests.synthetic.slide import Glass, level, tissue
from viewer.geometry.plane import Plane
from viewer.loading.eager import EagerInputs
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import Content, Pane, ReadingState, View
from viewer.scene.drawables import Scene, SlideMap, TilePicture
from viewer.scene.view_geometry import ViewGeometry, view_geometry
from viewer.ui.slice.map_mouse import MapMouse
from viewer.ui.slice.pictures import Pictures
from viewer.ui.slice.scene_painter import blank
from viewer.ui.slice.tiles import map_place, paint_slide_map, paint_tile
from viewer.ui.slice.viewport_grid import ViewportGrid

pytestmark = pytest.mark.usefixtures("qapp")

TILE = (16, 24)
ROWS, COLUMNS = 70, 100


def cut(picture: NDArray[np.uint8]) -> list[TilePicture]:
    """A picture as tiles of 16 rows and 24 columns."""
    found = []
    for top in range(0, picture.shape[0], TILE[0]):
        for left in range(0, picture.shape[1], TILE[1]):
            part = np.ascontiguousarray(picture[top : top + TILE[0], left : left + TILE[1]])
            found.append(TilePicture(part, ((1.0, 0.0, float(left)), (0.0, 1.0, float(top)))))
    return found


def painted(tiles: Sequence[TilePicture], geometry: ViewGeometry) -> NDArray[np.uint8]:
    """What tiles look like on black: (rows, columns, 3)."""
    picture = blank(geometry.size)
    painter = QPainter(picture)
    for tile in tiles:
        paint_tile(painter, tile, geometry, Pictures())
    painter.end()
    return pixels_of(picture)


def pixels_of(picture: QImage) -> NDArray[np.uint8]:
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return lines[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


def geometry_of(view: View, size: tuple[int, int]) -> ViewGeometry:
    return view_geometry(view, (0.0, 0.0, float(COLUMNS), float(ROWS)), aspect=1.0, size=size)


@pytest.mark.parametrize("zoom", [0.31, 0.5, 0.77, 0.999, 1.0, 1.13, 2.37, 7.9])
@pytest.mark.parametrize("rotation", [0, 90])
def test_no_gap_shows_between_tiles(zoom: float, rotation: int) -> None:
    white = np.full((ROWS, COLUMNS, 3), 255, np.uint8)
    size = (90, 60)
    view = View(zoom=zoom, center=(50.3, 35.7), rotation=rotation)  # type: ignore[arg-type]
    geometry = geometry_of(view, size)
    corners = geometry.to_view([[0.0, 0.0], [float(COLUMNS), float(ROWS)]])
    (left, top), (right, bottom) = np.round(corners.min(axis=0)), np.round(corners.max(axis=0))
    expected = np.zeros((size[1], size[0]), bool)
    expected[max(int(top), 0) : max(int(bottom), 0), max(int(left), 0) : max(int(right), 0)] = True
    assert np.array_equal(painted(cut(white), geometry)[..., 0] == 255, expected)


@pytest.mark.parametrize(
    ("view", "turned"),
    [
        (View(zoom=1.0), lambda p: p),
        (View(zoom=1.0, flipped=True), lambda p: p[:, ::-1]),
        (View(zoom=1.0, rotation=90), lambda p: np.rot90(p, -1)),
        (View(zoom=1.0, rotation=270, flipped=True), lambda p: np.rot90(p, 1)[:, ::-1]),
    ],
    ids=["as it is", "flipped", "turned", "turned and flipped"],
)
def test_at_zoom_one_every_pixel_is_that_of_the_tile(view: View, turned) -> None:
    picture = np.random.default_rng(3).integers(0, 256, (ROWS, COLUMNS, 3), dtype=np.uint8)
    expected = turned(picture)
    size = (expected.shape[1], expected.shape[0])
    assert np.array_equal(painted(cut(picture), geometry_of(view, size)), expected)


def test_a_tile_with_half_the_pixels_covers_as_much(qapp) -> None:
    del qapp
    tile = TilePicture(np.full((8, 12), 200, np.uint8), ((2.0, 0.0, 24.0), (0.0, 2.0, 16.0)))
    found = painted([tile], geometry_of(View(zoom=1.0), (COLUMNS, ROWS)))[..., 0] == 200
    expected = np.zeros((ROWS, COLUMNS), bool)
    expected[16:32, 24:48] = True
    assert np.array_equal(found, expected)


def map_of(shown: tuple[float, float, float, float] = (0.25, 0.5, 0.5, 0.75)) -> SlideMap:
    return SlideMap(np.full((ROWS, COLUMNS, 3), 90, np.uint8), shown, ROWS / COLUMNS)


def test_the_map_stands_in_the_lower_right_corner_with_a_frame_around_what_is_seen() -> None:
    geometry = geometry_of(View(zoom=8.0), (800, 600))
    picture = blank(geometry.size)
    painter = QPainter(picture)
    paint_slide_map(painter, map_of(), geometry)
    painter.end()
    place = map_place(map_of(), geometry.size, 1.0)
    assert place is not None
    assert place.right() < 800
    assert place.bottom() < 600
    assert place.width() / place.height() == pytest.approx(COLUMNS / ROWS, rel=0.02)
    drawn = pixels_of(picture)
    assert drawn[round(place.top()) + 4, round(place.left()) + 4].tolist() == [90, 90, 90]
    framed = drawn[round(place.top() + 0.6 * place.height()), round(place.left() + 0.25 * place.width())]
    assert framed.tolist() != [90, 90, 90]


def test_a_small_viewport_has_no_room_for_the_map() -> None:
    assert map_place(map_of(), (300, 300), 1.0) is None


def test_a_press_on_the_map_goes_there_and_a_drag_along() -> None:
    geometry = geometry_of(View(zoom=8.0), (800, 600))
    plane = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0), (ROWS, COLUMNS))
    picture = SimpleNamespace(scene=Scene(plane=plane, slide_map=map_of()), geometry_shown=geometry)
    reading = Reading(ReadingState(panes=(Pane(view=View(zoom=8.0)),)))
    mouse = MapMouse(reading, 0, picture)
    place = map_place(map_of(), geometry.size, 1.0)
    assert place is not None
    assert not mouse.press(QPointF(100, 100))
    assert mouse.press(QPointF(place.left() + 0.25 * place.width(), place.top() + 0.5 * place.height()))
    assert reading.state.panes[0].view.center == pytest.approx((0.25 * COLUMNS, 0.5 * ROWS))
    mouse.move(QPointF(place.right() + 500, place.top() - 500))
    assert reading.state.panes[0].view == View(zoom=8.0, center=(float(COLUMNS), 0.0))
    mouse.release()
    assert not mouse.is_held
    reading.undo()
    assert reading.state.panes[0].view == View(zoom=8.0)


def test_a_viewport_says_its_size_once_it_shows_a_slide(qtbot, tmp_path) -> None:
    library = opened([level(Glass(), [[tissue(77, 131)]])], tmp_path)
    reading = Reading(ReadingState(content=Content(library=library)))
    with EagerInputs(library, {}) as inputs:
        grid = ViewportGrid(reading, inputs, on_cursor=lambda _info: None, on_menu=lambda _spot: None)
        qtbot.addWidget(grid)
        grid.resize(640, 480)
        with qtbot.waitExposed(grid):
            grid.show()
        assert reading.state.pane_sizes == {}
        reading.apply(show_stack, 0, library.stacks[0].id)
        canvas = grid.viewports[0].canvas
        qtbot.waitUntil(lambda: reading.state.pane_sizes.get(0) == canvas.device_size())
        grid.grab()
        shown = [one for one in canvas.scene.drawables if isinstance(one, TilePicture)]
        assert sum(tile.pixels.shape[0] * tile.pixels.shape[1] for tile in shown) == 77 * 131
        grid.end()
