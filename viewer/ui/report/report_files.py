"""Reports as files of every form that the panel offers: the ending of the name says which."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from viewer.domain.overlay import Overlay
from viewer.domain.report import ContentItem
from viewer.export.report_html import page_body, report_html
from viewer.export.report_json import reports_document
from viewer.export.report_page import Describe, ReportPage
from viewer.export.report_table import COLUMNS, item_rows, report_csv, report_rows
from viewer.export.report_text import report_text
from viewer.export.spreadsheet import tab_text
from viewer.export.whole_files import written_whole
from viewer.ui.paged import write_pdf
from viewer.ui.report.words import tr


def report_forms() -> tuple[tuple[str, str], ...]:
    """Return what the export menu offers, with the endings."""
    return (
        (tr("As PDF…"), "pdf"),
        (tr("As HTML…"), "html"),
        (tr("As text…"), "txt"),
        (tr("Measurements as CSV…"), "csv"),
        (tr("As JSON…"), "json"),
    )


def write_report(path: Path, overlay: Overlay, page: ReportPage, words: Describe) -> None:
    """Write a report in the form that the ending asks for, as text for any other ending; raises OSError."""
    ending = path.suffix.lower()
    if ending == ".pdf":
        foot = tr("Written by Overread. Not for diagnostic use.")
        write_pdf(page_body(page, words), path, title=page.title, foot=foot)
        return
    with written_whole(path) as temporary:
        temporary.write_text(_text(ending, overlay, page, words), encoding="utf-8", newline="")


def copy_item(item: ContentItem, words: Describe) -> None:
    """Put an item, with all that stands below it, on the clipboard as tab-separated rows."""
    QGuiApplication.clipboard().setText(tab_text(item_rows(item, words)))


def copy_measurements(overlay: Overlay) -> None:
    """Put the table of all measurements of a report on the clipboard, tab-separated, with its heads."""
    QGuiApplication.clipboard().setText(tab_text([COLUMNS, *report_rows([overlay])]))


def _text(ending: str, overlay: Overlay, page: ReportPage, words: Describe) -> str:
    if ending == ".html":
        return report_html([page], words)
    if ending == ".csv":
        return report_csv([overlay])
    if ending == ".json":
        return json.dumps(reports_document([overlay]), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return report_text(page, words)
