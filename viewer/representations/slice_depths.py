"""How deep the frames of a stack lie along its normal, and between which of them a depth is.

Decided
    Frames that a gap parts (more than one and a half of the usual distance) are not joined across it: each stands for half
    the usual distance to either side, as the outermost ones do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.stack import Stack
from viewer.geometry.ordering import position_groups, same_position_mm
from viewer.geometry.plane import FloatArray

_GAP = 1.5
_EDGE = 1e-3
"""Of a slice distance: what rounding may add."""
_LEAST_SINGLE_MM = 1.0


@dataclass(frozen=True, eq=False)
class Between:
    """Where depths lie, by the order of the frames: ``share`` is that of the frame above, ``inside`` whether one is near."""

    below: NDArray[np.intp]
    above: NDArray[np.intp]
    share: FloatArray
    inside: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SliceDepths:
    """The frames of a stack by growing offset along its normal.

    Parameters
    ----------
    order
        (n,) their places in the stack; of several at one position the first.
    offsets_mm
        (n,) ascending.
    usual_mm
        The median distance of two neighbours; for a single frame its thickness, 1 mm at least.
    """

    order: NDArray[np.intp]
    offsets_mm: FloatArray
    usual_mm: float

    @property
    def reach_mm(self) -> float:
        """How far a frame reaches where none follows."""
        return self.usual_mm / 2 * (1 + _EDGE)

    def between(self, depth_mm: FloatArray) -> Between:
        """Return between which frames depths (n,) lie, offsets in mm along the normal."""
        offsets = self.offsets_mm
        below = np.clip(np.searchsorted(offsets, depth_mm, side="right") - 1, 0, len(offsets) - 1)
        above = np.minimum(below + 1, len(offsets) - 1)
        gap = np.where(above > below, offsets[above] - offsets[below], 1.0)
        share = np.clip((depth_mm - offsets[below]) / gap, 0.0, 1.0)
        share[above == below] = 0.0
        nearest = np.minimum(np.abs(depth_mm - offsets[below]), np.abs(depth_mm - offsets[above]))
        joined = (above > below) & (gap <= _GAP * self.usual_mm) & (depth_mm >= offsets[0])
        # Across a gap, and beyond the outermost frames, only the nearest one counts.
        share = np.where(joined, share, np.round(share))
        return Between(below, above, share, (nearest <= self.reach_mm) | joined)


def slice_depths(stack: Stack) -> SliceDepths:
    """Return the frames of a stack in patient space by their depth."""
    offsets = stack.offsets_mm
    by_depth = np.argsort(offsets, kind="stable")
    groups = position_groups(offsets, same_position_mm(offsets))[by_depth]
    order = by_depth[np.concatenate([[True], np.diff(groups) > 0])]
    kept = offsets[order]
    usual_mm = float(np.median(np.diff(kept))) if len(kept) > 1 else max(stack.planes[0].thickness_mm, _LEAST_SINGLE_MM)
    return SliceDepths(order, kept, usual_mm)
