"""An RT Dose: a grid of dose values, and the dose-volume histograms that came with it (PS3.3 A.18.3, C.8.8.3, C.8.8.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.domain.dose_levels import Reference
from viewer.domain.references import ImageReference
from viewer.domain.stack import Stack
from viewer.geometry.plane import FloatArray, Vector


@dataclass(frozen=True, eq=False)
class StoredHistogram:
    """One item of the DVH Sequence.

    ``dose`` (n + 1,) are the edges of the bins, ``volume`` (n,) is cumulative: what receives at least the lower edge of the
    bin, in ``volume_unit``. Both are scaled already. ``rois`` are the ROI Numbers that it is of.
    """

    rois: tuple[int, ...]
    type: str
    dose: FloatArray
    volume: FloatArray
    dose_unit: str
    volume_unit: str
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None


@dataclass(frozen=True, eq=False)
class Dose:
    """The content of an RT Dose that can be drawn.

    ``stack`` has its frames and where they lie; it is in no series. ``maximum`` is the largest value and ``maximum_at``
    where it is (mm); None when the pixels were not looked at. ``levels`` are the doses that have lines, one for each part.
    """

    stack: Stack
    unit: str
    """Gy; empty for relative dose."""
    type: str
    summation: str
    scaling: float
    heterogeneity: tuple[str, ...] = ()
    normalization_at: Vector | None = None
    comment: str = ""
    plans: tuple[ImageReference, ...] = ()
    structure_sets: tuple[ImageReference, ...] = ()
    histograms: tuple[StoredHistogram, ...] = ()
    maximum: float | None = None
    maximum_at: Vector | None = None
    prescribed: float | None = None
    """Gy, of the plan that it names."""
    prescribed_by: str = ""
    levels: tuple[float, ...] = ()
    chosen: tuple[float, ...] | None = None
    """The levels that the reader chose."""

    @property
    def reference(self) -> Reference | None:
        """What is 100 %; None while neither a prescription nor the maximum is known."""
        if self.prescribed and self.unit == "Gy":
            return Reference(self.prescribed, "prescription")
        return Reference(self.maximum, "maximum") if self.maximum else None

    @property
    def offsets_mm(self) -> FloatArray:
        """(frames,) offsets of the grid's planes along its normal, in the order of the frames."""
        return self.stack.offsets_mm

    @property
    def slabs_mm(self) -> FloatArray:
        """(frames,) what each plane stands for: half the way to both neighbours; an outer one as much as inwards."""
        offsets = self.offsets_mm
        if len(offsets) < 2:
            return np.array([self.stack.planes[0].thickness_mm])
        order = np.argsort(offsets)
        gaps = np.diff(offsets[order])
        slabs = np.empty(len(offsets))
        slabs[order] = (np.concatenate([gaps[:1], gaps]) + np.concatenate([gaps, gaps[-1:]])) / 2
        return slabs


@dataclass(frozen=True)
class PlanFacts:
    """What of an RT Plan a dose is judged by. ``prescribed_gy``: the largest Target Prescription Dose; None: not stated."""

    prescribed_gy: float | None
    name: str = ""
