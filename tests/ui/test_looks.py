"""Histogram, editor of window presets, rows and menus of fusion, and the actions of colour; all by keyboard as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from tests.scene.two_stacks import PET, two_stacks
from viewer.app.presets import default_window_presets, presets_in_force
from viewer.app.settings import Settings, load_settings, save_settings
from viewer.domain.image_attributes import DecodedFrame
from viewer.domain.measurement import Measurement
from viewer.imaging.window_presets import WindowPreset
from viewer.loading.store import Store
from viewer.reading.autosave import with_workspace, workspace_of
from viewer.reading.changes import looks
from viewer.reading.changes.layers import select
from viewer.reading.changes.measuring import put_measurement
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.scene.auto_window import slice_window
from viewer.ui.histogram import HistogramDialog
from viewer.ui.layers.fused import fused_rows
from viewer.ui.layers.maps import bars_beside
from viewer.ui.layers.panel import LayersPanel
from viewer.ui.layers.row import LayerFilter
from viewer.ui.looks_acts import looks_acts
from viewer.ui.looks_menus import fill_color_maps, fill_fusion, map_name
from viewer.ui.settings.presets import PresetsDialog

pytestmark = pytest.mark.usefixtures("qapp")
CT_VALUES = np.arange(77) * 3 + 5


def filled_store() -> tuple[ReadingState, Store]:
    """A store that holds what the hand-made inputs hold."""
    state, inputs = two_stacks()
    store = Store(budget_bytes=1 << 24)
    for key, attributes in inputs.shown.items():
        store.put_attributes(key, attributes)  # type: ignore[arg-type]
    for frame, decoded in inputs.frames.items():
        store.put_frame(frame, decoded)  # type: ignore[arg-type]
    for (stack_id, plane), image in inputs.images.items():
        store.put_image_on_plane(stack_id, plane, image)  # type: ignore[arg-type]
    return state, store


@pytest.fixture
def histogram(qtbot: QtBot) -> Iterator[tuple[Reading, HistogramDialog]]:
    state, store = filled_store()
    reading = Reading(state)
    parent = QMenu()
    dialog = HistogramDialog(reading, store, parent)
    qtbot.addWidget(parent)
    dialog.resize(600, 420)
    dialog.show()
    yield reading, dialog
    dialog.stop()


def ends_of(reading: Reading) -> tuple[float, float]:
    window = reading.state.pane.window
    return window.center - window.width / 2, window.center + window.width / 2


def test_the_histogram_counts_the_slice_and_states_its_statistics(histogram: tuple[Reading, HistogramDialog]) -> None:
    _, dialog = histogram
    said = {name: value.text() for name, value in dialog._values.items()}
    assert said["Pixels"] == "77"
    assert float(said["Mean"]) == CT_VALUES.mean()
    assert (said["Lowest"], said["Highest"]) == ("5", "233")
    assert said["50 %"] == "119"
    assert (dialog.low.value(), dialog.high.value()) == (0, 256)


def test_the_stack_counts_every_loaded_slice(histogram: tuple[Reading, HistogramDialog]) -> None:
    _, dialog = histogram
    dialog.count_of("stack")
    assert dialog._values["Pixels"].text() == str(3 * 77)
    assert "3 of 3 slices" in dialog.note.text()


def test_dragging_a_line_of_the_histogram_moves_that_end(histogram: tuple[Reading, HistogramDialog], qtbot: QtBot) -> None:
    reading, dialog = histogram
    chart = dialog.chart
    start, end = chart.place_of(256), chart.place_of(150)
    start = min(start, chart.width() - 10)
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=QPoint(round(start), 50))
    qtbot.mouseMove(chart, QPoint(round(end), 50))
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=QPoint(round(end), 50))
    low, high = ends_of(reading)
    assert low == 0
    assert abs(high - (256 - (chart.value_at(round(start)) - chart.value_at(round(end))))) < 2
    assert abs(dialog.high.value() - high) <= 1


def test_a_number_typed_below_the_histogram_is_the_end_of_the_window(
    histogram: tuple[Reading, HistogramDialog],
) -> None:
    reading, dialog = histogram
    dialog.low.setValue(40)
    dialog.low.editingFinished.emit()
    assert ends_of(reading) == (40, 256)
    reading.undo()
    assert reading.state.pane.window.source == "file"
    assert dialog.low.value() == 0


def test_a_closed_histogram_follows_nothing(histogram: tuple[Reading, HistogramDialog]) -> None:
    reading, dialog = histogram
    dialog.close()
    before = dialog.low.value()
    reading.apply(looks.set_color_map, 0, "pet")
    assert dialog.low.value() == before


def cell(dialog: PresetsDialog, row: int, column: int) -> Any:
    return dialog.table.cellWidget(row, column)


def test_presets_are_edited_added_removed_and_restored(qtbot: QtBot) -> None:
    told: list[tuple[WindowPreset, ...] | None] = []
    first = (WindowPreset("Lung", -600, 1500), WindowPreset("SUV 0–5", 2.5, 5, "PT", None, "SUV"))
    parent = QMenu()
    qtbot.addWidget(parent)
    dialog = PresetsDialog(first, told.append, lambda: first, parent)
    assert dialog.presets() == first
    name, center, key = cell(dialog, 0, 0), cell(dialog, 0, 2), cell(dialog, 0, 5)
    assert isinstance(name, QLineEdit)
    assert isinstance(center, QDoubleSpinBox)
    assert isinstance(key, QComboBox)
    name.setText("Lungs")
    name.editingFinished.emit()
    center.setValue(-550)
    key.setCurrentIndex(key.findData(8))
    assert told[-1] == (WindowPreset("Lungs", -550, 1500, "CT", 8), first[1])
    dialog.add.click()
    assert told[-1] is not None
    assert len(told[-1]) == 3
    dialog.table.setCurrentCell(0, 0)
    dialog.remove.click()
    assert [one.name for one in told[-1] or ()] == ["SUV 0–5", "New window"]
    dialog.restore.click()
    assert told[-1] is None
    assert dialog.presets() == first


def test_every_field_of_the_presets_shows_its_words_whole(qtbot: QtBot) -> None:
    parent = QMenu()
    qtbot.addWidget(parent)
    first = (WindowPreset("Lung", -600, 1500), WindowPreset("SUV 0–5", 2.5, 5, "PT", None, "SUV"))
    dialog = PresetsDialog(first, lambda _: None, lambda: first, parent)
    dialog.show()
    qtbot.waitExposed(dialog)
    for row in range(len(first)):
        for column in (1, 4, 5):
            field = cell(dialog, row, column)
            assert field.width() >= field.sizeHint().width(), (row, column)


def test_presets_are_kept_in_the_settings_and_default_to_the_programs_own(tmp_path: Any) -> None:
    assert presets_in_force(Settings()) == default_window_presets()
    own = (WindowPreset("Mine", 1, 2, "MR", 3),)
    save_settings(Settings(window_presets=own), tmp_path / "s.json")
    assert presets_in_force(load_settings(tmp_path / "s.json")) == own
    assert presets_in_force(Settings(window_presets=())) == ()


def test_presets_are_not_undone_with_a_window() -> None:
    reading = Reading(two_stacks()[0])
    reading.apply_undoable("", looks.set_color_map, 0, "pet")
    reading.apply(looks.set_window_presets, (WindowPreset("Mine", 1, 2),))
    reading.undo()
    assert reading.state.pane.color_map == ""
    assert [one.name for one in reading.state.window_presets] == ["Mine"]


def test_actions_colour_fade_hide_and_swap() -> None:
    state, inputs = two_stacks()
    reading = Reading(looks.fuse(state, 0, PET))
    acts = looks_acts(reading, inputs)
    acts["color_map_viridis"]()
    assert reading.state.pane.color_map == "viridis"
    acts["fused_more"]()
    acts["fused_more"]()
    assert reading.state.pane.fused[0].opacity == 0.7
    reading.undo()
    assert reading.state.pane.fused[0].opacity == 0.5, "steps in a row are one"
    acts["fused_less"]()
    acts["fused_shown"]()
    assert not reading.state.pane.fused[0].visible
    acts["swap_fused"]()
    assert reading.state.pane.stack_id == PET


def test_the_colour_bar_is_switched_by_what_is_seen() -> None:
    state, inputs = two_stacks()
    reading = Reading(state)
    acts = looks_acts(reading, inputs)
    for expected in (True, False, True):
        acts["color_bar"]()
        assert reading.state.pane.color_bar is expected


def test_the_window_comes_from_the_slice_or_from_the_selected_region() -> None:
    state, inputs = two_stacks()
    frame = state.frame_of(state.pane)
    assert frame is not None
    inputs.frames[frame] = DecodedFrame(np.tile(np.arange(1, 101, dtype=np.uint16), (20, 1)), 20)
    choice = slice_window(state, state.pane, inputs)
    assert choice is not None
    low, high = np.percentile(np.tile(np.arange(1, 101), 20), (1, 99))
    assert np.allclose((choice.center - choice.width / 2, choice.center + choice.width / 2), (low, high))
    region = Measurement("r", "rectangle", state.name_of(frame), ((10.0, 0.0), (20.0, 5.0)))
    reading = Reading(select(put_measurement(state, region), Selection(measurement="r")))
    acts = looks_acts(reading, inputs)
    acts["region_window"]()
    assert ends_of(reading) == (11, 20)
    reading.apply(select, Selection())
    acts["region_window"]()
    assert reading.state.tool == "window_region"
    acts["region_window"]()
    assert reading.state.tool == "window"


def test_menus_list_maps_and_series_and_say_why_one_cannot_be_laid_over(qtbot: QtBot) -> None:
    state, _ = two_stacks()
    reading, menu = Reading(state), QMenu()
    qtbot.addWidget(menu)
    fill_color_maps(menu, reading)
    assert [action.text() for action in menu.actions()][:3] == ["Grey", "Hot iron", "PET"]
    menu.actions()[1].trigger()
    assert reading.state.pane.color_map == "hot_iron"
    fill_fusion(menu, reading)
    (offered,) = menu.actions()
    assert (offered.text(), offered.isEnabled(), offered.isChecked()) == ("PT Whole body", True, False)
    offered.trigger()
    assert [one.stack_id for one in reading.state.pane.fused] == [PET]
    library = state.content.library
    (patient,) = library.patients
    ct, pet = patient.studies[0].series
    other = replace(pet, stacks=(replace(pet.stacks[0], frame_of_reference_uid="9.9"),))
    study = replace(patient.studies[0], series=(ct, other))
    apart = replace(library, patients=(replace(patient, studies=(study,)),))
    fill_fusion(menu, Reading(replace(state, content=replace(state.content, library=apart))))
    (refused,) = menu.actions()
    assert not refused.isEnabled()
    assert "no registration joins the two" in refused.toolTip()
    assert map_name("pet_20_step") == "PET, 20 steps"


def test_what_is_laid_over_has_a_row_with_eye_opacity_and_threshold(qtbot: QtBot) -> None:
    state, store = filled_store()
    reading = Reading(looks.fuse(state, 0, PET))
    (row,) = fused_rows(reading.state, LayerFilter(), bars_beside(reading.state, store))
    assert (row.name, row.value, row.shown) == ("PT Whole body", "50\u00a0%", True)
    ends, floor = row.children
    assert (ends.name, ends.value) == ("Range", "0 – 5.00\u00a0g/ml")
    assert (floor.name, floor.value) == ("Transparent below", "0.50\u00a0g/ml")
    panel = LayersPanel(reading, store)
    qtbot.addWidget(panel)
    assert panel.model.index_of(("fused", PET)).isValid()
    panel.acts.toggle(row)
    assert not reading.state.pane.fused[0].visible
    panel.acts.set_bar(row, 0.8)
    panel.acts.set_bar(floor, 0.3)
    low, high = ends.span
    panel.acts.set_bar(ends, 0.9)
    assert reading.state.pane.fused[0].window.center + reading.state.pane.fused[0].window.width / 2 == pytest.approx(
        low + 0.9 * (high - low)
    )
    (one,) = reading.state.pane.fused
    assert (one.opacity, one.floor, one.visible) == (0.8, 0.3, True)
    assert fused_rows(reading.state, LayerFilter(search="liver"), {}) == ()
    reading.apply(looks.unfuse, 0)
    panel.refresh()
    assert not panel.model.index_of(("fused", PET)).isValid()


def test_colours_and_what_is_laid_over_come_back_with_the_workspace() -> None:
    state, _ = two_stacks()
    changed = looks.set_fused_opacity(looks.fuse(looks.set_color_map(state, 0, "magma"), 0, PET), 0, PET, 0.8)
    changed = looks.show_color_bar(changed, 0, "shown")
    back = with_workspace(state, workspace_of(changed))
    assert back.panes == changed.panes
    (patient,) = state.content.library.patients
    study = replace(patient.studies[0], series=patient.studies[0].series[:1])
    alone = replace(state.content.library, patients=(replace(patient, studies=(study,)),))
    without = with_workspace(replace(state, content=replace(state.content, library=alone)), workspace_of(changed))
    assert without.pane.fused == ()
