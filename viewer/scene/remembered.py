"""A small memory for pure functions of large arrays: same objects in, same object out, without comparing a pixel.

Painters keep their own pictures by the identity of a drawable, so a scene that is made anew must hand back the drawables
that did not change.

Decided
    Memories of large results weigh them, and all of these together stay within one number of bytes: whichever result of
    any of them was used longest ago goes first.
    What the panes show stays remembered whatever it weighs: the scenes on the screen hold it anyway.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from viewer.scene.held_bytes import array_bytes

T = TypeVar("T")

_FEWEST_ON_THE_SCREEN = 4
"""So many results of a memory are never dropped for their weight, or as many as there are panes."""


@dataclass(eq=False, slots=True)
class _Result(Generic[T]):
    objects: tuple[object, ...]
    made: T
    weight: int
    used: int


class Remembered(Generic[T]):
    """The last ``limit`` results, least recently used out first.

    Parameters
    ----------
    limit
        How many results are kept.
    weigh
        Returns the bytes of a result; memories with it keep within ``limit_remembered_bytes`` together. Without it results
        count as nothing.
    """

    def __init__(self, limit: int, weigh: Callable[[T], int] | None = None) -> None:
        self._limit = limit
        self._weigh = weigh
        self._kept: OrderedDict[Hashable, _Result[T]] = OrderedDict()
        self.used_bytes = 0
        _all.add(self)

    def forget(self) -> None:
        """Let go of everything."""
        with _lock:
            self._kept.clear()
            self.used_bytes = 0

    def recall(self, objects: tuple[object, ...], values: Hashable, make: Callable[[], T]) -> T:
        """Return the result for ``objects`` (compared by identity) and ``values`` (compared by value); make it if unknown.

        The objects are kept alive as long as the result, so that an identity cannot be given to another object.
        """
        key = (tuple(id(one) for one in objects), values)
        with _lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                found.used = next(_uses)
                return found.made
        made = make()
        weight = 0 if self._weigh is None else self._weigh(made) + array_bytes(objects)
        with _lock:
            if key in self._kept:
                self.used_bytes -= self._kept.pop(key).weight
            self._kept[key] = _Result(objects, made, weight, next(_uses))
            self.used_bytes += weight
            while len(self._kept) > self._limit:
                self.drop_oldest()
            if weight:
                _drop_what_is_too_much()
        return made

    def known(self, objects: tuple[object, ...], values: Hashable) -> T | None:
        """Return the result that ``recall`` would return at once; None where it would have to make it."""
        with _lock:
            found = self._kept.get((tuple(id(one) for one in objects), values))
            return found.made if found is not None else None

    def oldest_use(self) -> int | None:
        """Return when the result was used that may go for its weight, or None."""
        if self._weigh is None or len(self._kept) <= _shared.on_the_screen:
            return None
        return next(iter(self._kept.values())).used

    def drop_oldest(self) -> None:
        """Let go of the result that was used longest ago."""
        _, dropped = self._kept.popitem(last=False)
        self.used_bytes -= dropped.weight


@dataclass
class _Shared:
    limit_bytes: int = 256 << 20
    on_the_screen: int = _FEWEST_ON_THE_SCREEN


_all: WeakSet[Remembered[Any]] = WeakSet()
_lock = Lock()
_uses = count()
_shared = _Shared()


def remembered_bytes() -> int:
    """Return the bytes of all weighed results, and of the arrays that they keep alive."""
    return sum(one.used_bytes for one in list(_all))


def limit_remembered_bytes(limit_bytes: int) -> None:
    """Keep all weighed results within a number of bytes from now on, besides what may be on the screen."""
    with _lock:
        _shared.limit_bytes = limit_bytes
        _drop_what_is_too_much()


def remember_for_panes(panes: int) -> None:
    """Keep what so many panes show, whatever it weighs."""
    _shared.on_the_screen = max(panes, _FEWEST_ON_THE_SCREEN)


def forget_everything() -> None:
    """Let every memory go: the frames of what was closed would stay alive until something takes their place."""
    for one in list(_all):
        one.forget()


def _drop_what_is_too_much() -> None:
    while remembered_bytes() > _shared.limit_bytes:
        droppable = [(used, one) for one in list(_all) if (used := one.oldest_use()) is not None]
        if not droppable:
            return
        min(droppable, key=lambda pair: pair[0])[1].drop_oldest()
