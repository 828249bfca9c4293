"""Digital subtraction: contrast minus mask in modality values (PS3.3 C.7.6.10.1; PS3.4 N.2.1.2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.domain.presentation import MaskShift
from viewer.imaging.shutter import inside_polygon


def difference(
    contrast: Sequence[NDArray[np.floating]],
    masks: Sequence[NDArray[np.floating]],
    shifts: Sequence[MaskShift],
    *,
    visibility: float = 0.0,
) -> NDArray[np.float32]:
    """Return the mean of the contrast frames minus the mean of the mask frames, (rows, columns).

    Parameters
    ----------
    shifts
        Those that hold for the frame; where several hold for a pixel the last counts.
    visibility
        The share of the mask that stays: contrast - (1 - visibility) * mask (PS3.3 C.8.19.7.1).
    """
    mean, mask = np.mean(contrast, axis=0), (1 - visibility) * np.mean(masks, axis=0)
    found = mean - mask
    rows, columns = found.shape
    for one in shifts:
        moved = mean - shifted(mask, one.shift)
        where = inside_polygon(np.array(one.region, float), rows, columns) if one.region else np.ones(found.shape, bool)
        found[where] = moved[where]
    return np.asarray(found, np.float32)


def shifted(picture: NDArray[np.floating], shift: tuple[float, float]) -> NDArray[np.float64]:
    """Return a picture moved down and to the left by (rows, columns), linear between pixels; its edges are drawn out."""
    found: NDArray[np.float64] = picture.astype(np.float64)
    for axis, amount in enumerate((shift[0], -shift[1])):
        place = np.clip(np.arange(picture.shape[axis]) - amount, 0, picture.shape[axis] - 1)
        before = np.floor(place).astype(np.intp)
        after = np.minimum(before + 1, picture.shape[axis] - 1)
        share = (place - before).reshape((-1, 1) if axis == 0 else (1, -1))
        found = np.take(found, before, axis) * (1 - share) + np.take(found, after, axis) * share
    return found
