"""How far a number computed again may be off a reported one before it is flagged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tolerance:
    """Up to this two numbers are said to agree: a share, and an absolute number in base units for what is small."""

    percent: float
    absolute: float = 0.0


@dataclass(frozen=True)
class Tolerances:
    """What a reader lets pass: for each quantity a share and an absolute number, of which the larger counts.

    ``mean_units`` are HU, tenths of an SUV, and for other quantities as many units as one stored value amounts to.
    """

    volume_percent: float = 5.0
    volume_ml: float = 0.1
    length_percent: float = 5.0
    length_mm: float = 1.0
    mean_percent: float = 1.0
    mean_units: float = 1.0

    @property
    def volume(self) -> Tolerance:
        """Of volumes, in ml."""
        return Tolerance(self.volume_percent, self.volume_ml)

    @property
    def length(self) -> Tolerance:
        """Of lengths, in mm."""
        return Tolerance(self.length_percent, self.length_mm)

    def mean(self, unit: float) -> Tolerance:
        """Return that of values of pixels; ``unit`` is what one unit of theirs is worth."""
        return Tolerance(self.mean_percent, self.mean_units * unit)
