"""Everything of the program but its window: what is opened, loaded and kept, driven by the test."""

from __future__ import annotations

import time
from pathlib import Path

from viewer.domain.overlay import Overlay
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.loader import Loader
from viewer.loading.runner import Runner
from viewer.loading.store import Store
from viewer.reading.reading import Reading

PATIENCE_S = 60.0


class WithoutWindow:
    """A program without a window; ``most_bytes`` is the most that its store held at any time."""

    def __init__(self, budget_bytes: int = 64 << 20) -> None:
        self.reading, self.store, self.runner = Reading(), Store(budget_bytes=budget_bytes), Runner(lambda: None)
        self.loader = Loader(self.reading, self.store, self.runner, DecodeWorker())
        self.most_bytes = 0

    def open(self, *paths: Path) -> None:
        """Open some paths and wait until everything has come."""
        self.loader.open(list(paths))
        self.rest()

    def rest(self) -> None:
        """Deliver until nothing runs or waits."""
        deadline = time.monotonic() + PATIENCE_S
        while self.reading.state.content.scanning or not self.runner.idle:
            assert time.monotonic() < deadline
            self.runner.deliver()
            self.most_bytes = max(self.most_bytes, self.store.used_bytes)
            time.sleep(0.0005)

    @property
    def overlays(self) -> list[Overlay]:
        return list(self.reading.state.content.overlays.values())

    @property
    def overlay(self) -> Overlay:
        (found,) = self.overlays
        return found

    def close(self) -> None:
        self.loader.close()
