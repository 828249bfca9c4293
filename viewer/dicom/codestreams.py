"""What a compressed codestream says of itself: size, precision, sign and colour, read before anything is decoded.

The colour of a compressed frame is decided here, not by Photometric Interpretation alone: files disagree with their own
codestreams, and decoders would follow neither. The size is compared with the header before a decoder allocates anything.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

CodestreamColour = Literal["as_tagged", "rgb", "ybr"]


class BadCodestream(Exception):
    """The bytes are not the codestream that the transfer syntax announces."""


@dataclass(frozen=True)
class Codestream:
    """Header of a codestream.

    ``colour`` is what the codestream holds once its own transform is undone; ``as_tagged`` when it does not say.
    ``process`` is the JPEG start-of-frame number (0 baseline, 3 lossless, 55 JPEG-LS), -1 for JPEG 2000.
    """

    rows: int
    columns: int
    components: int
    precision: int
    signed: bool = False
    process: int = -1
    colour: CodestreamColour = "as_tagged"


JPEG_LS_PROCESS = 55
_SRGB, _SYCC = 16, 18
_JPEG_XL_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
"""Columns to rows, for what the header writes as 1 to 7."""
_JPEG_XL_BITS = (9, 13, 18, 30)
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC} | {0xF7}


def read_jpeg(data: bytes) -> Codestream:
    """Read the markers of a JPEG or JPEG-LS codestream up to its first scan (ITU-T T.81 Annex B, T.87 Annex C).

    Colour: the Adobe APP14 transform decides, then JFIF (always YCbCr), then component names R, G, B.

    Raises
    ------
    BadCodestream
        When there is no frame header.
    """
    if data[:2] != b"\xff\xd8":
        raise BadCodestream("the JPEG codestream does not begin with its start marker")
    adobe: int | None = None
    jfif = False
    frame: tuple[int, bytes] | None = None
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            position += 1
            continue
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _STANDALONE:
            position += 2
            continue
        if marker in (0xDA, 0xD9):
            break
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        body = data[position + 4 : position + 2 + length]
        if marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
            adobe = body[11]
        elif marker == 0xE0 and body[:5] == b"JFIF\x00":
            jfif = True
        elif marker in _START_OF_FRAME and frame is None:
            frame = (marker, body)
        position += 2 + max(length, 2)
    if frame is None or len(frame[1]) < 6:
        raise BadCodestream("the JPEG codestream has no frame header")
    marker, body = frame
    precision, rows, columns, components = struct.unpack(">BHHB", body[:6])
    names = bytes(body[6 + 3 * index] for index in range(components) if 6 + 3 * index < len(body))
    process = JPEG_LS_PROCESS if marker == 0xF7 else marker - 0xC0
    return Codestream(rows, columns, components, precision, False, process, _jpeg_colour(components, adobe, jfif, names))


def _jpeg_colour(components: int, adobe: int | None, jfif: bool, names: bytes) -> CodestreamColour:
    if components != 3:
        return "as_tagged"
    if adobe is not None:
        return "ybr" if adobe == 1 else "rgb"
    if jfif:
        return "ybr"
    return "rgb" if names == b"RGB" else "as_tagged"


def read_jpeg_2000(data: bytes) -> Codestream:
    """Read SIZ and COD of a JPEG 2000 or HTJ2K codestream, bare or in a JP2 box file (ITU-T T.800 Annex A).

    A multiple component transform means that decoding ends in RGB, whatever Photometric Interpretation says; so does a box
    that names sRGB or sYCC, which the decoder turns into RGB itself.

    Raises
    ------
    BadCodestream
        When there is no size segment.
    """
    start = 0 if data[:4] == b"\xff\x4f\xff\x51" else data.find(b"\xff\x4f\xff\x51")
    if start < 0 or start + 42 > len(data):
        raise BadCodestream("there is no JPEG 2000 codestream")
    right, bottom, left, top = struct.unpack_from(">4I", data, start + 8)
    components = struct.unpack_from(">H", data, start + 40)[0]
    if start + 42 + 3 * components > len(data) or components == 0 or right <= left or bottom <= top:
        raise BadCodestream("the JPEG 2000 size segment is damaged")
    depth = data[start + 42]
    position = start + 4 + struct.unpack_from(">H", data, start + 4)[0]
    transform = False
    while position + 4 <= len(data) and data[position] == 0xFF and data[position + 1] not in (0x90, 0x93, 0xD9):
        if data[position + 1] == 0x52 and position + 9 <= len(data):
            transform = data[position + 8] == 1
            break
        position += 2 + max(struct.unpack_from(">H", data, position + 2)[0], 2)
    named = _jp2_colour(data[:start]) in (_SRGB, _SYCC)
    colour: CodestreamColour = "rgb" if (transform or named) and components == 3 else "as_tagged"
    return Codestream(bottom - top, right - left, components, (depth & 0x7F) + 1, bool(depth & 0x80), -1, colour)


def _jp2_colour(boxes: bytes) -> int | None:
    """Return the enumerated colour space of a JP2 colour specification box (ITU-T T.800 I.5.3.3), or None."""
    found = boxes.find(b"colr")
    if found < 0 or boxes[found + 4 : found + 5] != b"\x01" or found + 11 > len(boxes):
        return None
    return int.from_bytes(boxes[found + 7 : found + 11], "big")


def read_jpeg_xl_size(data: bytes) -> tuple[int, int]:
    """Read (rows, columns) of a JPEG XL codestream, bare or in boxes (ISO/IEC 18181-1 Annex D, 18181-2).

    Raises
    ------
    BadCodestream
        When there is no codestream.
    """
    start = 0
    if not data.startswith(b"\xff\x0a"):
        # The box of the codestream, or of its first part, which begins with the number of that part.
        whole, part = data.find(b"jxlc"), data.find(b"jxlp")
        start = whole + 4 if whole >= 0 else part + 8 if part >= 0 else len(data)
    if data[start : start + 2] != b"\xff\x0a" or len(data) < start + 12:
        raise BadCodestream("there is no JPEG XL codestream")
    bits = _LowBitsFirst(data[start + 2 : start + 12])
    small = bits.take(1) == 1
    rows = _jpeg_xl_length(bits, small=small)
    ratio = bits.take(3)
    if ratio == 0:
        return rows, _jpeg_xl_length(bits, small=small)
    above, below = _JPEG_XL_RATIOS[ratio - 1]
    return rows, rows * above // below


def _jpeg_xl_length(bits: _LowBitsFirst, *, small: bool) -> int:
    if small:
        return 8 * (bits.take(5) + 1)
    return bits.take(_JPEG_XL_BITS[bits.take(2)]) + 1


class _LowBitsFirst:
    """Numbers of so many bits each, the lowest bit of a byte first."""

    def __init__(self, data: bytes) -> None:
        self._left = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        """Return the next number."""
        value = self._left & ((1 << count) - 1)
        self._left >>= count
        return value
