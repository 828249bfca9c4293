"""The pixels of an image in the unit in which a report gives numbers of them; never a guess which unit that might be.

Decided
    An SUV is computed from dose, weight and times as everywhere else in the program, with the reason in words where that
    cannot be done. Other quantities are taken from a Real World Value Mapping of exactly that unit, else from the modality
    values when these have it. A report that states no unit is compared with the modality values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import ImageAttributes, RealWorldValueMapping
from viewer.domain.value_unit import ValueUnit
from viewer.imaging.modality import to_modality, unit_of
from viewer.imaging.real_world import mapped_values
from viewer.imaging.suv import SuvForm, suv_factors

_SUV_ALLOWED: Final = 0.1
_UNIT_ALLOWED: Final = 1.0

_SAME: Final[dict[str, str]] = {
    "[hnsf'u]": "HU",
    "hu": "HU",
    "bq/ml": "Bq/ml",
    "{counts}": "counts",
    "gy": "Gy",
    "%": "%",
    "g/ml": "g/ml",
    "mg/ml": "mg/ml",
}
"""UCUM codes in lower case, and the words of the program for the same unit of modality values."""

_MILLIONTHS_MM2_S: Final = ("um2/s", "10-6.mm2/s", "10*-6.mm2/s")


class OtherUnit(Exception):
    """An image does not state its values in a unit; the text is the end of a sentence."""


@dataclass(frozen=True, eq=False)
class ScaledValues:
    """Values in the unit that was asked for, what they are in words, and how far a statistic of them may be off."""

    values: NDArray[np.float64]
    name: str
    allowed: float


def scaled_values(
    stored: NDArray[np.generic],
    attributes: ImageAttributes,
    index: int,
    unit: ValueUnit,
    mappings: Sequence[RealWorldValueMapping] = (),
) -> ScaledValues:
    """Return stored values, of any shape, of frame ``index`` in a unit. Raises OtherUnit.

    ``mappings`` are those of separate objects, beside the image's own.
    """
    if unit.suv:
        form, method = _suv_form(attributes, unit.suv)
        return ScaledValues(to_modality(stored, attributes, index) * form.factor, f"{form.name} ({method})", _SUV_ALLOWED)
    if not unit.is_none:
        for mapping in (*attributes.frame_values(index).real_world, *mappings):
            factor = _factor(mapping.unit.value, unit.code)
            if factor is not None:
                values = mapped_values(stored, mapping) * factor
                step = abs(mapping.slope * factor) if not mapping.table and not attributes.float_pixels else 0.0
                return ScaledValues(values, f"{mapping.name} by the Real World Value Mapping".strip(), step)
    own = unit_of(attributes)
    if unit.is_none or (own and _SAME.get(unit.code.lower(), unit.code) == own):
        return ScaledValues(to_modality(stored, attributes, index), own, _UNIT_ALLOWED)
    stated = f"gives values in {own}" if own else "states no unit of its values"
    raise OtherUnit(f"the image {stated}, and the report is in {unit.code}")


def _suv_form(attributes: ImageAttributes, meant: str) -> tuple[SuvForm, str]:
    """Return the one form of SUV that is meant, "bw" or "lbm, James", with how it was found."""
    if attributes.pet is None:
        raise OtherUnit("it is an SUV, and the image is no PET")
    factors = suv_factors(attributes.pet)
    if factors.missing is not None:
        raise OtherUnit(f"it is an SUV; {factors.missing.text.rstrip('.')}")
    kind, _, formula = meant.partition(", ")
    found = [one for one in factors.forms if one.kind == kind and formula in one.formula]
    if not found:
        raise OtherUnit(f"the PET does not state what SUV{kind} takes")
    if len(found) > 1:
        raise OtherUnit(f"the report does not say by which formula SUV{kind} was computed")
    said = f"{found[0].formula}, {factors.method}" if kind != "bw" else factors.method
    return found[0], said


def _factor(has: str, wanted: str) -> float | None:
    """Return what turns values of one unit into another; None for units that are not the same."""
    if has == wanted or _SAME.get(has.lower(), has) == _SAME.get(wanted.lower(), wanted):
        return 1.0
    small = [unit in _MILLIONTHS_MM2_S for unit in (has, wanted)]
    if all(small):
        return 1.0
    if small[0] and wanted == "mm2/s":
        return 1e-6
    return 1e6 if small[1] and has == "mm2/s" else None
