"""The table of measurements holds every number with what was said of it, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from tests.synthetic.content_items import (
    DIAMETER,
    FINDING,
    GROUP,
    MILLIMETRE,
    REPORT,
    TRACKING_ID,
    coded,
    container,
    document,
    image,
    number,
    region,
    text,
)
from tests.synthetic.read_report import overlay_of
from viewer.domain.overlay import Overlay
from viewer.domain.report import Report
from viewer.export.report_table import COLUMNS, item_rows, report_csv, report_rows
from viewer.export.spreadsheet import harmless, tab_text
from viewer.iods.registry import read_overlay

SITE = ("363698007", "SCT", "Finding Site")
LATERALITY = ("272741003", "SCT", "Laterality")
METHOD = ("370129005", "SCT", "Measurement Method")
ALGORITHM = ("111001", "DCM", "Algorithm Name")
MEAN = ("373098007", "SCT", "Mean")


def modified(item: Dataset, *modifiers: Dataset) -> Dataset:
    item.ContentSequence = [*getattr(item, "ContentSequence", []), *modifiers]
    return item


def made() -> Overlay:
    site = modified(coded(SITE, ("64033007", "SCT", "Kidney")), coded(LATERALITY, ("7771000", "SCT", "Left")))
    first = container(
        GROUP,
        text(TRACKING_ID, "=HYPERLINK(1)"),
        coded(FINDING, ("27925004", "SCT", "Nodule")),
        site,
        text(ALGORITHM, "Finder"),
        modified(
            number(DIAMETER, "10.50", MILLIMETRE, region("POLYLINE", [1, 2, 3, 4], image("1.2.3.1", frames=[2]))),
            coded(METHOD, ("1", "99X", "By hand")),
        ),
        number(MEAN, "-3.5", MILLIMETRE),
    )
    second = container(GROUP, coded(FINDING, ("1", "99X", "+Other")), number(DIAMETER, "7", MILLIMETRE))
    return overlay_of(document(REPORT, first, second))


def rows() -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in report_rows([made()])]


def test_every_number_has_a_row_with_its_value_as_written() -> None:
    assert [(row["measurement"], row["value"], row["unit"]) for row in rows()] == [
        ("Diameter", "10.50", "mm"),
        ("Mean", "-3.5", "mm"),
        ("Diameter", "7", "mm"),
    ]


def test_what_contains_a_number_says_what_it_is_of() -> None:
    first, mean, other = rows()
    for row in (first, mean):
        assert (row["finding"], row["site"], row["laterality"], row["algorithm"]) == ("Nodule", "Kidney", "Left", "Finder")
        assert row["tracking identifier"] == "=HYPERLINK(1)"
    assert (first["method"], mean["method"]) == ("By hand", "")
    assert first["references"] == "1.2.3.1 frame 2"
    assert (other["finding"], other["site"], other["tracking identifier"]) == ("+Other", "", "")


def test_texts_that_look_like_a_formula_are_made_harmless_and_numbers_stay() -> None:
    read = list(csv.DictReader(io.StringIO(report_csv([made()]))))
    assert read[0]["tracking identifier"] == "'=HYPERLINK(1)"
    assert read[2]["finding"] == "'+Other"
    assert read[1]["value"] == "-3.5"


@pytest.mark.parametrize("text_", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "--1", "-", "+"])
def test_every_beginning_of_a_formula_is_known(text_: str) -> None:
    assert harmless(text_) == "'" + text_


@pytest.mark.parametrize("text_", ["-3.5", "+4", "-1e-5", ".5", "-.5", "", "Liver", "3-4", "a=b"])
def test_numbers_and_words_stay_as_they_are(text_: str) -> None:
    assert harmless(text_) == text_


def test_the_clipboard_has_one_line_a_row_whatever_a_text_holds() -> None:
    assert tab_text([("a\tb", "c\nd"), ("=x", "-1")]) == "a b\tc d\n'=x\t-1"


def test_an_item_is_copied_with_all_that_stands_below_it() -> None:
    content = made().content
    assert isinstance(content, Report)
    copied = list(item_rows(content.by_position["1.1"], lambda reference: f"image {reference.sop_instance_uid}"))
    assert copied[0] == ("1.1", "Measurement Group", "", "")
    assert ("1.1.5", "Diameter", "10.50", "mm") in copied
    assert [row for row in copied if "image 1.2.3.1" in row]


@pytest.mark.real_data
def test_every_number_of_the_real_reports_has_a_row(real_data: Path) -> None:
    overlays = [
        read_overlay(header_of(path))
        for path in sorted((real_data / "seg-sr-rwv-orphan-pet").rglob("*"))
        if path.is_file() and read_overlay(header_of(path)).kind == "report"
    ]
    found = list(report_rows(overlays))
    assert len(found) == 24
    named = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    assert all(row["value"] for row in named)
    assert sum(bool(row["finding"]) for row in named) == sum(row["relationship"] == "CONTAINS" for row in named) > 10
