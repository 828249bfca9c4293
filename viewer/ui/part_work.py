"""What the window asks about parts that takes a while: their numbers, and how alike two objects are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from viewer.domain.instance import InstanceKey
from viewer.export.comparison import Comparison
from viewer.export.part_numbers import PartNumbers


class PartWork(Protocol):
    """Works things out in the background; a newer question of a kind replaces the one before."""

    def numbers(self, overlay: InstanceKey, part: int | None, done: Callable[[tuple[PartNumbers, ...]], None]) -> None:
        """Measure a part, or all of an object (None); ``done`` gets them, at once where they are known."""

    def compare(self, a: InstanceKey, b: InstanceKey, done: Callable[[Comparison | str], None]) -> None:
        """Compare two objects; ``done`` gets what was found, or the sentence that says why nothing could be."""
