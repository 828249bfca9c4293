"""A viewport that shows three frames of 7 rows of 0.5 mm and 11 columns of 0.25 mm, and a hand that measures in it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.scene.one_stack import image_attributes, one_stack, ramp_pixels
from viewer.domain.image_attributes import FrameValues, Rescale, Window
from viewer.domain.measurement import Measurement
from viewer.reading.reading import Reading
from viewer.reading.state import View
from viewer.scene.drawables import MeasurementDrawable
from viewer.ui.slice.viewport_grid import ViewportGrid

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NO_BUTTON = Qt.MouseButton.NoButton
VIEWS = [View(), View(rotation=90), View(rotation=180, flipped=True), View(rotation=270, flipped=True, zoom=31.0)]
CT = image_attributes(frames=(FrameValues(Rescale(2.0, -1000.0, "HU"), (Window(40.0, 400.0),)),), rescale_type="HU")


def shown_viewport(qtbot) -> Iterator[SimpleNamespace]:
    """Three frames of 7 rows of 0.5 mm and 11 columns of 0.25 mm, in HU."""
    state, inputs = one_stack([ramp_pixels() + place for place in range(3)], attributes=CT)
    reading = Reading(state)
    grid = ViewportGrid(reading, inputs, on_cursor=lambda _info: None, on_menu=lambda _spot: None)
    qtbot.addWidget(grid)
    grid.resize(640, 480)
    with qtbot.waitExposed(grid):
        grid.show()
    grid.grab()
    yield SimpleNamespace(reading=reading, inputs=inputs, grid=grid, canvas=grid.viewports[0].canvas)
    grid.end()


def mouse(shown: SimpleNamespace, kind: QEvent.Type, position: tuple[float, float], *, held: bool = False) -> None:
    """One mouse event at an image position."""
    shown.grid.grab()
    at = QPointF(*shown.canvas.geometry_shown.to_view(position).tolist())
    moves = kind == QEvent.Type.MouseMove
    buttons = NO_BUTTON if kind == QEvent.Type.MouseButtonRelease or (moves and not held) else LEFT
    event = QMouseEvent(kind, at, shown.canvas.mapToGlobal(at), NO_BUTTON if moves else LEFT, buttons, NONE)
    QApplication.sendEvent(shown.canvas, event)


def drag(shown: SimpleNamespace, start: tuple[float, float], *through: tuple[float, float]) -> None:
    mouse(shown, QEvent.Type.MouseButtonPress, start)
    for position in through:
        mouse(shown, QEvent.Type.MouseMove, position, held=True)
    mouse(shown, QEvent.Type.MouseButtonRelease, through[-1])
    shown.grid.grab()


def click(shown: SimpleNamespace, position: tuple[float, float]) -> None:
    mouse(shown, QEvent.Type.MouseMove, position)
    mouse(shown, QEvent.Type.MouseButtonPress, position)
    mouse(shown, QEvent.Type.MouseButtonRelease, position)
    shown.grid.grab()


def made(shown: SimpleNamespace) -> list[Measurement]:
    return [one for on_image in shown.reading.state.measurements.values() for one in on_image]


def drawn(shown: SimpleNamespace) -> list[MeasurementDrawable]:
    shown.grid.grab()
    return [one for one in shown.canvas.scene.drawables if isinstance(one, MeasurementDrawable)]


def lines(shown: SimpleNamespace) -> list[str]:
    (only,) = drawn(shown)
    return only.label.replace("\u00a0", " ").split("\n")
