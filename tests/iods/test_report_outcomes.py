"""What a report says of itself as a whole: found something, found nothing, did a part, failed, did not look."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from tests.synthetic import content_items as made
from tests.synthetic.content_items import Code
from viewer.iods.structured_report import report_overlay

DETECTIONS: Code = ("111064", "DCM", "Summary of Detections")
ANALYSES: Code = ("111065", "DCM", "Summary of Analyses")
SUMMARY: Code = ("111017", "DCM", "CAD Processing and Findings Summary")
CAD: Code = ("111036", "DCM", "Mammography CAD Report")
MEASUREMENTS: Code = ("126010", "DCM", "Imaging Measurements")
SUCCEEDED, PARTLY, FAILED, NOT_ATTEMPTED = "111222", "111223", "111224", "111225"


def outcome(report: Dataset) -> str | None:
    return report_overlay(report, made.report_header()).outcome


def status(concept: Code, code: str) -> Dataset:
    return made.coded(concept, (code, "DCM", "words"))


@pytest.mark.parametrize(
    ("detections", "analyses", "expected"),
    [
        (NOT_ATTEMPTED, NOT_ATTEMPTED, "not_evaluated"),
        (FAILED, NOT_ATTEMPTED, "failed"),
        (SUCCEEDED, NOT_ATTEMPTED, "partial"),
        (SUCCEEDED, FAILED, "partial"),
        (PARTLY, SUCCEEDED, "partial"),
        (SUCCEEDED, SUCCEEDED, None),
    ],
)
def test_a_cad_report_that_did_not_try_has_not_evaluated(detections: str, analyses: str, expected: str | None) -> None:
    assert outcome(made.document(CAD, status(DETECTIONS, detections), status(ANALYSES, analyses))) == expected


def test_the_summary_of_all_algorithms_wins_over_the_status_of_one() -> None:
    parts = status(DETECTIONS, SUCCEEDED), status(ANALYSES, NOT_ATTEMPTED)
    assert outcome(made.document(CAD, status(SUMMARY, "111241"), *parts)) == "no_findings"


def test_a_measurement_report_without_a_group_found_nothing_unless_it_is_partial() -> None:
    library = made.container(
        ("111028", "DCM", "Image Library"),
        made.number(("110910", "DCM", "Pixel Data Rows"), "128", ("{pixels}", "UCUM", "pixels")),
    )
    empty = made.container(MEASUREMENTS)
    assert outcome(made.document(made.REPORT, library, empty)) == "no_findings"
    assert outcome(made.document(made.REPORT, library, empty, completion="PARTIAL")) == "partial"
    group = made.container(made.GROUP, made.coded(made.FINDING, ("27925004", "SCT", "Nodule")))
    assert outcome(made.document(made.REPORT, library, made.container(MEASUREMENTS, group))) == "findings"


def test_a_report_that_only_evaluates_has_not_found_nothing() -> None:
    said = made.coded(("36118008", "SCT", "Pneumothorax"), ("52101004", "SCT", "Present"))
    evaluations = made.container(("C0034375", "UMLS", "Qualitative Evaluations"), said)
    assert outcome(made.document(made.REPORT, evaluations)) != "no_findings"
