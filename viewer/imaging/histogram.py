"""How often which values occur, and their statistics: modality values, without padding and what is no number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0)
_MOST_BINS = 256


@dataclass(frozen=True, eq=False)
class Histogram:
    """``counts`` (bins,) of equally wide bins from ``low`` to ``high``; the numbers beside them are of exactly these pixels.

    ``lowest`` and ``highest`` are values that occur; below ``percentiles`` lie 1, 5, 25, 50, 75, 95 and 99 % of the pixels.
    """

    counts: NDArray[np.int64]
    low: float
    high: float
    lowest: float
    highest: float
    pixels: int
    mean: float
    deviation: float
    percentiles: tuple[float, ...]


def histogram(pictures: Iterable[NDArray[np.float32]]) -> Histogram | None:
    """Return the histogram of pictures of any shape; None when no value is left.

    Whole numbers get bins of whole numbers, so that no comb of empty ones appears.
    """
    kept = [one[np.isfinite(one)] for one in pictures]
    values = np.concatenate(kept) if kept else np.empty(0, np.float32)
    if not values.size:
        return None
    lowest, highest = float(values.min()), float(values.max())
    low, high, bins = _edges(values, lowest, highest)
    counts, _ = np.histogram(values, bins=bins, range=(low, high))
    exact = values.astype(np.float64)
    return Histogram(
        counts.astype(np.int64),
        low,
        high,
        lowest,
        highest,
        int(values.size),
        float(exact.mean()),
        float(exact.std()),
        tuple(float(one) for one in np.percentile(exact, PERCENTILES)),
    )


def _edges(values: NDArray[np.float32], lowest: float, highest: float) -> tuple[float, float, int]:
    if highest <= lowest:
        return lowest - 0.5, lowest + 0.5, 1
    if highest - lowest < 1e6 and bool((values == np.rint(values)).all()):
        step = max(1, int(np.ceil((highest - lowest + 1) / _MOST_BINS)))
        bins = int((highest - lowest) // step) + 1
        return lowest - 0.5, lowest - 0.5 + bins * step, bins
    return lowest, highest, _MOST_BINS
