"""Numbers of ultrasound regions in words: ``t 1.23 s · v −45.0 cm/s``, ``Δt 0.350 s · Δv 42.0 cm/s``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.ultrasound_regions import RegionValue
from viewer.scene.corner_text import NO_CALIBRATION, Say
from viewer.scene.drawables import CornerText
from viewer.scene.inputs import Pending, Unavailable
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal


def region_words(values: Sequence[RegionValue]) -> str:
    """Return what a place in a region stands for."""
    return " · ".join(_words(one, one.symbol) for one in values)


def difference_words(values: Sequence[RegionValue]) -> str:
    """Return how far two places of a region are apart."""
    return " · ".join(_words(one, f"Δ{one.symbol}") for one in values)


def with_region_words(words: CornerText, attributes: ImageAttributes | Pending | Unavailable, say: Say) -> CornerText:
    """Return the corner text of an image that is calibrated in its ultrasound regions, not by its header."""
    if not isinstance(attributes, ImageAttributes) or all(one.spacing_mm is None for one in attributes.sizes.regions):
        return words
    none, regions = say(NO_CALIBRATION), say("calibrated in its regions")
    return replace(words, bottom_right=tuple(line.replace(none, regions) for line in words.bottom_right))


def _words(value: RegionValue, symbol: str) -> str:
    size = abs(value.value)
    digits = 3 if value.unit == "s" else 1 if size >= 10 else 2
    return NO_BREAK_SPACE.join(filter(None, (symbol, decimal(value.value, digits), value.unit)))
