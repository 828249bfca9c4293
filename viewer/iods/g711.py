"""The two logarithmic laws of ITU-T G.711, by which waveforms of sound store 8 bits for 14 or 13 (PS3.3 C.10.9.1.5)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray


def _mu_law() -> NDArray[np.int16]:
    """Return the 16-bit value of each mu-law byte: sign, three bits of exponent, four of mantissa, all inverted."""
    inverted = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (inverted >> 4 & 7).astype(int), (inverted & 15).astype(int)
    size = ((mantissa << 3) + 0x84 << exponent) - 0x84
    return np.asarray(np.where(inverted & 0x80, -size, size), dtype=np.int16)


def _a_law() -> NDArray[np.int16]:
    """Return the 16-bit value of each A-law byte: every second bit inverted, the lowest exponent linear."""
    turned = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = (turned >> 4 & 7).astype(int), (turned & 15).astype(int)
    size = np.where(exponent == 0, (mantissa << 4) + 8, (mantissa << 4) + 0x108 << np.maximum(exponent - 1, 0))
    return np.asarray(np.where(turned & 0x80, size, -size), dtype=np.int16)


LAW_VALUES: Final[dict[str, NDArray[np.int16]]] = {"MB": _mu_law(), "AB": _a_law()}
"""The value of each stored byte, (256,), by Waveform Sample Interpretation."""
