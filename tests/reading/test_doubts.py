"""Doubts name what is wrong and nothing else: on the sample study exactly its three deliberate mistakes."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.ui.small_study import SEG, small_state
from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.domain.finding import with_members
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.stack import Stack
from viewer.imaging.body_extent import BodyExtent
from viewer.loading.checking import checks_of
from viewer.loading.eager import EagerInputs
from viewer.reading.doubts import doubts_of
from viewer.reading.exclusive_parts import stated_side
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

    found = doubts_of(content, findings_of(content), body_at, lambda *_: frozenset(), lambda *_: {})
    return {one.code for issues in found.values() for one in issues}


def test_the_sample_study_has_exactly_its_three_mistakes() -> None:
    library = open_library([], sample=True)
    content = content_of(list(read_layers(library)), library)
    with EagerInputs(library, {}) as inputs:
        checks = checks_of(content, inputs.readers)
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
    assert stated_side("left lung", "Right") == "right"
    assert stated_side("LEFT_LUNG", "") == "left"
    assert stated_side("Cleft", "Bilateral") is None


@pytest.mark.parametrize(("on_frames", "expected"), [((1, 2), set()), ((0, 1), {"cut_off"}), ((3,), {"cut_off"})])
def test_a_lesion_that_reaches_the_end_of_the_series_may_be_cut_off(on_frames: tuple[int, ...], expected: set[str]) -> None:
    content = content_with(11.0)
    lesions = [replace(one, kind="lesion") for one in findings_of(content) if one.sources[0].part == 3]

    def parts_at(_overlay: Overlay, _stack: Stack, place: int) -> frozenset[int]:
        return frozenset({3} if place in on_frames else {1})

    found = doubts_of(content, lesions, lambda *_: None, parts_at, lambda *_: {})
    assert {one.code for issues in found.values() for one in issues} == expected
    organs = [replace(one, kind="structure") for one in lesions]
    assert doubts_of(content, organs, lambda *_: None, parts_at, lambda *_: {}) == {}


def test_a_part_far_from_every_open_slice_is_not_judged_by_one_of_them() -> None:
    content = content_with(3.0)
    far = {SEG: {3: PartMeasure(10, 1.0, largest=(3.0, 14.0, 60.0))}}
    assert codes(replace(content, measures=MappingProxyType(far)), BODY) == set()


@pytest.mark.parametrize(("version", "voxels", "expected"), [("3", 10, True), ("2", 10, False), ("3", 11, False)])
def test_two_versions_with_the_same_result_are_doubted(version: str, voxels: int, expected: bool) -> None:
    content = content_with(11.0)
    seg, key = content.overlays[SEG], InstanceKey("file:/study/rt")
    other = replace(
        seg,
        instance=key,
        sop_instance_uid="1.9.other",
        provenance=replace(seg.provenance, algorithm_version=version),
    )
    one = {2: PartMeasure(5, 0.5, largest=(1.0, 2.0, 5.0)), 3: PartMeasure(10, 1.0, largest=(11.0, 14.0, 5.0))}
    two = {**one, 3: replace(one[3], voxels=voxels)}
    content = replace(
        content,
        overlays=MappingProxyType({SEG: seg, key: other}),
        measures=MappingProxyType({SEG: one, key: two}),
    )
    assert ("identical_versions" in codes(content, None)) is expected
