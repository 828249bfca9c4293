"""Bars beside an image: numbers with a unit, colours as painted, ends that a drag moves, the value under the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from tests.scene.one_stack import STACK
from tests.scene.two_stacks import PET, SUVBW, two_stacks
from tests.ui.slice.pixels import array_of
from viewer.imaging.colour_maps import colour_map
from viewer.imaging.shown_values import ShownScale
from viewer.reading.changes import looks
from viewer.reading.changes.workspace import set_tool
from viewer.reading.reading import Reading
from viewer.scene.color_bar import ColorBar
from viewer.ui.slice.bar_pointing import dragged_ends
from viewer.ui.slice.color_bars import bar_numbers, bar_places, bar_title
from viewer.ui.slice.viewport_grid import ViewportGrid
from viewer.ui.stack_drag import stack_on_its_way

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[SimpleNamespace]:
    """The CT with the PET over it, 700 x 520."""
    state, inputs = two_stacks()
    reading = Reading(looks.fuse(state, 0, PET))
    told: list[object] = []
    grid = ViewportGrid(reading, inputs, on_cursor=told.append, on_menu=lambda _: None)
    qtbot.addWidget(grid)
    grid.resize(700, 520)
    grid.show()
    canvas = grid.viewports[0].canvas
    canvas.grab()
    yield SimpleNamespace(reading=reading, grid=grid, canvas=canvas, told=told, inputs=inputs)
    grid.end()


def place_of(shown: SimpleNamespace, number: int = 0):
    return bar_places(shown.canvas.scene.color_bars, shown.canvas.geometry_shown)[number]


def drag(qtbot: QtBot, widget, start: QPointF, end: QPointF) -> None:
    qtbot.mousePress(widget, LEFT, pos=start.toPoint())
    qtbot.mouseMove(widget, end.toPoint())
    widget.grab()
    qtbot.mouseRelease(widget, LEFT, pos=end.toPoint())


def bar(low: float, high: float, **changes: object) -> ColorBar:
    return replace(ColorBar("", "", low, high, ShownScale(unit="HU")), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "numbers"),
    [
        (-160, 240, ("240", "140", "40", "\N{MINUS SIGN}60", "\N{MINUS SIGN}160")),
        (0, 5, ("5.00", "3.75", "2.50", "1.25", "0.00")),
        (0, 0.004, ("0.004", "0.003", "0.002", "0.001", "0.000")),
    ],
)
def test_numbers_have_the_decimals_that_they_need(low: float, high: float, numbers: tuple[str, ...]) -> None:
    assert bar_numbers(bar(low, high)) == numbers


def test_the_title_is_the_unit_and_whose_it_is() -> None:
    assert bar_title(bar(0, 1)) == "HU"
    scale = ShownScale(SUVBW, 0.0, "g/ml", "SUVbw")
    assert bar_title(bar(0, 1, stack_id=PET, title="PT Whole body", scale=scale)) == "PT  SUVbw g/ml"


def test_a_bar_has_the_colours_of_its_map_from_the_top_down_and_none_below_the_threshold(shown: SimpleNamespace) -> None:
    rect = place_of(shown).rect.toRect()
    picture = array_of(shown.canvas.grab().toImage())
    column = picture[rect.top() : rect.bottom() + 1, rect.center().x(), :3].astype(int)
    palette = colour_map("hot_iron")
    assert palette is not None
    table = np.stack([palette.red, palette.green, palette.blue], axis=1).astype(int)
    spots = np.linspace(0.02, 0.85, 20)
    wanted = table[np.rint(255 - spots * 255).astype(int)]
    found = column[np.rint(spots * (len(column) - 1)).astype(int)]
    assert min(np.abs(found - wanted).max(), np.abs(found[:, ::-1] - wanted).max()) < 12
    assert column[round(0.95 * len(column))].max() == 0


def test_dragging_the_middle_moves_both_ends_and_an_end_moves_alone(shown: SimpleNamespace, qtbot: QtBot) -> None:
    place = place_of(shown)
    tall, x = place.rect.height(), place.rect.center().x()
    drag(qtbot, shown.canvas, QPointF(x, place.rect.top() + 0.5 * tall), QPointF(x, place.rect.top() + 0.4 * tall))
    (one,) = shown.reading.state.pane.fused
    assert abs(one.window.center * SUVBW - 3.0) < 0.05
    assert abs(one.window.width * SUVBW - 5.0) < 0.05
    shown.canvas.grab()
    drag(qtbot, shown.canvas, QPointF(x, place.rect.top() + 3), QPointF(x, place.rect.top() + 3 + 0.5 * tall))
    (one,) = shown.reading.state.pane.fused
    low, high = one.window.center - one.window.width / 2, one.window.center + one.window.width / 2
    assert abs(low * SUVBW - 0.5) < 0.05
    assert abs(high * SUVBW - 3.0) < 0.1
    assert shown.reading.state.pane.window.source == "file", "the image below keeps its window"
    shown.reading.undo()
    shown.reading.undo()
    assert shown.reading.state.pane.fused[0].window.source == "file"


def test_an_end_never_passes_the_other() -> None:
    for hold, moved in (("high", -3.0), ("low", 3.0)):
        choice = dragged_ends(bar(0, 100), hold, moved)  # type: ignore[arg-type]
        assert choice.width > 0


def test_the_value_under_the_mouse_is_marked(shown: SimpleNamespace, qtbot: QtBot) -> None:
    place = place_of(shown)
    before = array_of(shown.canvas.grab().toImage())
    geometry = shown.canvas.geometry_shown
    spot = geometry.to_view(np.array([[4.5, 2.5]]))[0]
    qtbot.mouseMove(shown.canvas, QPoint(round(spot[0]), round(spot[1])))
    after = array_of(shown.canvas.grab().toImage())
    right = slice(round(place.rect.right()) + 3, round(place.rect.right()) + 10)
    changed = np.flatnonzero((before[:, right] != after[:, right]).any(axis=(1, 2)))
    assert changed.size
    part = (place.rect.bottom() - changed.mean()) / place.rect.height()
    assert abs(part * 5 - 2.6) < 0.1


def test_no_bar_where_there_is_no_room(shown: SimpleNamespace) -> None:
    geometry = replace(shown.canvas.geometry_shown, size=(300, 300))
    assert bar_places(shown.canvas.scene.color_bars, geometry) == ()


def test_a_rectangle_gives_the_window_and_the_tool_goes_back(shown: SimpleNamespace, qtbot: QtBot) -> None:
    shown.reading.apply(set_tool, "window_region")
    corners = shown.canvas.geometry_shown.to_view(np.array([[2.01, 1.01], [4.99, 2.99]]))
    drag(qtbot, shown.canvas, *(QPointF(*corner) for corner in corners.tolist()))
    values = np.array([[row * 11 + column for column in (2, 3, 4)] for row in (1, 2)]) * 3 + 5
    window = shown.reading.state.pane.window
    assert window.source == "user"
    assert (window.center - window.width / 2, window.center + window.width / 2) == (values.min(), values.max())
    assert shown.reading.state.tool == "window"


def dropped(shown: SimpleNamespace, modifiers: Qt.KeyboardModifier, stack_id: str) -> None:
    mime = stack_on_its_way(stack_id)
    event = QDropEvent(QPointF(100, 100), Qt.DropAction.CopyAction, mime, LEFT, modifiers)
    shown.grid.viewports[0].dropEvent(event)


def test_a_series_dropped_with_alt_is_laid_over_and_without_it_shown(shown: SimpleNamespace) -> None:
    shown.reading.apply(looks.unfuse, 0)
    dropped(shown, Qt.KeyboardModifier.AltModifier, PET)
    assert [one.stack_id for one in shown.reading.state.pane.fused] == [PET]
    assert shown.reading.state.pane.stack_id == STACK
    dropped(shown, Qt.KeyboardModifier.NoModifier, PET)
    assert shown.reading.state.pane.stack_id == PET
