"""Standardised uptake values of PET: what turns a rescaled value into SUV by weight, lean mass and surface, or why not.

The decision tree is that of the QIBA profile for FDG-PET/CT, appendix G (vendor-neutral pseudo-code): the dose is brought
to the time that the scanner corrected the decay to, and the patient's weight is divided by it.

Decided
    Nothing is guessed. What is missing, contradicts itself or cannot be true (dates shifted by an anonymiser) is a reason in
    words, and the value stays in the unit of the file.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from viewer.domain.issues import Issue, issue
from viewer.domain.pet import PetAttributes

SuvKind = Literal["bw", "lbm", "bsa", "ibw"]

_DOSE_BQ = (1e6, 1e10)
_WEIGHT_KG = (1.0, 300.0)
_SIZE_M = (0.3, 2.5)
_LONGEST_DECAY_S = 10 * 3600.0


@dataclass(frozen=True)
class SuvForm:
    """One kind of SUV: ``factor`` times a value in the unit of the file. ``formula`` says what stands for the body."""

    kind: SuvKind
    factor: float
    unit: str
    formula: str

    @property
    def name(self) -> str:
        """The name on the screen."""
        return f"SUV{self.kind}"


@dataclass(frozen=True)
class SuvFactors:
    """The kinds of SUV an image has, SUVbw first. ``missing`` says why there is none, ``method`` how the dose decayed."""

    forms: tuple[SuvForm, ...] = ()
    missing: Issue | None = None
    method: str = ""


@dataclass(frozen=True)
class SuvValue:
    """One SUV at a pixel."""

    name: str
    value: float
    unit: str
    formula: str


class _NotAvailable(Exception):
    """The reason, as the end of a sentence."""


@lru_cache(maxsize=2048)
def suv_factors(pet: PetAttributes) -> SuvFactors:
    """Return the factors of a PET image: by body weight, and what follows from it for lean mass and body surface."""
    try:
        return _factors(pet)
    except _NotAvailable as reason:
        return SuvFactors(missing=issue("suv_not_available", "info", reason=reason))


def suv_values(value: float, factors: SuvFactors) -> tuple[SuvValue, ...]:
    """Return the SUVs of a rescaled value."""
    return tuple(SuvValue(form.name, value * form.factor, form.unit, form.formula) for form in factors.forms)


def lean_mass_james(weight_kg: float, size_m: float, sex: str) -> float:
    """Return the lean body mass in kg by James, with 128 as the coefficient for men (SUV Type LBMJAMES128)."""
    ratio = (weight_kg / (100 * size_m)) ** 2
    return 1.10 * weight_kg - 128 * ratio if sex == "M" else 1.07 * weight_kg - 148 * ratio


def lean_mass_janmahasatian(weight_kg: float, size_m: float, sex: str) -> float:
    """Return the lean body mass in kg by Janmahasatian (SUV Type LBMJANMA)."""
    index = weight_kg / size_m**2
    return 9270 * weight_kg / (6680 + 216 * index if sex == "M" else 8780 + 244 * index)


def body_surface_cm2(weight_kg: float, size_m: float) -> float:
    """Return the body surface in cm2 by Du Bois."""
    return float(71.84 * weight_kg**0.425 * (100 * size_m) ** 0.725)


_LEAN_MASSES: tuple[tuple[str, Callable[[float, float, str], float]], ...] = (
    ("James", lean_mass_james),
    ("Janmahasatian", lean_mass_janmahasatian),
)


def _factors(pet: PetAttributes) -> SuvFactors:
    if pet.units in ("GML", "CM2ML"):
        return _stated(pet)
    if pet.units == "CNTS":
        _check_corrections(pet)
        if pet.philips_suv_factor:
            return _with_other_forms(pet, pet.philips_suv_factor, "SUV factor of Philips (7053,1000)")
        if not pet.philips_activity_factor:
            raise _NotAvailable("Units are counts and the factors of Philips (7053,1000), (7053,1009) are missing")
        factor, method = _by_dose(pet)
        return _with_other_forms(pet, pet.philips_activity_factor * factor, method)
    if pet.units != "BQML":
        raise _NotAvailable(f"Units are {pet.units}" if pet.units else "Units (0054,1001) is missing")
    _check_corrections(pet)
    return _with_other_forms(pet, *_by_dose(pet))


def _stated(pet: PetAttributes) -> SuvFactors:
    """Return the factors of an image that holds SUVs already (SUV Type, PS3.3 C.8.9.1.1.5)."""
    method = "the image holds SUVs"
    if pet.units == "CM2ML" or pet.suv_type == "BSA":
        return SuvFactors((SuvForm("bsa", 1.0, "cm2/ml", "as stored"),), method=method)
    if pet.suv_type in ("", "BW"):
        return _with_other_forms(pet, 1.0, method)
    kinds: dict[str, SuvKind] = {"LBM": "lbm", "LBMJAMES128": "lbm", "LBMJANMA": "lbm", "IBW": "ibw"}
    kind = kinds.get(pet.suv_type)
    if kind is None:
        raise _NotAvailable(f"SUV Type is {pet.suv_type}")
    return SuvFactors((SuvForm(kind, 1.0, "g/ml", f"as stored ({pet.suv_type})"),), method=method)


def _check_corrections(pet: PetAttributes) -> None:
    corrected = set(pet.corrected)
    if "ATTN" not in corrected:
        raise _NotAvailable("Corrected Image (0028,0051) does not state attenuation")
    if not corrected & {"DECY", "DECAY"}:
        raise _NotAvailable("Corrected Image (0028,0051) does not state decay")


def _by_dose(pet: PetAttributes) -> tuple[float, str]:
    """Return what turns Bq/ml into SUVbw, and how the dose was decayed."""
    weight = _within(pet.weight_kg, _WEIGHT_KG, "Patient's Weight", "kg")
    dose = _within(pet.dose_bq, _DOSE_BQ, "Radionuclide Total Dose", "Bq")
    if pet.decay_correction == "ADMIN":
        return 1000 * weight / dose, "decay corrected to administration"
    if pet.decay_correction != "START":
        stated = f"is {pet.decay_correction}" if pet.decay_correction else "(0054,1102) is missing"
        raise _NotAvailable(f"Decay Correction {stated}")
    if not pet.half_life_s or pet.half_life_s <= 0:
        raise _NotAvailable("Radionuclide Half Life (0018,1075) is missing")
    start, method = _scan_start(pet, pet.half_life_s)
    decay = _decay_s(pet, start)
    if not 0 <= decay <= _LONGEST_DECAY_S:
        raise _NotAvailable(f"the times do not fit: the scan starts {_hours(decay)} the injection")
    return 1000 * weight / (dose * 2 ** (-decay / pet.half_life_s)), f"decay of {decay / 60:.0f} min to {method}"


def _within(value: float | None, bounds: tuple[float, float], name: str, unit: str) -> float:
    if not value:
        raise _NotAvailable(f"{name} is missing")
    if not bounds[0] <= value <= bounds[1]:
        raise _NotAvailable(f"{name} cannot be {value:g} {unit}")
    return value


def _scan_start(pet: PetAttributes, half_life_s: float) -> tuple[datetime, str]:
    """Return the time that decay was corrected to, and how it was found."""
    series, acquisition = pet.series_start, pet.acquisition_start
    if series is not None and (acquisition is None or series <= acquisition):
        return series, "the start of the series"
    if pet.private_start is not None:
        return pet.private_start, "the scan start of GE (0009,100D)"
    if series is None and acquisition is None:
        raise _NotAvailable("Series Date and Time are missing")
    reference, duration = pet.frame_reference_time_ms, pet.frame_duration_ms
    if acquisition is None or not reference or not duration or duration <= 0:
        # A series made later has a date of its own; without more the start of the scan cannot be known.
        raise _NotAvailable("Series Time is later than Acquisition Time, so it is not that of the scan")
    decay = math.log(2) / half_life_s * duration / 1000
    average_s = math.log(decay / -math.expm1(-decay)) * half_life_s / math.log(2)
    start = acquisition - timedelta(seconds=reference / 1000) + timedelta(seconds=average_s)
    return start, "the start found from Frame Reference Time"


def _decay_s(pet: PetAttributes, start: datetime) -> float:
    if pet.injection is not None:
        return (start - pet.injection).total_seconds()
    if pet.injection_time is None:
        raise _NotAvailable("Radiopharmaceutical Start Time is missing")
    seconds = (start - datetime.combine(start.date(), pet.injection_time)).total_seconds()
    # A time without a date that lies after the scan was before midnight.
    return seconds if seconds >= 0 else seconds + 86400


def _hours(decay_s: float) -> str:
    side = "after" if decay_s > 0 else "before"
    hours = abs(decay_s) / 3600
    return f"{hours:.1f} hours {side}" if hours < 48 else f"{hours / 24:.0f} days {side}"


def _with_other_forms(pet: PetAttributes, by_weight: float, method: str) -> SuvFactors:
    forms = [SuvForm("bw", by_weight, "g/ml", "body weight")]
    weight, size = pet.weight_kg, pet.size_m
    if weight and size and _WEIGHT_KG[0] <= weight <= _WEIGHT_KG[1] and _SIZE_M[0] <= size <= _SIZE_M[1]:
        if pet.sex in ("M", "F"):
            for name, lean_mass in _LEAN_MASSES:
                lean = lean_mass(weight, size, pet.sex)
                # James gives less than nothing for the very heavy.
                if 0 < lean <= weight:
                    forms.append(SuvForm("lbm", by_weight * lean / weight, "g/ml", f"lean body mass, {name}"))
        surface = body_surface_cm2(weight, size)
        forms.append(SuvForm("bsa", by_weight * surface / (1000 * weight), "cm2/ml", "body surface area, Du Bois"))
    return SuvFactors(tuple(forms), method=method)
