"""The layers panel: every part of every object has a row, and its painted switches work by mouse and by keyboard."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog
from pytestqt.qtbot import QtBot

from tests.ui.small_study import CT_STACK, MR_STACK, RT, SEG, small_state
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import issue
from viewer.domain.overlay import PartMeasure
from viewer.loading.store import Store
from viewer.reading.changes.layers import select, set_threshold
from viewer.reading.changes.workspace import hide_overlays, show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.representations.on_plane import OnPlane
from viewer.ui.layers.panel import LayersPanel
from viewer.ui.layers.provenance import provenance_lines
from viewer.ui.layers.row import LayerFilter, LayerRow
from viewer.ui.layers.tree import layer_rows
from viewer.ui.tree_model import NODE_ROLE


def flat(rows: tuple[LayerRow, ...]) -> list[LayerRow]:
    return [one for row in rows for one in (row, *flat(row.children))]


def rows_of(state: ReadingState, wanted: LayerFilter = LayerFilter(), here: frozenset[int] | None = None) -> list[LayerRow]:  # noqa: B008
    return flat(layer_rows(state, wanted, lambda _key: here))


def parts_of(state: ReadingState, wanted: LayerFilter = LayerFilter(), here: frozenset[int] | None = None) -> list[LayerRow]:  # noqa: B008
    return [row for row in rows_of(state, wanted, here) if row.kind == "part"]


@pytest.fixture
def reading() -> Reading:
    return Reading(small_state())


@pytest.fixture
def panel(qtbot: QtBot, reading: Reading) -> LayersPanel:
    return shown_panel(qtbot, reading)


def shown_panel(qtbot: QtBot, reading: Reading, store: Store | None = None) -> LayersPanel:
    made = LayersPanel(reading, store or Store(budget_bytes=1 << 20))
    qtbot.addWidget(made)
    made.resize(372, 700)
    made.show()
    return made


def click(qtbot: QtBot, panel: LayersPanel, key: object, area: str) -> None:
    panel.refresh()
    spot = getattr(panel.view.areas(panel.model.index_of(key)), area).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    panel.refresh()


def test_every_part_of_every_object_has_a_row() -> None:
    assert {(row.overlay, row.part) for row in parts_of(small_state())} == {(SEG, 1), (SEG, 2), (SEG, 3), (RT, 7)}


def test_a_refused_object_says_why_beside_it() -> None:
    reasons = [row.name for row in rows_of(small_state()) if row.kind == "reason"]
    assert reasons == ["It refers to 12 images that are not among the opened files."]


def test_an_object_of_another_series_names_that_series() -> None:
    state = show_stack(small_state(), 0, MR_STACK)
    reasons = [row.name for row in rows_of(state) if row.kind == "reason" and row.overlay == SEG]
    assert reasons == ["It lies on the series “Torso”, not on the one in the active viewport."]


def test_volumes_stand_at_the_right_and_a_missing_one_says_what_is_the_matter() -> None:
    rows = {row.part: row for row in parts_of(small_state()) if row.overlay == SEG}
    assert (rows[1].value, rows[1].state) == ("683.4", "")
    assert (rows[2].value, rows[2].state) == ("", "empty")
    assert [row.busy for row in parts_of(small_state()) if row.overlay == RT] == [True]


def test_parts_that_are_not_on_the_slice_are_hollow_and_can_be_filtered_out() -> None:
    hollow = {row.part: row.hollow for row in parts_of(small_state(), here=frozenset({2})) if row.overlay == SEG}
    assert hollow == {1: True, 2: False, 3: True}
    assert [row.part for row in parts_of(small_state(), LayerFilter(on_slice=True), frozenset({2}))] == [2]


def test_search_finds_parts_by_name_category_and_number() -> None:
    assert [row.name for row in parts_of(small_state(), LayerFilter("kidney"))] == ["Left kidney"]
    assert [row.part for row in parts_of(small_state(), LayerFilter("organ"))] == [1, 2, 3], "the object's own name matches"
    assert rows_of(small_state(), LayerFilter("nowhere")) == []


def test_groups_hold_every_part_once() -> None:
    rows = rows_of(small_state(), LayerFilter(grouping="category"))
    groups = {row.name: row for row in rows if row.kind == "group"}
    assert {name: [child.part for child in row.children] for name, row in groups.items()} == {"Organ": [1, 2], "Other": [3]}
    assert groups["Organ"].second == "2 of 2"


def test_the_eye_switches_one_part_by_mouse(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    overlay = reading.state.content.overlays[SEG]
    click(qtbot, panel, ("part", SEG, 2), "eye")
    assert [reading.state.part_visible(overlay, number) for number in (1, 2, 3)] == [True, False, True]
    click(qtbot, panel, ("part", SEG, 2), "eye")
    assert reading.state.part_visible(overlay, 2)
    reading.undo()
    assert not reading.state.part_visible(overlay, 2)


def test_the_eye_of_an_object_switches_it_whole(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    click(qtbot, panel, ("object", SEG), "eye")
    assert not reading.state.overlay_visible(reading.state.content.overlays[SEG])


def test_solo_by_mouse_shows_one_part_and_again_all(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    click(qtbot, panel, ("part", SEG, 3), "solo")
    assert reading.state.layer(SEG).solo == 3
    click(qtbot, panel, ("part", SEG, 3), "solo")
    assert reading.state.layer(SEG).solo is None


def test_fill_line_and_both_are_chosen_in_the_head(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    choices = panel.view.areas(panel.model.index_of(("object", SEG))).choices
    assert [value for value, _, _ in choices] == ["fill", "outline", "both"]
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=choices[1][2].center())
    assert reading.state.layer(SEG).style == "outline"


def test_the_opacity_bar_is_dragged_in_one_undoable_step(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    bar = panel.view.areas(panel.model.index_of(("part", SEG, 1))).bar
    port = panel.view.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=bar.center())
    qtbot.mouseMove(port, QPoint(bar.x() + 14, bar.center().y()))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(bar.x() + 14, bar.center().y()))
    assert reading.state.layer(SEG).parts[1].opacity == pytest.approx(0.25, abs=0.02)
    reading.undo()
    assert 1 not in reading.state.layer(SEG).parts


def test_two_drags_of_one_bar_are_two_steps(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    bar = panel.view.areas(panel.model.index_of(("part", SEG, 1))).bar
    port = panel.view.viewport()
    for end in (14, 24):
        qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=bar.center())
        qtbot.mouseMove(port, QPoint(bar.x() + end, bar.center().y()))
        qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(bar.x() + end, bar.center().y()))
    assert reading.state.layer(SEG).parts[1].opacity == pytest.approx(0.5, abs=0.05)
    reading.undo()
    assert reading.state.layer(SEG).parts[1].opacity == pytest.approx(0.25, abs=0.02)


def test_the_threshold_of_fractions_is_dragged(qtbot: QtBot) -> None:
    reading = Reading(small_state(1, kind="FRACTIONAL"))
    panel = shown_panel(qtbot, reading)
    areas = panel.view.areas(panel.model.index_of(("threshold", SEG)))
    spot = QPoint(areas.bar.x() + 4 + round((areas.bar.width() - 8) * 0.75), areas.bar.center().y())
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert reading.state.layer(SEG).threshold == pytest.approx(0.75, abs=0.02)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=areas.choices[1][2].center())
    assert not reading.state.layer(SEG).graded


def test_a_click_on_the_swatch_chooses_a_colour(
    qtbot: QtBot, reading: Reading, panel: LayersPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(1, 2, 3))
    click(qtbot, panel, ("part", SEG, 1), "swatch")
    assert reading.state.layer(SEG).parts[1].color == (1, 2, 3)


def test_a_click_on_a_name_selects_it_everywhere_and_enter_toggles_it(
    qtbot: QtBot, reading: Reading, panel: LayersPanel
) -> None:
    name = panel.view.areas(panel.model.index_of(("part", SEG, 2))).name
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(name.x() + 5, name.center().y()))
    assert reading.state.selection == Selection(SEG, 2)
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert not reading.state.part_visible(reading.state.content.overlays[SEG], 2)


def test_arrow_keys_walk_the_rows(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    panel.view.setCurrentIndex(panel.model.index_of(("part", SEG, 1)))
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert reading.state.selection == Selection(SEG, 2)


def test_down_goes_from_the_filter_to_the_first_match(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    reading.apply(select, Selection(SEG, 1))
    third = reading.state.content.overlays[SEG].part(3)
    qtbot.keyClicks(panel.search, third.label)
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    assert panel.view.hasFocus()
    assert panel.view.currentIndex().data(NODE_ROLE).part == 3
    assert reading.state.selection == Selection(SEG, 3)
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert not reading.state.part_visible(reading.state.content.overlays[SEG], 3)


def test_down_goes_from_the_filter_back_to_the_row_that_is_selected(
    qtbot: QtBot, reading: Reading, panel: LayersPanel
) -> None:
    reading.apply(select, Selection(SEG, 2))
    panel.search.setFocus()
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    assert panel.view.hasFocus()
    assert reading.state.selection == Selection(SEG, 2)


def test_what_is_not_stated_is_the_last_group() -> None:
    state = small_state()
    overlay = state.content.overlays[SEG]
    sided = (replace(overlay.parts[0], laterality=""), *(replace(part, laterality="Left") for part in overlay.parts[1:]))
    overlays = {**state.content.overlays, SEG: replace(overlay, parts=sided)}
    state = replace(state, content=replace(state.content, overlays=overlays))
    rows = rows_of(state, LayerFilter(grouping="laterality"))
    assert [row.name for row in rows if row.kind == "group" and row.overlay == SEG] == ["Left", "not stated"]


def test_a_selection_made_elsewhere_is_the_current_row_here(reading: Reading, panel: LayersPanel) -> None:
    reading.apply(select, Selection(SEG, 3))
    panel.refresh()
    assert panel.view.currentIndex().data(NODE_ROLE).part == 3
    assert reading.state.selection == Selection(SEG, 3)


def test_the_panel_says_when_everything_is_hidden(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    reading.apply(hide_overlays, "hidden")
    panel.refresh()
    assert panel._hidden.isVisible()
    reading.apply(hide_overlays, "shown")
    panel.refresh()
    assert not panel._hidden.isVisible()


def test_what_touches_the_slice_comes_from_the_store(qtbot: QtBot, reading: Reading) -> None:
    store = Store(budget_bytes=1 << 20)
    panel = shown_panel(qtbot, reading, store)
    stack = reading.state.content.library.stack(CT_STACK)
    assert stack is not None
    store.put_on_plane(SEG, stack.planes[1], OnPlane(parts_here=frozenset({2})))
    panel.refresh()
    hollow = [panel.model.index_of(("part", SEG, number)).data(NODE_ROLE).hollow for number in (1, 2, 3)]
    assert hollow == [True, False, True]


def test_118_rows_cost_no_widgets_and_little_time(qtbot: QtBot) -> None:
    reading = Reading(small_state(118))
    panel = shown_panel(qtbot, reading)
    few = len(shown_panel(qtbot, Reading(small_state(3))).findChildren(object))
    assert len(panel.findChildren(object)) <= few + 2
    start = time.perf_counter()
    for number in range(1, 21):
        reading.apply(select, Selection(SEG, number))
        panel.refresh()
    assert (time.perf_counter() - start) / 20 < 0.05


def test_the_provenance_card_says_who_how_and_why_here() -> None:
    state = select(small_state(), Selection(SEG))
    assert dict(provenance_lines(state)) == {
        "Algorithm": "Organs 2",
        "Kind": "Automatic",
        "Lies here": "Same Frame of Reference.",
        "Covers": "No image of this series",
    }
    refused = dict(provenance_lines(select(small_state(), Selection(RT))))
    assert refused["Lies here"] == "It refers to 12 images that are not among the opened files."
    assert refused["Kind"] == "Origin not stated"
    assert provenance_lines(small_state()) == ()


def test_painting_every_kind_of_row_leaves_ink_in_both_themes(qtbot: QtBot, reading: Reading, panel: LayersPanel) -> None:
    panel.view.setCurrentIndex(panel.model.index_of(("part", SEG, 1)))
    picture = panel.view.grab().toImage()
    pixels = np.array([picture.pixelColor(x, y).lightness() for y in range(0, 300, 3) for x in range(0, picture.width(), 3)])
    assert pixels.std() > 5
    assert InstanceKey(SEG) in reading.state.content.overlays


def test_what_is_superseded_or_rejected_is_listed_off_with_a_badge() -> None:
    state = small_state()
    said = (issue("superseded", "warning"), issue("rejected_by_key_object", "warning", title="Quality"))
    marked = replace(state.content.overlays[SEG], issues=said, visible_by_default=False)
    content = replace(state.content, overlays={**state.content.overlays, SEG: marked})
    (row,) = [row for row in rows_of(replace(state, content=content)) if row.kind == "object" and row.overlay == SEG]
    assert {"superseded", "rejected"} <= {badge.text for badge in row.badges}
    assert not row.shown
    assert row.children


def test_only_the_active_patient_and_what_lies_on_the_shown_stack_is_listed() -> None:
    state = small_state()
    (patient,) = state.content.library.patients
    (study,) = patient.studies
    images = tuple(series for series in study.series if series.stacks)
    results = tuple(series for series in study.series if not series.stacks)
    mine = replace(patient, studies=(replace(study, series=images),))
    theirs = replace(patient, key="P2", patient_id="P2", studies=(replace(study, key="2", series=results),))
    library = replace(state.content.library, patients=(mine, theirs))
    rows = [row for row in rows_of(replace(state, content=replace(state.content, library=library))) if row.kind == "object"]
    assert [row.overlay for row in rows] == [SEG]
    assert "another patient" in {badge.text for badge in rows[0].badges}


def test_heads_of_columns_and_sentences_are_passed_over(qtbot: QtBot) -> None:
    panel = LayersPanel(Reading(small_state()), Store(budget_bytes=1 << 20))
    qtbot.addWidget(panel)
    panel.resize(372, 500)
    panel.show()
    view = panel.view
    head = panel.model.index_of(("columns", SEG))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(head).center())
    assert view.currentIndex() != head
    view.setCurrentIndex(panel.model.index_of(("object", SEG)))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().data(NODE_ROLE).key == ("part", SEG, 1)


def test_the_volume_of_a_probability_follows_the_threshold() -> None:
    state = small_state(1, kind="FRACTIONAL")
    measure = PartMeasure(4, 0.04, voxels_from=(9, 8, 6, 4, 1), voxel_ml=0.01)
    state = replace(state, content=replace(state.content, measures={SEG: {1: measure}}))
    values = []
    for threshold in (0.25, 0.5, 1.0):
        changed = set_threshold(state, SEG, threshold)
        values += [row.value for row in rows_of(changed) if row.kind == "part" and row.overlay == SEG]
    assert values == ["0.080", "0.060", "0.010"]


def test_in_a_narrow_window_the_provenance_is_one_line(qtbot: QtBot) -> None:
    state = small_state()
    panel = LayersPanel(Reading(replace(state, selection=Selection(SEG, 1))), Store(budget_bytes=1 << 20))
    qtbot.addWidget(panel)
    panel.resize(324, 500)
    panel.show()
    opened = panel.provenance.height()
    panel.provenance.fit(narrow=True)
    qtbot.waitUntil(lambda: panel.provenance.height() < opened / 3)
    panel.provenance.toggle()
    panel.provenance.fit(narrow=True)
    qtbot.waitUntil(lambda: panel.provenance.height() == opened)
