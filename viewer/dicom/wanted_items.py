"""Raw values of chosen elements of an instance, by the strict reader or, where that has a doubt, by pydicom.

Both give the same ``Item``: little-endian bytes as in the file. The functions below turn bytes into numbers and text,
tolerant of padding, bad numbers and wrong value representations ("0.5,0.5" as DS, US where SS is meant).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydicom.datadict import tag_for_keyword

from viewer.dicom.byte_reader import BytesUnavailable, open_bytes, open_stored
from viewer.dicom.character_sets import character_set
from viewer.dicom.datasets import UnreadableDataset, top_level
from viewer.dicom.file_meta import read_file_meta
from viewer.dicom.repeated_runs import RepeatedRuns
from viewer.dicom.tag_reader import Item, NotUnderstood, Tree, read_top_level
from viewer.dicom.transfer_syntaxes import DEFLATED, EXPLICIT_BIG_ENDIAN, IMPLICIT, syntax_of
from viewer.domain.instance import InstanceHeader

_SPECIFIC_CHARACTER_SET = 0x00080005
_ESCAPE = b"\x1b"


@cache
def tag(keyword: str) -> int:
    """Return the tag of a keyword; raises KeyError when pydicom's dictionary does not have it."""
    found = tag_for_keyword(keyword)
    if found is None:
        raise KeyError(keyword)
    return found


def tree(values: Iterable[str] = (), **sequences: Tree) -> dict[int, Tree | None]:
    """Return a tree of wanted elements from keywords."""
    wanted: dict[int, Tree | None] = {tag(keyword): None for keyword in values}
    wanted.update({tag(keyword): subtree for keyword, subtree in sequences.items()})
    return wanted


def read_wanted(header: InstanceHeader, wanted: Tree, *, runs: Mapping[bool, RepeatedRuns] | None = None) -> Item:
    """Read the wanted elements of an instance, and the Specific Character Set that their text is written in.

    ``runs`` are those of earlier calls for the same tree, of data sets in implicit (False) and explicit (True) VR.

    Raises
    ------
    UnreadableDataset
        When pydicom cannot read it either.
    """
    wanted = {**wanted, _SPECIFIC_CHARACTER_SET: None}
    try:
        with (open_bytes if header.transfer_syntax_uid in DEFLATED else open_stored)(header.source) as reader:
            try:
                meta, start = read_file_meta(reader)
                syntax = syntax_of(meta)
                if syntax == header.transfer_syntax_uid != EXPLICIT_BIG_ENDIAN:
                    explicit = syntax not in IMPLICIT
                    known = runs[explicit] if runs is not None else None
                    return _with_characters(read_top_level(reader, start, wanted, explicit=explicit, runs=known).item)
            except NotUnderstood:
                pass
            return _with_characters(top_level(reader, wanted)[0].item)
    except BytesUnavailable as failure:
        raise UnreadableDataset(failure.reason) from failure


def _with_characters(item: Item) -> Item:
    """Give the items of all sequences the character set of the data set that they stand in (PS3.3 C.12.1.1.2)."""
    stated = item.values.get(_SPECIFIC_CHARACTER_SET)
    waiting = [item] if stated else []
    while waiting:
        for nested in waiting.pop().sequences.values():
            for one in nested:
                one.values.setdefault(_SPECIFIC_CHARACTER_SET, stated or b"")
                waiting.append(one)
    return item


def texts(item: Item, keyword: str | int) -> tuple[str, ...]:
    """Return the values of a text element, without padding."""
    value = item.values.get(tag(keyword) if isinstance(keyword, str) else keyword)
    if not value:
        return ()
    if value.isascii() and _ESCAPE not in value:
        written = value.decode("ascii")
    else:
        written = character_set(item.values.get(_SPECIFIC_CHARACTER_SET)).text(value)
    return tuple(part.strip(" \0") for part in written.split("\\"))


def text(item: Item, keyword: str | int) -> str:
    """Return the first value of a text element, or an empty string."""
    return next(iter(texts(item, keyword)), "")


def to_number(written: str) -> float | None:
    """Return a finite number, or None."""
    try:
        value = float(written)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def number(item: Item, keyword: str) -> float | None:
    """Return the first value of a DS or IS element, or None when there is none or it is no number."""
    return to_number(text(item, keyword))


def words(item: Item, keyword: str | int, *, signed: bool = False) -> tuple[int, ...]:
    """Return the values of a 16-bit binary element, signed as asked whatever its VR says."""
    value = item.values.get(tag(keyword) if isinstance(keyword, str) else keyword, b"")
    count = len(value) // 2
    return struct.unpack(f"<{count}{'h' if signed else 'H'}", value[: count * 2])


def word(item: Item, keyword: str, default: int, *, signed: bool = False) -> int:
    """Return the first value of a 16-bit binary element, or the default."""
    return next(iter(words(item, keyword, signed=signed)), default)


def word_array(value: bytes) -> NDArray[np.uint16]:
    """Return 16-bit words (n,)."""
    return np.frombuffer(value[: len(value) // 2 * 2], "<u2").astype(np.uint16)


def double(item: Item, keyword: str) -> float | None:
    """Return the first value of an FD element, or None."""
    value = item.values.get(tag(keyword), b"")
    found = struct.unpack_from("<d", value)[0] if len(value) >= 8 else math.nan
    return float(found) if math.isfinite(found) else None


def items(item: Item, keyword: str) -> tuple[Item, ...]:
    """Return the items of a sequence."""
    return tuple(item.sequences.get(tag(keyword), ()))


def first_item(item: Item, keyword: str) -> Item | None:
    """Return the first item of a sequence, or None."""
    return item.first(tag(keyword))
