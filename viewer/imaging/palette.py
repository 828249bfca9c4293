"""Stored values through a palette (PS3.3 C.7.6.3.1.5): below the first input mapped the first colour, above the last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import Palette


def through_palette(stored: NDArray[np.generic], palette: Palette) -> NDArray[np.uint8]:
    """Return RGB (rows, columns, 3) of stored values (rows, columns)."""
    table = np.stack([palette.red, palette.green, palette.blue], axis=1)
    places = np.clip(stored.astype(np.int64) - palette.first, 0, len(table) - 1)
    return np.asarray(table[places])
