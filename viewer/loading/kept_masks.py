"""Decoded frames of compressed segmentations, packed: measuring and laying on planes then decode each frame once.

A frame of a segmentation is empty but for a small part: only the box around it is kept, with eight pixels a byte where it
holds 0 and 1. Frames that do not become small are not kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.instance import FrameKey
from viewer.loading.kept import Kept

KEPT_BYTES = 48 << 20
_SMALL = 4
"""Kept when it takes at most this part of the frame."""


@dataclass(frozen=True, eq=False)
class _Packed:
    shape: tuple[int, ...]
    box: tuple[slice, slice]
    values: NDArray[np.generic]
    box_shape: tuple[int, int]
    is_bits: bool

    def unpacked(self) -> NDArray[np.generic]:
        values = self.values
        if self.is_bits:
            values = np.unpackbits(values.view(np.uint8), count=self.box_shape[0] * self.box_shape[1])
        frame = np.zeros(self.shape, values.dtype)
        frame[self.box] = values.reshape(self.box_shape)
        return frame


class KeptMasks:
    """The packed frames, within a number of bytes; those asked for longest ago go first. Thread-safe."""

    def __init__(self, budget_bytes: int = KEPT_BYTES) -> None:
        self._kept: Kept[FrameKey, _Packed] = Kept(budget_bytes)

    def get(self, key: FrameKey) -> NDArray[np.generic] | None:
        """Return a frame that is kept, as an array of its own."""
        packed = self._kept.get(key)
        return None if packed is None else packed.unpacked()

    def keep(self, key: FrameKey, frame: NDArray[np.generic]) -> None:
        """Keep a frame (rows, columns) of integers if it is small when packed."""
        if frame.ndim != 2 or frame.dtype.kind not in "ui":
            return
        rows, columns = np.flatnonzero(frame.any(1)), np.flatnonzero(frame.any(0))
        box = (slice(0, 0), slice(0, 0))
        if rows.size:
            box = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
        inside = frame[box]
        is_bits = frame.dtype == np.uint8 and not np.any(inside.view(np.uint8) > 1)
        values: NDArray[np.generic] = np.packbits(inside.view(np.uint8)) if is_bits else inside.copy()
        if values.nbytes * _SMALL <= frame.nbytes:
            self._kept.keep(key, _Packed(frame.shape, box, values, (inside.shape[0], inside.shape[1]), is_bits))
