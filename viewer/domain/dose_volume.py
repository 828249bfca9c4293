"""A dose-volume histogram: how much of a region receives at least a dose, and the numbers that are read from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.geometry.plane import FloatArray


@dataclass(frozen=True, eq=False)
class DoseVolume:
    """The cumulative histogram of one region.

    Parameters
    ----------
    edges
        (n + 1,) doses between which the bins lie, from 0, in the unit of the dose.
    volume_ml
        (n + 1,) what receives at least each of them; the last is 0.
    inside_ml
        The part of the region that lies in the dose grid: all percentages are of it.
    outside_ml
        The part that lies beyond the grid.
    minimum, mean, maximum
        Of the sampled doses; None when nothing of the region lies in the grid.
    method
        How it was made, in words.
    """

    edges: FloatArray
    volume_ml: FloatArray
    inside_ml: float
    outside_ml: float
    minimum: float | None
    mean: float | None
    maximum: float | None
    method: str

    def dose_of(self, percent: float) -> float | None:
        """Return the dose that at least ``percent`` of the volume receives: D95 is that of 95."""
        if self.inside_ml <= 0 or self.maximum is None or self.minimum is None:
            return None
        wanted = percent / 100 * self.inside_ml
        # From high doses to low ones the volume grows.
        found = float(np.interp(wanted, self.volume_ml[::-1], self.edges[::-1]))
        return min(max(found, self.minimum), self.maximum)

    def volume_of(self, dose: float) -> float:
        """Return the ml that receive at least a dose: V20 is that of 20."""
        return float(np.interp(dose, self.edges, self.volume_ml, right=0.0))

    def percent_of(self, dose: float) -> float | None:
        """Return the part of the volume, in percent, that receives at least a dose."""
        return self.volume_of(dose) / self.inside_ml * 100 if self.inside_ml > 0 else None

    @property
    def curve_percent(self) -> FloatArray:
        """(n + 1,) what receives at least each edge, in percent of the volume in the grid."""
        return self.volume_ml / self.inside_ml * 100 if self.inside_ml > 0 else np.zeros(len(self.edges))

    def difference_percent(self, dose: FloatArray, volume: FloatArray) -> float | None:
        """Return the largest distance to another cumulative histogram of the region, both in percent of their volume.

        Parameters
        ----------
        dose, volume
            (m,) doses in the same unit, and what receives at least each, in any unit.
        """
        if self.inside_ml <= 0 or not len(volume) or volume[0] <= 0:
            return None
        mine = np.interp(dose, self.edges, self.curve_percent, right=0.0)
        return float(np.abs(mine - volume / volume[0] * 100).max())
