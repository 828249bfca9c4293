"""The browser: everything that was opened has a row in its place, with a reason where it is not shown."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDrag
from pytestqt.qtbot import QtBot

from tests.ui.small_study import BROKEN, CT_STACK, MR_STACK, RT, SEG, segmentation, small_state
from viewer.domain.binding import Binding, LiesOn
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import issue
from viewer.domain.library import Series
from viewer.loading.store import Store
from viewer.reading.reading import Reading
from viewer.reading.state import Content, ReadingState
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.browser.rail import BrowserRail, rail_entries
from viewer.ui.browser.series_words import frames_text, missing_slices
from viewer.ui.browser.tree import BrowserRow, browser_rows, patient_name
from viewer.ui.stack_drag import dragged_stack
from viewer.ui.tree_model import NODE_ROLE


def flat(rows: tuple[BrowserRow, ...]) -> list[BrowserRow]:
    return [one for row in rows for one in (row, *flat(row.children))]


def row_of(content: Content, overlay: InstanceKey) -> BrowserRow:
    return next(row for row in flat(browser_rows(content)) if row.overlay == overlay)


def test_every_instance_series_and_skipped_file_has_a_row() -> None:
    content = small_state().content
    rows = flat(browser_rows(content))
    assert {row.overlay for row in rows if row.overlay} == {SEG, RT, BROKEN}
    assert {row.stack_id for row in rows if row.stack_id} == {CT_STACK, MR_STACK}
    assert [row.name for row in rows if row.kind == "skipped"] == ["1 file skipped"]


def test_an_overlay_hangs_under_the_series_it_lies_on() -> None:
    rows = flat(browser_rows(small_state().content))
    torso = next(row for row in rows if row.kind == "series" and row.name == "Torso")
    assert [child.overlay for child in torso.children] == [SEG]
    assert [badge.text for badge in torso.children[0].badges] == ["AI"]
    assert torso.children[0].count == "3"


def test_what_lies_nowhere_and_what_cannot_be_read_say_why() -> None:
    content = small_state().content
    refused, broken = row_of(content, RT), row_of(content, BROKEN)
    assert [badge.text for badge in refused.badges] == ["not shown"]
    assert refused.reason == "It refers to 12 images that are not among the opened files."
    assert [badge.text for badge in broken.badges] == ["failed"]
    assert broken.reason == "The file is damaged: it ends in the middle."


def test_an_object_that_waits_to_be_read_is_listed_meanwhile() -> None:
    content = replace(small_state().content, unreadable=MappingProxyType({}))
    assert row_of(content, BROKEN).dimmed


def test_a_name_from_a_file_is_never_markup_and_cannot_turn_round() -> None:
    patient = browser_rows(small_state().content)[0]
    assert patient.name == "Doe^Jane <b>x</b>"
    assert "&lt;b&gt;" in patient.tip


def test_search_keeps_what_stands_above_a_hit() -> None:
    rows = flat(browser_rows(small_state().content, "organs"))
    assert [row.name for row in rows] == ["Doe^Jane <b>x</b>", "2024-02-29", "Torso", "Organs of CT"]
    assert browser_rows(small_state().content, "nowhere") == ()


def test_many_objects_of_a_kind_are_folded_but_all_are_there() -> None:
    state = small_state()
    study = state.content.library.patients[0].studies[0]
    seg_series = study.series[2]
    keys = [InstanceKey(f"file:/study/seg{number}") for number in range(20)]
    instances = tuple(
        replace(seg_series.instances[0], source=replace(seg_series.instances[0].source, path=key.removeprefix("file:")))
        for key in keys
    )
    series = tuple(replace(one, instances=instances) if one is seg_series else one for one in study.series)
    library = replace(
        state.content.library,
        patients=(replace(state.content.library.patients[0], studies=(replace(study, series=series),)),),
    )
    lies = (LiesOn(CT_STACK, "frame_of_reference", True, None, ""),)
    content = replace(
        state.content,
        library=library,
        overlays=MappingProxyType({key: replace(segmentation(), instance=key) for key in keys}),
        bindings=MappingProxyType({key: Binding(key, lies) for key in keys}),
    )
    rows = flat(browser_rows(content))
    assert {row.overlay for row in rows if row.overlay} >= set(keys)
    assert [row.name for row in rows if row.kind == "more"] == ["15 more"]
    assert len({row.key for row in rows}) == len(rows), "keys are unique"


def test_a_double_click_hangs_a_series_in_the_active_viewport(qtbot: QtBot) -> None:
    reading = Reading(small_state())
    panel = BrowserPanel(reading, Store(budget_bytes=1 << 20))
    qtbot.addWidget(panel)
    panel.resize(268, 600)
    panel.show()
    index = panel.model.index_of(("series", "1.2.mr"))
    spot = panel.view.visualRect(index).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert reading.state.pane.stack_id == MR_STACK
    reading.undo()
    assert reading.state.pane.stack_id == CT_STACK


def test_enter_does_what_a_double_click_does(qtbot: QtBot) -> None:
    reading = Reading(small_state())
    panel = BrowserPanel(reading, Store(budget_bytes=1 << 20))
    qtbot.addWidget(panel)
    panel.view.setCurrentIndex(panel.model.index_of(("series", "1.2.mr")))
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert reading.state.pane.stack_id == MR_STACK


def test_dragging_a_series_carries_its_stack(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[QMimeData] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: carried.append(drag.mimeData()) or Qt.DropAction.CopyAction)
    panel = BrowserPanel(Reading(small_state()), Store(budget_bytes=1 << 20))
    qtbot.addWidget(panel)
    panel.view.setCurrentIndex(panel.model.index_of(("series", "1.2.mr")))
    panel.view.startDrag(Qt.DropAction.CopyAction)
    assert dragged_stack(carried[0]) == MR_STACK


def test_the_tree_follows_the_reading_and_keeps_the_current_row(qtbot: QtBot) -> None:
    reading = Reading(replace(small_state(), content=replace(small_state().content, overlays=MappingProxyType({}))))
    panel = BrowserPanel(reading, Store(budget_bytes=1 << 20))
    qtbot.addWidget(panel)
    panel.view.setCurrentIndex(panel.model.index_of(("series", "1.2.mr")))
    full = small_state().content
    reading.apply(lambda state: replace(state, content=full))
    qtbot.waitUntil(lambda: panel.model.index_of(("overlay", SEG)).data(NODE_ROLE).name == "Organs of CT")
    assert panel.view.currentIndex().data(NODE_ROLE).key == ("series", "1.2.mr")


def test_a_thumbnail_appears_when_it_is_delivered(qtbot: QtBot) -> None:
    store = Store(budget_bytes=1 << 20)
    panel = BrowserPanel(Reading(small_state()), store)
    qtbot.addWidget(panel)
    assert panel.thumbnails("1.2.ct") is None
    picture = np.zeros((3, 5, 3), np.uint8)
    picture[1, 4] = (10, 200, 30)
    store.put_thumbnail("1.2.ct", picture)
    made = panel.thumbnails("1.2.ct")
    assert made is not None
    color = made.toImage().pixelColor(4, 1)
    assert (color.red(), color.green(), color.blue()) == (10, 200, 30)


def test_one_click_in_the_rail_hangs_a_series_and_the_right_key_asks_for_the_flyout(qtbot: QtBot) -> None:
    reading = Reading(small_state())
    assert [(entry.name, entry.ai) for entry in rail_entries(reading.state.content)] == [("Torso", True), ("T2", False)]
    store = Store(budget_bytes=1 << 20)
    browser = BrowserPanel(reading, store)
    rail = BrowserRail(reading, store, browser.thumbnails)
    qtbot.addWidget(browser)
    qtbot.addWidget(rail)
    rail.resize(56, 400)
    rail.show()
    spot = rail.view.visualRect(rail.model.index(1)).center()
    with qtbot.waitSignal(rail.hung), qtbot.assertNotEmitted(rail.flyout_wanted):
        qtbot.mouseClick(rail.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert reading.state.pane.stack_id == MR_STACK
    reading.undo()
    assert reading.state.pane.stack_id == CT_STACK
    with qtbot.waitSignal(rail.flyout_wanted) as wanted:
        qtbot.keyClick(rail.view, Qt.Key.Key_Right)
    assert wanted.args == ["1.2.mr"]
    rail.view.setCurrentIndex(rail.model.index(1))
    qtbot.keyClick(rail.view, Qt.Key.Key_Return)
    assert reading.state.pane.stack_id == MR_STACK


def with_ct_stack(state: ReadingState, **changes: object) -> Series:
    series = state.content.library.patients[0].studies[0].series[0]
    return replace(series, stacks=(replace(series.stacks[0], **changes),))


def test_slices_frames_and_images_are_called_what_they_are() -> None:
    ct = with_ct_stack(small_state())
    assert frames_text(ct.stacks) == "4\N{NO-BREAK SPACE}slices"
    assert frames_text(with_ct_stack(small_state(), temporal=True).stacks) == "4\N{NO-BREAK SPACE}frames"
    nowhere = tuple(replace(plane, in_patient_space=False) for plane in ct.stacks[0].planes)
    assert frames_text(with_ct_stack(small_state(), planes=nowhere).stacks) == "4\N{NO-BREAK SPACE}images"
    assert frames_text((replace(ct.stacks[0], frames=ct.stacks[0].frames[:1]),)) == "1 image"


def test_missing_slices_are_counted_once() -> None:
    gap = issue("missing_slices", "warning", count=3, total="3 slices are missing", where="3 between slices 1 and 2")
    series = replace(with_ct_stack(small_state(), issues=(gap,)), issues=(gap,))
    assert missing_slices(series) == 3
    assert gap.text.startswith("3 slices are missing: ")


def test_one_click_on_a_series_hangs_it_in_the_active_viewport(qtbot: QtBot) -> None:
    reading = Reading(small_state())
    panel = BrowserPanel(reading, Store(budget_bytes=1 << 20))
    qtbot.addWidget(panel)
    panel.resize(268, 600)
    panel.show()
    place = panel.view.visualRect(panel.model.index_of(("series", "1.2.mr"))).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert reading.state.pane.stack_id == MR_STACK


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"name": "", "patient_id": "1234", "birth_date": "19500102"}, "No name · ID 1234"),
        ({"name": " ", "patient_id": "", "birth_date": "19500102"}, "No name · born 1950-01-02"),
        ({"name": "", "patient_id": "1.2.826.0.1.3680043.8.498.12345"}, "No name · ID 1.2.826.0.….12345"),
        ({"name": "Roe^Ann", "patient_id": "1234"}, "Roe^Ann"),
    ],
)
def test_a_patient_without_a_name_is_told_apart_by_another_fact(facts: dict[str, str], expected: str) -> None:
    patient = replace(small_state().content.library.patients[0], birth_date="")
    assert patient_name(replace(patient, **facts)) == expected


def test_a_patient_of_whom_nothing_is_known_has_the_date_of_a_study() -> None:
    patient = replace(small_state().content.library.patients[0], name="", patient_id="", birth_date="")
    study = replace(patient.studies[0], date="20240131")
    assert patient_name(replace(patient, studies=(study,))) == "No name · 2024-01-31"
    assert patient_name(replace(patient, studies=(replace(study, date=""),))) == "No name"


def test_a_picture_with_a_burned_in_result_has_the_badge_in_browser_and_rail() -> None:
    content = small_state().content
    patient = content.library.patients[0]
    study = patient.studies[0]
    series = next(one for one in study.series if one.description == "T2")
    capture = {"sop_class_uid": "1.2.840.10008.5.1.4.1.1.7", "manufacturer": "Milvue", "conversion_type": "SYN"}
    series = replace(series, instances=tuple(replace(one, **capture) for one in series.instances))
    library = replace(content.library, patients=(replace(patient, studies=(replace(study, series=(series,)),)),))
    content = replace(content, library=library)
    row = next(row for row in flat(browser_rows(content)) if row.kind == "series")
    assert [(badge.text, badge.kind) for badge in row.badges] == [("AI, burned in", "ai")]
    assert [entry.ai for entry in rail_entries(content)] == [True]


def test_a_part_of_a_series_with_a_bare_number_is_called_a_part() -> None:
    content = small_state().content
    study = content.library.patients[0].studies[0]
    ct = study.series[0]
    stacks = tuple(replace(ct.stacks[0], id=f"{CT_STACK}{n}", label=label) for n, label in enumerate(("1", "TE 3 ms", "")))
    library = replace(content.library, patients=(replace(content.library.patients[0], studies=(
        replace(study, series=(replace(ct, stacks=stacks), *study.series[1:])),
    )),))  # fmt: skip
    names = [row.name for row in flat(browser_rows(replace(content, library=library))) if row.kind == "stack"]
    assert names == ["Part 1", "TE 3 ms", "Part 3"]
