"""Runs of elements that stand byte for byte in many files: what they say is worked out once.

The headers of a series differ in a handful of elements. A strict walk depends on nothing but the bytes from the beginning of
an element on, so a stretch of elements that was walked once needs no second walk where the same bytes stand again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

Walked: TypeAlias = "tuple[int, int, bytes, bytes | list[Any] | None]"
"""Tag, position and bytes of an element, and its value or its items when they are wanted."""

KEY_BYTES = 8
_SAME_BEGINNING = 4
"""Runs that begin with the same element header: of that many series files may take turns."""
_MOST_RUNS = 512
_LONGEST_ELEMENT_BYTES = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Consecutive elements: their bytes, the first and the last tag, the wanted values and sequences."""

    raw: bytes
    length: int
    first: int
    last: int
    values: dict[int, bytes]
    sequences: dict[int, list[Any]]


class RepeatedRuns:
    """The runs found so far, of one kind of walk: one tree of wanted elements in one encoding.

    May be used from several threads: a run is true wherever its bytes stand, whoever found it.

    Parameters
    ----------
    wanted
        The tags of the tree.
    share_items
        Sequences that stand byte for byte in several files are read once, and all have the same items, which are not to be
        changed: nothing in them may depend on the rest of the file, as text does on its character set.
    """

    def __init__(self, wanted: Iterable[int], *, share_items: bool = False) -> None:
        self.last_wanted = max(wanted)
        self.shares_items = share_items
        self._items: dict[tuple[int, bytes], list[Any]] = {}
        self._known: dict[bytes, tuple[Run, ...]] = {}
        self._previous: dict[int, bytes] = {}

    @property
    def beginnings(self) -> Collection[bytes]:
        """The first bytes of every run, ``KEY_BYTES`` of each: where others stand no run does."""
        return self._known.keys()

    def at(self, buffer: bytes, index: int, behind: int) -> Run | None:
        """Return a run that stands in the buffer at ``index`` and begins with a tag above ``behind``, or None."""
        for run in self._known.get(buffer[index : index + KEY_BYTES], ()):
            if run.first > behind and buffer.startswith(run.raw, index):
                return run
        return None

    def items_of(self, tag: int, value: bytes, read: Callable[[bytes], list[Any]]) -> list[Any]:
        """Return the items of a sequence with these bytes; ``read`` makes them where no file had it before."""
        found = self._items.get((tag, value))
        if found is None:
            found = read(value)
            if len(self._items) >= _MOST_RUNS:
                self._items.clear()
            self._items[tag, value] = found
        return found

    def learn(self, walked: Iterable[Walked]) -> None:
        """Find runs among the elements of a file that were walked one by one: those that an earlier file has, too."""
        previous = self._previous
        run: list[Walked] = []
        end = -1
        for element in walked:
            tag, position, raw, _ = element
            if position != end:
                self._keep(run)
                run = []
            end = position + len(raw)
            if previous.get(tag) == raw:
                run.append(element)
                continue
            self._keep(run)
            run = []
            if len(raw) <= _LONGEST_ELEMENT_BYTES:
                previous[tag] = raw
        self._keep(run)

    def _keep(self, run: list[Walked]) -> None:
        if len(run) < 2:
            return
        raw = b"".join([element[2] for element in run])
        values = {tag: value for tag, _, _, value in run if isinstance(value, bytes)}
        sequences = {tag: value for tag, _, _, value in run if isinstance(value, list)}
        if len(self._known) >= _MOST_RUNS:
            self._known.clear()
        key = raw[:KEY_BYTES]
        found = Run(raw, len(raw), run[0][0], run[-1][0], values, sequences)
        self._known[key] = (found, *self._known.get(key, ()))[:_SAME_BEGINNING]
