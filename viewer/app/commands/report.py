"""``overread report``: structured reports as a tree, text, HTML or JSON."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Final

from viewer.app.commands.opening import Refused, check_not_opened, open_library
from viewer.app.commands.output import print_json, print_text, print_trouble
from viewer.app.paths import resources
from viewer.dicom.datasets import UnreadableDataset
from viewer.dicom.sop_classes import sop_class_name
from viewer.domain.content_words import reference_text
from viewer.domain.instance import FrameKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.report import Report
from viewer.domain.roles import role_of
from viewer.domain.standing import with_standing
from viewer.export.report_html import page_body, report_html
from viewer.export.report_json import reports_document
from viewer.export.report_page import Describe, ReportPage, report_page
from viewer.export.report_table import report_csv
from viewer.export.report_text import report_text
from viewer.export.whole_files import written_whole
from viewer.iods.registry import read_overlay


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document with every content item")
    form.add_argument("--html", action="store_true", help="one self-contained HTML page")
    form.add_argument("--csv", action="store_true", help="the measurements as comma-separated values")
    parser.add_argument("--object", metavar="UID", help="only the report with this SOP Instance UID")
    parser.add_argument("--out", type=Path, metavar="F", help="write to this file (.txt .html .json .csv .pdf say the form)")


def run(arguments: argparse.Namespace) -> int:
    """Print or write the reports; returns the exit status."""
    library = open_library(arguments.paths, sample=arguments.sample)
    overlays, unreadable = _reports(library, arguments.object)
    try:
        if arguments.out is not None:
            check_not_opened(library, arguments.out)
        form = _form(arguments)
        if form == "json" and arguments.out is None:
            print_json(reports_document(overlays))
        elif form == "pdf":
            _print_pdf(overlays, library, arguments.out)
        else:
            _put(_document(overlays, library, form), arguments.out)
    except Refused as reason:
        print_trouble("report", str(reason))
        return 1
    except OSError as failure:
        print_trouble("report", f"{arguments.out} cannot be written: {failure.strerror or failure}.")
        return 1
    for sentence in unreadable:
        print_trouble("report", sentence)
    if not overlays and not unreadable:
        which = f"No report with the SOP Instance UID {arguments.object}" if arguments.object else "No structured report"
        print_trouble("report", f"{which} is among the {library.files} opened files.")
    errors = any(one.severity == "error" for overlay in overlays for one in overlay.issues)
    return 1 if unreadable or errors or not overlays else 0


def _reports(library: Library, uid: str | None) -> tuple[list[Overlay], list[str]]:
    """Return the reports in the order of the browser, and a sentence for each that cannot be read."""
    overlays: list[Overlay] = []
    unreadable: list[str] = []
    wanted = set(library.instances_with_uid(uid)) if uid is not None else {header.key for header in library.instances}
    for header in library.instances:
        if role_of(header) != "report":
            continue
        try:
            overlay = read_overlay(header)
        except UnreadableDataset as failure:
            if header.key in wanted:
                unreadable.append(f"{header.source.shown} cannot be read: {failure.reason}.")
            continue
        if isinstance(overlay.content, Report):
            overlays.append(overlay)
        elif header.key in wanted:
            name = sop_class_name(header.sop_class_uid)
            unreadable.append(f"{header.source.shown} is a report of a class that is not read ({name}).")
    # Another report may say that a wanted one is superseded or rejected.
    return [one for one in with_standing(overlays, library) if one.instance in wanted], unreadable


_FORMS: Final = ("json", "html", "csv", "pdf")


def _form(arguments: argparse.Namespace) -> str:
    """Return the form that is asked for: by an option, else by the ending of the file, else text."""
    stated = next((form for form in ("json", "html", "csv") if getattr(arguments, form)), "")
    ending = arguments.out.suffix.lower().removeprefix(".") if arguments.out is not None else ""
    return stated or (ending if ending in _FORMS else "text")


def _print_pdf(overlays: list[Overlay], library: Library, path: Path) -> None:
    """Write the reports as one PDF. Qt is needed for this form alone, so it is imported for it alone."""
    printing, paged = (importlib.import_module(f"viewer.ui.{name}") for name in ("printing", "paged"))
    printing.start_off_screen(resources())
    words = _describe(library)
    pages = [page for overlay in overlays if (page := _page(overlay, library, words)) is not None]
    body = "\n<hr>\n".join(page_body(page, words) for page in pages)
    title = pages[0].title if len(pages) == 1 else f"{len(pages)} reports"
    paged.write_pdf(body, path, title=title, foot="Written by Overread. Not for diagnostic use.")


def _document(overlays: list[Overlay], library: Library, form: str) -> str:
    if form == "csv":
        return report_csv(overlays)
    if form == "json":
        return json.dumps(reports_document(overlays), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    words = _describe(library)
    pages = [page for overlay in overlays if (page := _page(overlay, library, words)) is not None]
    if form == "html":
        return report_html(pages, words)
    return f"\n{'=' * 80}\n\n".join(report_text(page, words) for page in pages)


def _page(overlay: Overlay, library: Library, words: Describe) -> ReportPage | None:
    if not isinstance(overlay.content, Report):
        return None
    return report_page(overlay, overlay.content, words, patient=library.patient_of(overlay.instance).name)


def _describe(library: Library) -> Describe:
    """Return a function that names a reference by its series and slice where it is opened, and always by its UID."""

    def words(reference: ImageReference) -> str:
        name = sop_class_name(reference.sop_class_uid) if reference.sop_class_uid else "object"
        place = ""
        for key in library.instances_with_uid(reference.sop_instance_uid):
            found = library.place_of(FrameKey(key, reference.frames[0] - 1 if reference.frames else 0))
            if found is not None:
                place = f"{library.series_of(key).description or 'series'}, slice {found[1] + 1}"
                break
        shown = ", ".join(filter(None, (name, place, reference_text(reference))))
        return f"{shown} ({reference.sop_instance_uid})"

    return words


def _put(document: str, path: Path | None) -> None:
    if path is not None:
        with written_whole(path) as temporary:
            temporary.write_text(document, encoding="utf-8", newline="")
        return
    print_text(document)
