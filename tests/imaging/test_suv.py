"""SUV by hand computation, and the reason in words whenever there is none. Acceptance check 71."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest

from viewer.domain.pet import PetAttributes
from viewer.imaging.suv import suv_factors

SCAN = datetime(2024, 5, 6, 11, 0, 0)
CHECK_71 = PetAttributes(
    units="BQML",
    corrected=("DECY", "ATTN", "SCAT"),
    decay_correction="START",
    series_start=SCAN,
    acquisition_start=SCAN,
    injection=datetime(2024, 5, 6, 10, 0, 0),
    dose_bq=3.7e8,
    half_life_s=6586.2,
    weight_kg=70.0,
)
"""70 kg, 370 MBq of F-18, scanned 3600 s after the injection."""


def by_weight(**others: Any) -> float:
    found = suv_factors(replace(CHECK_71, **others))
    assert found.missing is None, found.missing.text
    assert found.forms[0].name == "SUVbw"
    return found.forms[0].factor


def missing(**others: Any) -> str:
    found = suv_factors(replace(CHECK_71, **others))
    assert found.forms == ()
    assert found.missing is not None
    assert found.missing.text.startswith("SUV not available: ")
    return found.missing.text


def test_check_71_the_factor_computed_by_hand() -> None:
    assert by_weight() == pytest.approx(70000 / (3.7e8 * 2**-0.546597), rel=1e-6)
    assert by_weight() == pytest.approx(2.763e-4, rel=1e-3)


def test_check_71_shifted_dates_give_no_suv() -> None:
    assert "days before the injection" in missing(injection=datetime(2024, 9, 1, 10, 0, 0))
    assert "hours after the injection" in missing(injection=datetime(2024, 5, 5, 20, 0, 0))


def test_a_start_time_without_a_date_is_of_the_day_of_the_scan_or_before_its_midnight() -> None:
    assert by_weight(injection=None, injection_time=time(10, 0)) == by_weight()
    after_midnight = datetime(2024, 5, 6, 0, 30, 0)
    found = by_weight(
        injection=None, injection_time=time(23, 30), series_start=after_midnight, acquisition_start=after_midnight
    )
    assert found == by_weight()


def test_decay_corrected_to_administration_needs_no_times() -> None:
    found = by_weight(decay_correction="ADMIN", series_start=None, acquisition_start=None, injection=None, half_life_s=None)
    assert found == pytest.approx(70000 / 3.7e8)


def test_a_series_made_later_takes_the_scan_start_of_ge() -> None:
    later = datetime(2024, 5, 6, 15, 0, 0)
    assert by_weight(series_start=later, private_start=SCAN) == by_weight()
    assert "Series Time is later" in missing(series_start=later)


def test_a_series_made_later_finds_its_start_from_the_frame_reference_time() -> None:
    """Two beds of 180 s: the second began 180 s after the scan; its counts average a little before its middle."""
    later = datetime(2024, 5, 6, 15, 0, 0)
    second_bed = datetime(2024, 5, 6, 11, 3, 0)
    found = by_weight(
        series_start=later,
        acquisition_start=second_bed,
        frame_duration_ms=180_000.0,
        frame_reference_time_ms=180_000.0 + 89_858.0,
    )
    assert found == pytest.approx(by_weight(), rel=1e-6)


@pytest.mark.parametrize(
    ("others", "named"),
    [
        ({"weight_kg": None}, "Patient's Weight is missing"),
        ({"weight_kg": 0.0}, "Patient's Weight is missing"),
        ({"weight_kg": 7000.0}, "cannot be 7000 kg"),
        ({"dose_bq": None}, "Radionuclide Total Dose is missing"),
        ({"dose_bq": 370.0}, "cannot be 370 Bq"),
        ({"half_life_s": None}, "Radionuclide Half Life"),
        ({"injection": None}, "Radiopharmaceutical Start Time"),
        ({"corrected": ("DECY",)}, "attenuation"),
        ({"corrected": ("ATTN",)}, "decay"),
        ({"decay_correction": "NONE"}, "Decay Correction is NONE"),
        ({"decay_correction": ""}, "Decay Correction (0054,1102) is missing"),
        ({"units": "PROPCPS"}, "Units are PROPCPS"),
        ({"units": ""}, "Units (0054,1001) is missing"),
        ({"units": "CNTS"}, "(7053,1000), (7053,1009)"),
        ({"series_start": None, "acquisition_start": None}, "Series Date and Time are missing"),
    ],
)
def test_what_is_missing_or_cannot_be_is_named(others: dict[str, Any], named: str) -> None:
    assert named in missing(**others)


def test_counts_of_philips_take_their_own_factors() -> None:
    assert by_weight(units="CNTS", philips_suv_factor=0.000551, weight_kg=None) == 0.000551
    assert by_weight(units="CNTS", philips_activity_factor=2.5) == pytest.approx(2.5 * by_weight())


def test_an_image_of_suvs_is_taken_as_what_it_says() -> None:
    assert by_weight(units="GML", dose_bq=None) == 1.0
    lean = suv_factors(replace(CHECK_71, units="GML", suv_type="LBMJANMA")).forms
    assert [(one.name, one.factor, one.formula) for one in lean] == [("SUVlbm", 1.0, "as stored (LBMJANMA)")]
    assert [one.name for one in suv_factors(replace(CHECK_71, units="CM2ML")).forms] == ["SUVbsa"]


def test_lean_mass_and_surface_name_their_formula() -> None:
    """A man of 66 kg and 1.65 m: James 1.10*66 - 128*(66/165)^2 = 52.12 kg; Du Bois 1.727 m2."""
    forms = {one.formula: one for one in suv_factors(replace(CHECK_71, weight_kg=66.0, size_m=1.65, sex="M")).forms}
    body = forms["body weight"].factor
    assert forms["lean body mass, James"].factor / body == pytest.approx(52.12 / 66)
    assert forms["lean body mass, Janmahasatian"].factor / body == pytest.approx(9270 / (6680 + 216 * 66 / 1.65**2))
    assert forms["body surface area, Du Bois"].factor / body == pytest.approx(17272 / 66000, rel=1e-3)
    assert forms["body surface area, Du Bois"].unit == "cm2/ml"


def test_a_woman_has_her_own_coefficients_and_an_unknown_sex_no_lean_mass() -> None:
    forms = {one.formula: one for one in suv_factors(replace(CHECK_71, size_m=1.60, sex="F")).forms}
    assert forms["lean body mass, James"].factor / forms["body weight"].factor == pytest.approx(
        (1.07 * 70 - 148 * (70 / 160) ** 2) / 70
    )
    assert [one.name for one in suv_factors(replace(CHECK_71, size_m=1.60, sex="O")).forms] == ["SUVbw", "SUVbsa"]


def test_a_size_in_centimetres_is_not_believed() -> None:
    assert [one.name for one in suv_factors(replace(CHECK_71, size_m=160.0, sex="F")).forms] == ["SUVbw"]
