"""A small memory for pure functions of large arrays: same objects in, same object out, without comparing a pixel.

Painters keep their own pictures by the identity of a drawable, so a scene that is made anew must hand back the drawables
that did not change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")


class Remembered(Generic[T]):
    """The last ``limit`` results, least recently used out first.

    Parameters
    ----------
    limit
        How many results are kept.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, tuple[tuple[object, ...], T]] = OrderedDict()
        self._lock = Lock()
        _all.add(self)

    def forget(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()

    def recall(self, objects: tuple[object, ...], values: Hashable, make: Callable[[], T]) -> T:
        """Return the result for ``objects`` (compared by identity) and ``values`` (compared by value); make it if unknown.

        The objects are kept alive as long as the result, so that an identity cannot be given to another object.
        """
        key = (tuple(id(one) for one in objects), values)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[1]
        made = make()
        with self._lock:
            self._kept[key] = (objects, made)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return made


_all: WeakSet[Remembered[Any]] = WeakSet()


def forget_everything() -> None:
    """Let every memory go: the frames of what was closed would stay alive until something takes their place."""
    for one in list(_all):
        one.forget()
