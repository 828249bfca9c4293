"""Pictures with a burned-in AI result are known by what they say of themselves, and nothing else is taken for one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from viewer.app.commands.opening import open_library
from viewer.domain.burned_in import has_burned_in_ai, is_burned_in_ai
from viewer.domain.instance import InstanceHeader, Source

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
COLOUR_CAPTURE = "1.2.840.10008.5.1.4.1.1.7.4"
CT = "1.2.840.10008.5.1.4.1.1.2"


def capture(**changes: object) -> InstanceHeader:
    plain = InstanceHeader(
        Source("file", "/made/1"), 1000, "1.2.3", SECONDARY_CAPTURE, "1.2.840.10008.1.2.1", "1.2", "1.2.1"
    )
    return replace(plain, **{"modality": "SC", "conversion_type": "SYN", **changes})


@pytest.mark.parametrize(
    "said",
    [
        {"manufacturer": "Milvue", "model": "Milvue Smarturgences"},
        {"series_description": "Chest AI result"},
        {"series_description": "AI_OVERLAY"},
        {"image_type": ("DERIVED", "SECONDARY", "AI")},
        {"manufacturer": "Lunit Inc.", "sop_class_uid": COLOUR_CAPTURE, "modality": "OT"},
        {"series_description": "Deep learning heat map", "conversion_type": ""},
    ],
)
def test_a_capture_that_says_so_is_one(said: dict[str, object]) -> None:
    assert is_burned_in_ai(capture(**said))


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"series_description": "Screen save", "manufacturer": "SIEMENS"},
        {"series_description": "AI result", "conversion_type": "SD"},
        {"manufacturer": "Milvue", "sop_class_uid": CT},
        {"series_description": "AI", "sop_class_uid": CT},
        {"series_description": "MAIN AIRWAYS", "manufacturer": "AIRIS"},
        {"series_description": "milvue compared by hand"},
        {"burned_in_annotation": "YES"},
    ],
)
def test_nothing_else_is(said: dict[str, object]) -> None:
    assert not is_burned_in_ai(capture(**said))


@pytest.mark.real_data
def test_the_real_product_is_marked_and_other_captures_are_not(real_data: Path) -> None:
    marked = {
        name: [
            has_burned_in_ai(series) for patient in library.patients for study in patient.studies for series in study.series
        ]
        for name in ("sc-ai-milvue", "ct-body-j2k-totalsegmentator", "colour-and-palette")
        for library in [open_library([real_data / name])]
    }
    assert marked["sc-ai-milvue"] == [True]
    assert not any(marked["ct-body-j2k-totalsegmentator"])
    assert not any(marked["colour-and-palette"])
