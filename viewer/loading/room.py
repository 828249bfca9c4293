"""Room in the store: what lies ahead takes the place of what lies farther from view, the farthest first."""

from __future__ import annotations

import math
from collections.abc import Hashable

from viewer.loading.store import Store
from viewer.reading.state import ReadingState

_PART_AHEAD = 0.85
"""Once the store is filled to this part, something has to go for what is loaded ahead."""


class Room:
    """Decides for one store what may come and what has to go.

    The distance of a frame, or of what lies on its plane, is counted in frames of its stack from the one that is shown. What
    belongs to no stack on a pane is farther than anything.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state = ReadingState()
        self._on_its_way: dict[Hashable, int] = {}
        self._distances: dict[Hashable, int] | None = None
        self._nearest_first: list[tuple[float, int, Hashable]] | None = None

    def turn_to(self, state: ReadingState) -> None:
        """Count distances from what the panes of a state show."""
        self._state = state
        self._distances = self._nearest_first = None

    def expect(self, slot: Hashable, size: int) -> None:
        """Keep room for what is on its way under a name, in bytes."""
        self._on_its_way[slot] = self._on_its_way.get(slot, 0) + size

    def came(self, slot: Hashable) -> None:
        """Keep no more room for what was on its way."""
        self._on_its_way.pop(slot, None)

    def forget(self) -> None:
        """Keep no room for anything."""
        self._on_its_way.clear()

    @property
    def expected(self) -> int:
        """How much is on its way."""
        return len(self._on_its_way)

    def has_room(self, distance: int, size: int) -> bool:
        """Say whether something at a distance may be loaded ahead; what lies farther goes for it, as much as it takes."""
        limit = int(self._store.budget_bytes * _PART_AHEAD) - sum(self._on_its_way.values()) - size
        return self._store.used_bytes <= limit or self._drop_beyond(distance + 1, limit)

    def make_room(self, key: Hashable, size: int) -> bool:
        """Make room for what has come; says whether it may stay: nothing that is nearer goes for it."""
        limit = self._store.budget_bytes - size
        if self._store.used_bytes <= limit:
            return True
        self._nearest_first = None
        distance = self._distance_of(key)
        return self._drop_beyond(distance, limit) or distance == 0

    def _drop_beyond(self, distance: float, limit_bytes: int) -> bool:
        if self._nearest_first is None:
            held = ((self._distance_of(key), -place, key) for place, key in enumerate(self._store.held))
            # Of those at one distance, what was used longest ago goes first.
            self._nearest_first = sorted(held, key=lambda entry: entry[:2])
        while self._store.used_bytes > limit_bytes:
            if not self._nearest_first or self._nearest_first[-1][0] <= distance:
                return False
            self._store.drop(self._nearest_first.pop()[2])
        return True

    def _distance_of(self, key: Hashable) -> float:
        if self._distances is None:
            self._distances = _distances(self._state)
        known = self._distances.get(key)
        if known is None and isinstance(key, tuple):
            known = self._distances.get(key[1])
        return math.inf if known is None else known


def _distances(state: ReadingState) -> dict[Hashable, int]:
    """Return the distance of every frame and plane of the stacks on the panes."""
    found: dict[Hashable, int] = {}
    for pane in state.panes:
        stack = state.stack_of(pane)
        if stack is None:
            continue
        for place, (frame, plane) in enumerate(zip(stack.frames, stack.planes, strict=True)):
            distance = abs(place - pane.frame)
            found[frame] = min(distance, found.get(frame, distance))
            found[plane] = min(distance, found.get(plane, distance))
    return found
