"""Which images an image was made from, where it says for what: spectral basis images and FOR PROCESSING predecessors.

Source Image Sequence (0008,2112) stands at the top level or in Derivation Image functional groups (PS3.3 C.7.6.1.1.4,
C.7.6.16.2.6); Purpose of Reference Code Sequence says what the source was used for (CID 7202).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from viewer.dicom.decimal_strings import strings
from viewer.dicom.functional_groups import FunctionalGroups
from viewer.dicom.tag_reader import Item, Tree
from viewer.domain.instance import MadeFrom

_SOURCES = 0x00082112
_DERIVATION = 0x00089124
_SOP_INSTANCE = 0x00081155
_PURPOSE = 0x0040A170
_CODE, _SCHEME, _MEANING = 0x00080100, 0x00080102, 0x00080104

_OF_SOURCES: Tree = {_SOP_INSTANCE: None, _PURPOSE: dict.fromkeys((_CODE, _SCHEME, _MEANING))}
SOURCES_TREE: dict[int, Tree | None] = {_SOURCES: _OF_SOURCES}
"""What is wanted of the top level."""
DERIVATION_TREE: dict[int, Tree | None] = {_DERIVATION: {_SOURCES: _OF_SOURCES}}
"""What is wanted of functional groups."""

_PADDING = b" \0"
_PREDECESSOR = (b"121358", b"DCM")
_BASIS = b"basis image"
"""Of the meaning: the draft of Supplement 252 names the purpose and has no code for it yet."""


def sources_of_object(item: Item) -> tuple[MadeFrom, ...]:
    """Return the sources that the top level names, each once."""
    return _links(item.sequences.get(_SOURCES, ()))


def sources_of_groups(groups: FunctionalGroups) -> tuple[MadeFrom, ...]:
    """Return the sources that functional groups name, each once."""
    derivations = (one for group in (groups.shared, *groups.frames) for one in group.sequences.get(_DERIVATION, ()))
    return _links(source for one in derivations for source in one.sequences.get(_SOURCES, ()))


def _links(sources: Iterable[Item]) -> tuple[MadeFrom, ...]:
    found: dict[MadeFrom, None] = {}
    for source in sources:
        for purpose in source.sequences.get(_PURPOSE, ()):
            kind = _kind_of(purpose)
            uid = "".join(strings(source.values.get(_SOP_INSTANCE))) if kind is not None else ""
            if kind is not None and uid:
                found[MadeFrom(uid, kind)] = None
    return tuple(found)


def _kind_of(purpose: Item) -> Literal["predecessor", "basis"] | None:
    # Every image of some scanners names several sources: the bytes are looked at as they are.
    values = purpose.values
    if (values.get(_CODE, b"").strip(_PADDING), values.get(_SCHEME, b"").strip(_PADDING)) == _PREDECESSOR:
        return "predecessor"
    return "basis" if _BASIS in values.get(_MEANING, b"").lower() else None
