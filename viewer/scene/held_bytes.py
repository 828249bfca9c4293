"""How much memory a value keeps alive, as far as arrays go: nothing else in the program is large."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import cast

import numpy as np

from viewer.domain.image_attributes import ImageAttributes
from viewer.geometry.plane import Plane
from viewer.scene.drawables import OutlinePaths

_SMALL = frozenset({int, float, str, bool, bytes, type(None), Plane})


def held_bytes(value: object) -> int:
    """Return the bytes of all arrays inside nested dataclasses, tuples and mappings, plus a little for each object."""
    total, waiting = 0, [value]
    while waiting:
        # A slice with a hundred outlines holds thousands of values; it is weighed while the reader waits for the picture.
        one = waiting.pop()
        kind = type(one)
        if kind in _SMALL:
            total += 16
        elif isinstance(one, np.ndarray):
            total += one.nbytes + 96
        elif isinstance(one, tuple):
            total += 56
            waiting.extend(one)
        elif isinstance(one, Mapping):
            total += 64
            waiting.extend(one.values())
        elif isinstance(one, ImageAttributes | OutlinePaths):
            total += one.held_bytes
        elif names := _fields_of(cast("Hashable", kind)):
            total += 64
            waiting.extend([getattr(one, name) for name in names])
        else:
            total += 16
    return total


@cache
def _fields_of(kind: Hashable) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass; nothing for another type."""
    return tuple(entry.name for entry in fields(kind)) if isinstance(kind, type) and is_dataclass(kind) else ()


def array_bytes(values: Iterable[object]) -> int:
    """Return the bytes of arrays among values and directly in them; cheap whatever else they hold."""
    total = 0
    for value in values:
        found = [value]
        if is_dataclass(value) and not isinstance(value, type):
            found = [getattr(value, entry.name) for entry in fields(value)]
        total += sum(one.nbytes for one in found if isinstance(one, np.ndarray))
    return total
