"""Which parts of one object cannot be in the same place: the two sides of one organ, and organs that never share tissue.

Decided
    Left and right of one thing exclude each other: by codes, or by name where only the word for the side differs.
    Organs exclude each other by their codes when both are on one list of whole organs. Parts of organs, vessels in organs,
    lesions and tissues are on no list: they rightly lie inside something else.
Refused
    Excluding by names what codes do not say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Final, Literal

from viewer.domain.overlay import Overlay, Part
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet

Side = Literal["left", "right"]
Pair = tuple[int, int]
"""Two part numbers, the smaller first."""

_ORGANS: Final[frozenset[str]] = frozenset(
    (
        "23451007",
        "15825003",
        "89837001",
        "12738006",
        "71854001",
        "38848004",
        "32849002",
        "28231008",
        "80891009",
        "64131007",
        "64033007",
        "10200004",
        "39607008",
        "15776009",
        "45289007",
        "41216001",
        "30315005",
        "78961009",
        "69695003",
        "54019009",
        "69748006",
        "44567001",
        "35039007",
    )
)
"""SCT: adrenal gland, aorta, bladder, brain, colon, duodenum, oesophagus, gallbladder, heart, inferior vena cava, kidney,
liver, lung, pancreas, parotid gland, prostate, small intestine, spleen, stomach, submandibular gland, thyroid, trachea,
uterus."""


def stated_side(label: str, laterality: str) -> Side | None:
    """Return the side that a part says it is on: by its laterality, else by the word in its name; None for neither."""
    said = {_side(laterality)} - {None} or set(map(_side, _words(label))) - {None}
    return said.pop() if len(said) == 1 else None


def exclusive_pairs(overlay: Overlay) -> Sequence[Pair]:
    """Return the parts of a segmentation or structure set, two by two, that cannot be in the same place.

    None of a label map, whose parts cannot share a voxel, and of one that states truly that its segments do not overlap.
    """
    content = overlay.content
    if isinstance(content, Segmentation):
        contradicts = any(one.code == "overlap_not_declared" for one in overlay.issues)
        if content.type == "LABELMAP" or (content.segments_overlap == "NO" and not contradicts):
            return ()
    elif not isinstance(content, StructureSet):
        return ()
    parts = [part for part in overlay.parts if part.state == "ok"]
    types = _types(content)
    return tuple(
        (min(one.number, other.number), max(one.number, other.number))
        for one, other in combinations(parts, 2)
        if _exclude(one, other, types)
    )


def _exclude(one: Part, other: Part, types: dict[int, tuple[str, str]]) -> bool:
    first, second = types.get(one.number), types.get(other.number)
    sides = {stated_side(part.label, part.laterality) for part in (one, other)}
    if sides == {"left", "right"}:
        return first == second if first is not None and second is not None else _without_side(one) == _without_side(other)
    if first is None or second is None or first == second:
        return False
    return {first[0], second[0]} == {"SCT"} and {first[1], second[1]} <= _ORGANS


def _types(content: Segmentation | StructureSet) -> dict[int, tuple[str, str]]:
    """Return (scheme, value) of the Segmented Property Type of every segment that states one."""
    if not isinstance(content, Segmentation):
        return {}
    return {one.number: one.type.current for one in content.segments if one.type is not None}


def _without_side(part: Part) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _words(part.label) if _side(word) is None)


def _words(label: str) -> list[str]:
    return [word for word in re.split(r"[^A-Za-z]+", label) if word]


def _side(text: str) -> Side | None:
    word = text.strip().casefold()
    return "left" if word == "left" else "right" if word == "right" else None
