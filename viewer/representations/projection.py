"""What becomes of the values along the thickness of a slab: their greatest, least or mean; NaN counts as no value."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.slab import Projection

Values = NDArray[np.float32]


def projected(pictures: Iterable[Values], projection: Projection) -> Values:
    """Return one picture of several of one shape; NaN where none has a value.

    Raises
    ------
    ValueError
        When there is no picture.
    """
    total: Values | None = None
    count: NDArray[np.float32] | None = None
    for values in pictures:
        if projection == "mean":
            there = np.isfinite(values)
            known = np.where(there, values, np.float32(0))
            count = there.astype(np.float32) if count is None else count + there
            total = known if total is None else total + known
        elif total is None:
            total = values
        else:
            total = np.fmax(total, values) if projection == "maximum" else np.fmin(total, values)
    if total is None:
        raise ValueError("A slab holds one picture at least")
    if count is None:
        return total
    return np.where(count > 0, total / np.maximum(count, 1), np.float32(np.nan)).astype(np.float32)
