"""The reader's measurements stand in the layers panel: listed with value and place, hidden, gone to, deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.scene.one_stack import image_attributes, one_stack, ramp_pixels
from viewer.domain.measurement import ImageName, Measurement
from viewer.loading.store import Store
from viewer.reading.changes.layers import select
from viewer.reading.changes.measuring import put_measurement
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.ui.layers.measurements import measurement_rows
from viewer.ui.layers.panel import LayersPanel
from viewer.ui.layers.row import LayerFilter, LayerRow
from viewer.ui.theme.current import metrics
from viewer.ui.tree_model import NODE_ROLE

EVERYTHING = LayerFilter()


def measured() -> tuple[ReadingState, object]:
    """Three images; a length on the third, an angle on the first, one on an image that is not open."""
    state, inputs = one_stack([ramp_pixels()] * 3, attributes=image_attributes())
    frames = state.content.library.stacks[0].frames
    for made in (
        Measurement("length", "length", state.name_of(frames[2]), ((1.0, 1.0), (9.0, 4.0)), "at the hilum"),
        Measurement("angle", "angle", state.name_of(frames[0]), ((7.0, 2.0), (3.0, 2.0), (7.0, 4.0))),
        Measurement("gone", "length", ImageName("1.1", "1.9.77", 1), ((1.0, 1.0), (9.0, 4.0))),
    ):
        state = put_measurement(state, made)
    return state, inputs


def names(state: ReadingState, inputs: object, wanted: LayerFilter = EVERYTHING) -> list[tuple[str, str, str]]:
    rows = measurement_rows(state, wanted, inputs)  # type: ignore[arg-type]
    return [(row.name, row.value, row.second) for row in rows[0].children] if rows else []


def test_each_is_listed_with_value_and_place_in_the_order_of_the_images() -> None:
    state, inputs = measured()
    assert names(state, inputs) == [
        ("Angle", "45.0°", "image 1"),
        ("at the hilum", "2.50\u00a0mm", "image 3"),
        ("Length", "", "image not open"),
    ]
    assert [badge.text for badge in measurement_rows(state, EVERYTHING, inputs)[0].badges] == ["reader"]  # type: ignore[arg-type]


def test_search_and_slice_filter_them() -> None:
    state, inputs = measured()
    assert [name for name, *_ in names(state, inputs, LayerFilter("hilum"))] == ["at the hilum"]
    assert [name for name, *_ in names(state, inputs, LayerFilter(on_slice=True))] == ["Angle"]
    assert names(state, inputs, LayerFilter("nothing like it")) == []


@pytest.fixture
def panel(qtbot: QtBot) -> LayersPanel:
    state, inputs = measured()
    store = Store(budget_bytes=1 << 20)
    store.attributes = inputs.attributes  # type: ignore[attr-defined, method-assign]
    store.frame = inputs.frame  # type: ignore[attr-defined, method-assign]
    reading = Reading(replace(state, selection=Selection()))
    made = LayersPanel(reading, store)
    made.reading = reading  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    made.resize(metrics().px(340), 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


def row(panel: LayersPanel, name: str) -> LayerRow:
    (found,) = (one for one in panel.model.nodes() if one.name == name)
    return found


def click(qtbot: QtBot, panel: LayersPanel, name: str, area: str) -> None:
    index = panel.model.index_of(row(panel, name).key)
    assert index.data(NODE_ROLE).name == name
    place = getattr(panel.view.areas(index), area)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    panel.refresh()


def test_the_eye_hides_all_and_the_next_measurement_shows_them_again(qtbot: QtBot, panel: LayersPanel) -> None:
    reading: Reading = panel.reading  # type: ignore[attr-defined]
    click(qtbot, panel, "Measurements", "eye")
    frame = reading.state.frame_of(reading.state.pane)
    assert frame is not None
    assert reading.state.measurements_on(frame) == ()
    assert row(panel, "Angle").dimmed
    reading.undo()
    assert len(reading.state.measurements_on(frame)) == 1
    click(qtbot, panel, "Measurements", "eye")
    reading.apply(put_measurement, Measurement("new", "length", reading.state.name_of(frame), ((1.0, 1.0), (2.0, 2.0))))
    assert len(reading.state.measurements_on(frame)) == 2


def test_a_row_selects_and_its_target_goes_to_the_image(qtbot: QtBot, panel: LayersPanel) -> None:
    reading: Reading = panel.reading  # type: ignore[attr-defined]
    click(qtbot, panel, "at the hilum", "name")
    assert reading.state.selection == Selection(measurement="length")
    assert reading.state.pane.frame == 0
    click(qtbot, panel, "at the hilum", "jump")
    assert reading.state.pane.frame == 2
    click(qtbot, panel, "Length", "jump")
    assert reading.state.pane.frame == 2
    assert reading.state.selection == Selection(measurement="gone")


def test_what_is_selected_in_the_image_is_the_current_row(qtbot: QtBot, panel: LayersPanel) -> None:
    reading: Reading = panel.reading  # type: ignore[attr-defined]
    reading.apply(select, Selection(measurement="angle"))
    panel.refresh()
    assert panel.view.currentIndex().data(NODE_ROLE).name == "Angle"


def test_the_menu_of_a_row_deletes_it_in_one_step_of_undo(panel: LayersPanel) -> None:
    reading: Reading = panel.reading  # type: ignore[attr-defined]
    menu = panel.acts.menu_of(row(panel, "Angle"))
    next(action for action in menu.actions() if action.text() == "Delete").trigger()
    panel.refresh()
    assert [one.name for one in panel.model.nodes()] == ["Measurements", "at the hilum", "Length"]
    reading.undo()
    assert reading.state.measurement("angle") is not None
    menu.deleteLater()
