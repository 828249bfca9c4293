"""Which part of one object is which part of another: by code, then by label; by number only where both are equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segment, Segmentation

Code = tuple[tuple[str, str], ...]

_SAY_NOTHING = frozenset({("SCT", "85756007"), ("SCT", "123037004"), ("SCT", "91723000")})
"""Tissue, Body structure, Anatomical structure: what programs write where they have no code."""

_SIDES = frozenset({("SCT", "24028007"), ("SCT", "7771000"), ("SCT", "51440002")})
"""Right, left, both (CID 244)."""


@dataclass(frozen=True)
class Named:
    """What a part is called. ``code`` holds (scheme, value) of type, region and their modifiers; empty: none that tells."""

    number: int
    label: str
    code: Code = ()

    @property
    def words(self) -> str:
        """The label without case and underscores."""
        return " ".join(self.label.replace("_", " ").casefold().split())

    @property
    def sides(self) -> frozenset[tuple[str, str]]:
        """The laterality that the codes state."""
        return _SIDES.intersection(self.code)


def named_parts(overlay: Overlay) -> tuple[Named, ...]:
    """Return the parts of a segmentation or structure set but for a background, with their codes."""
    content = overlay.content
    segments = {one.number: one for one in content.segments} if isinstance(content, Segmentation) else {}
    return tuple(
        Named(part.number, part.label, _code(segments.get(part.number)))
        for part in overlay.parts
        if part.state != "background"
    )


def _code(segment: Segment | None) -> Code:
    if segment is None or segment.type is None:
        return ()
    concepts = (segment.type, segment.region)
    said = [one.current for one in concepts if one is not None and one.current not in _SAY_NOTHING]
    if not said:
        return ()
    modifiers = {one.current for one in (*segment.type_modifiers, *segment.region_modifiers)}
    return (*said, *sorted(modifiers))


def match_parts(a: Sequence[Named], b: Sequence[Named]) -> tuple[tuple[int, int], ...]:
    """Return pairs of part numbers of two objects, in the order of the first.

    Parts with equal code and label belong together, several of them by number; then those whose code no other part of
    their object has; then those left whose label no other has, unless they lie on different sides. Nothing is guessed from
    numbers alone, nor from where the parts lie.
    """
    pairs: dict[int, int] = {}
    numbers_b = {(one.code, one.words, one.number) for one in b}
    for one in a:
        if (one.code or one.words) and (one.code, one.words, one.number) in numbers_b:
            pairs[one.number] = one.number
    _pair_unique(a, b, pairs, lambda one: (one.code, one.words) if one.code and one.words else None, among_left=True)
    _pair_unique(a, b, pairs, lambda one: one.code or None, among_left=False)
    _pair_unique(a, b, pairs, lambda one: one.words or None, among_left=True)
    return tuple((one.number, pairs[one.number]) for one in a if one.number in pairs)


def _pair_unique(
    a: Sequence[Named],
    b: Sequence[Named],
    pairs: dict[int, int],
    key: Callable[[Named], Hashable | None],
    *,
    among_left: bool,
) -> None:
    """Add pairs of parts whose key is that of one part on either side: of the whole objects, or of what is left."""
    taken = set(pairs.values())
    by_key_a, by_key_b = _by_key(a, key), _by_key(b, key)
    for value, ones in by_key_a.items():
        others = by_key_b.get(value, [])
        left = [one for one in ones if one.number not in pairs]
        left_others = [one for one in others if one.number not in taken]
        if len(left) != 1 or len(left_others) != 1 or (not among_left and (len(ones) != 1 or len(others) != 1)):
            continue
        if left[0].sides and left_others[0].sides and left[0].sides != left_others[0].sides:
            continue
        pairs[left[0].number] = left_others[0].number


def _by_key(parts: Sequence[Named], key: Callable[[Named], Hashable | None]) -> dict[Hashable, list[Named]]:
    found: dict[Hashable, list[Named]] = defaultdict(list)
    for one in parts:
        value = key(one)
        if value is not None:
            found[value].append(one)
    return found
