"""What a place in an ultrasound region stands for in the region's own units: seconds, cm/s, cm ... (PS3.3 C.8.5.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from viewer.domain.calibration import UltrasoundRegion

UNITS: Mapping[int, str] = {
    1: "%",
    2: "dB",
    3: "cm",
    4: "s",
    5: "Hz",
    6: "dB/s",
    7: "cm/s",
    8: "cm²",
    9: "cm²/s",
    10: "cm³",
    11: "cm³/s",
    12: "°",
}
"""Physical Units X / Y Direction."""
_SYMBOLS: Mapping[str, str] = {"s": "t", "cm/s": "v", "Hz": "f", "cm": "d"}
_TWO_DIMENSIONAL = 1


@dataclass(frozen=True)
class RegionValue:
    """A number along one direction of a region; ``symbol`` is what physicists call it (t, v, f, d), else empty."""

    value: float
    unit: str
    symbol: str = ""


def region_at(regions: Sequence[UltrasoundRegion], points: Sequence[tuple[float, float]]) -> UltrasoundRegion | None:
    """Return the smallest region that holds all positions (column, row; corner origin), or None."""
    holding = [region for region in regions if region.holds(points)]
    return min(holding, key=lambda region: region.area, default=None)


def values_at(regions: Sequence[UltrasoundRegion], position: tuple[float, float]) -> tuple[RegionValue, ...]:
    """Return what a position of a spectral, M-mode or waveform region stands for, along x then y.

    Empty in a two-dimensional region, where a place has no value of its own, and in a direction without a unit.
    """
    region = region_at(regions, [position])
    if region is None or region.spatial_format == _TWO_DIMENSIONAL:
        return ()
    found = []
    for axis in (0, 1):
        unit = UNITS.get(region.units[axis])
        start = region.rectangle[axis] + region.reference[axis]
        # A pixel index is the place of its middle.
        value = region.reference_values[axis] + (position[axis] - 0.5 - start) * region.deltas[axis]
        if unit is not None:
            found.append(RegionValue(value, unit, _SYMBOLS.get(unit, "")))
    return tuple(found)


def differences(regions: Sequence[UltrasoundRegion], points: Sequence[tuple[float, float]]) -> tuple[RegionValue, ...]:
    """Return how far two positions of one spectral or M-mode region are apart, along x then y, in the region's units.

    Empty where they do not share such a region: then the distance is one in millimetres or in pixels.
    """
    region = region_at(regions, points)
    if region is None or region.spacing_mm is not None or region.spatial_format == _TWO_DIMENSIONAL:
        return ()
    start, end = points[0], points[-1]
    found = []
    for axis in (0, 1):
        unit = UNITS.get(region.units[axis])
        if unit is not None:
            found.append(RegionValue(abs((end[axis] - start[axis]) * region.deltas[axis]), unit, _SYMBOLS.get(unit, "")))
    return tuple(found)
