"""With many reports the list can still be looked through: what an AI made on top, reports folded with their count."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from tests.synthetic.content_items import (
    DIAMETER,
    FINDING,
    GROUP,
    MILLIMETRE,
    REPORT,
    coded,
    container,
    document,
    image,
    region,
)
from tests.synthetic.content_items import number as measured
from tests.ui.layers.test_layers import shown_panel
from tests.ui.small_study import CT_STACK, RT, SEG, derived_series, small_state
from viewer.domain.binding import Binding, LiesOn
from viewer.iods.structured_report import report_overlay
from viewer.reading.reading import Reading
from viewer.reading.state import Content
from viewer.ui.layers.areas import areas_of
from viewer.ui.layers.delegate import fitting_badges, has_room_for_tools
from viewer.ui.layers.panel import LayersPanel
from viewer.ui.layers.row import LayerFilter, LayerRow
from viewer.ui.layers.tree import layer_rows
from viewer.ui.theme.rows import Badge, badge_width, text_width


def with_reports(number_of_reports: int) -> Content:
    """Return the small study, with reports of two findings each; they were read before the segmentation."""
    content = small_state().content
    patient = content.library.patients[0]
    study = patient.studies[0]
    series = tuple(derived_series(f"sr{n}", "SR", f"Measured {n}") for n in range(number_of_reports))
    library = replace(
        content.library, patients=(replace(patient, studies=(replace(study, series=(*study.series, *series)),)),)
    )
    lesion = coded(FINDING, ("52988006", "SCT", "Lesion"))
    groups = [
        container(
            GROUP, lesion, measured(DIAMETER, f"{size}.5", MILLIMETRE, region("POLYLINE", [1, 2, 9, 2], image("1.9.CT1")))
        )
        for size in (3, 7)
    ]
    reports = {one.instances[0].key: report_overlay(document(REPORT, *groups), one.instances[0]) for one in series}
    lies = (LiesOn(CT_STACK, "referenced_images", True, (1, 1), "It names 1 image of this series."),)
    bindings = {key: Binding(key, lies) for key in reports}
    return replace(
        content,
        library=library,
        overlays=MappingProxyType({**reports, **content.overlays}),
        bindings=MappingProxyType({**bindings, **content.bindings}),
    )


def open_objects(panel: LayersPanel) -> set[object]:
    panel.refresh()
    return {key[1] for key in panel.view.opened()}  # type: ignore[index]


def test_the_result_of_the_ai_stands_above_the_reports_and_what_lies_elsewhere_below() -> None:
    state = replace(small_state(), content=with_reports(3))
    listed = [row.overlay for row in layer_rows(state, LayerFilter(), lambda _key: None)]
    assert listed[0] == SEG
    assert listed[-1] == RT
    assert len(listed) == 5


def test_the_head_of_a_report_says_how_many_findings_it_has() -> None:
    state = replace(small_state(), content=with_reports(1))
    rows = {row.overlay: row for row in layer_rows(state, LayerFilter(), lambda _key: None)}
    (report,) = (row for key, row in rows.items() if key not in (SEG, RT))
    assert report.value == "2"
    assert rows[SEG].value == "", "there the columns stand"


def test_reports_of_a_long_list_are_folded_also_those_that_came_first(qtbot: QtBot) -> None:
    few, many = with_reports(2), with_reports(9)
    reading = Reading(replace(small_state(), content=few))
    panel = shown_panel(qtbot, reading)
    assert len(open_objects(panel)) == 4
    reading.apply(lambda state: replace(state, content=many))
    assert open_objects(panel) == {SEG, RT}
    report = next(key for key in many.overlays if key not in (SEG, RT))
    panel.view.expand(panel.model.index_of(("object", report)))
    reading.apply(lambda state: replace(state, content=replace(many, measures=MappingProxyType({}))))
    assert open_objects(panel) == {SEG, RT, report}, "what the reader opened stays open"


def test_an_object_that_moves_in_the_list_stays_open(qtbot: QtBot) -> None:
    reports = with_reports(2)
    without = {key: one for key, one in reports.overlays.items() if key != SEG}
    reading = Reading(replace(small_state(), content=replace(reports, overlays=MappingProxyType(without))))
    panel = shown_panel(qtbot, reading)
    before = open_objects(panel)
    reading.apply(lambda state: replace(state, content=reports))
    assert open_objects(panel) == {*before, SEG}


def test_badges_give_way_before_a_name_is_cut(qtbot: QtBot) -> None:
    del qtbot
    row = LayerRow("key", "object", "White matter lesions", SEG, badges=(Badge("AI", "ai"), Badge("SEG")))
    name, whole, kind = (text_width(row.name, weight=600), *(badge_width(badge) + 6 for badge in row.badges))
    widths = (name + whole + kind, name + whole + kind - 1, name + whole - 1)
    assert [[badge.text for badge in fitting_badges(row, width)] for width in widths] == [["AI", "SEG"], ["AI"], [""]]
    assert badge_width(Badge("", "ai")) < badge_width(Badge("AI", "ai"))


def test_the_tools_of_a_selected_row_leave_its_name_whole(qtbot: QtBot) -> None:
    del qtbot
    place = QRect(14, 0, 310, 26)
    short, long = (
        LayerRow("key", "part", name, SEG, part=1, has_measures=True) for name in ("Liver", "Left lower lobe of the lung")
    )
    assert has_room_for_tools(short, areas_of(short, place))
    assert not has_room_for_tools(long, areas_of(long, place))
