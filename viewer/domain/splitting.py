"""Slices that share positions: which attribute tells them apart (time, echo, b-value, image type ...).

A split is good when every part holds every position exactly once; the attributes are tried in a fixed order, alone and
together. What nothing tells apart stays one flat list: a volume is never invented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.instance import FrameHeader, InstanceHeader
from viewer.domain.splitters import (
    BY_KEYWORD,
    DIMENSION_INDEX,
    IMAGE_TYPE,
    OBJECT,
    ORDER,
    REPETITION,
    SPATIAL_INDICES,
    spaced,
)

_ECHO_TIMES = frozenset({"EchoTime", "EffectiveEchoTime"})


@dataclass(frozen=True, slots=True)
class PlacedFrame:
    """A frame with its position number along the normal. ``index`` is 0-based."""

    header: InstanceHeader
    index: int
    frame: FrameHeader
    place: int

    def value(self, keyword: str) -> str:
        """Return the value of a splitting attribute; empty when the frame does not state it."""
        if keyword == IMAGE_TYPE:
            return "\\".join(self.frame.image_type[2:] or self.header.image_type[2:])
        if keyword == OBJECT:
            return self.object_key if self.header.number_of_frames > 1 else ""
        if keyword.startswith(DIMENSION_INDEX):
            number = int(keyword.partition(":")[2])
            return str(self.frame.dimension_indices[number]) if number < len(self.frame.dimension_indices) else ""
        return next((value for name, value in self.frame.dimensions if name == keyword), "")

    @property
    def object_key(self) -> str:
        """What the frames of one object share, also when it was divided into several files (a concatenation)."""
        return self.header.concatenation_uid or self.header.key

    @property
    def turn(self) -> tuple[int, int, str, int]:
        """The order in which the files number frames."""
        return (self.header.instance_number or 0, self.header.concatenation_offset, self.header.source.shown, self.index)


@dataclass(frozen=True)
class Split:
    """A part of a split: what its frames have in common, as (keyword, value), and the frames."""

    values: tuple[tuple[str, str], ...]
    frames: tuple[PlacedFrame, ...]


def split_by_attribute(frames: Sequence[PlacedFrame]) -> list[Split] | None:
    """Split frames so that each part holds each of its positions once; None when nothing tells them apart."""
    most = max(Counter(frame.place for frame in frames).values())
    if most == 1:
        return [Split((), tuple(frames))]
    varying = _varying(frames)
    codes = _Codes(frames, varying)
    for size in (1, 2, 3):
        for keywords in combinations(codes.distinct, size):
            if codes.each_complete(keywords):
                return _partition(frames, _with_b_value(keywords, codes))
    for size in (1, 2):
        for keywords in combinations(codes.distinct, size):
            # As many parts as frames share a position: one of them may have stopped early.
            if codes.parts(keywords) == most and codes.each_once(keywords):
                return _partition(frames, keywords)
    return _split_in_steps(frames, varying, most) or _split_by_occurrence(frames, most)


def moments_in_order(frames: Sequence[PlacedFrame]) -> tuple[Split, ...] | None:
    """Return frames that all stand at one position, one a part, in the order of time; None when it is not time."""
    if len(frames) < 2 or len({frame.place for frame in frames}) > 1:
        return None
    split = split_by_attribute(frames)
    if split is None or not all(_is_time(keyword) for part in split for keyword, _ in part.values):
        return None
    return tuple(split)


def label_of(values: Sequence[tuple[str, str]], names: Sequence[str] = ()) -> str:
    """Return the label of a part, such as ``b 1000`` or ``time 3, echo 2``. ``names`` are those of dimension indices."""
    words = []
    for keyword, value in values:
        splitter = BY_KEYWORD.get(keyword)
        if splitter is None:
            words.append(f"{index_name(keyword, names)} {value}")
        elif splitter.form:
            words.append(splitter.form.format(splitter.spelled(value)) if value else f"no {spaced(keyword)}")
    return ", ".join(words)


def index_name(keyword: str, names: Sequence[str]) -> str:
    """Return what a keyword outside the table is called: the name of its dimension index, else the keyword itself."""
    if not keyword.startswith(DIMENSION_INDEX):
        return keyword
    number = int(keyword.partition(":")[2])
    return (names[number] if number < len(names) else "") or f"dimension {number + 1}"


def sort_key(value: str) -> tuple[int, float, str]:
    """Return what values are ordered by: not stated, then numbers, then words."""
    try:
        return (1, float(value.partition("\\")[0]), value)
    except ValueError:
        return (0 if not value else 2, 0.0, value)


def _is_time(keyword: str) -> bool:
    splitter = BY_KEYWORD.get(keyword)
    return splitter is not None and splitter.is_time


class _Codes:
    """The values of the varying attributes as small numbers: thousands of frames are judged by hundreds of combinations."""

    def __init__(self, frames: Sequence[PlacedFrame], varying: Sequence[str]) -> None:
        self._count = len(frames)
        _, self._places = np.unique([frame.place for frame in frames], return_inverse=True)
        self._positions = int(self._places.max()) + 1
        self._codes: dict[str, NDArray[np.int64]] = {}
        seen: set[bytes] = set()
        for keyword in varying:
            numbers: dict[str, int] = {}
            code = np.array([numbers.setdefault(frame.value(keyword), len(numbers)) for frame in frames], dtype=np.int64)
            # Attributes that divide the frames alike (echo number and echo time) are one: the first in order speaks.
            if code.tobytes() not in seen:
                seen.add(code.tobytes())
                self._codes[keyword] = code

    @property
    def distinct(self) -> tuple[str, ...]:
        """The attributes, without those that divide the frames as an earlier one does."""
        return tuple(self._codes)

    def parts(self, keywords: Sequence[str]) -> int:
        """Return into how many parts attributes divide the frames."""
        return len(np.unique(self._together(keywords)))

    def each_once(self, keywords: Sequence[str]) -> bool:
        """Say whether no part holds a position twice."""
        return len(np.unique(self._together(keywords) * self._positions + self._places)) == self._count

    def each_complete(self, keywords: Sequence[str]) -> bool:
        """Say whether every part holds every position exactly once."""
        return self.parts(keywords) * self._positions == self._count and self.each_once(keywords)

    def _together(self, keywords: Sequence[str]) -> NDArray[np.int64]:
        together = np.zeros(self._count, dtype=np.int64)
        for keyword in keywords:
            code = self._codes[keyword]
            together = np.unique(together * (int(code.max()) + 1) + code, return_inverse=True)[1].astype(np.int64)
        return together


def _with_b_value(keywords: tuple[str, ...], codes: _Codes) -> tuple[str, ...]:
    """Return the attributes with the b-value before the direction: directions alone do not say how strong they are."""
    b_value = "DiffusionBValue"
    if "DiffusionGradientOrientation" not in keywords or b_value in keywords or b_value not in codes.distinct:
        return keywords
    return (b_value, *keywords) if codes.parts((b_value, *keywords)) == codes.parts(keywords) else keywords


def _varying(frames: Sequence[PlacedFrame]) -> list[str]:
    """Return the attributes that have more than one value, in the order in which they are tried."""
    keywords = {name for frame in frames for name, _ in frame.frame.dimensions} | {IMAGE_TYPE, OBJECT}
    found = [keyword for keyword in keywords & set(ORDER) if len({frame.value(keyword) for frame in frames}) > 1]
    # An echo time of 0 is no echo but a map that was computed (a field map): what kind of image it is says more.
    late = {keyword for keyword in _ECHO_TIMES & set(found) if any(frame.value(keyword) == "0" for frame in frames)}
    found.sort(key=lambda keyword: ORDER[keyword] + len(ORDER) * (keyword in late))
    pointers = frames[0].header.dimension_pointers
    for number, pointer in enumerate(pointers):
        keyword = f"{DIMENSION_INDEX}:{number}"
        same_pointers = all(frame.header.dimension_pointers == pointers for frame in frames)
        if pointer not in SPATIAL_INDICES and same_pointers and len({frame.value(keyword) for frame in frames}) > 1:
            # Objects are told apart only when nothing in them is.
            found.insert(found.index(OBJECT) if OBJECT in found else len(found), keyword)
    return found


def _partition(frames: Sequence[PlacedFrame], keywords: Sequence[str]) -> list[Split]:
    parts: dict[tuple[str, ...], list[PlacedFrame]] = {}
    for frame in frames:
        parts.setdefault(tuple(frame.value(keyword) for keyword in keywords), []).append(frame)
    ordered = sorted(parts.items(), key=lambda part: tuple(map(sort_key, part[0])))
    return [Split(tuple(zip(keywords, values, strict=True)), tuple(part)) for values, part in ordered]


def _multiplicity(frames: Sequence[PlacedFrame]) -> int:
    return max(Counter(frame.place for frame in frames).values())


def _split_in_steps(frames: Sequence[PlacedFrame], varying: Sequence[str], most: int) -> list[Split] | None:
    """Split by one attribute, then each part by whatever tells its own frames apart (b 0 once, b 1000 three times)."""
    for keyword in varying:
        parts = _partition(frames, (keyword,))
        if not 1 < len(parts) <= most or any(_multiplicity(part.frames) == most for part in parts):
            continue
        found: list[Split] = []
        for part in parts:
            finer = split_by_attribute(part.frames)
            if finer is None:
                break
            found.extend(Split(part.values + each.values, each.frames) for each in finer)
        else:
            return found
    return None


def _split_by_occurrence(frames: Sequence[PlacedFrame], most: int) -> list[Split] | None:
    """Take the first frame of every position, then the second ..., by Instance Number; only when all have as many."""
    places: dict[int, list[PlacedFrame]] = {}
    for frame in frames:
        places.setdefault(frame.place, []).append(frame)
    if any(len(found) != most for found in places.values()) or len(places) == 1:
        return None
    for found in places.values():
        found.sort(key=lambda frame: frame.turn)
    return [Split(((REPETITION, str(turn + 1)),), tuple(found[turn] for found in places.values())) for turn in range(most)]
