"""An object is dragged to another place of the list by mouse; nothing else in the panel moves under the pointer."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.reading.test_comparing import OTHER, two_results
from tests.ui.layers.test_layers import shown_panel
from tests.ui.layers.test_many_objects import with_reports
from tests.ui.small_study import RT, SEG, small_state
from viewer.domain.instance import InstanceKey
from viewer.domain.provenance import Provenance
from viewer.reading.changes.layers import select
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.ui.layers.head_drag import EDGE
from viewer.ui.layers.object_menu import move_object
from viewer.ui.layers.panel import LayersPanel
from viewer.ui.layers.tree import overlays_listed
from viewer.ui.theme.rows import color
from viewer.ui.tree_model import NODE_ROLE

LEFT = Qt.MouseButton.LeftButton


def listed(reading: Reading) -> list[InstanceKey]:
    return [one.instance for one in overlays_listed(reading.state)]


def head(panel: LayersPanel, key: InstanceKey) -> QRect:
    return panel.view.visualRect(panel.model.index_of(("object", key)))


def lift(panel: LayersPanel, key: InstanceKey) -> QPoint:
    """Press a head where its name is, and carry it a little; return where the mouse is."""
    panel.refresh()
    start = panel.view.areas(panel.model.index_of(("object", key))).name.center()
    return drag(panel, start, start + QPoint(0, 15))


def drag(panel: LayersPanel, start: QPoint, end: QPoint) -> QPoint:
    port = panel.view.viewport()
    QTest.mousePress(port, LEFT, pos=start)
    QTest.mouseMove(port, start + (end - start) / 2)
    QTest.mouseMove(port, end)
    return end


def carry(panel: LayersPanel, at: QPoint) -> None:
    QTest.mouseMove(panel.view.viewport(), at)


def let_go(panel: LayersPanel, at: QPoint) -> None:
    QTest.mouseRelease(panel.view.viewport(), LEFT, pos=at)


def many() -> ReadingState:
    """Ten reports and a segmentation of 118 parts on the CT, contours that lie nowhere."""
    content = with_reports(10)
    state = replace(small_state(118), content=content)
    large = small_state(118).content.overlays[SEG]
    return replace(state, content=replace(content, overlays=MappingProxyType({**content.overlays, SEG: large})))


@pytest.fixture
def reading() -> Reading:
    return Reading(two_results())


@pytest.fixture
def panel(qtbot: QtBot, reading: Reading) -> LayersPanel:
    return shown_panel(qtbot, reading)


def test_an_object_carried_below_another_one_lies_below_it(panel: LayersPanel, reading: Reading) -> None:
    assert listed(reading)[:2] == [SEG, OTHER]
    at = lift(panel, SEG)
    spot = QPoint(at.x(), head(panel, OTHER).bottom() - 2)
    carry(panel, spot)
    let_go(panel, spot)
    assert listed(reading)[:2] == [OTHER, SEG]
    reading.undo()
    assert listed(reading)[:2] == [SEG, OTHER], "one step undoes it"


def test_it_stays_where_it_was_when_let_go_there_or_when_escape_is_pressed(
    qtbot: QtBot, panel: LayersPanel, reading: Reading
) -> None:
    at = lift(panel, SEG)
    assert panel.view.head_drag.is_carrying
    let_go(panel, at)
    assert listed(reading)[:2] == [SEG, OTHER]
    assert not reading.can_undo
    at = lift(panel, SEG)
    carry(panel, QPoint(at.x(), head(panel, OTHER).bottom() - 2))
    panel.view.setFocus()
    qtbot.keyClick(panel.view, Qt.Key.Key_Escape)
    assert not panel.view.head_drag.is_carrying
    let_go(panel, at)
    assert listed(reading)[:2] == [SEG, OTHER]


def test_objects_fold_while_one_is_carried_and_open_again_where_they_were_open(qtbot: QtBot) -> None:
    reading = Reading(many())
    panel = shown_panel(qtbot, reading)
    before = panel.view.opened()
    assert ("object", SEG) in before
    at = lift(panel, SEG)
    assert panel.view.opened() == frozenset()
    last = listed(reading)[-2]
    assert panel.view.viewport().rect().contains(head(panel, last)), "eleven heads are in sight together"
    carry(panel, QPoint(at.x(), head(panel, last).bottom() - 2))
    let_go(panel, QPoint(at.x(), head(panel, last).bottom() - 2))
    assert listed(reading)[-2] == SEG
    assert panel.view.opened() == before
    assert panel.view.viewport().rect().intersects(head(panel, SEG)), "what was dropped stays in sight"


def test_what_lies_here_cannot_be_carried_below_what_does_not(qtbot: QtBot) -> None:
    reading = Reading(small_state())
    panel = shown_panel(qtbot, reading)
    assert listed(reading) == [SEG, RT]
    lift(panel, SEG)
    assert not panel.view.head_drag.is_carrying, "there is nothing that it could change places with"
    let_go(panel, QPoint(100, 300))
    assert listed(reading) == [SEG, RT]


def test_a_line_shows_where_it_would_come_to_lie(panel: LayersPanel) -> None:
    at = lift(panel, SEG)
    spot = QPoint(at.x(), head(panel, OTHER).bottom() - 2)
    carry(panel, spot)
    picture = panel.view.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()
    y = head(panel, OTHER).bottom() + 1
    inks = {picture.pixelColor(round(200 * ratio), round((y + d) * ratio)).rgb() for d in (-2, -1, 0, 1)}
    let_go(panel, at)
    assert color("accent").rgb() in inks
    assert not panel.view.head_drag.is_carrying


def test_the_list_scrolls_while_an_object_is_held_near_its_edge(qtbot: QtBot) -> None:
    reading = Reading(many())
    panel = shown_panel(qtbot, reading)
    panel.resize(372, 420)
    qtbot.wait(20)
    at = lift(panel, listed(reading)[0])
    bar = panel.view.verticalScrollBar()
    assert bar.maximum() > 0, "the heads do not fit"
    bar.setValue(0)
    height = panel.view.viewport().height()
    carry(panel, QPoint(at.x(), height - EDGE // 4))
    qtbot.waitUntil(lambda: bar.value() == bar.maximum(), timeout=3000)
    carry(panel, QPoint(at.x(), EDGE // 4))
    qtbot.waitUntil(lambda: bar.value() == 0, timeout=3000)
    carry(panel, QPoint(at.x(), height // 2))
    resting = bar.value()
    qtbot.wait(60)
    assert bar.value() == resting
    let_go(panel, QPoint(at.x(), height // 2))


def test_what_is_selected_stays_selected_when_its_row_moves(qtbot: QtBot) -> None:
    reading = Reading(many())
    panel = shown_panel(qtbot, reading)
    reading.apply(select, Selection(SEG, 3))
    panel.refresh()
    for by in (3, -3):
        move_object(reading, SEG, by)
        qtbot.wait(40)
        assert reading.state.selection == Selection(SEG, 3)
        assert panel.view.currentIndex().data(NODE_ROLE).key == ("part", SEG, 3)


def test_a_row_that_the_filter_takes_away_leaves_the_selection_alone(
    qtbot: QtBot, panel: LayersPanel, reading: Reading
) -> None:
    reading.apply(select, Selection(SEG, 3))
    panel.refresh()
    panel.search.setText("spleen")
    qtbot.wait(40)
    assert reading.state.selection == Selection(SEG, 3)
    panel.search.clear()
    assert panel.view.currentIndex().data(NODE_ROLE).key == ("part", SEG, 3)


def test_a_row_that_is_none_to_select_stays_the_current_one_while_its_bar_moves(qtbot: QtBot) -> None:
    reading = Reading(select(small_state(kind="FRACTIONAL"), Selection(SEG, 2)))
    panel = shown_panel(qtbot, reading)
    view = panel.view
    view.setCurrentIndex(panel.model.index_of(("threshold", SEG)))
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
        panel.refresh()
    assert reading.state.layer(SEG).threshold == pytest.approx(0.65)
    assert 2 not in reading.state.layer(SEG).parts


def test_a_press_on_a_part_carries_nothing(panel: LayersPanel, reading: Reading) -> None:
    panel.refresh()
    start = panel.view.areas(panel.model.index_of(("part", SEG, 2))).name.center()
    end = drag(panel, start, start + QPoint(0, 90))
    assert not panel.view.head_drag.is_carrying
    let_go(panel, end)
    assert listed(reading)[:2] == [SEG, OTHER]


def test_keys_move_it_too(panel: LayersPanel, reading: Reading) -> None:
    move_object(reading, SEG, 1)
    assert listed(reading)[:2] == [OTHER, SEG]


def test_the_card_is_as_high_whatever_it_says(qtbot: QtBot) -> None:
    state = small_state(118)
    overlay = state.content.overlays[SEG]
    wordy = Provenance(
        algorithm_type="AUTOMATIC",
        algorithm_name="An algorithm whose name is long enough to need a second line in a narrow panel",
        algorithm_version="2",
        algorithm_family="Artificial Intelligence",
        manufacturer="A manufacturer with a long name, of a town with a long name, too",
        creator="Doe^Jane",
        content_date="20260101",
    )
    overlays = MappingProxyType({**state.content.overlays, SEG: replace(overlay, provenance=wordy, references=())})
    reading = Reading(replace(state, content=replace(state.content, overlays=overlays)))
    panel = shown_panel(qtbot, reading)
    heights = [panel.provenance.height()]
    for chosen in (Selection(SEG), Selection(SEG, 2), Selection(RT), Selection()):
        reading.apply(select, chosen)
        qtbot.wait(20)
        heights.append(panel.provenance.height())
    panel.provenance.turn_to("numbers")
    qtbot.wait(20)
    heights.append(panel.provenance.height())
    assert len(set(heights)) == 1, heights


def test_the_list_keeps_most_of_a_low_panel_and_the_card_its_lines_in_a_high_one(qtbot: QtBot) -> None:
    panel = shown_panel(qtbot, Reading(small_state(118)))
    panel.resize(372, 445)
    qtbot.waitUntil(lambda: panel.height() == 445)
    assert panel.view.viewport().height() >= 8 * 26, "eight rows"
    low = panel.provenance.height()
    panel.resize(372, 900)
    qtbot.waitUntil(lambda: panel.provenance.height() > low + 60)
    assert panel.view.viewport().height() > 0.6 * panel.height()


def test_a_double_click_on_the_last_row_in_sight_jumps_to_it(qtbot: QtBot) -> None:
    reading = Reading(small_state(118))
    panel = shown_panel(qtbot, reading)
    panel.refresh()
    view = panel.view
    spot = QPoint(150, view.viewport().height() - 6)
    wanted = view.indexAt(spot)
    jumped: list[object] = []
    view.doubleClicked.connect(jumped.append)
    QTest.mouseClick(view.viewport(), LEFT, pos=spot)
    qtbot.wait(60)
    assert view.indexAt(spot) == wanted, "the list did not move"
    QTest.mouseDClick(view.viewport(), LEFT, pos=spot)
    assert jumped == [wanted]
