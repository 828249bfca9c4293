"""The file meta information (PS3.10 section 7.1): what stands before every data set in a file."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from viewer.dicom import limits
from viewer.dicom.inflated import ByteReader
from viewer.dicom.tag_reader import LONG_VRS, SHORT_VRS, UNDEFINED, NotUnderstood

_CHUNK_BYTES = 8192
_EXPLICIT = struct.Struct("<HH2sH").unpack_from
_LONG = struct.Struct("<L").unpack_from
_GROUP = b"\x02\x00"
_INSTANCE = 0x00020003


@dataclass(frozen=True, slots=True)
class _Shape:
    """The file meta information of the latest file: the next one mostly differs in the instance UID alone.

    ``start`` and ``end`` are those of that UID, ``behind`` reaches to the group of the first element of the data set.
    """

    start: int
    end: int
    data_set: int
    before: bytes
    behind: bytes
    values: dict[int, bytes]


_latest: list[_Shape] = []


def read_file_meta(reader: ByteReader) -> tuple[dict[int, bytes], int]:
    """Return the file meta information as raw values, and where the data set begins.

    Raises
    ------
    NotUnderstood
        There is no DICM prefix, or the group is not clean explicit VR little endian.
    """
    buffer = reader.read(0, _CHUNK_BYTES)
    size = len(buffer)
    if buffer[128:132] != b"DICM":
        raise NotUnderstood("no prefix")
    for like in _latest:
        if buffer.startswith(like.before, 132) and buffer.startswith(like.behind, like.end):
            return {**like.values, _INSTANCE: buffer[like.start : like.end]}, like.data_set
    values: dict[int, bytes] = {}
    instance = 0
    position = 132
    while True:
        if position + 12 > size:
            buffer = _longer(reader, position + 2, size)
            size = len(buffer)
        if buffer[position : position + 2] != _GROUP:
            if not values:
                raise NotUnderstood("no file meta information")
            if instance and position + 2 <= size:
                end = instance + len(values[_INSTANCE])
                _latest[:] = [_Shape(instance, end, position, buffer[132:instance], buffer[end : position + 2], values)]
            return values, position
        if position + 12 > size:
            raise NotUnderstood("the file is cut off")
        group, element, vr, length = _EXPLICIT(buffer, position)
        start = position + 8
        if vr in LONG_VRS:
            (length,) = _LONG(buffer, start)
            start = position + 12
        elif vr not in SHORT_VRS:
            raise NotUnderstood("a value representation that does not exist")
        tag = group << 16 | element
        if length == UNDEFINED or tag in values:
            raise NotUnderstood("odd file meta information")
        if length > limits.VALUE_BYTES:
            raise NotUnderstood("a header value is enormous")
        position = start + length
        if position > size:
            buffer = _longer(reader, position, size)
            size = len(buffer)
        values[tag] = buffer[start:position]
        if tag == _INSTANCE:
            instance = start


def _longer(reader: ByteReader, end: int, size: int) -> bytes:
    """Return more bytes from the beginning of a file than before, twice as many at least; raises NotUnderstood."""
    if end > limits.VALUE_BYTES:
        raise NotUnderstood("the file meta information is enormous")
    buffer = reader.read(0, max(end, 2 * size))
    if len(buffer) < end:
        raise NotUnderstood("the file is cut off")
    return buffer
