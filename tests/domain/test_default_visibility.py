from __future__ import annotations

import pytest

from viewer.domain.default_visibility import reason_off_at_first


@pytest.mark.parametrize("label", ["BODY", "External", "Couch Surface", "table top", "Body 1", "patient outline"])
def test_what_surrounds_or_is_the_whole_patient_is_off_at_first(label: str):
    assert reason_off_at_first(label)


@pytest.mark.parametrize(
    "label", ["Vertebral body", "Carotid body", "Bladder", "Embedded lesion", "Skin", "", "Patient 3 lesion"]
)
def test_anatomy_is_on(label: str):
    assert reason_off_at_first(label) == ""


@pytest.mark.parametrize("interpreted_type", ["EXTERNAL", "SUPPORT", "external"])
def test_the_interpreted_type_decides_whatever_the_name(interpreted_type: str):
    assert reason_off_at_first("Liver", interpreted_type=interpreted_type)


def test_other_interpreted_types_are_on():
    assert reason_off_at_first("PTV", interpreted_type="PTV") == ""
