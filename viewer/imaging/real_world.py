"""Real World Value Mappings: stored values to a quantity with a unit (PS3.3 C.7.6.16.2.11)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import RealWorldValueMapping
from viewer.domain.issues import Issue


@dataclass(frozen=True)
class RealWorldValue:
    """A value in the unit of a mapping; None outside First to Last Value Mapped, where the mapping says nothing.

    ``doubt`` says that the mapping contradicts the image.
    """

    value: float | None
    unit: str
    label: str
    doubt: Issue | None = None


def mapped_value(stored: float, mapping: RealWorldValueMapping) -> RealWorldValue:
    """Return what a mapping makes of a stored value (not of a rescaled one): by its table, else slope and intercept."""
    return RealWorldValue(_value(stored, mapping), unit_word(mapping), mapping.name)


def mapped_values(stored: NDArray[np.generic], mapping: RealWorldValueMapping) -> NDArray[np.float64]:
    """Return what a mapping makes of stored values of any shape; NaN where it says nothing."""
    values = stored.astype(np.float64)
    inside = (values >= mapping.first) & (values <= mapping.last)
    if not mapping.table:
        return np.where(inside, mapping.slope * values + mapping.intercept, np.nan)
    places = np.where(inside, values - mapping.first, 0.0)
    known = inside & (places == np.floor(places)) & (places < len(mapping.table))
    return np.where(known, np.asarray(mapping.table, np.float64)[np.where(known, places, 0.0).astype(int)], np.nan)


def unit_word(mapping: RealWorldValueMapping) -> str:
    """Return the unit; UCUM writes "no unit" as 1."""
    return "" if mapping.unit.value == "1" else mapping.unit.value


def _value(stored: float, mapping: RealWorldValueMapping) -> float | None:
    if math.isnan(stored) or not mapping.first <= stored <= mapping.last:
        return None
    if mapping.table:
        place = stored - mapping.first
        return mapping.table[int(place)] if place.is_integer() and place < len(mapping.table) else None
    return mapping.slope * stored + mapping.intercept
