"""A waveform (PS3.3 C.10.9): signals over time, in groups of channels that were sampled together.

Samples are not held: a day of ECG has more of them than a study has pixels. They are read when somebody looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

WaveformSort = Literal["ecg", "audio", "other"]


@dataclass(frozen=True)
class Channel:
    """One channel. ``unit`` is as people write it, empty when the file gives no sensitivity: then values are as stored."""

    label: str
    unit: str = ""
    sensitivity: float = 1.0
    """Unit a step of the stored value (Channel Sensitivity x its correction factor)."""
    baseline: float = 0.0
    skew_s: float = 0.0
    """How much later than the group its first sample was taken."""


@dataclass(frozen=True)
class ChannelGroup:
    """A multiplex group: channels with one sampling frequency. ``offset_s`` is its start after that of the object."""

    label: str
    frequency_hz: float
    samples: int
    channels: tuple[Channel, ...]
    offset_s: float = 0.0
    unreadable: str = ""
    """Why its samples cannot be read, as a clause; empty when they can."""

    @property
    def duration_s(self) -> float:
        """How long it lasts."""
        return self.samples / self.frequency_hz if self.frequency_hz > 0 else 0.0


@dataclass(frozen=True)
class WaveformAnnotation:
    """A note or measurement on a waveform. ``channels`` are 1-based (group, channel); channel 0 means the whole group."""

    text: str
    channels: tuple[tuple[int, int], ...] = ()
    times_s: tuple[float, ...] = ()
    """Where it points, in seconds from the start of its group; empty when it is about the whole."""


@dataclass(frozen=True, eq=False)
class Waveform:
    """The content of a waveform object."""

    title: str
    sort: WaveformSort
    groups: tuple[ChannelGroup, ...]
    annotations: tuple[WaveformAnnotation, ...] = ()


@dataclass(frozen=True, eq=False)
class Samples:
    """The samples of a group: ``values`` is (channels, samples) float32 in each channel's unit, NaN where padded."""

    group: int
    values: NDArray[np.float32]
