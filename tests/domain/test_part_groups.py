"""Groups of parts: by code, then by words; what is no word of a group is nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.synthetic.crowded import crowded_parts
from tests.ui.small_study import segmentation
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.overlay import Part
from viewer.domain.part_groups import SavedGroup, group_of
from viewer.domain.segmentation import Segment, Segmentation


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("Liver", "organs"),
        ("lung_upper_lobe_left", "organs"),
        ("vertebrae_T11", "bones"),
        ("rib_left_1", "bones"),
        ("hip_right", "bones"),
        ("iliac_artery_left", "vessels"),
        ("portal_vein_and_splenic_vein", "vessels"),
        ("gluteus_medius_left", "muscles"),
        ("Liver tumor", "lesions"),
        ("GTV_primary", "lesions"),
        ("Pulmonary nodule 3", "lesions"),
        ("WMH", "lesions"),
        ("Attributes of nothing", "other"),
        ("Ship", "other"),
        ("", "other"),
    ],
)
def test_labels_are_told_by_whole_words(label: str, group: str) -> None:
    assert group_of(segmentation(), Part(99, label, (1, 2, 3))) == group


def test_the_type_counts_where_the_label_says_nothing() -> None:
    assert group_of(segmentation(), Part(99, "Segment 4", (1, 2, 3), type="Rib", category="Anatomical Structure")) == "bones"


def test_a_code_says_more_than_a_label() -> None:
    overlay = segmentation()
    assert isinstance(overlay.content, Segmentation)
    altered = CodedConcept("49755003", "SCT", "Morphologically Altered Structure")
    content = replace(overlay.content, segments=(Segment(1, "Liver", category=altered),))
    changed = replace(overlay, content=content)
    assert group_of(changed, changed.part(1)) == "lesions"
    assert group_of(overlay, overlay.part(1)) == "organs"


def test_the_crowded_study_falls_into_its_groups() -> None:
    found = [group_of(segmentation(), Part(n, part.label, (0, 0, 0))) for n, part in enumerate(crowded_parts())]
    assert {name: found.count(name) for name in ("bones", "vessels", "muscles", "lesions", "organs", "other")} == {
        "bones": 50,
        "vessels": 5,
        "muscles": 5,
        "lesions": 2,
        "organs": 24,
        "other": 32,
    }


def test_a_group_of_the_readers_own_holds_labels_however_they_are_written() -> None:
    group = SavedGroup("Mine", ("Left_Kidney", "spleen"))
    assert group.holds(Part(1, "left kidney", (0, 0, 0)))
    assert not group.holds(Part(2, "right kidney", (0, 0, 0)))
