"""Pixels that ELSCINT1 (later Philips MxTwin) scanners keep in a private element when they compress: "PMSCT_RLE1".

Such files have no Pixel Data. The maker has not published the form; other free software reads it, too. 0xA5 repeats (count
less one, byte); what is then there are differences of one signed byte from pixel to pixel, or 0x5A and a whole value of two
bytes. A file decodes to exactly its rows times columns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.datasets import UnreadableDataset
from viewer.dicom.wanted_items import read_wanted, text
from viewer.domain.instance import InstanceHeader

_CREATOR, _PIXELS, _COMPRESSION = 0x07A10010, 0x07A1100A, 0x07A11011
_REPEAT, _WHOLE = b"\xa5", b"\x5a"


def elscint_stream(header: InstanceHeader) -> bytes:
    """Return the compressed pixels of an instance; empty when it has none of this kind."""
    try:
        found = read_wanted(header, {_CREATOR: None, _PIXELS: None, _COMPRESSION: None})
    except UnreadableDataset:
        return b""
    if text(found, _CREATOR) != "ELSCINT1" or text(found, _COMPRESSION) != "PMSCT_RLE1":
        return b""
    return found.values.get(_PIXELS, b"")


def decode_elscint(stream: bytes, rows: int, columns: int) -> NDArray[np.uint16]:
    """Return the stored values (rows, columns).

    Raises
    ------
    ValueError
        When the stream does not hold so many.
    """
    values = _from_differences(_without_repeats(stream))
    # A byte of padding to even length reads as one more pixel without a difference.
    if not rows * columns <= values.size <= rows * columns + 1:
        raise ValueError(f"it has {values.size} of {rows * columns} pixels")
    return values[: rows * columns].reshape(rows, columns)


def _without_repeats(stream: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while (found := stream.find(_REPEAT, at)) >= 0 and found + 2 < len(stream):
        parts += [stream[at:found], stream[found + 2 : found + 3] * (stream[found + 1] + 1)]
        at = found + 3
    return b"".join([*parts, stream[at:]])


def _from_differences(stream: bytes) -> NDArray[np.uint16]:
    parts: list[NDArray[np.int64]] = []
    at, last = 0, 0
    while at < len(stream):
        found = stream.find(_WHOLE, at)
        end = found if found >= 0 and found + 2 < len(stream) else len(stream)
        if end > at:
            parts.append(np.cumsum(np.frombuffer(stream[at:end], np.int8), dtype=np.int64) + last)
            last = int(parts[-1][-1])
        if end < len(stream):
            last = int.from_bytes(stream[end + 1 : end + 3], "little")
            parts.append(np.array([last]))
        at = end + 3
    return (np.concatenate([np.zeros(0, np.int64), *parts]) & 0xFFFF).astype(np.uint16)
