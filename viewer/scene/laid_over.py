"""Colours over a picture: the one sum by which series are blended (PS3.4 N.2.4.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def laid_over(under: NDArray[np.uint8], colours: NDArray[np.generic], share: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return colours times their share and what lies under them times the rest, rounded to nearest.

    Parameters
    ----------
    under
        (rows, columns) grey or (rows, columns, 3) RGB.
    colours
        (rows, columns, 3), 0 to 255.
    share
        (rows, columns), 0 to 1.
    """
    weight = share.astype(np.float32)[..., None]
    below = (under if under.ndim == 3 else under[..., None]).astype(np.float32)
    return np.asarray(np.rint(below + (colours.astype(np.float32) - below) * weight).astype(np.uint8))
