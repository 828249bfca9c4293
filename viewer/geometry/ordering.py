"""Slices in order: along their normal, with the gaps, what is missing, and how far they shift in plane."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.geometry import tolerances
from viewer.geometry.plane import Vector


@dataclass(frozen=True)
class Missing:
    """``count`` slices are missing behind the slice at ``after`` (0-based place in display order)."""

    after: int
    count: int


@dataclass(frozen=True)
class Spacing:
    """How the slices of a stack follow each other.

    Parameters
    ----------
    gap_mm
        The distance between neighbouring slices: the median gap; None for a single slice.
    smallest_mm, largest_mm
        Of the gaps.
    missing
        Where slices are missing: gaps that are whole multiples of the usual one.
    irregular
        Gaps differ and are no multiples of one.
    tilt_degrees
        Angle of the shift in plane against the normal (gantry tilt); 0 when the slices stand square.
    """

    gap_mm: float | None
    smallest_mm: float = 0.0
    largest_mm: float = 0.0
    missing: tuple[Missing, ...] = ()
    irregular: bool = False
    tilt_degrees: float = 0.0

    @property
    def regular(self) -> bool:
        """Equal gaps, nothing missing, no tilt."""
        return not self.missing and not self.irregular and self.tilt_degrees == 0.0


def offsets_along(positions: ArrayLike, direction: Vector) -> NDArray[np.float64]:
    """Return the distances (n,) in mm of positions (n, 3) along a direction."""
    return np.asarray(np.asarray(positions, dtype=float) @ np.asarray(direction))


def same_position_mm(offsets: ArrayLike) -> float:
    """Return the distance under which slices count as standing at one position (0.01 mm or 1 % of the median gap)."""
    gaps = np.diff(np.sort(np.asarray(offsets, dtype=float)))
    apart = gaps[gaps > tolerances.DUPLICATE_POSITION_MM]
    median = float(np.median(apart)) if len(apart) else 0.0
    return max(tolerances.DUPLICATE_POSITION_MM, 0.01 * median)


def position_groups(offsets: ArrayLike, within_mm: float) -> NDArray[np.intp]:
    """Return for each offset (n,) the number of its position, 0 for the smallest; offsets closer than given share one."""
    values = np.asarray(offsets, dtype=float)
    order = np.argsort(values, kind="stable")
    steps = np.diff(values[order]) > within_mm
    groups = np.empty(len(values), dtype=np.intp)
    groups[order] = np.concatenate([[0], np.cumsum(steps)]) if len(values) else []
    return groups


def spacing_of(positions: ArrayLike, direction: Vector, *, pixel_spacing_mm: float | None = None) -> Spacing:
    """Judge the slices of a stack.

    Parameters
    ----------
    positions
        (n, 3) Image Position (Patient) in display order, mm; at n distinct distances along ``direction``.
    direction
        Unit normal in the direction of display.
    pixel_spacing_mm
        The smaller pixel spacing: a shift in plane that adds up to half of it over the stack counts as tilt, too.
    """
    points = np.asarray(positions, dtype=float)
    if len(points) < 2:
        return Spacing(None)
    steps = np.diff(points, axis=0)
    gaps = steps @ np.asarray(direction)
    gap, multiples = _unit_gap(gaps)
    uneven = bool(np.max(np.abs(gaps - gap)) > tolerances.REGULAR_RELATIVE * gap)
    missing = tuple(Missing(int(place), int(multiples[place]) - 1) for place in np.flatnonzero(multiples > 1))
    irregular = uneven and not missing
    if not uneven:
        missing = ()
    return Spacing(
        gap_mm=gap,
        smallest_mm=float(gaps.min()),
        largest_mm=float(gaps.max()),
        missing=missing,
        irregular=irregular,
        tilt_degrees=_tilt_degrees(steps, gaps, direction, pixel_spacing_mm),
    )


def _unit_gap(gaps: NDArray[np.float64]) -> tuple[float, NDArray[np.intp]]:
    """Return the usual gap and how many of it each gap is; all ones when the gaps are not multiples of one."""
    median = float(np.median(gaps))
    for unit in (median, float(gaps.min())):
        if unit <= 0:
            continue
        multiples = np.rint(gaps / unit)
        allowed = np.minimum(tolerances.REGULAR_RELATIVE * multiples, 0.1) * unit
        if np.all(multiples >= 1) and np.all(np.abs(gaps - multiples * unit) <= allowed):
            # The mean over single gaps is more exact than any one of them.
            return float(gaps.sum() / multiples.sum()), multiples.astype(np.intp)
    return median, np.ones(len(gaps), dtype=np.intp)


def _tilt_degrees(
    steps: NDArray[np.float64], gaps: NDArray[np.float64], direction: Vector, pixel_spacing_mm: float | None
) -> float:
    shifts = steps - gaps[:, None] * np.asarray(direction)
    lengths = np.linalg.norm(shifts, axis=1)
    total = float(np.linalg.norm(shifts.sum(axis=0)))
    drifts = pixel_spacing_mm is not None and total > 0.5 * pixel_spacing_mm
    if not drifts and not np.any(lengths > tolerances.TILT_RELATIVE * gaps):
        return 0.0
    return math.degrees(math.atan2(max(total, float(lengths.max())), float(gaps.sum() if drifts else gaps.min())))
