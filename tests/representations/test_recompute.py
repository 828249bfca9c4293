"""Reported numbers are computed again from shapes and masks; what does not tell them says why."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from viewer.domain.agreement import Tolerances
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.overlay import PartMeasure
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report, ReportFlags
from viewer.representations.part_shape import PartShape
from viewer.representations.recompute import NotRecomputed, Recomputed, recompute
from viewer.representations.region_values import RegionValues
from viewer.representations.reported_values import ReportedValue, reported_values

IMAGE = ImageReference("1.2.3", frames=(2,))
SPACING = (0.5, 2.0)
"""Between rows, between columns: a swap of the two shows."""

LENGTH, AREA, VOLUME = ("410668003", "SCT"), ("42798000", "SCT"), ("118565006", "SCT")
LONG_AXIS, SHORT_AXIS, RADIUS = ("103339001", "SCT"), ("103340004", "SCT"), ("131190003", "SCT")
WIDTH, HEIGHT, PERIMETER = ("103355008", "SCT"), ("121207", "DCM"), ("131191004", "SCT")


def number(concept: tuple[str, str], value: str, unit: str, position: str, *children: ContentItem) -> ContentItem:
    return ContentItem(
        "NUM", "CONTAINS", CodedConcept(*concept), position, value, unit=CodedConcept(unit, "UCUM"), children=children
    )


def region(shape: str, data: tuple[float, ...], position: str, value_type: str = "SCOORD") -> ContentItem:
    image = ContentItem("IMAGE", "SELECTED FROM", None, f"{position}.1", references=(IMAGE,))
    children = (image,) if value_type == "SCOORD" else ()
    return ContentItem(value_type, "INFERRED FROM", None, position, graphic_type=shape, graphic_data=data, children=children)


def report_of(*children: ContentItem) -> Report:
    group = ContentItem("CONTAINER", "CONTAINS", CodedConcept("125007", "DCM"), "1.1", children=children)
    return Report("Measurements", ContentItem("CONTAINER", "", None, "1", children=(group,)), ReportFlags())


@dataclass(frozen=True)
class Known:
    """What is open."""

    measures: tuple[tuple[str, PartMeasure], ...] = ()
    values: RegionValues | None = None
    shape: PartShape | None = None
    spacing: tuple[float, float] | None = SPACING

    def spacing_of(self, image: ImageReference) -> tuple[float, float] | None:
        return self.spacing if image == IMAGE else None

    def measures_of(self, value: ReportedValue) -> tuple[tuple[str, PartMeasure], ...]:
        numbers = {number for one in value.segments for number in one.segments}
        return tuple(one for one in self.measures if one[0] in {f"segment {number}" for number in numbers})

    def shape_of(self, _: ReportedValue) -> tuple[str, PartShape]:
        if self.shape is None:
            raise NotRecomputed("no shape")
        return "segment 2", self.shape

    def values_of(self, _: ReportedValue) -> RegionValues:
        if self.values is None:
            raise NotRecomputed("no pixels")
        return self.values


def answer(report: Report, measures: tuple[tuple[str, PartMeasure], ...] = ()) -> Recomputed:
    return recompute(next(reported_values(report)), report, Known(measures))


TRIANGLE = (1.0, 2.0, 4.0, 2.0, 4.0, 10.0, 1.0, 2.0)
ELLIPSE = (1.0, 5.0, 7.0, 5.0, 4.0, 3.0, 4.0, 7.0)


@pytest.mark.parametrize(
    ("concept", "unit", "shape", "data", "expected"),
    [
        (LENGTH, "mm", "POLYLINE", (1.0, 1.0, 4.0, 17.0), 10.0),
        (LENGTH, "cm", "POLYLINE", (0.0, 0.0, 1.0, 0.0, 1.0, 8.0), 0.6),
        (LONG_AXIS, "mm", "POLYLINE", (0.0, 0.0, 1.0, 0.0, 4.0, 12.0), 10.0),
        (AREA, "mm2", "POLYLINE", TRIANGLE, 12.0),
        (AREA, "cm2", "POLYLINE", TRIANGLE[:-2], 0.12),
        (PERIMETER, "mm", "POLYLINE", TRIANGLE, 6 + 4 + math.hypot(6, 4)),
        (WIDTH, "mm", "POLYLINE", TRIANGLE, 6.0),
        (HEIGHT, "mm", "POLYLINE", TRIANGLE, 4.0),
        (RADIUS, "mm", "CIRCLE", (3.0, 3.0, 5.0, 3.0), 4.0),
        (LONG_AXIS, "mm", "ELLIPSE", ELLIPSE, 12.0),
        (SHORT_AXIS, "mm", "ELLIPSE", ELLIPSE, 2.0),
        (AREA, "mm2", "ELLIPSE", ELLIPSE, math.pi * 6),
    ],
)
def test_a_shape_on_an_image_is_measured_with_its_spacing(
    concept: tuple[str, str], unit: str, shape: str, data: tuple[float, ...], expected: float
) -> None:
    found = answer(report_of(number(concept, f"{expected:.3f}", unit, "1.1.1", region(shape, data, "1.1.1.1"))))
    assert found.value == pytest.approx(expected)
    assert found.agrees
    assert "5 %" in found.method


def test_a_region_beside_the_number_counts_when_it_is_the_only_one() -> None:
    beside = region("POLYLINE", (0.0, 0.0, 0.0, 8.0), "1.1.1")
    found = answer(report_of(beside, number(LENGTH, "8", "mm", "1.1.2")))
    assert found.value == pytest.approx(4.0)
    assert found.agrees is False
    assert found.difference_percent == pytest.approx(-50.0)
    two = answer(report_of(beside, region("POLYLINE", (0.0, 0.0, 1.0, 8.0), "1.1.2"), number(LENGTH, "5", "mm", "1.1.3")))
    assert two.agrees is None
    assert "2 regions" in two.method


@pytest.mark.parametrize(("reported", "agrees"), [("4.9", True), ("5.1", False), ("4.19", True)])
def test_a_short_length_agrees_within_a_millimetre(reported: str, agrees: bool) -> None:
    found = answer(report_of(number(LENGTH, reported, "mm", "1.1.1", region("POLYLINE", (0.0, 0.0, 0.0, 8.0), "1.1.1.1"))))
    assert found.agrees is agrees


@pytest.mark.parametrize(("reported", "agrees"), [("104.9", True), ("105.6", False)])
def test_a_long_length_agrees_within_five_percent(reported: str, agrees: bool) -> None:
    found = answer(report_of(number(LENGTH, reported, "mm", "1.1.1", region("POLYLINE", (0, 0, 0, 200.0), "1.1.1.1"))))
    assert found.agrees is agrees


def test_the_reader_s_own_tolerance_flags_and_is_said() -> None:
    # 10 mm reported, 10.6 mm along the line.
    report = report_of(number(LENGTH, "10", "mm", "1.1.1", region("POLYLINE", (0.0, 0.0, 5.3, 0.0), "1.1.1.1")))
    (value,) = reported_values(report)
    for tolerances, agrees, said in (
        (Tolerances(), True, "agrees within 5 % or 1 mm"),
        (Tolerances(length_percent=1.0, length_mm=0.5), False, "agrees within 1 % or 0.5 mm"),
        (Tolerances(length_percent=7.0, length_mm=0.0), True, "agrees within 7 %"),
        (Tolerances(length_percent=0.0, length_mm=0.65), True, "agrees within 0 % or 0.65 mm"),
        (Tolerances(volume_percent=0.0, volume_ml=0.0, mean_percent=0.0), True, "agrees within 5 % or 1 mm"),
    ):
        found = recompute(value, report, Known(), tolerances)
        assert found.agrees is agrees, said
        assert found.method.endswith(said)


@pytest.mark.parametrize(
    ("unit_is_worth", "tolerances", "agrees", "said"),
    [
        (1.0, Tolerances(), True, "1 % or 1 HU"),
        (1.0, Tolerances(mean_units=0.5), False, "1 % or 0.5 HU"),
        (1.0, Tolerances(mean_percent=2.0, mean_units=0.0), True, "2 %"),
        # An SUV: a unit of the settings is a tenth of one.
        (0.1, Tolerances(mean_units=9.0), True, "1 % or 0.9 HU"),
        (0.1, Tolerances(mean_units=7.0), False, "1 % or 0.7 HU"),
    ],
)
def test_a_mean_is_compared_within_the_reader_s_own_tolerance(
    unit_is_worth: float, tolerances: Tolerances, agrees: bool, said: str
) -> None:
    mean = CodedConcept("373098007", "SCT")
    modifier = ContentItem("CODE", "HAS CONCEPT MOD", CodedConcept("121401", "DCM"), "1.1.1.1", code=mean)
    report = report_of(number(("112031", "DCM"), "50", "[hnsf'U]", "1.1.1", modifier))
    values = RegionValues(np.array([50.5, 51.1]), "of 2 pixels", "HU", unit_is_worth)
    found = recompute(next(reported_values(report)), report, Known(values=values), tolerances)
    assert found.value == pytest.approx(50.8)
    assert found.agrees is agrees
    assert found.method.endswith(f"agrees within {said}")


def test_an_old_snomed_code_is_its_current_twin() -> None:
    old = CodedConcept("G-D7FE", "SRT", same_as=("SCT", "410668003"))
    shape = region("POLYLINE", (0.0, 0.0, 0.0, 8.0), "1.1.1.1")
    item = ContentItem("NUM", "CONTAINS", old, "1.1.1", "4.0", unit=CodedConcept("mm", "UCUM"), children=(shape,))
    assert answer(report_of(item)).agrees


def test_a_region_in_the_patient_needs_no_image() -> None:
    square = (0.0, 0.0, 0.0, 0.0, 3.0, 4.0, 6.0, 3.0, 4.0, 6.0, 0.0, 0.0)
    found = answer(report_of(number(AREA, "30", "mm2", "1.1.1", region("POLYGON", square, "1.1.1.1", "SCOORD3D"))))
    assert found.value == pytest.approx(30.0)
    axes = (-3.0, 0, 0, 3, 0, 0, 0, -2, 0, 0, 2, 0, 0, 0, -1, 0, 0, 1)
    ball = answer(report_of(number(VOLUME, "25.1", "mm3", "1.1.1", region("ELLIPSOID", axes, "1.1.1.1", "SCOORD3D"))))
    assert ball.value == pytest.approx(4 / 3 * np.pi * 6)


def segmented(value: str, unit: str) -> Report:
    reference = ImageReference("9.9", segments=(2,))
    segment = ContentItem("IMAGE", "CONTAINS", None, "1.1.1", references=(reference,))
    return report_of(segment, number(VOLUME, value, unit, "1.1.2"))


def test_a_volume_is_that_of_the_segment() -> None:
    measure = PartMeasure(1000, 4.0, "voxels x voxel volume")
    assert answer(segmented("4000", "mm3"), (("segment 2", measure),)).agrees
    wrong = answer(segmented("5.8", "ml"), (("segment 2", measure),))
    assert (wrong.agrees, wrong.value) == (False, 4.0)
    assert "segment 2" in wrong.method
    assert answer(segmented("4.05", "ml"), (("segment 2", measure),)).agrees
    assert answer(segmented("4", "ml"), (("segment 2", PartMeasure(1100, 4.4, "voxels")),)).agrees


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (segmented("4", "ml"), "not among the opened files"),
        (report_of(number(VOLUME, "4", "ml", "1.1.1")), "names no segment"),
        (report_of(number(LENGTH, "4", "mm", "1.1.1")), "names no region"),
        (report_of(number(("111012", "DCM"), "4", "1", "1.1.1")), "nothing that is open tells"),
        (report_of(number(("113049", "DCM"), "4", "1", "1.1.1")), "no pixels"),
        (report_of(number(LENGTH, "4", "ml", "1.1.1", region("POLYLINE", (0, 0, 1, 1), "1.1.1.1"))), "unit"),
        (report_of(number(LENGTH, "", "mm", "1.1.1", region("POLYLINE", (0, 0, 1, 1), "1.1.1.1"))), "no number"),
        (report_of(number(LENGTH, "nan", "mm", "1.1.1", region("POLYLINE", (0, 0, 1, 1), "1.1.1.1"))), "no number"),
        (report_of(number(LENGTH, "4", "mm", "1.1.1", region("POINT", (0, 0), "1.1.1.1"))), "shape (point)"),
        (report_of(number(LENGTH, "4", "mm", "1.1.1", region("POLYLINE", (0, 0), "1.1.1.1"))), "not the points"),
        (report_of(number(LENGTH, "4", "mm", "1.1.1", region("POLYLINE", TRIANGLE, "1.1.1.1"))), "not the points"),
    ],
)
def test_what_cannot_be_computed_says_why(report: Report, words: str) -> None:
    found = answer(report)
    assert (found.value, found.agrees) == (None, None)
    assert words in found.method


def test_an_image_without_spacing_says_so() -> None:
    report = report_of(number(LENGTH, "4", "mm", "1.1.1", region("POLYLINE", (0.0, 0.0, 1.0, 1.0), "1.1.1.1")))
    found = recompute(next(reported_values(report)), report, Known(spacing=None))
    assert found.agrees is None
    assert "spacing" in found.method


def test_a_group_that_repeats_its_tracking_holds_several_findings() -> None:
    def tracked(text: str, position: str) -> ContentItem:
        return ContentItem("TEXT", "HAS OBS CONTEXT", CodedConcept("112039", "DCM"), position, text)

    report = report_of(
        tracked("first", "1.1.1"),
        region("POLYLINE", (0.0, 0.0, 0.0, 8.0), "1.1.2"),
        number(LENGTH, "4", "mm", "1.1.3"),
        tracked("second", "1.1.4"),
        region("POLYLINE", (0.0, 0.0, 0.0, 16.0), "1.1.5"),
        number(LENGTH, "8", "mm", "1.1.6"),
    )
    values = list(reported_values(report))
    assert [one.finding for one in values] == ["first", "second"]
    assert [len(one.regions) for one in values] == [1, 1]
