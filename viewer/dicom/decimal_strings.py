"""Raw values of DS, IS and CS elements as numbers and words, tolerant of padding and repaired where that is safe."""

from __future__ import annotations

import math
from functools import lru_cache

from viewer.dicom import quirks
from viewer.geometry.plane import Vector


def numbers(value: bytes | None) -> tuple[float, ...]:
    """Return the finite numbers of a decimal string value; empty when there are none or one is broken beyond repair."""
    if not value:
        return ()
    return _numbers(value)


@lru_cache(maxsize=16384)
def _numbers(value: bytes) -> tuple[float, ...]:
    try:
        found = [float(part) for part in value.rstrip(b"\0").split(b"\\")]
    except ValueError:
        return tuple(quirks.numbers(value.decode("ascii", "replace").strip(" \0")) or ())
    return tuple(found) if all(map(math.isfinite, found)) else ()


def vector(value: bytes | None) -> Vector | None:
    """Return three numbers, or None."""
    found = numbers(value)
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def pair(value: bytes | None) -> tuple[float, float] | None:
    """Return two positive numbers, or None. A single one stands for both (seen in hand-made files)."""
    found = numbers(value)
    if len(found) == 1:
        found = (found[0], found[0])
    return (found[0], found[1]) if len(found) == 2 and min(found) > 0 else None


def single(value: bytes | None) -> float | None:
    """Return the first number, or None."""
    found = numbers(value)
    return found[0] if found else None


@lru_cache(maxsize=4096)
def strings(value: bytes | None) -> tuple[str, ...]:
    """Return the values of a code string."""
    return tuple(part.strip(" \0") for part in value.decode("ascii", "replace").split("\\")) if value else ()
