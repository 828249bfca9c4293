"""How a waveform is laid out and what of it stands on each pixel column. Pure: sizes in logical pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.domain.waveform import Channel, ChannelGroup, Waveform

MM_A_SECOND: Final = 25.0
MM_A_MILLIVOLT: Final = 10.0
"""The speed and gain of electrocardiogram paper."""
ECG_LANE_MM: Final = 22.0
_LANE_PX: Final = 84.0
_MILLIVOLTS: Final = {"V": 1000.0, "mV": 1.0, "uV": 0.001, "µV": 0.001, "nV": 1e-6}


def millivolts(channel: Channel) -> float | None:
    """Return how many millivolts the unit of a channel is; None for another quantity."""
    return _MILLIVOLTS.get(channel.unit)


@dataclass(frozen=True)
class TraceLayout:
    """Where the channels of a group lie. ``mm_px`` is pixels a millimetre of paper; 0 where there is no paper."""

    group: ChannelGroup
    second_px: float
    lane_px: float
    mm_px: float

    @property
    def width(self) -> float:
        """Of the whole time."""
        return self.group.duration_s * self.second_px

    @property
    def height(self) -> float:
        """Of all channels."""
        return self.lane_px * len(self.group.channels)

    def middle(self, channel: int) -> float:
        """Return the height of a channel's zero line (paper), or of the middle of its lane."""
        return self.lane_px * (channel + 0.5)


def is_on_paper(waveform: Waveform, group: ChannelGroup) -> bool:
    """Say whether a group is shown on the grid of electrocardiogram paper: an ECG with all channels in volts."""
    return waveform.sort == "ecg" and bool(group.channels) and all(millivolts(one) is not None for one in group.channels)


def laid_out(waveform: Waveform, group: ChannelGroup, zoom: float) -> TraceLayout:
    """Return the layout at a zoom: pixels a millimetre of paper, or pixels a fortieth of a second without paper."""
    if is_on_paper(waveform, group):
        return TraceLayout(group, MM_A_SECOND * zoom, ECG_LANE_MM * zoom, zoom)
    return TraceLayout(group, MM_A_SECOND * zoom, _LANE_PX, 0.0)


def fitting_zoom(waveform: Waveform, group: ChannelGroup, width: float) -> float:
    """Return the zoom at which the whole time fits a width, within what can be read."""
    seconds = group.duration_s or 1.0
    least = 1.5 if is_on_paper(waveform, group) else 1e-4
    return float(np.clip(width / (seconds * MM_A_SECOND), least, 400.0))


@dataclass(frozen=True, eq=False)
class Columns:
    """Of each pixel column the lowest and the highest value there; NaN where no sample is. ``first`` is the column."""

    first: int
    low: NDArray[np.float32]
    high: NDArray[np.float32]


def columns_of(values: NDArray[np.float32], sample_px: float, first: int, count: int) -> Columns:
    """Return what of one channel stands on ``count`` pixel columns from ``first`` on.

    Each column takes the samples in it and the one before, so that the line joins from column to column.
    """
    edges = np.arange(first, first + count + 1) / sample_px
    begin = np.clip(np.ceil(edges[:-1]).astype(np.int64) - 1, 0, len(values))
    end = np.clip(np.ceil(edges[1:]).astype(np.int64), 0, len(values))
    low = np.full(count, np.nan, np.float32)
    high = np.full(count, np.nan, np.float32)
    some = np.flatnonzero(end > begin)
    if len(some):
        # Only what is seen is copied: a day of ECG has forty million samples.
        start, stop = int(begin[some[0]]), int(end[some[-1]])
        bounds = np.stack([begin[some], end[some]], axis=1).ravel() - start
        padded = np.append(values[start:stop], np.float32(np.nan))
        low[some] = np.fmin.reduceat(padded, bounds)[::2]
        high[some] = np.fmax.reduceat(padded, bounds)[::2]
    return Columns(first, low, high)


def value_span(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return the smallest and the largest value of a channel, apart from one another; (0, 1) when it has none."""
    if not np.isfinite(values).any():
        return 0.0, 1.0
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def time_step(second_px: float, least_px: float = 70.0) -> float:
    """Return a round number of seconds that is at least ``least_px`` wide."""
    wanted = least_px / second_px
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= wanted * (1 - 1e-9)))
