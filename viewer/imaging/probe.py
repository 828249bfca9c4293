"""What stands at one pixel: stored value, modality value with its unit, real-world values, and whether it is a pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.imaging.colour import display_colour, takes_window
from viewer.imaging.modality import to_modality, unit_of
from viewer.imaging.padding import is_padding
from viewer.imaging.real_world import RealWorldValue, real_world_values

ProbeState = Literal["value", "padding", "missing", "no_number", "outside", "colour"]


@dataclass(frozen=True)
class Probe:
    """``value`` is in ``unit``; None unless ``state`` is "value". ``rgb`` is set for colour images."""

    state: ProbeState
    value: float | None = None
    unit: str = ""
    stored: float | None = None
    real_world: tuple[RealWorldValue, ...] = ()
    rgb: tuple[int, int, int] | None = None


def value_at(frame: DecodedFrame, attributes: ImageAttributes, *, index: int, column: int, row: int) -> Probe:
    """Return what stands at pixel (``column``, ``row``), 0-based, of frame ``index``.

    States: value; padding (no pixel of the image); missing (the file ends before that row); no_number (NaN or infinite);
    outside; colour (``rgb`` has the displayed colour).
    """
    rows, columns = frame.stored.shape[:2]
    if not (0 <= row < rows and 0 <= column < columns):
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
    return Probe("value", value, unit_of(attributes), stored, real_world_values(stored, attributes, index))
