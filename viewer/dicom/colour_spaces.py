"""From the luminance and chrominance forms of DICOM to RGB (PS3.3 C.7.6.3.1.2), rounded to nearest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FULL = ((1.0, 0.0, 1.402), (1.0, -0.114 * 1.772 / 0.587, -0.299 * 1.402 / 0.587), (1.0, 1.772, 0.0))
_PARTIAL_SCALE = (255.0 / 219.0, 255.0 / 224.0)


def is_ybr(photometric_interpretation: str) -> bool:
    """Say whether the pixels as stored (or as decoded without a colour transform) are YBR."""
    return photometric_interpretation in ("YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420")


def ybr_to_rgb(ybr: NDArray[np.generic], bits: int, *, partial: bool = False) -> NDArray[np.generic]:
    """Return RGB of the same shape (..., 3) and type.

    ``partial`` is for YBR_PARTIAL: luminance 16..235 and chrominance 16..240 of 8 bits (ITU-R BT.601).
    """
    largest = float(2**bits - 1)
    luminance = ybr[..., 0].astype(np.float32)
    blue = ybr[..., 1].astype(np.float32) - np.float32(2 ** (bits - 1))
    red = ybr[..., 2].astype(np.float32) - np.float32(2 ** (bits - 1))
    if partial:
        luminance = (luminance - np.float32(2 ** (bits - 4))) * np.float32(_PARTIAL_SCALE[0])
        blue = blue * np.float32(_PARTIAL_SCALE[1])
        red = red * np.float32(_PARTIAL_SCALE[1])
    rgb = np.empty(ybr.shape, ybr.dtype)
    for channel, (_, from_blue, from_red) in enumerate(_FULL):
        value = luminance + np.float32(from_blue) * blue + np.float32(from_red) * red
        rgb[..., channel] = np.clip(np.floor(value + np.float32(0.5)), 0, largest)
    return rgb


def unpack_422(values: NDArray[np.generic], rows: int, columns: int) -> NDArray[np.generic]:
    """Return (rows, columns, 3) YBR of native 4:2:2 samples Y1 Y2 Cb Cr: two pixels share their chrominance."""
    pairs = values[: rows * columns * 2].reshape(-1, 4)
    full = np.empty((pairs.shape[0], 2, 3), values.dtype)
    full[:, 0, 0] = pairs[:, 0]
    full[:, 1, 0] = pairs[:, 1]
    full[:, :, 1] = pairs[:, 2:3]
    full[:, :, 2] = pairs[:, 3:4]
    return full.reshape(rows, columns, 3)
