"""The values of an image inside what a number was measured in, and what a statistic of them is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.representations.reported_values import Statistic

Values = NDArray[np.float32] | NDArray[np.float64]

_PERCENT: Final[dict[Statistic, float]] = {"p5": 5.0, "p10": 10.0, "p90": 90.0, "p95": 95.0, "median": 50.0}

STATISTIC_WORDS: Final[dict[Statistic, str]] = {
    "mean": "Mean",
    "deviation": "Standard deviation",
    "lowest": "Lowest",
    "highest": "Highest",
    "median": "Median",
    "range": "Range",
    "root_mean_square": "Root mean square",
    "p5": "5th percentile",
    "p10": "10th percentile",
    "p90": "90th percentile",
    "p95": "95th percentile",
    "": "Value",
}


@dataclass(frozen=True, eq=False)
class RegionValues:
    """Values in the unit of the report.

    Parameters
    ----------
    values
        (n,) of the pixels whose centres lie inside; no padding, and none that is no number.
    where
        How many pixels and inside what, as the end of a sentence: "of 12 pixels in segment 1 (Liver)".
    unit
        What they are: "HU", "SUVbw (decay of 60 min to the start of the series)"; empty for values without a unit.
    allowed
        How far a statistic of them may be off, however small it is, in that unit.
    otherwise
        The same region by another program's choice of pixels: in place of ``where``, how that chooses them, and the values.
    """

    values: Values
    where: str
    unit: str
    allowed: float
    otherwise: tuple[tuple[str, Values], ...] = ()


def statistics_of(values: Values, statistic: Statistic) -> Iterator[tuple[float, str]]:
    """Yield a statistic of at least one value, with what has to be said about it; more than one where usage differs."""
    if statistic == "mean":
        yield float(values.mean(dtype=np.float64)), ""
    elif statistic == "deviation":
        yield float(values.std(dtype=np.float64)), ", divided by their number"
        if len(values) > 1:
            yield float(values.std(dtype=np.float64, ddof=1)), ", divided by one less than their number"
    elif statistic == "lowest":
        yield float(values.min()), ""
    elif statistic == "highest":
        yield float(values.max()), ""
    elif statistic == "range":
        yield float(values.max()) - float(values.min()), ""
    elif statistic == "root_mean_square":
        yield float(np.sqrt(np.square(values, dtype=np.float64).mean())), ""
    elif statistic in _PERCENT:
        yield float(np.percentile(values, _PERCENT[statistic])), ""
    elif len(values) == 1:
        yield float(values[0]), ""
