"""The slab that each contour plane stands for: what volume, masks and cuts across the planes go by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.domain.structure_set import RegionOfInterest
from viewer.geometry.plane import FloatArray

_GAP_INSIDE = 2.5
"""A gap more than this many times the usual one is a gap in the structure, not a slab."""


@dataclass(frozen=True, eq=False)
class Slabs:
    """(m,) lower and upper bounds of the slabs along the normal of their planes, mm."""

    lower_mm: FloatArray
    upper_mm: FloatArray

    @property
    def thickness_mm(self) -> FloatArray:
        """The (m,) thicknesses."""
        return self.upper_mm - self.lower_mm


def slabs_of(offsets_mm: FloatArray, *, single_mm: float) -> Slabs:
    """Return the slabs of planes at ascending offsets, (m,) mm.

    Each reaches from halfway to the plane before to halfway to the plane after; at the ends as far out as in. A single plane
    stands for ``single_mm``.
    """
    if len(offsets_mm) == 1:
        return Slabs(offsets_mm - single_mm / 2, offsets_mm + single_mm / 2)
    gaps = np.diff(offsets_mm)
    usual = float(np.median(gaps))
    gaps = np.where(gaps > _GAP_INSIDE * usual, usual, gaps)
    before = np.concatenate([gaps[:1], gaps])
    after = np.concatenate([gaps, gaps[-1:]])
    return Slabs(offsets_mm - before / 2, offsets_mm + after / 2)


def single_thickness_mm(roi: RegionOfInterest) -> float:
    """Return the Contour Slab Thickness of an ROI, 0 when it states none."""
    stated = [contour.slab_thickness_mm for contour in roi.closed if contour.slab_thickness_mm > 0]
    return min(stated) if stated else 0.0
