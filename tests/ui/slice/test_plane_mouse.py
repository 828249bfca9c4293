"""The lines of planes under the mouse: their middle moves all planes, a line shifts its own, an end of it turns them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.app.commands.opening import open_library
from viewer.geometry.plane import FloatArray
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.planes import arrange
from viewer.reading.changes.workspace import set_tool, show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Tool
from viewer.scene.drawables import CrosshairDrawable
from viewer.ui.slice.canvas import SliceCanvas
from viewer.ui.slice.viewport_grid import ViewportGrid

GRID = Grid(shape=(24, 40, 30), spacing_mm=(2.0, 1.0, 1.5), origin_mm=(-20.0, -15.0, 5.0))


@dataclass
class Planes:
    """Three planes side by side: axial, coronal, sagittal."""

    reading: Reading
    grid: ViewportGrid

    def canvas(self, pane: int) -> SliceCanvas:
        return self.grid.viewports[pane].canvas

    def cross(self, pane: int) -> CrosshairDrawable:
        self.grid.grab()
        (found,) = (one for one in self.canvas(pane).scene.drawables if isinstance(one, CrosshairDrawable))
        return found

    def center(self, pane: int) -> FloatArray:
        geometry = self.canvas(pane).geometry_shown
        assert geometry is not None
        return geometry.to_view(self.cross(pane).at)

    @property
    def point(self) -> FloatArray:
        assert self.reading.state.crosshair is not None
        return np.array(self.reading.state.crosshair.point_patient)

    def drag(self, pane: int, start: FloatArray, *through: tuple[float, float]) -> None:
        self.mouse(pane, QEvent.Type.MouseButtonPress, start)
        for end in through:
            self.mouse(pane, QEvent.Type.MouseMove, np.array(end), held=True)
        self.mouse(pane, QEvent.Type.MouseButtonRelease, np.array(through[-1]))
        self.grid.grab()

    def mouse(self, pane: int, kind: QEvent.Type, at: FloatArray, *, held: bool = False) -> None:
        canvas, place = self.canvas(pane), QPointF(*at.tolist())
        nothing, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
        moves = kind == QEvent.Type.MouseMove
        holds = nothing if kind == QEvent.Type.MouseButtonRelease or (moves and not held) else left
        event = QMouseEvent(
            kind, place, canvas.mapToGlobal(place), nothing if moves else left, holds, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(canvas, event)


@pytest.fixture
def planes(qtbot, tmp_path: Path) -> Iterator[Planes]:
    stored = np.random.default_rng(1).integers(0, 900, GRID.shape).astype(np.int16)
    save(image_series(stored, GRID, Series("ct")), tmp_path)
    library = open_library([tmp_path])
    with EagerInputs(library, {}) as inputs:
        content = read_content(library, inputs.readers)
        state = show_stack(ReadingState(content=content), 0, library.stacks[0].id)
        reading = Reading(arrange(state, "planes"))
        grid = ViewportGrid(reading, inputs, on_cursor=lambda _info: None, on_menu=lambda _spot: None)
        qtbot.addWidget(grid)
        grid.resize(1200, 420)
        with qtbot.waitExposed(grid):
            grid.show()
        grid.grab()
        yield Planes(reading, grid)
        grid.end()


def beside(at: FloatArray, x: float, y: float) -> FloatArray:
    return np.asarray(at + np.array([x, y]))


def frames(planes: Planes) -> list[int]:
    return [pane.frame for pane in planes.reading.state.panes]


@pytest.mark.parametrize("tool", ["window", "length", "crosshair"])
def test_dragging_the_middle_takes_the_other_planes_there_with_any_tool(planes: Planes, tool: Tool) -> None:
    planes.reading.apply(set_tool, tool)
    before, center = planes.point, planes.center(0)
    geometry = planes.canvas(0).geometry_shown
    assert geometry is not None
    plane = planes.canvas(0).scene.plane
    assert plane is not None
    aim = beside(center, 40, -25)
    expected = plane.point_patient(geometry.to_image(aim))
    planes.drag(0, beside(center, 2, 1), *(tuple(beside(center, 2, 1) + np.array(step)) for step in ((20, -10), (40, -25))))
    assert planes.point == pytest.approx(expected, abs=1e-6)
    assert planes.point[2] == pytest.approx(before[2])
    coronal, sagittal = (planes.canvas(number).scene.plane for number in (1, 2))
    assert coronal is not None
    assert sagittal is not None
    assert abs(float(coronal.distance_mm(planes.point))) <= GRID.spacing_mm[1] / 2 + 1e-6
    assert abs(float(sagittal.distance_mm(planes.point))) <= GRID.spacing_mm[2] / 2 + 1e-6
    assert planes.reading.state.measurements == {}


def test_dragging_a_line_shifts_its_plane_alone(planes: Planes) -> None:
    before, center, held = planes.point, planes.center(0), frames(planes)
    # The horizontal line of the axial plane is the coronal plane.
    assert planes.cross(0).horizontal == "coronal"
    planes.drag(0, beside(center, 60, 2), tuple(beside(center, 75, 42)))
    assert planes.point[[0, 2]] == pytest.approx(before[[0, 2]])
    assert planes.point[1] > before[1] + 1
    now = frames(planes)
    assert (now[0], now[2]) == (held[0], held[2])
    assert now[1] > held[1]


def test_dragging_the_end_of_a_line_turns_the_other_planes_about_the_point(planes: Planes) -> None:
    before, center = planes.point, planes.center(0)
    width = planes.canvas(0).width()
    start = np.array([width - 6.0, center[1]])
    reach = start[0] - center[0]
    angle = np.radians(20.0)
    end = center + reach * np.array([np.cos(angle), np.sin(angle)])
    middle = center + reach * np.array([np.cos(angle / 2), np.sin(angle / 2)])
    planes.drag(0, start, tuple(middle), tuple(end))
    axes = planes.reading.state.axes
    assert axes is not None
    # Clockwise in an axial picture, seen from the feet: from the left to the back.
    assert axes[0] == pytest.approx((np.cos(angle), np.sin(angle), 0.0), abs=1e-9)
    assert axes[2] == pytest.approx((0.0, 0.0, 1.0))
    assert planes.point == pytest.approx(before, abs=1.0)
    column, row = planes.cross(0).along[0]
    assert np.degrees(np.arctan2(row * GRID.spacing_mm[1], column * GRID.spacing_mm[2])) == pytest.approx(20.0, abs=1e-4)
    # The other panes keep a straight cross, for they turned with the planes.
    assert planes.cross(1).along == ((1.0, 0.0), (0.0, 1.0))
    planes.reading.undo()
    assert planes.reading.state.axes is None


def test_away_from_the_lines_the_tool_is_in_force(planes: Planes) -> None:
    before, window = planes.point, planes.reading.state.panes[0].window
    planes.drag(0, beside(planes.center(0), 60, 60), tuple(beside(planes.center(0), 90, 90)))
    assert planes.point == pytest.approx(before)
    assert planes.reading.state.panes[0].window != window


def test_the_cursor_says_what_a_press_would_do(planes: Planes) -> None:
    center, canvas = planes.center(0), planes.canvas(0)
    end = np.array([canvas.width() - 6.0, center[1]])
    seen = []
    for at in (center, beside(center, 50, 0), beside(center, 0, 60), end, beside(center, 50, 50)):
        planes.mouse(0, QEvent.Type.MouseMove, at)
        seen.append(canvas.cursor().shape())
    shapes = Qt.CursorShape
    assert seen == [
        shapes.SizeAllCursor,
        shapes.SizeVerCursor,
        shapes.SizeHorCursor,
        shapes.BitmapCursor,
        shapes.ArrowCursor,
    ]
