"""Values kept within a number of bytes, least recently used out first. Thread-safe."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

from viewer.scene.held_bytes import held_bytes

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """A memory of values by key; one value larger than ``budget_bytes`` is kept alone."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Return a value, or None when it is not kept (any more)."""
        with self._lock:
            entry = self._values.get(key)
            if entry is None:
                return None
            self._values.move_to_end(key)
            return entry[0]

    def keep(self, key: K, value: V) -> V:
        """Keep a value and return it; where another thread kept one for this key in the meantime, return that one."""
        weight = held_bytes(value)
        with self._lock:
            if key in self._values:
                return self._values[key][0]
            self._values[key] = (value, weight)
            self._bytes += weight
            while self._bytes > self._budget_bytes and len(self._values) > 1:
                _, (_, released) = self._values.popitem(last=False)
                self._bytes -= released
        return value
