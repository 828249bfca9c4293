"""Where the body is on an image: which pixels are not air, and whether the image shows it from side to side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CT_AIR_BELOW = -400.0
"""Hounsfield units between air and fat."""
_PART_OF_BRIGHT = 0.1
"""Of the 99th percentile: below it an image without a scale shows air."""
_FEWEST = 0.05
"""Part of all pixels that a body takes at least; less is no cross-section to judge by."""


@dataclass(frozen=True)
class BodyExtent:
    """The largest connected thing on an image. Positions are ``position_image`` (column, row), corner origin."""

    columns: tuple[int, int]
    rows: tuple[int, int]
    middle: tuple[float, float]
    whole: bool
    """It touches no edge of the image: both of its sides are seen."""


def body_extent(values: NDArray[np.float32], *, modality: str) -> BodyExtent | None:
    """Return where the body is; None where nothing looks like one.

    Parameters
    ----------
    values
        Modality values (rows, columns); NaN where there is no pixel.
    """
    from scipy import ndimage

    finite = np.nan_to_num(values, nan=-np.inf)
    seen = finite[np.isfinite(finite)]
    if not seen.size:
        return None
    above = _CT_AIR_BELOW if modality == "CT" else max(float(np.percentile(seen, 99)) * _PART_OF_BRIGHT, 0.0)
    labels, number = ndimage.label(finite > above)
    if not number:
        return None
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    largest = int(sizes.argmax())
    if sizes[largest] < _FEWEST * values.size:
        return None
    body = labels == largest
    columns, rows = np.flatnonzero(body.any(axis=0)), np.flatnonzero(body.any(axis=1))
    # Half of the way between its outermost pixels: an arm or a filled side would pull the mean of all pixels.
    middle = ((columns[0] + columns[-1] + 1) / 2, (rows[0] + rows[-1] + 1) / 2)
    whole = columns[0] > 0 and columns[-1] < values.shape[1] - 1
    return BodyExtent(
        (int(columns[0]), int(columns[-1]) + 1),
        (int(rows[0]), int(rows[-1]) + 1),
        (float(middle[0]), float(middle[1])),
        bool(whole),
    )
