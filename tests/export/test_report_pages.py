"""The readable page: findings with all that is said of them, CAD summaries told apart, dose reports as tables."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.synthetic.content_items import (
    DIAMETER,
    FINDING,
    GROUP,
    MILLIMETRE,
    REPORT,
    SITE,
    TRACKING_ID,
    TRACKING_UID,
    Code,
    by_reference,
    code_item,
    coded,
    container,
    document,
    image,
    item,
    number,
    region,
    text,
    uid_reference,
)
from tests.synthetic.read_report import page_of, words, written_report
from viewer.export.report_html import report_html
from viewer.export.report_text import report_text
from viewer.iods.registry import read_overlay

METHOD: Code = ("370129005", "SCT", "Measurement Method")
DERIVATION: Code = ("121401", "DCM", "Derivation")
VOLUME: Code = ("118565006", "SCT", "Volume")
MILLILITRE: Code = ("ml", "UCUM", "milliliter")
MAMMOGRAPHY: Code = ("111036", "DCM", "Mammography CAD Report")


def test_a_finding_has_site_laterality_each_measurement_with_unit_and_method_algorithm_and_tracking() -> None:
    left = coded(("272741003", "SCT", "Laterality"), ("7771000", "SCT", "Left"))
    group = container(
        GROUP,
        text(TRACKING_ID, "Nodule 3"),
        uid_reference(TRACKING_UID, "1.2.3.99"),
        coded(FINDING, ("27925004", "SCT", "Nodule")),
        coded(SITE, ("39607008", "SCT", "Lung"), left),
        text(("111001", "DCM", "Algorithm Name"), "Finder"),
        text(("111003", "DCM", "Algorithm Version"), "2.1"),
        number(VOLUME, "0.5240", MILLILITRE, coded(METHOD, ("126030", "DCM", "Sum of segmented voxel volumes"))),
        number(DIAMETER, "12.50", MILLIMETRE, coded(DERIVATION, ("56851009", "SCT", "Maximum"))),
    )
    page = page_of(document(REPORT, group))
    (finding,) = page.findings
    assert finding.name == "Nodule, Lung, Left"
    assert [(one.name, one.value, one.method) for one in finding.measured] == [
        ("Volume", "0.5240\N{NO-BREAK SPACE}mL", "Sum of segmented voxel volumes"),
        ("Diameter, Maximum", "12.50\N{NO-BREAK SPACE}mm", ""),
    ]
    assert dict(finding.details) == {
        "Method": "Volume: Sum of segmented voxel volumes",
        "Algorithm": "Finder 2.1",
        "Tracking": "Nodule 3, 1.2.3.99",
    }
    for told in ("Sum of segmented voxel volumes", "Finder 2.1", "Nodule 3, 1.2.3.99", "12.50"):
        assert told in report_html([page], words)


def test_findings_in_one_group_keep_their_own_tracking() -> None:
    several = [
        one
        for name, uid in (("A", "1.2.3.1"), ("B", "1.2.3.2"))
        for one in (
            text(TRACKING_ID, f"Length {name}"),
            uid_reference(TRACKING_UID, uid),
            number(DIAMETER, "5", MILLIMETRE, region("POLYLINE", [1, 1, 5, 5], image("1.2.3.9"))),
        )
    ]
    page = page_of(document(REPORT, container(GROUP, *several)))
    assert [dict(one.details)["Tracking"] for one in page.findings] == ["Length A, 1.2.3.1", "Length B, 1.2.3.2"]


@pytest.mark.parametrize(
    "title", [MAMMOGRAPHY, ("112000", "DCM", "Chest CAD Report"), ("112220", "DCM", "Colon CAD Report")]
)
def test_check_79_the_five_summaries_of_a_cad_report_are_told_apart(title: Code) -> None:
    told = {}
    for code in ("111241", "111242", "111243", "111244", "111245"):
        summary = coded(("111017", "DCM", "CAD Processing and Findings Summary"), (code, "DCM", "renamed"))
        page = page_of(document(title, summary))
        told[code] = dict(page.facts)["Outcome"]
        assert (told[code] in page.standing) == (code != "111242"), "what is less than all with findings stands at the head"
    assert len(set(told.values())) == 5
    assert "found nothing" in told["111241"]
    assert "No algorithm succeeded" in told["111245"]


def test_check_79_what_is_not_for_presentation_says_so_in_its_row() -> None:
    names = []
    for intent in ("111150", "111151", "111152"):
        stated = coded(("111056", "DCM", "Rendering Intent"), (intent, "DCM", "renamed"))
        finding = coded(("111059", "DCM", "Single Image Finding"), ("129793001", "SCT", "Mass"), stated)
        finding.ContentSequence.append(region("POINT", [1, 2], image("1.2.3.1")))
        names.append(page_of(document(MAMMOGRAPHY, finding)).findings[0].name)
    assert names == ["Mass", "Mass, presentation optional", "Mass, not for presentation"]


def acquisition(protocol: str, ctdi: str | None, product: str) -> Dataset:
    dose = container(
        ("113829", "DCM", "CT Dose"),
        number(("113830", "DCM", "Mean CTDIvol"), ctdi, ("mGy", "UCUM", "mGy"), qualifier=("114006", "DCM", "Failure"))
        if ctdi is None
        else number(("113830", "DCM", "Mean CTDIvol"), ctdi, ("mGy", "UCUM", "mGy")),
        number(("113838", "DCM", "DLP"), product, ("mGy.cm", "UCUM", "mGy.cm")),
    )
    return container(("113819", "DCM", "CT Acquisition"), text(("125203", "DCM", "Acquisition Protocol"), protocol), dose)


def test_a_dose_report_is_a_table_of_its_events_by_the_generic_path() -> None:
    total = container(
        ("113811", "DCM", "CT Accumulated Dose Data"),
        number(("113813", "DCM", "Total DLP"), "612.40", ("mGy.cm", "UCUM", "")),
    )
    events = [acquisition("Scout", None, "4.20"), acquisition("Chest", "9.1500", "412.3")]
    page = page_of(document(("113701", "DCM", "X-Ray Radiation Dose Report"), total, *events))
    assert page.findings == ()
    accumulated, acquisitions = page.tables
    assert (accumulated.title, accumulated.rows[0][1]) == ("CT Accumulated Dose Data", ("612.40\N{NO-BREAK SPACE}mGy.cm",))
    assert acquisitions.columns == ("Of", "Mean CTDIvol", "DLP")
    assert acquisitions.rows == (
        ("1.2", ("Scout", "Failure", "4.20\N{NO-BREAK SPACE}mGy.cm")),
        ("1.3", ("Chest", "9.1500\N{NO-BREAK SPACE}mGy", "412.3\N{NO-BREAK SPACE}mGy.cm")),
    )
    assert "9.1500" in report_html([page], words)


def table() -> Dataset:
    def named(which: str, place: int, name: str, unit: str = "") -> Dataset:
        made = Dataset()
        setattr(made, f"Table{which}Number", place)
        made.ConceptNameCodeSequence = [code_item((name[:8], "99X", name))]
        if unit:
            made.MeasurementUnitsCodeSequence = [code_item((unit, "UCUM", unit))]
        return made

    def cell(row: int, column: int, keyword: str, value: object) -> Dataset:
        made = Dataset()
        made.TableRowNumber, made.TableColumnNumber = row, column
        setattr(made, keyword, value)
        return made

    held = Dataset()
    held.NumberOfTableRows, held.NumberOfTableColumns = 2, 2
    held.TableRowDefinitionSequence = [named("Row", 1, "Left"), named("Row", 2, "Right")]
    held.TableColumnDefinitionSequence = [named("Column", 1, "Volume", "ml"), named("Column", 2, "Tissue")]
    held.CellValuesSequence = [
        cell(1, 1, "SelectorDSValue", "12.50"),
        cell(1, 2, "SelectorCodeSequenceValue", [code_item(("10200004", "SCT", "Liver"))]),
        cell(2, 1, "NumericValueQualifierCodeSequence", [code_item(("114006", "DCM", "Measurement failure"))]),
    ]
    made = item("TABLE", ("121070", "DCM", "Volumes"))
    made.TabulatedValuesSequence = [held]
    return made


def test_a_table_item_has_its_rows_and_columns_with_units_and_the_reason_of_a_missing_value() -> None:
    page = page_of(document(REPORT, table()))
    (found,) = page.root.children
    assert found.value.split("\n") == [
        "2 rows, 2 columns",
        " | Volume (ml) | Tissue",
        "Left | 12.50 | Liver",
        "Right | Measurement failure | ",
    ]
    for written in (report_text(page, words), report_html([page], words)):
        assert "Left | 12.50 | Liver" in written
        assert "Measurement failure" in written


def nested(levels: int) -> Dataset:
    made = text(("121106", "DCM", "Comment"), "the innermost")
    for _ in range(levels):
        made = container(("121070", "DCM", "Findings"), made)
    return made


def plain_text() -> Dataset:
    made = item("TEXT", None)
    made.TextValue = "seven words of no use to anybody"
    return made


BROKEN: dict[str, tuple[Callable[[], Dataset], str]] = {
    "ten thousand items": (lambda: document(REPORT, *[plain_text()] * 10_000), ""),
    "sixty levels": (lambda: document(REPORT, nested(60)), ""),
    "a hundred levels": (lambda: document(REPORT, nested(100)), "deep"),
    "a cycle": (
        lambda: document(REPORT, container(GROUP, number(DIAMETER, "1", MILLIMETRE, by_reference("1.1")))),
        "contains it",
    ),
    "nothing there": (lambda: document(REPORT, container(GROUP, by_reference("1.9.9"))), "1.9.9"),
}
"""What is wrong with a report, and a word of the notice that must be seen; none where all of it is shown."""


@pytest.mark.parametrize("name", BROKEN)
def test_check_81_malformed_reports_open_within_a_second_or_are_truncated_with_a_notice(tmp_path: Path, name: str) -> None:
    make, notice = BROKEN[name]
    header = written_report(make(), tmp_path)
    # The time of the process: other programs may have the machine meanwhile.
    started = time.process_time()
    page = page_of(read_overlay(header))
    assert time.process_time() - started < 1.0
    wrong = [sentence for sentence in page.notes if not notice or notice in sentence]
    assert bool(wrong) == bool(notice), page.notes
    assert report_html([page], words).count("<li>") == sum(1 for _ in page.root.walk())
