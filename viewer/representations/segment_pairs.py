"""Pairs of line segments that may meet, and where they do: without comparing every segment with every other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

TOLERANCE_MM = 1e-3
"""Points closer than this are one point: far below a voxel, far above the noise of decimal strings."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Line segments in a plane: ``starts`` and ``ends`` are (n, 2) mm."""

    starts: Floats
    ends: Floats

    def pairs_at_one_height(self) -> tuple[Places, Places]:
        """Return (first, second), each unordered pair once, of segments whose ranges of y overlap within the tolerance."""
        low = np.minimum(self.starts[:, 1], self.ends[:, 1]) - TOLERANCE_MM
        high = np.maximum(self.starts[:, 1], self.ends[:, 1]) + TOLERANCE_MM
        order = np.argsort(low, kind="stable")
        counts = np.searchsorted(low[order], high[order], side="right") - np.arange(len(order)) - 1
        first = np.repeat(np.arange(len(order)), counts)
        before = np.repeat(np.cumsum(counts) - counts, counts)
        second = first + 1 + np.arange(len(first)) - before
        return order[first], order[second]

    def pairs_with_common_box(self) -> tuple[Places, Places]:
        """Return the pairs whose bounding boxes overlap within the tolerance."""
        first, second = self.pairs_at_one_height()
        left = np.minimum(self.starts[:, 0], self.ends[:, 0]) - TOLERANCE_MM
        right = np.maximum(self.starts[:, 0], self.ends[:, 0]) + TOLERANCE_MM
        meet = (left[first] <= right[second]) & (left[second] <= right[first])
        return first[meet], second[meet]


def proper_crossings(segments: Segments, first: Places, second: Places) -> tuple[NDArray[np.bool_], Floats]:
    """Return for each pair whether the segments cross, each with its ends clearly on both sides, and (n, 2) where."""
    a, b = segments.starts[first], segments.ends[first]
    c, d = segments.starts[second], segments.ends[second]
    side_c, side_d = _side(a, b, c), _side(a, b, d)
    side_a, side_b = _side(c, d, a), _side(c, d, b)
    apart = np.minimum.reduce([np.abs(side_c), np.abs(side_d), np.abs(side_a), np.abs(side_b)]) > TOLERANCE_MM
    cross = apart & (side_c * side_d < 0) & (side_a * side_b < 0)
    share = np.divide(side_a, side_a - side_b, out=np.zeros_like(side_a), where=cross)
    return cross, a + share[:, None] * (b - a)


def touching_ends(segments: Segments, first: Places, second: Places) -> list[tuple[Places, Floats]]:
    """Return (segments, points): the ends of the one that lie inside the other, for both directions and both ends."""
    found = []
    for host, guest in ((first, second), (second, first)):
        a, b = segments.starts[host], segments.ends[host]
        for point in (segments.starts[guest], segments.ends[guest]):
            along = b - a
            length = np.linalg.norm(along, axis=1)
            place = np.einsum("ij,ij->i", point - a, along) / length
            inside = (np.abs(_side(a, b, point)) <= TOLERANCE_MM) & (place > TOLERANCE_MM) & (place < length - TOLERANCE_MM)
            found.append((host[inside], point[inside]))
    return found


def _side(a: Floats, b: Floats, point: Floats) -> Floats:
    """Return the signed distance of points from the lines through a and b."""
    along = b - a
    cross = along[:, 0] * (point[:, 1] - a[:, 1]) - along[:, 1] * (point[:, 0] - a[:, 0])
    side: Floats = cross / np.linalg.norm(along, axis=1)
    return side
