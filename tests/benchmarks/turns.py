"""Measuring two ways of doing the same in turns, so that a busy machine slows both alike."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def processor_seconds(work: Callable[[], object]) -> float:
    """Return what it takes of this process, the system's work for it included, whatever else the machine does."""
    return seconds(work, time.process_time)


def best_of_turns(
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    turns: int = 3,
    measure: Callable[[Callable[[], object]], float] = seconds,
) -> tuple[float, float]:
    """Return the best seconds of each."""
    taken = [(measure(ours), measure(peer)) for _ in range(turns)]
    return min(own for own, _ in taken), min(other for _, other in taken)
