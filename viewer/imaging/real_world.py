"""Real World Value Mappings: stored values to a quantity with a unit (PS3.3 C.7.6.16.2.11)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from viewer.domain.image_attributes import ImageAttributes, RealWorldValueMapping


@dataclass(frozen=True)
class RealWorldValue:
    """A value in the unit of a mapping; None outside First to Last Value Mapped, where the mapping says nothing."""

    value: float | None
    unit: str
    label: str


def real_world_values(stored: float, attributes: ImageAttributes, index: int) -> tuple[RealWorldValue, ...]:
    """Return what each mapping of frame ``index`` makes of a stored value (not of a rescaled one)."""
    return tuple(_mapped(stored, mapping) for mapping in attributes.frame_values(index).real_world)


def _mapped(stored: float, mapping: RealWorldValueMapping) -> RealWorldValue:
    inside = not math.isnan(stored) and mapping.first <= stored <= mapping.last
    value = mapping.slope * stored + mapping.intercept if inside else None
    # UCUM writes "no unit" as 1.
    unit = "" if mapping.unit.value in ("1", "") else mapping.unit.value
    return RealWorldValue(value, unit, mapping.label or mapping.unit.meaning)
