"""The report panel: what is in it, what leads to the images, and what a click in the images does to it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.synthetic.content_items import (
    DIAMETER,
    FINDING,
    GROUP,
    MILLIMETRE,
    REPORT,
    TRACKING_ID,
    by_reference,
    coded,
    container,
    document,
    image,
    number,
    region,
    report_header,
    text,
)
from tests.synthetic.values import axial_series, library
from viewer.domain.binding import Binding, LiesOn
from viewer.domain.instance import InstanceHeader, Source
from viewer.domain.library import Series
from viewer.domain.overlay import Overlay
from viewer.domain.report import Report
from viewer.export.report_table import COLUMNS
from viewer.iods.structured_report import report_overlay
from viewer.loading.document_worker import DocumentWorker
from viewer.loading.documents import Documents
from viewer.reading.changes.layers import select
from viewer.reading.changes.library import library_grew, overlays_read
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import Selection
from viewer.ui.report.content_model import ITEM_ROLE
from viewer.ui.report.panel import BOTH_FROM, ReportPanel

DOCUMENTS = Documents(lambda: None, DocumentWorker())
"""Nothing is asked of them: no process, no thread."""
NODULE = ("27925004", "SCT", "Nodule")


def header(name: str) -> InstanceHeader:
    return replace(report_header(), source=Source("file", f"/made/{name}"), sop_instance_uid=name, series_instance_uid="sr")


def made_report(name: str, *, words: str = "Nodule 1", slices: tuple[int, ...] = (3, 1)) -> Overlay:
    groups = [
        container(
            GROUP,
            text(TRACKING_ID, words),
            coded(FINDING, NODULE),
            number(DIAMETER, f"{place}.50", MILLIMETRE, region("POLYLINE", [1, 2, 5, 2], image(f"ct.{place}"))),
        )
        for place in slices
    ]
    return report_overlay(document(REPORT, *groups, by_reference("1.2"), verification="UNVERIFIED"), header(name))


def opened(*overlays: Overlay) -> Reading:
    reading = Reading()
    reports = Series(
        "sr", "sr", "SR", 9, "Measurements", "", "report", tuple(header(one.sop_instance_uid) for one in overlays)
    )
    reading.apply(library_grew, library(axial_series("ct"), reports), scanning=False)
    lies = (LiesOn("ct#1", "referenced_images", default=True, frames=(0, 4), because=""),)
    reading.apply(overlays_read, {one.instance: (one, Binding(one.instance, lies)) for one in overlays})
    reading.apply(show_stack, 0, "ct#1", 0)
    return reading


@pytest.fixture
def reading() -> Reading:
    return opened(made_report("sr.1"), made_report("sr.2", words="other words", slices=(4,)))


@pytest.fixture
def panel(qtbot: QtBot, reading: Reading) -> ReportPanel:
    made = ReportPanel(reading, DOCUMENTS)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def labels(panel: ReportPanel) -> list[str]:
    return [badge.text() for badge in panel.badges.findChildren(QLabel) if badge.isVisibleTo(panel)]


def row_words(panel: ReportPanel, position: str) -> str:
    return str(panel.model.index_of(position).data())


def test_the_tree_has_every_item_of_the_report(panel: ReportPanel, reading: Reading) -> None:
    content = next(iter(reading.state.content.overlays.values())).content
    assert isinstance(content, Report)
    seen = []
    waiting = [panel.model.index(0, 0)]
    while waiting:
        index = waiting.pop()
        seen.append(index.data(ITEM_ROLE).position)
        waiting += [panel.model.index(row, 0, index) for row in range(panel.model.rowCount(index))]
    assert sorted(seen) == sorted(content.by_position)
    assert row_words(panel, "1.1.3") == "Diameter 3.50\N{NO-BREAK SPACE}mm".replace("\N{NO-BREAK SPACE}", " ")
    assert row_words(panel, "1.1.3.1.1") == "Original Source ct, slice 4"


def test_parents_and_rows_of_the_model_agree(panel: ReportPanel, qtmodeltester) -> None:  # type: ignore[no-untyped-def]
    qtmodeltester.check(panel.model)


def test_a_double_click_on_an_item_shows_its_image_and_selects_it(
    panel: ReportPanel, reading: Reading, qtbot: QtBot
) -> None:
    index = panel.model.index_of("1.1.3")
    panel.tree.scrollTo(index)
    spot = panel.tree.visualRect(index).center()
    qtbot.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert reading.state.selection.item == "1.1.3"
    assert reading.state.pane.frame == 0
    qtbot.mouseDClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert reading.state.pane.frame == 3
    assert reading.state.selection.part == 1


def test_enter_on_an_item_shows_its_image(panel: ReportPanel, reading: Reading, qtbot: QtBot) -> None:
    panel.tree.setCurrentIndex(panel.model.index_of("1.2.3"))
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert reading.state.pane.frame == 1


def test_an_item_that_refers_to_another_leads_there(panel: ReportPanel, reading: Reading, qtbot: QtBot) -> None:
    panel.tree.setCurrentIndex(panel.model.index_of("1.3"))
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert reading.state.selection.item == "1.2"
    assert reading.state.pane.frame == 1


def test_a_link_of_the_page_leads_to_the_image(panel: ReportPanel, reading: Reading) -> None:
    panel.page.anchorClicked.emit(QUrl("item:1.2"))
    assert reading.state.pane.frame == 1
    panel.page.anchorClicked.emit(QUrl("http://evil.example/"))
    assert reading.state.selection.item == "1.2"


def test_a_mark_chosen_in_the_image_selects_its_item_and_its_report(panel: ReportPanel, reading: Reading) -> None:
    second = tuple(reading.state.content.overlays)[1]
    reading.apply(select, Selection(second, 1, "1.1.3.1"))
    panel.refresh()
    assert panel.shown == second
    assert panel.tree.currentIndex().data(ITEM_ROLE).position == "1.1.3.1"
    assert panel.selector.currentIndex() == 1


def test_selecting_a_segment_elsewhere_leaves_the_report_shown(panel: ReportPanel, reading: Reading) -> None:
    shown = panel.shown
    reading.apply(select, Selection())
    panel.refresh()
    assert panel.shown == shown


def test_the_selector_lists_all_reports_and_shows_the_chosen_one(panel: ReportPanel, reading: Reading, qtbot: QtBot) -> None:
    assert panel.selector.count() == 2
    with qtbot.waitSignal(panel.number_changed, check_params_cb=lambda number: number == 2):
        panel.selector.activated.emit(1)
    assert panel.shown == tuple(reading.state.content.overlays)[1]
    assert row_words(panel, "1.1.1") == "Tracking Identifier other words"
    panel.show_next(-1)
    assert panel.selector.currentIndex() == 0
    panel.show_next(-1)
    assert panel.selector.currentIndex() == 0


def test_badges_say_kind_and_standing(panel: ReportPanel) -> None:
    assert labels(panel) == ["SR · Comprehensive 3D", "complete", "unverified"]


def test_the_badge_of_an_ai_is_there(qtbot: QtBot) -> None:
    by_device = document(REPORT, text(("121013", "DCM", "Device Observer Name"), "Finder"), completion="PARTIAL")
    panel = ReportPanel(opened(report_overlay(by_device, header("sr.1"))), DOCUMENTS)
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    assert labels(panel) == ["SR · Comprehensive 3D", "AI", "partial", "verified"]


def test_search_counts_and_walks_the_items(panel: ReportPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.search, "diameter")
    assert panel.found.text() == "2 found"
    assert panel.delegate.hits == {"1.1.3", "1.2.3"}
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.tree.currentIndex().data(ITEM_ROLE).position == "1.1.3"
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.tree.currentIndex().data(ITEM_ROLE).position == "1.2.3"
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.tree.currentIndex().data(ITEM_ROLE).position == "1.1.3"


def test_the_page_shows_findings_and_marks_the_selected_one(panel: ReportPanel, reading: Reading) -> None:
    words = panel.page.toPlainText()
    for expected in ("Imaging Measurement Report", "Nobody has verified this report.", "3.50", "ct, slice 4"):
        assert expected in words
    before = panel.page.toHtml()
    reading.apply(select, Selection(panel.shown, 1, "1.1.3"))
    panel.refresh()
    assert panel.page.toHtml() != before


def test_text_of_a_file_is_not_markup_on_the_page_or_in_rows(qtbot: QtBot) -> None:
    hostile = '<img src="file:///etc/passwd"><b>bold</b>'
    panel = ReportPanel(opened(made_report("sr.1", words=hostile)), DOCUMENTS)
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    panel.show()
    assert hostile in panel.page.toPlainText()
    assert row_words(panel, "1.1.1").endswith(hostile)


def test_copying_gives_the_whole_report_or_one_item(panel: ReportPanel) -> None:
    panel.copy.click()
    whole = QGuiApplication.clipboard().text()
    assert "1.1.3.1.1" in whole
    assert "ct, slice 4" in whole
    panel.tree.setCurrentIndex(panel.model.index_of("1.1.3"))
    panel.copy_item()
    assert QGuiApplication.clipboard().text().splitlines()[0] == "1.1.3\tDiameter\t3.50\tmm"
    panel.copy_measurements()
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    assert [dict(zip(rows[0], row, strict=True))["value"] for row in rows[1:]] == ["3.50", "1.50"]


def test_rows_of_the_page_are_copied_with_tabs_between_the_cells(panel: ReportPanel, qtbot: QtBot) -> None:
    panel.resize(BOTH_FROM + 200, 900)
    panel.show()
    qtbot.waitExposed(panel)
    panel.refresh()
    cursor = panel.page.document().find("Nodule")
    table = cursor.currentTable()
    assert table is not None
    first, last = table.cellAt(1, 0), table.cellAt(3, table.columns() - 1)
    cursor.setPosition(first.firstPosition())
    cursor.setPosition(last.lastPosition(), cursor.MoveMode.KeepAnchor)
    panel.page.setTextCursor(cursor)
    panel.page.copy()
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert [row[:3] for row in rows] == [
        ["1", "Nodule", "3.50 mm"],
        ["2", "Nodule", "1.50 mm"],
    ]
    assert rows[0][-1] == "Tracking Nodule 1", "how it is tracked stands below the row, and goes with it"


def test_the_report_is_written_where_the_reader_says(panel: ReportPanel, tmp_path: Path, qtbot: QtBot) -> None:
    panel.write_report(tmp_path / "r.html")
    panel.write_report(tmp_path / "r.txt")
    panel.write_report(tmp_path / "r.pdf")
    panel.write_report(tmp_path / "r.csv")
    panel.write_report(tmp_path / "r.json")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "r.csv").read_text(encoding="utf-8").count("3.50") == 1
    assert '"3.50"' in (tmp_path / "r.json").read_text(encoding="utf-8")
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "1.1.3 Diameter: 3.50" in (tmp_path / "r.txt").read_text(encoding="utf-8")
    with qtbot.waitSignal(panel.export_failed):
        panel.write_report(tmp_path / "none" / "r.txt")


def test_narrow_the_panel_shows_tree_or_page(panel: ReportPanel, qtbot: QtBot) -> None:
    assert panel.tree.isVisible()
    assert panel.page.isVisible()
    panel.resize(BOTH_FROM - 100, 600)
    assert panel.tree.isVisible()
    assert not panel.page.isVisible()
    panel.switch.chosen.emit("page")
    assert panel.page.isVisible()
    assert not panel.tree.isVisible()


def test_without_a_report_the_panel_says_so(qtbot: QtBot) -> None:
    panel = ReportPanel(opened(), DOCUMENTS)
    qtbot.addWidget(panel)
    panel.show()
    assert "No report here" in [one.text() for one in panel.findChildren(QLabel) if one.isVisible()]


def test_a_report_with_very_many_items_opens_at_once(qtbot: QtBot) -> None:
    leaves = [text(TRACKING_ID, f"item {n}") for n in range(20_000)]
    overlay = report_overlay(document(REPORT, container(GROUP, *leaves)), header("sr.1"))
    reading = opened(overlay)
    started = time.perf_counter()
    panel = ReportPanel(reading, DOCUMENTS)
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    panel.show()
    assert time.perf_counter() - started < 3.0
    assert panel.model.rowCount(panel.model.index_of("1.1")) == 20_000
    assert "more items stand in the tree" in panel.page.toPlainText()


def test_rows_are_painted_with_their_words(panel: ReportPanel) -> None:
    picture = panel.tree.viewport().grab().toImage()
    rect = panel.tree.visualRect(panel.model.index_of("1.1.3"))
    inks = {picture.pixel(QPoint(x, rect.center().y())) for x in range(rect.x(), rect.right())}
    assert len(inks) > 3
