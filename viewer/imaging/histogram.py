"""How often which values occur, and their statistics: modality values, without padding and what is no number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0)
_MOST_BINS = 256
_MOST_WHOLE = 1e6
"""Whole numbers that reach further are counted as any others."""


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
    if highest - lowest < _MOST_WHOLE and bool((values == np.rint(values)).all()):
        return _of_whole_numbers(values, lowest, highest)
    low, high, bins = (lowest, highest, _MOST_BINS) if highest > lowest else (lowest - 0.5, lowest + 0.5, 1)
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


def _of_whole_numbers(values: NDArray[np.float32], lowest: float, highest: float) -> Histogram:
    """Return the same from how often each number occurs: one pass instead of sorting, ten times as fast for a radiograph."""
    often = np.bincount((values - np.float32(lowest)).astype(np.int64))
    known = lowest + np.arange(often.size, dtype=np.float64)
    mean = float(often @ known) / values.size
    step = max(1, -(-often.size // _MOST_BINS))
    bins = -(-often.size // step)
    padded = np.zeros(bins * step, np.int64)
    padded[: often.size] = often
    up_to = np.cumsum(often)

    def percentile(percent: float) -> float:
        place = percent / 100 * (values.size - 1)
        below, above = known[np.searchsorted(up_to, [int(place), int(np.ceil(place))], side="right")]
        return float(below + (above - below) * (place - int(place)))

    return Histogram(
        padded.reshape(bins, step).sum(axis=1),
        lowest - 0.5,
        lowest - 0.5 + bins * step,
        lowest,
        highest,
        int(values.size),
        mean,
        float(np.sqrt(often @ (known - mean) ** 2 / values.size)),
        tuple(percentile(one) for one in PERCENTILES),
    )
