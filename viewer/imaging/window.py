"""Windows and VOI LUTs: modality values to a display range 0..255, exactly as the formulas say (PS3.3 C.11.2.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import LookupTable, Window
from viewer.imaging.modality import look_up

LARGEST = 255.0


def displayed(values: NDArray[np.float64], window: Window | LookupTable) -> NDArray[np.float64]:
    """Return display values 0..255, unrounded, of modality values of any shape. NaN stays NaN."""
    if isinstance(window, LookupTable):
        return np.asarray(look_up(values, window) * (LARGEST / (2**window.bits - 1)))
    if window.function == "SIGMOID" and window.width > 0:
        return _sigmoid(values, window)
    if window.function != "LINEAR":
        return _ramp(values, center=window.center, width=max(window.width, 0.0))
    # LINEAR: the centre lies half a unit lower and the ramp is one unit shorter; a width below 1 is not allowed and 1 is
    # a threshold, so that nothing is ever divided by zero.
    width = max(window.width, 1.0)
    return _ramp(values, center=window.center - 0.5, width=width - 1.0)


def _ramp(values: NDArray[np.float64], *, center: float, width: float) -> NDArray[np.float64]:
    """Return the ramp, without a slope a threshold: widths that are not allowed must not divide by zero."""
    low, high = center - width / 2, center + width / 2
    ramp = ((values - center) / width + 0.5) * LARGEST if width > 0 else np.where(np.isnan(values), np.nan, 0.0)
    ramp[values <= low] = 0.0
    ramp[values > high] = LARGEST
    return ramp


def _sigmoid(values: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    # Beyond +-500 the exponential is 0 or overflows; the result is the same to the last bit.
    exponent = np.clip(-4.0 * (values - window.center) / window.width, -500.0, 500.0)
    return np.asarray(LARGEST / (1.0 + np.exp(exponent)))
