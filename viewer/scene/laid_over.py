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
    mixed = np.array(under if under.ndim == 3 else np.repeat(under[..., None], 3, axis=2))
    # Mostly a small part of the picture is covered: the rest costs nothing.
    covered = share > 0
    weight = share[covered].astype(np.float32)[:, None]
    above = colours[covered].astype(np.float32)
    below = mixed[covered].astype(np.float32)
    above -= below
    above *= weight
    below += above
    mixed[covered] = np.rint(below, out=below)
    return mixed
