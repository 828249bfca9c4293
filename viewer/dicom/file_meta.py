"""The file meta information (PS3.10 section 7.1): what stands before every data set in a file."""

from __future__ import annotations

import struct

from viewer.dicom import limits
from viewer.dicom.inflated import ByteReader
from viewer.dicom.tag_reader import LONG_VRS, SHORT_VRS, UNDEFINED, NotUnderstood

_CHUNK_BYTES = 8192
_EXPLICIT = struct.Struct("<HH2sH").unpack_from
_LONG = struct.Struct("<L").unpack_from
_GROUP = b"\x02\x00"


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
    values: dict[int, bytes] = {}
    position = 132
    while True:
        if position + 12 > size:
            buffer = _longer(reader, position + 2, size)
            size = len(buffer)
        if buffer[position : position + 2] != _GROUP:
            if not values:
                raise NotUnderstood("no file meta information")
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


def _longer(reader: ByteReader, end: int, size: int) -> bytes:
    """Return more bytes from the beginning of a file than before, twice as many at least; raises NotUnderstood."""
    if end > limits.VALUE_BYTES:
        raise NotUnderstood("the file meta information is enormous")
    buffer = reader.read(0, max(end, 2 * size))
    if len(buffer) < end:
        raise NotUnderstood("the file is cut off")
    return buffer
