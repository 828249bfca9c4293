"""Measuring two ways of doing the same in turns, so that a busy machine slows both alike."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best_of_turns(ours: Callable[[], object], peer: Callable[[], object], *, turns: int = 3) -> tuple[float, float]:
    """Return the best seconds of each."""
    taken = [(seconds(ours), seconds(peer)) for _ in range(turns)]
    return min(own for own, _ in taken), min(other for _, other in taken)
