"""A small strict reader of exactly the elements that are wanted; the hot path of the scan and of functional groups.

It understands explicit and implicit VR little endian (PS3.5 section 7) and nothing else. Whatever looks odd - an order
that does not rise, a VR that does not exist, a length that does not fit - raises ``NotUnderstood``, and the caller asks
pydicom. It never guesses, never recurses deeper than the tree of wanted elements, and never reads a value it was not
asked for.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from viewer.dicom import limits
from viewer.dicom.inflated import ByteReader
from viewer.dicom.repeated_runs import KEY_BYTES, RepeatedRuns, Walked

UNDEFINED = 0xFFFFFFFF
ITEM = 0xFFFEE000
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD
PIXEL_DATA = 0x7FE00010
PIXEL_KEYWORDS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", PIXEL_DATA: "PixelData"}
CONTENT_SEQUENCE = 0x0040A730
ROWS = 0x00280010

Tree: TypeAlias = "Mapping[int, Tree | None]"
"""What is wanted: tags, each with None (its value) or the tree of what is wanted of its items."""

_ALWAYS_SPECIAL = frozenset({*PIXEL_KEYWORDS, CONTENT_SEQUENCE})
_FEW_WALKED = 8
"""Where no more elements than that had to be walked, looking for runs among them costs more than it saves."""
_CHUNK_BYTES = 8192
_REPEATED_BYTES = 4096
"""Sequences no longer than this, in a sequence in memory, are read once for all places where the same bytes stand."""
_EXPLICIT = struct.Struct("<HH2sH").unpack_from
_IMPLICIT = struct.Struct("<HHL").unpack_from
_LONG = struct.Struct("<L").unpack_from
SHORT_VRS = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(),
)
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())


class NotUnderstood(Exception):
    """The strict reader has a doubt; pydicom is to be asked."""


@dataclass(slots=True)
class Item:
    """The wanted elements of a data set or sequence item: raw little-endian values, and items of sequences."""

    values: dict[int, bytes] = field(default_factory=dict)
    sequences: dict[int, list[Item]] = field(default_factory=dict)

    def first(self, tag: int) -> Item | None:
        """Return the first item of a sequence, or None."""
        items = self.sequences.get(tag)
        return items[0] if items else None


@dataclass(slots=True)
class TopLevel:
    """What was read of a data set: the wanted elements, and where the pixels lie.

    ``pixels`` is (tag, offset of the value, length or None when undefined). ``ranges`` is (offset, length) of the values
    of the sequences that were asked to be found only. ``truncated`` says that the file ends inside an element, ``deepest``
    how deeply sequences of undefined length are nested.
    """

    item: Item
    pixels: tuple[int, int, int | None] | None = None
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)
    truncated: bool = False
    deepest: int = 0


class _Window:
    """A stretch of the bytes in memory that moves on as it is read."""

    __slots__ = ("base", "buffer", "deepest", "reader", "repeated")

    def __init__(self, reader: ByteReader | None, buffer: bytes, base: int) -> None:
        self.reader = reader
        self.buffer = buffer
        self.base = base
        self.deepest = 0
        self.repeated: defaultdict[int, dict[bytes, list[Item]]] = defaultdict(dict)

    def index_of(self, position: int, count: int) -> int:
        """Return where ``position`` stands in the buffer, with ``count`` bytes behind it; raises NotUnderstood."""
        index = position - self.base
        if index < 0 or index + count > len(self.buffer):
            if self.reader is None:
                raise NotUnderstood("an item is cut off")
            self.buffer = self.reader.read(position, max(count, _CHUNK_BYTES))
            self.base = position
            index = 0
            if len(self.buffer) < count:
                raise NotUnderstood("the file is cut off")
        return index

    def value(self, position: int, length: int) -> bytes:
        """Return a value; raises NotUnderstood when it is longer than any header value should be."""
        if length > limits.VALUE_BYTES:
            raise NotUnderstood("a header value is enormous")
        index = self.index_of(position, length)
        return self.buffer[index : index + length]


def read_top_level(
    reader: ByteReader,
    start: int,
    tree: Tree,
    *,
    explicit: bool,
    find: frozenset[int] = frozenset(),
    runs: RepeatedRuns | None = None,
) -> TopLevel:
    """Read the wanted elements of a data set that begins at ``start``, up to its pixel data.

    Sequences named in ``find`` are not read: where they lie is told. ``runs`` are those of earlier walks for the same tree
    in the same encoding; stretches that stand there are not walked again.

    The walk ends at the content tree of a report and, in a data set without Rows, behind the last wanted element: what
    lies beyond cannot be wanted.

    Raises
    ------
    NotUnderstood
        Anything unusual; pydicom is to be asked.
    """
    window = _Window(reader, reader.read(0, _CHUNK_BYTES), 0)
    buffer, base, size = window.buffer, 0, len(window.buffer)
    found = TopLevel(Item())
    values = found.item.values
    last_wanted = max(tree) if runs is None else runs.last_wanted
    position = start
    previous = -1
    walked: list[Walked] = []
    beginnings = runs.beginnings if runs is not None else frozenset[bytes]()
    while True:
        index = position - base
        if index < 0 or index + 12 > size:
            buffer, base, index = reader.read(position, _CHUNK_BYTES), position, 0
            window.buffer, window.base, size = buffer, base, len(buffer)
            if size < 8:
                # An end between two elements is clean; one inside an element, or before the end of a value, is not.
                found.truncated = size > 0 or not reader.read(position - 1, 1)
                break
        if buffer[index : index + KEY_BYTES] in beginnings:
            run = runs.at(buffer, index, previous) if runs is not None else None
            if run is not None:
                values.update(run.values)
                if run.sequences:
                    found.item.sequences.update(run.sequences)
                position += run.length
                previous = run.last
                continue
        if explicit:
            group, element, vr, length = _EXPLICIT(buffer, index)
            if vr in SHORT_VRS:
                value = position + 8
            elif vr in LONG_VRS and size >= index + 12:
                (length,) = _LONG(buffer, index + 8)
                value = position + 12
            else:
                raise NotUnderstood("a value representation that does not exist")
        else:
            group, element, length = _IMPLICIT(buffer, index)
            vr = b"SQ"
            value = position + 8
        tag = group << 16 | element
        if tag <= previous or group == 0xFFFE:
            raise NotUnderstood("elements out of order")
        previous = tag
        begin = index
        position = value + length
        if tag in tree or tag in _ALWAYS_SPECIAL or tag in find:
            if tag in PIXEL_KEYWORDS:
                found.pixels = (tag, value, None if length == UNDEFINED else length)
                break
            if length != UNDEFINED and tag in tree and tree[tag] is None and tag not in find:
                index = value - base
                if index + length > size:
                    if length > limits.VALUE_BYTES:
                        raise NotUnderstood("a header value is enormous")
                    values[tag] = reader.read(value, length)
                    found.truncated = len(values[tag]) < length
                    if found.truncated:
                        del values[tag]
                        break
                    continue
                wanted = values[tag] = buffer[index : index + length]
                if runs is not None:
                    walked.append((tag, base + begin, buffer[begin : index + length], wanted))
                continue
            if tag == CONTENT_SEQUENCE:
                break
        elif tag > last_wanted and ROWS not in values:
            break
        elif length != UNDEFINED:
            if runs is not None and tag < last_wanted and position - base <= size:
                walked.append((tag, base + begin, buffer[begin : position - base], None))
            continue
        if length == UNDEFINED and vr != b"SQ":
            raise NotUnderstood("undefined length of something that is no sequence")
        if runs is not None and runs.shares_items and length <= _REPEATED_BYTES and tag in tree and position - base <= size:
            subtree = _subtree(tree, tag)
            items = runs.items_of(
                tag, buffer[value - base : position - base], partial(read_sequence, tree=subtree, explicit=explicit)
            )
            found.item.sequences[tag] = items
            walked.append((tag, base + begin, buffer[begin : position - base], items))
            continue
        position = _read_sequence_element(window, found, (tag, value, length), tree, find=find, explicit=explicit)
        buffer, base, size = window.buffer, window.base, len(window.buffer)
    if runs is not None and len(walked) > _FEW_WALKED:
        runs.learn(walked)
    return found


def _read_sequence_element(
    window: _Window, found: TopLevel, element: tuple[int, int, int], tree: Tree, *, find: frozenset[int], explicit: bool
) -> int:
    """Read, find or skip a sequence; return where it ends."""
    tag, value, length = element
    if length != UNDEFINED:
        if tag in find:
            found.ranges[tag] = (value, length)
        else:
            items = _read_whole_sequence(window, value, length, _subtree(tree, tag), explicit=explicit)
            found.item.sequences[tag] = items
        return value + length
    if tag in tree and tag not in find:
        found.item.sequences[tag], position = _read_items(window, value, None, _subtree(tree, tag), explicit=explicit)
        return position
    position = _skip_sequence(window, value, explicit=explicit)
    found.deepest = max(found.deepest, window.deepest)
    if tag in find:
        found.ranges[tag] = (value, position - 8 - value)
    return position


def read_sequence(data: bytes, tree: Tree, *, explicit: bool) -> list[Item]:
    """Read the wanted elements of the items of a sequence value in memory; raises NotUnderstood.

    Functional groups repeat the same position for every segment and the same orientation for every frame: where the bytes
    of a nested sequence are equal, the items are the same objects. They are not to be changed.
    """
    return _read_items(_Window(None, data, 0), 0, len(data), tree, explicit=explicit)[0]


def _subtree(tree: Tree, tag: int) -> Tree:
    subtree = tree[tag]
    if subtree is None:
        raise NotUnderstood("a sequence where a value is expected")
    return subtree


def _read_whole_sequence(window: _Window, start: int, length: int, tree: Tree, *, explicit: bool) -> list[Item]:
    if length > limits.FUNCTIONAL_GROUPS_BYTES:
        raise NotUnderstood("a sequence is enormous")
    data = window.reader.read(start, length) if window.reader else b""
    if len(data) < length:
        raise NotUnderstood("a sequence is cut off")
    return read_sequence(data, tree, explicit=explicit)


def _element(window: _Window, position: int, *, explicit: bool) -> tuple[int, bytes, int, int]:
    """Return (tag, VR, position of the value, length) of the element at ``position``."""
    index = window.index_of(position, 8)
    if not explicit:
        group, element, length = _IMPLICIT(window.buffer, index)
        return group << 16 | element, b"", position + 8, length
    group, element, vr, length = _EXPLICIT(window.buffer, index)
    tag = group << 16 | element
    if group == 0xFFFE:
        return tag, b"", position + 8, _LONG(window.buffer, index + 4)[0]
    if vr in SHORT_VRS:
        return tag, vr, position + 8, length
    if vr not in LONG_VRS:
        raise NotUnderstood("a value representation that does not exist")
    index = window.index_of(position, 12)
    return tag, vr, position + 12, _LONG(window.buffer, index + 8)[0]


def _read_items(window: _Window, position: int, end: int | None, tree: Tree, *, explicit: bool) -> tuple[list[Item], int]:
    """Read the items of a sequence; ``end`` is None when it ends with a delimitation item."""
    items: list[Item] = []
    while end is None or position < end:
        tag, _, value, length = _element(window, position, explicit=False)
        if tag == SEQUENCE_END and end is None:
            return items, value
        if tag != ITEM:
            raise NotUnderstood("something else than an item in a sequence")
        item_end = None if length == UNDEFINED else value + length
        if end is not None and item_end is not None and item_end > end:
            raise NotUnderstood("an item is longer than its sequence")
        item, position = _read_item(window, value, item_end, tree, explicit=explicit)
        items.append(item)
    return items, position


def _read_item(window: _Window, position: int, end: int | None, tree: Tree, *, explicit: bool) -> tuple[Item, int]:
    item = Item()
    while end is None or position < end:
        buffer, index = window.buffer, position - window.base
        # The usual element, without a call: ten thousand frames have six of them each.
        if explicit and 0 <= index <= len(buffer) - 12:
            group, element, vr, length = _EXPLICIT(buffer, index)
            tag = group << 16 | element
            if vr in SHORT_VRS:
                value = position + 8
            elif vr in LONG_VRS:
                (length,) = _LONG(buffer, index + 8)
                value = position + 12
            else:
                tag, vr, value, length = _element(window, position, explicit=True)
        else:
            tag, vr, value, length = _element(window, position, explicit=explicit)
        if tag >> 16 == 0xFFFE:
            if tag == ITEM_END and end is None:
                return item, position + 8
            raise NotUnderstood("a delimiter out of place")
        if length == UNDEFINED:
            if explicit and vr != b"SQ":
                raise NotUnderstood("undefined length of something that is no sequence")
            if tag in tree:
                item.sequences[tag], position = _read_items(window, value, None, _subtree(tree, tag), explicit=explicit)
            else:
                position = _skip_sequence(window, value, explicit=explicit)
            continue
        position = value + length
        if end is not None and position > end:
            raise NotUnderstood("an element is longer than its item")
        if tag in tree:
            subtree = tree[tag]
            if subtree is None:
                item.values[tag] = window.value(value, length)
            else:
                item.sequences[tag] = _read_nested(window, value, position, subtree, explicit=explicit)
    return item, position


def _read_nested(window: _Window, start: int, end: int, tree: Tree, *, explicit: bool) -> list[Item]:
    if window.reader is not None or end - start > _REPEATED_BYTES:
        return _read_items(window, start, end, tree, explicit=explicit)[0]
    known, raw = window.repeated[id(tree)], window.buffer[start - window.base : end - window.base]
    if raw not in known:
        known[raw] = _read_items(window, start, end, tree, explicit=explicit)[0]
    return known[raw]


def _skip_sequence(window: _Window, position: int, *, explicit: bool) -> int:
    """Return where a sequence of undefined length ends. Its nesting is kept as a count, not by recursion.

    At even depth an item or the end of the sequence is expected, at odd depth an element or the end of the item.
    """
    depth = 0
    buffer, base = window.buffer, window.base
    while True:
        index = position - base
        if index < 0 or index + 12 > len(buffer):
            index = window.index_of(position, 8)
            buffer, base = window.buffer, window.base
        group, element, length = _IMPLICIT(buffer, index)
        position += 8
        if group == 0xFFFE:
            if element == (0xE00D if depth & 1 else 0xE0DD):
                if depth == 0:
                    return position
                depth -= 1
                continue
            if element != 0xE000 or depth & 1:
                raise NotUnderstood("a delimiter out of place")
        elif not depth & 1:
            raise NotUnderstood("something else than an item in a sequence")
        elif explicit:
            vr = buffer[index + 4 : index + 6]
            if vr in SHORT_VRS:
                position += length >> 16
                continue
            if vr not in LONG_VRS:
                raise NotUnderstood("a value representation that does not exist")
            index = window.index_of(position, 4)
            buffer, base = window.buffer, window.base
            (length,) = _LONG(buffer, index)
            position += 4
            if length == UNDEFINED and vr == b"UN":
                raise NotUnderstood("undefined length of something that is no sequence")
        if length == UNDEFINED:
            depth += 1
            window.deepest = max(window.deepest, (depth + 1) // 2)
        else:
            position += length
