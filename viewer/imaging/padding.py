"""Pixel padding: stored values that stand for no pixel (PS3.3 C.7.5.1.1.2). Never in a range, a mean or a window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes


def is_padding(stored: NDArray[np.generic], attributes: ImageAttributes) -> NDArray[np.bool_]:
    """Return which stored values, of any shape, are padding."""
    if attributes.padding is None:
        return np.zeros(stored.shape, bool)
    lowest, highest = attributes.padding.lowest, attributes.padding.highest
    return np.asarray(np.logical_and(np.greater_equal(stored, lowest), np.less_equal(stored, highest)))


def padding_mask(frame: DecodedFrame, attributes: ImageAttributes) -> NDArray[np.bool_]:
    """Return (rows, columns) of what is no pixel of the image: padding, rows that the file lacks, what a cut missed."""
    mask = is_padding(frame.stored, attributes)
    if frame.missing is not None:
        mask = mask | frame.missing
    if frame.whole < frame.stored.shape[0]:
        mask[frame.whole :] = True
    return mask if mask.ndim == 2 else np.asarray(mask.all(axis=-1))
