"""A frame of one bit a pixel as it stands in the file: frames follow each other without byte alignment (PS3.5 8.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.issues import Issue
from viewer.domain.overlay import FilledRows

_WORD_BYTES = 8


@dataclass(frozen=True, eq=False)
class PackedBits:
    """The bytes of a frame, first pixel in the lowest bit.

    ``data`` is (bytes,) uint8; the frame begins with bit ``shift`` (0 to 7) of its first byte. It has ``pixels`` pixels, or
    fewer when the file ends before.
    """

    data: NDArray[np.uint8]
    shift: int
    pixels: int
    issues: tuple[Issue, ...] = ()

    @property
    def missing(self) -> int:
        """How many pixels the file does not have."""
        return max(self.pixels - (len(self.data) * 8 - self.shift), 0)

    def unpacked(self, first: int, end: int) -> NDArray[np.uint8]:
        """Return the pixels from ``first`` (0-based) to before ``end`` as 0 and 1, without those that are missing."""
        first, end = first + self.shift, end + self.shift
        skipped = first // 8
        bits = np.unpackbits(self.data[skipped : -(-end // 8)], bitorder="little")
        return bits[first - skipped * 8 : end - skipped * 8]

    def filled_rows(self, rows: int, columns: int) -> FilledRows:
        """Return the rows between the first and the last that has a bit; the frame must be there whole."""
        even = len(self.data) // _WORD_BYTES * _WORD_BYTES
        filled = self.data[:even].view(np.uint64) != 0
        # The first of all that are True; the first of all when none is.
        first = int(filled.argmax()) * _WORD_BYTES if even else 0
        if even and filled[first // _WORD_BYTES]:
            end = even - int(filled[::-1].argmax()) * _WORD_BYTES
        else:
            first = end = even
        if even < len(self.data) and self.data[even:].any():
            end = len(self.data)
        # Bits of the frames before and behind may stand in the outermost bytes: then a row or two too many are taken.
        first_row = max(first * 8 - self.shift, 0) // columns
        end_row = min(-(-(end * 8 - self.shift) // columns), rows)
        if first_row >= end_row:
            return FilledRows(0, np.zeros((0, columns), np.bool_), (rows, columns))
        values = self.unpacked(first_row * columns, end_row * columns).reshape(-1, columns)
        return FilledRows(first_row, values.view(np.bool_), (rows, columns))
