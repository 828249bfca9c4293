"""How the file wants its frames to be played (PS3.3 C.7.6.5, C.7.6.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CineAttributes:
    """What the file says of playing.

    ``frame_times_ms`` is the Frame Time Vector: the time before each frame, the first one 0; empty when not stated.
    ``start`` and ``stop`` are 1-based frame numbers of Start Trim and Stop Trim. ``sweep`` is Preferred Playback Sequencing.
    """

    frame_times_ms: tuple[float, ...] = ()
    start: int | None = None
    stop: int | None = None
    sweep: Literal["loop", "swing"] | None = None
