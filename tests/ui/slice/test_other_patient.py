"""A viewport that mixes patients has a coloured edge."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from tests.scene.patients import one_result, with_patient_ids
from viewer.reading.changes.workspace import hide_overlays
from viewer.reading.reading import Reading
from viewer.ui.slice.viewport_grid import ViewportGrid
from viewer.ui.theme.tokens import DARK


def test_the_edge_is_coloured_while_a_result_of_another_patient_is_shown(qtbot) -> None:
    state, inputs = one_result()
    reading = Reading(with_patient_ids(state, "A", "B"))
    grid = ViewportGrid(reading, inputs, on_cursor=lambda _: None, on_menu=lambda _: None)
    qtbot.addWidget(grid)
    grid.resize(320, 240)
    (viewport,) = grid.viewports
    edge = QPoint(1, 1)
    assert grid.grab().toImage().pixelColor(viewport.mapTo(grid, edge)).name().upper() == DARK.warning
    reading.apply(hide_overlays, "hidden")
    assert grid.grab().toImage().pixelColor(viewport.mapTo(grid, edge)).name().upper() != DARK.warning
    grid.end()
