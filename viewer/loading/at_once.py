"""Labels of planes that are cut between a change and its picture, so that they move with the plane and not behind it."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from viewer.loading.readers import Readers
from viewer.loading.store import Store
from viewer.loading.wanted import NEXT, Wanted, WantedOnPlane

_SHARE_S = 0.008
"""Half a picture of a screen; what is not cut by then comes from jobs."""


class AtOnce:
    """Cuts on the window's thread what takes no longer than to paint it, for a few milliseconds after each change."""

    def __init__(self, store: Store, readers: Callable[[], Readers]) -> None:
        self._store, self._readers = store, readers
        self._until = 0.0

    def begin(self) -> None:
        """Something changed: there is time again."""
        self._until = perf_counter() + _SHARE_S

    def gives(self, want: Wanted) -> bool:
        """Put into the store what is on the screen and cut in no time; says whether it did."""
        if not isinstance(want, WantedOnPlane) or want.priority != NEXT or perf_counter() > self._until:
            return False
        found = self._readers().on_plane_at_once(want.overlay, want.plane)
        if found is not None:
            self._store.put_on_plane(want.overlay.instance, want.plane, found)
        return found is not None
