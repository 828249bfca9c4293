"""The thresholds of an advanced blending presentation state: which values are shown (PS3.3 C.11.33.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.domain.presentation import Threshold

Values = NDArray[np.floating]

_SHOWN: Final[dict[str, Callable[[Values, tuple[float, ...]], NDArray[np.bool_]]]] = {
    "RANGE_INCL": lambda values, bounds: (values >= bounds[0]) & (values <= bounds[1]),
    "RANGE_EXCL": lambda values, bounds: (values < bounds[0]) | (values > bounds[1]),
    "GREATER_OR_EQUAL": lambda values, bounds: np.asarray(values >= bounds[0]),
    "LESS_OR_EQUAL": lambda values, bounds: np.asarray(values <= bounds[0]),
    "GREATER_THAN": lambda values, bounds: np.asarray(values > bounds[0]),
    "LESS_THAN": lambda values, bounds: np.asarray(values < bounds[0]),
}


def shown_by(thresholds: Sequence[Threshold], values: Values) -> NDArray[np.bool_]:
    """Return which values, of any shape, at least one threshold shows; without thresholds all of them."""
    if not thresholds:
        return np.ones(values.shape, bool)
    return np.asarray(np.logical_or.reduce([_SHOWN[one.kind](values, one.values) for one in thresholds]))
