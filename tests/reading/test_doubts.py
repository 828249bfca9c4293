"""Doubts name what is wrong and nothing else: on the sample study exactly its three deliberate mistakes."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.ui.small_study import SEG, small_state
from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.domain.finding import with_members
from viewer.domain.overlay import PartMeasure
from viewer.domain.stack import Stack
from viewer.imaging.body_extent import BodyExtent
from viewer.loading.checking import body_reader, checks_of
from viewer.loading.eager import EagerInputs
from viewer.reading.doubts import doubts_of, stated_side
from viewer.reading.findings import findings_of
from viewer.reading.state import Content

BODY = BodyExtent((0, 30), (0, 40), (15.0, 20.0), whole=True)
"""On images of 40 rows of 0.7 mm and 30 columns of 0.5 mm, whose first pixel's centre is at x = y = 0."""


def content_with(x: float, *, label: str = "Left kidney", laterality: str = "") -> Content:
    """Return the small study with its third segment measured at x mm of the patient."""
    content = small_state().content
    seg = content.overlays[SEG]
    part = replace(seg.parts[2], label=label, laterality=laterality)
    overlays = {**content.overlays, SEG: replace(seg, parts=(*seg.parts[:2], part))}
    measures = {SEG: {3: PartMeasure(10, 1.0, largest=(x, 14.0, 5.0))}}
    return replace(content, overlays=MappingProxyType(overlays), measures=MappingProxyType(measures))


def codes(content: Content, body: BodyExtent | None) -> set[str]:
    def body_at(_stack: Stack, _place: int) -> BodyExtent | None:
        return body

    found = doubts_of(content, findings_of(content), body_at)
    return {one.code for issues in found.values() for one in issues}


def test_the_sample_study_has_exactly_its_three_mistakes() -> None:
    library = open_library([], sample=True)
    content = content_of(list(read_layers(library)), library)
    with EagerInputs(library, {}) as inputs:
        checks = checks_of(content, body_reader(inputs.readers))
    flagged = {
        (one.label, *(issue.code for issue in checks.doubts.get(one.id, ())), *("volume",) * checks.differs(one.id))
        for one in with_members(findings_of(content))
        if checks.flagged(one.id)
    }
    assert flagged == {("Spleen", "volume"), ("Right kidney", "side_differs"), ("Liver lesion", "missed_here")}


@pytest.mark.parametrize(
    ("x", "label", "laterality", "expected"),
    [
        (11.0, "Left kidney", "", set()),
        (3.0, "Left kidney", "", {"side_differs"}),
        (3.0, "Kidney", "Right", set()),
        (11.0, "Kidney", "Right", {"side_differs"}),
        (7.4, "Left kidney", "", set()),
        (3.0, "Left kidney", "Right", set()),
        (3.0, "Kidney, left or right", "", set()),
        (40.0, "Left kidney", "", {"outside_body"}),
    ],
)
def test_a_side_is_doubted_where_the_part_lies_clearly_on_the_other(
    x: float, label: str, laterality: str, expected: set[str]
) -> None:
    assert codes(content_with(x, label=label, laterality=laterality), BODY) == expected


def test_without_both_sides_of_the_body_no_side_is_doubted() -> None:
    assert codes(content_with(3.0), replace(BODY, whole=False)) == set()
    assert codes(content_with(3.0), None) == set()


def test_the_word_of_the_codes_goes_before_that_of_the_name() -> None:
    finding = findings_of(content_with(3.0))[0]
    assert stated_side(replace(finding, label="left lung", laterality="Right")) == "right"
    assert stated_side(replace(finding, label="LEFT_LUNG", laterality="")) == "left"
    assert stated_side(replace(finding, label="Cleft", laterality="Bilateral")) is None
