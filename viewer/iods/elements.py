"""Tolerant reads of single elements of a pydicom dataset: a bad value is an absent one, never an exception.

Real files hold letters in decimal strings and fractions in integer strings; pydicom then raises or returns a str.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

import numpy as np
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag

from viewer.dicom.tag_reader import Item, NotUnderstood, Tree, read_sequence

_BAD_VALUE = (ValueError, TypeError, OverflowError, KeyError, NotImplementedError, AttributeError, UnicodeError)
_WRITTEN_AS_TEXT = frozenset({"DS", "IS", "UI", "CS", "DA", "TM", "DT", "AS"})
_SEVERAL_TEXTS = frozenset({"LO", "SH", "UC"})
_ONE_TEXT = frozenset({"LT", "ST", "UT", "UR"})


def texts(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return the values of an element as text, as written and without padding; empty when absent or unreadable."""
    written = _written(dataset, _tag_of(keyword))
    if written is not None:
        return written
    value = _value(dataset, keyword)
    if value is None or isinstance(value, Sequence | Dataset | bytes):
        return ()
    if isinstance(value, MultiValue | list | tuple):
        return tuple(_plain(one) for one in value)
    return (_plain(value),)


def text(dataset: Dataset, keyword: str) -> str:
    r"""Return the text of an element; several values are joined by ``\`` as in the file. Empty when absent."""
    return "\\".join(texts(dataset, keyword)).strip()


def floats(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return the numbers of an element (DS, IS, FL, FD, US, ...); NaN for each value that is no finite number."""
    return tuple(_to_float(value) for value in _numeric(dataset, keyword))


def integers(dataset: Dataset, keyword: str) -> tuple[int, ...]:
    """Return the whole numbers of an element; values that are none are left out."""
    return tuple(int(value) for value in floats(dataset, keyword) if math.isfinite(value))


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return the first number of an element, or None."""
    found = floats(dataset, keyword)
    return found[0] if found and math.isfinite(found[0]) else None


def integer(dataset: Dataset, keyword: str) -> int | None:
    """Return the first whole number of an element, or None."""
    found = integers(dataset, keyword)
    return found[0] if found else None


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Return the items of a sequence; empty when absent or no sequence."""
    value = _value(dataset, keyword)
    return tuple(value) if isinstance(value, Sequence) else ()


def raw_items(dataset: Dataset, keyword: str, wanted: Tree) -> list[Item] | None:
    """Return the wanted elements of the items of a sequence that pydicom has not parsed yet, as raw bytes.

    Empty when it is absent or empty. None when it is parsed or in any way unusual: then ``items`` is to be asked. Building a
    data set for each item takes ten times as long.
    """
    present, tag = dataset.keys(), _tag_of(keyword)
    if tag not in present:
        return []
    element: object = dataset.get_item(tag)
    if not isinstance(element, RawDataElement) or not element.is_little_endian or element.VR != "SQ":
        return None
    if not element.value:
        return []
    try:
        return read_sequence(element.value, wanted, explicit=not element.is_implicit_VR)
    except NotUnderstood:
        return None


def first_raw_item(dataset: Dataset, keyword: str, wanted: Tree) -> Item | None:
    """Return the wanted elements of the first item as ``raw_items`` does; None also when there is no item."""
    found = raw_items(dataset, keyword, wanted)
    return found[0] if found else None


def first_item(dataset: Dataset, keyword: str) -> Dataset | None:
    """Return the first item of a sequence, or None."""
    found = items(dataset, keyword)
    return found[0] if found else None


def data(dataset: Dataset, keyword: str) -> bytes:
    """Return the bytes of an element with a binary value representation; empty when absent."""
    value = _value(dataset, keyword)
    return value if isinstance(value, bytes) else b""


def raw_item(dataset: Dataset, tags: Iterable[int], *, little_endian: bool = True) -> Item:
    """Return elements as raw little-endian words, for the readers of tables and planes that images and states share."""
    item = Item()
    for tag in tags:
        if tag not in dataset:
            continue
        element: object = dataset.get_item(tag)
        value = getattr(element, "value", None)
        if isinstance(value, bytes):
            words = getattr(element, "VR", "") in ("US", "SS", "OW") and not little_endian and len(value) % 2 == 0
            item.values[tag] = np.frombuffer(value, ">u2").astype("<u2").tobytes() if words else value
        elif isinstance(value, int | MultiValue | list):
            numbers = [value] if isinstance(value, int) else list(value)
            item.values[tag] = np.array([int(number_) & 0xFFFF for number_ in numbers], "<u2").tobytes()
        elif value is not None:
            item.values[tag] = str(value).encode("utf-8")
        else:
            item.values[tag] = b""
    return item


def written_text(value: bytes) -> str:
    """Return the characters of an element that is plain ASCII, such as a UID or a decimal string, without padding."""
    return value.decode("latin-1").strip(" \0")


def _value(dataset: Dataset, keyword: str) -> object:
    present, tag = dataset.keys(), _tag_of(keyword)
    if tag not in present:
        # The quick way out: most optional elements are absent, and pydicom takes its time to say so.
        return None
    try:
        return dataset[tag].value
    except _BAD_VALUE:
        return None


@cache
def _tag_of(keyword: str) -> BaseTag:
    # Segmentations of a hundred segments ask thousands of times.
    return Tag(keyword)


def _written(dataset: Dataset, tag: BaseTag) -> tuple[str, ...] | None:
    """Return the characters of the file for elements that are plain ASCII, so that numbers stay as written."""
    present = dataset.keys()
    if tag not in present:
        return None
    try:
        element: object = dataset.get_item(tag)
    except _BAD_VALUE:
        return None
    if not isinstance(element, RawDataElement) or element.value is None:
        return None
    if element.VR not in _WRITTEN_AS_TEXT:
        return _plain_ascii(element.value, element.VR)
    written = written_text(element.value)
    return tuple(part.strip(" \0") for part in written.split("\\")) if written else ()


def _plain_ascii(value: bytes, vr: str | None) -> tuple[str, ...] | None:
    """Return texts in which every character set agrees; None for others. Most names of codes are such."""
    if vr not in _SEVERAL_TEXTS and vr not in _ONE_TEXT:
        return None
    if not value or not value.isascii() or b"\x1b" in value:
        return None
    written = value.decode("ascii")
    return tuple(one.strip(" \0") for one in (written.split("\\") if vr in _SEVERAL_TEXTS else (written,)))


def _numeric(dataset: Dataset, keyword: str) -> Iterable[object]:
    written = _written(dataset, _tag_of(keyword))
    if written is not None:
        return written
    value = _value(dataset, keyword)
    if value is None or isinstance(value, Sequence | Dataset | bytes):
        return ()
    return value if isinstance(value, MultiValue | list | tuple) else (value,)


def _to_float(value: object) -> float:
    try:
        number_ = float(str(value))
    except ValueError:
        return math.nan
    return number_ if math.isfinite(number_) else math.nan


def _plain(value: object) -> str:
    original = getattr(value, "original_string", None)
    written = original if isinstance(original, str) else str(value)
    return written.strip(" \0")
