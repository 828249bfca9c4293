"""What stands at one pixel: stored value, modality value with its unit, real-world values, and whether it is a pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, RealWorldValueMapping
from viewer.domain.issues import Issue, issue
from viewer.imaging.colour import display_colour, takes_window
from viewer.imaging.modality import to_modality, unit_of
from viewer.imaging.padding import is_padding
from viewer.imaging.real_world import RealWorldValue, mapped_value
from viewer.imaging.suv import SuvFactors, SuvValue, suv_factors, suv_values

ProbeState = Literal["value", "padding", "missing", "no_number", "outside", "colour"]
_SUV_AGREES = 0.05
"""Part by which two ways to an SUV may differ: tools differ in half-lives and in when a scan starts."""


@dataclass(frozen=True)
class Probe:
    """``value`` is in ``unit``; None unless ``state`` is "value". ``rgb`` is set for colour images."""

    state: ProbeState
    value: float | None = None
    unit: str = ""
    stored: float | None = None
    real_world: tuple[RealWorldValue, ...] = ()
    rgb: tuple[int, int, int] | None = None
    suv: tuple[SuvValue, ...] = ()
    """Standardised uptake values, SUVbw first when it is known."""
    suv_missing: Issue | None = None
    """Why a PET image has none."""


def value_at(
    frame: DecodedFrame,
    attributes: ImageAttributes,
    *,
    index: int,
    column: int,
    row: int,
    mappings: tuple[RealWorldValueMapping, ...] = (),
) -> Probe:
    """Return what stands at pixel (``column``, ``row``), 0-based, of frame ``index``.

    ``mappings`` are those of separate objects, beside the image's own.

    States: value; padding (no pixel of the image); missing (the file ends before that row); no_number (NaN or infinite);
    outside; colour (``rgb`` has the displayed colour).
    """
    rows, columns = frame.stored.shape[:2]
    if not (0 <= row < rows and 0 <= column < columns):
        return Probe("outside")
    if frame.missing is not None and frame.missing[row, column]:
        return Probe("outside")
    if row >= frame.whole:
        return Probe("missing")
    here = frame.stored[row : row + 1, column : column + 1]
    if not takes_window(attributes):
        single = DecodedFrame(here, 1)
        red, green, blue = (int(part) for part in display_colour(single, attributes)[0, 0])
        stored = float(here[0, 0]) if here.ndim == 2 else None
        return Probe("colour", stored=stored, rgb=(red, green, blue))
    stored = float(here[0, 0])
    if not math.isfinite(stored):
        return Probe("no_number", stored=stored)
    if bool(is_padding(here, attributes)[0, 0]):
        return Probe("padding", stored=stored)
    value = float(to_modality(here, attributes, index)[0, 0])
    factors = suv_factors(attributes.pet) if attributes.pet is not None else SuvFactors()
    suv = suv_values(value, factors)
    found = dict.fromkeys((*attributes.frame_values(index).real_world, *mappings))
    real = _doubted(tuple(mapped_value(stored, one) for one in found), suv)
    return Probe("value", value, unit_of(attributes), stored, real, None, suv, factors.missing)


def _doubted(found: tuple[RealWorldValue, ...], suv: tuple[SuvValue, ...]) -> tuple[RealWorldValue, ...]:
    """Mark mappings to SUV when dose and weight contradict their SUVbw: what is wrong with one is wrong with its kin.

    Mappings are made for stored values (PS3.3 C.7.6.16.2.11), but makers of SUV factors write them for rescaled ones: then
    all slices share a factor though their Rescale Slopes differ.
    """
    computed = next((one.value for one in suv if one.name == "SUVbw"), None)
    mapped = [one.value for one in found if one.value is not None and "SUVbw" in one.unit]
    if (
        computed is None
        or not mapped
        or any(math.isclose(one, computed, rel_tol=_SUV_AGREES, abs_tol=1e-9) for one in mapped)
    ):
        return found
    doubt = issue("real_world_doubt", "warning", mapped=f"SUVbw {mapped[0]:.3g}", computed=f"{computed:.3g}")
    return tuple(replace(one, doubt=doubt) if "SUV" in one.unit else one for one in found)
