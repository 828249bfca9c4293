"""How far the slices of a pile stand for what is around them where the gaps between them differ."""

from __future__ import annotations

import numpy as np

from viewer.geometry.plane import FloatArray
from viewer.geometry.tolerances import DUPLICATE_POSITION_MM, REGULAR_RELATIVE

GAP = 1.5
"""Slices farther apart than this many times their usual distance have left-out ones between them."""


def same_level_mm(spacing_mm: float) -> float:
    """Return the distance along the normal below which two places of slices so far apart are one."""
    return max(DUPLICATE_POSITION_MM, REGULAR_RELATIVE * spacing_mm)


def sides_of_levels(levels_mm: FloatArray, spacing_mm: float, *, tolerance_mm: float) -> FloatArray | None:
    """Return (places, 2) gaps in mm before and behind places at (places,) ascending offsets; each reaches through half.

    A gap of more than one and a half of the usual one counts as the usual one, because slices may have been left out there;
    so does what lies beyond the outer places. None where all gaps are multiples of the spacing: then that is the gap.
    """
    gaps = np.diff(levels_mm)
    multiples = np.maximum(np.round(gaps / spacing_mm), 1)
    if np.all(np.abs(gaps - multiples * spacing_mm) <= tolerance_mm * multiples):
        return None
    usual_mm = float(np.median(gaps))
    around = np.concatenate([[usual_mm], np.where(gaps > GAP * usual_mm, usual_mm, gaps), [usual_mm]])
    return np.stack([around[:-1], around[1:]], axis=1)
