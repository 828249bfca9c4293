"""Finding the frames in encapsulated Pixel Data: offset tables and fragments (PS3.5 Annex A.4).

Only item headers are read (eight bytes a fragment); the fragments of a frame are read when it is decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from viewer.dicom.byte_reader import ByteReader

MAXIMUM_FRAGMENTS = 2_000_000
"""More than that in one object is an attack: no tiled slide comes near."""

_ITEM = 0xFFFEE000
_END = 0xFFFEE0DD
_JPEG_END = b"\xff\xd9"
_CODESTREAM_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ", b"\0\0\0\x0cJXL ", b"\xff\x0a")
"""Of JPEG and JPEG-LS, JPEG 2000 and HTJ2K, their file format, and the two forms of JPEG XL."""


@dataclass(frozen=True)
class Fragment:
    """``offset`` and ``length`` of the bytes of a fragment; ``item`` is the offset of its item tag."""

    item: int
    offset: int
    length: int
    whole: bool


@dataclass(frozen=True)
class Fragments:
    """All fragments behind the basic offset table, whose entries are relative to the first item after it."""

    fragments: tuple[Fragment, ...]
    basic_offsets: tuple[int, ...]
    ended: bool
    """The sequence delimiter was found."""
    too_many: bool = False


def read_fragments(reader: ByteReader, offset: int) -> Fragments:
    """Walk the items of encapsulated Pixel Data whose value begins at ``offset``.

    A fragment that runs over the end of the file is kept with ``whole`` False; anything that is no item ends the walk.
    """
    found: list[Fragment] = []
    basic: tuple[int, ...] = ()
    position = offset
    first = True
    while position + 8 <= reader.size:
        group, element, length = struct.unpack("<HHI", reader.read(position, 8))
        tag = group << 16 | element
        if tag == _END:
            return Fragments(tuple(found), basic, ended=True)
        if tag != _ITEM:
            break
        start = position + 8
        present = min(length, reader.size - start)
        if first:
            basic = _offset_table(reader.read(start, present))
            first = False
        else:
            found.append(Fragment(position, start, present, present == length))
            if len(found) > MAXIMUM_FRAGMENTS:
                return Fragments(tuple(found), basic, ended=False, too_many=True)
        if present < length:
            break
        position = start + length
    return Fragments(tuple(found), basic, ended=False)


def _offset_table(value: bytes) -> tuple[int, ...]:
    count = len(value) // 4
    return struct.unpack(f"<{count}I", value[: count * 4])


def group_into_frames(
    found: Fragments,
    number_of_frames: int,
    *,
    extended_offsets: tuple[int, ...] = (),
    ends_with: Callable[[Fragment], bytes] | None = None,
    begins_with: Callable[[Fragment], bytes] | None = None,
) -> tuple[tuple[Fragment, ...], ...]:
    """Return the fragments of each frame: by the extended offset table, the basic one, else by counting.

    A table that does not point at item tags in rising order is not believed. Where fragments outnumber frames and there
    is no table, a frame begins with each fragment whose first bytes (asked through ``begins_with``) open a codestream, if
    that gives the right number; else it ends with the one whose last bytes (``ends_with``) hold an end-of-image marker.
    """
    fragments = found.fragments
    if not fragments:
        return ()
    if number_of_frames == 1:
        return (fragments,)
    for table in (extended_offsets, found.basic_offsets):
        frames = _by_table(fragments, table, number_of_frames)
        if frames:
            return frames
    if len(fragments) <= number_of_frames or ends_with is None:
        return tuple((fragment,) for fragment in fragments)
    if begins_with is not None:
        starts = [place for place, one in enumerate(fragments) if begins_with(one).startswith(_CODESTREAM_STARTS)]
        if len(starts) == number_of_frames and starts[0] == 0:
            return tuple(fragments[first:last] for first, last in pairwise([*starts, len(fragments)]))
    frames_found: list[tuple[Fragment, ...]] = []
    current: list[Fragment] = []
    for fragment in fragments:
        current.append(fragment)
        if _JPEG_END in ends_with(fragment):
            frames_found.append(tuple(current))
            current = []
    if current:
        frames_found.append(tuple(current))
    return tuple(frames_found)


def _by_table(
    fragments: tuple[Fragment, ...], table: tuple[int, ...], number_of_frames: int
) -> tuple[tuple[Fragment, ...], ...]:
    if len(table) != number_of_frames or table[0] != 0:
        return ()
    base = fragments[0].item
    index_of = {fragment.item - base: index for index, fragment in enumerate(fragments)}
    starts: list[int] = []
    for offset in table:
        # In a file that is cut off, the table still points at frames that are gone: those before them are good.
        if offset not in index_of:
            if offset > fragments[-1].item - base:
                break
            return ()
        starts.append(index_of[offset])
    if any(second <= first for first, second in pairwise(starts)):
        return ()
    ends = [*starts[1:], len(fragments)]
    return tuple(fragments[first:last] for first, last in zip(starts, ends, strict=True))
