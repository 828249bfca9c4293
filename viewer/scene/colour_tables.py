"""Colours of labels as look-up tables of premultiplied ARGB32, the form in which a canvas adds them to an image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rgba = tuple[int, int, int, int]
CLEAR: Rgba = (0, 0, 0, 0)


def blended_over(layers: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the premultiplied ARGB32 of colours laid over one another.

    Parameters
    ----------
    layers
        (n, layers, 4) straight red, green, blue and alpha in 0..255; the last layer is on top.

    Returns
    -------
    (n,) uint32, 0xAARRGGBB with colour times alpha, rounded to nearest.
    """
    every = np.arange(len(layers))[:, None]
    return blended_states([layers[:, place] for place in range(layers.shape[1])], np.repeat(every, layers.shape[1], axis=1))


def blended_states(tables: Sequence[NDArray[np.float64]], states: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return the premultiplied ARGB32 of colours laid over one another, each named by its place in a table.

    Parameters
    ----------
    tables
        One a layer, the last one on top: (colours, 4) straight red, green, blue and alpha in 0..255.
    states
        (n, layers) places in the tables.

    Returns
    -------
    As ``blended_over``.
    """
    found = np.zeros((4, len(states)))
    for place, table in enumerate(tables):
        over = table[:, 3] / 255.0
        # Worked out once for each colour of a layer, not for each combination.
        added, kept = np.vstack([table[:, :3].T * over, over]), 1.0 - over
        chosen = np.ascontiguousarray(states[:, place])
        found *= kept.take(chosen)
        found += added.take(chosen, axis=1)
    found[3] *= 255.0
    red, green, blue, alpha = np.rint(found).astype(np.uint32)
    return np.asarray((alpha << 24) | (red << 16) | (green << 8) | blue, dtype=np.uint32)


def color_table(colors: Sequence[Rgba]) -> NDArray[np.uint32]:
    """Return (n,) premultiplied ARGB32 of straight colours."""
    return blended_over(np.array(colors, dtype=float).reshape(len(colors), 1, 4))


def ramp(color: tuple[int, int, int], opacity: float) -> NDArray[np.uint32]:
    """Return 256 entries of one colour whose alpha grows from nothing to ``opacity`` (0..1): a graded fraction."""
    alphas = np.linspace(0.0, 255.0 * opacity, 256)
    layers = np.empty((256, 1, 4))
    layers[:, 0, :3] = color
    layers[:, 0, 3] = alphas
    return blended_over(layers)
