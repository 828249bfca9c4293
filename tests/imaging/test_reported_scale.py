"""Pixels in the unit in which a report speaks of them; a unit that an image does not state is never assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.imaging.test_grey import attributes_of
from tests.imaging.test_suv import CHECK_71
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.image_attributes import ImageAttributes, RealWorldValueMapping
from viewer.domain.value_unit import ValueUnit
from viewer.imaging.reported_scale import OtherUnit, scaled_values
from viewer.imaging.suv import body_surface_cm2, lean_mass_james, lean_mass_janmahasatian

STORED = np.array([10, 1500, 4000], np.uint16)
BY_WEIGHT = 70000 / (3.7e8 * 2**-0.546597)


def pet(**others: Any) -> ImageAttributes:
    known = replace(CHECK_71, size_m=1.8, sex="M", **others)
    return attributes_of(modality="PT", units="BQML", pet=known)


def refused(attributes: ImageAttributes, unit: ValueUnit, **others: Any) -> str:
    with pytest.raises(OtherUnit) as raised:
        scaled_values(STORED, attributes, 0, unit, **others)
    return str(raised.value)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        (ValueUnit("{SUVbw}g/ml"), BY_WEIGHT),
        (ValueUnit("g/ml", "bw"), BY_WEIGHT),
        (ValueUnit("{SUVlbm}g/ml", "lbm, James"), BY_WEIGHT * lean_mass_james(70, 1.8, "M") / 70),
        (ValueUnit("{SUVlbm}g/ml", "lbm, Janmahasatian"), BY_WEIGHT * lean_mass_janmahasatian(70, 1.8, "M") / 70),
        (ValueUnit("{SUVbsa}cm2/ml"), BY_WEIGHT * body_surface_cm2(70, 1.8) / 70000),
        (ValueUnit("Bq/ml"), 1.0),
    ],
)
def test_the_unit_says_which_suv(unit: ValueUnit, factor: float) -> None:
    found = scaled_values(STORED, pet(), 0, unit)
    assert found.values == pytest.approx(STORED * factor, rel=1e-5)
    assert found.allowed == (1.0 if unit.code == "Bq/ml" else 0.1)


def test_what_an_suv_takes_and_is_not_stated_is_said() -> None:
    assert "by which formula" in refused(pet(), ValueUnit("{SUVlbm}g/ml"))
    assert "Weight" in refused(pet(weight_kg=None), ValueUnit("{SUVbw}g/ml"))
    assert "no PET" in refused(attributes_of(), ValueUnit("{SUVbw}g/ml"))
    assert "gives values in Bq/ml" in refused(pet(), ValueUnit("[hnsf'U]"))


def test_a_method_beside_a_number_in_another_unit_makes_it_no_suv() -> None:
    assert ValueUnit("[hnsf'U]", "lbm, James").suv == ""
    assert ValueUnit("{SUVbw}g/ml", "lbm, James").suv == "bw"


@pytest.mark.parametrize(
    ("has", "wanted", "factor"),
    [("mm2/s", "mm2/s", 1.0), ("um2/s", "mm2/s", 1e-6), ("mm2/s", "um2/s", 1e6), ("um2/s", "10-6.mm2/s", 1.0)],
)
def test_a_quantity_is_taken_from_the_mapping_of_its_unit(has: str, wanted: str, factor: float) -> None:
    mapping = RealWorldValueMapping(2.0, 5.0, 0, 4095, CodedConcept(has, "UCUM"), "ADC")
    found = scaled_values(STORED, attributes_of(modality="MR"), 0, ValueUnit(wanted), (mapping,))
    assert found.values == pytest.approx((STORED * 2.0 + 5.0) * factor)
    # One stored value more or less is what a mean may be off.
    assert found.allowed == pytest.approx(2.0 * factor)
    assert "ADC" in found.name
    assert "states no unit" in refused(attributes_of(modality="MR", rescale_type=""), ValueUnit(wanted))


@pytest.mark.parametrize("code", ["1", "", "{signal intensity}"])
def test_a_report_without_a_unit_speaks_of_modality_values(code: str) -> None:
    found = scaled_values(STORED, attributes_of(modality="MR", rescale_type=""), 0, ValueUnit(code))
    assert found.values == pytest.approx(STORED.astype(float))
    assert found.allowed == 1.0
