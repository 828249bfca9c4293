"""How much memory a value keeps alive, as far as arrays go: nothing else in the program is large."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass

import numpy as np

from viewer.domain.image_attributes import ImageAttributes
from viewer.geometry.plane import Plane


def held_bytes(value: object) -> int:
    """Return the bytes of all arrays inside nested dataclasses, tuples and mappings, plus a little for each object."""
    if isinstance(value, np.ndarray):
        return value.nbytes + 96
    if isinstance(value, tuple):
        return 56 + sum(held_bytes(entry) for entry in value)
    if isinstance(value, Mapping):
        return 64 + sum(held_bytes(entry) for entry in value.values())
    if isinstance(value, ImageAttributes):
        return value.held_bytes
    if is_dataclass(value) and not isinstance(value, (type, Plane)):
        return 64 + sum(held_bytes(getattr(value, entry.name)) for entry in fields(value))
    return 16


def array_bytes(values: Iterable[object]) -> int:
    """Return the bytes of arrays among values and directly in them; cheap whatever else they hold."""
    total = 0
    for value in values:
        found = [value]
        if is_dataclass(value) and not isinstance(value, type):
            found = [getattr(value, entry.name) for entry in fields(value)]
        total += sum(one.nbytes for one in found if isinstance(one, np.ndarray))
    return total
