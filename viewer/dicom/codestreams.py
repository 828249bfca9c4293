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

    A multiple component transform means that decoding ends in RGB, whatever Photometric Interpretation says.

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
    colour: CodestreamColour = "rgb" if transform and components == 3 else "as_tagged"
    return Codestream(bottom - top, right - left, components, (depth & 0x7F) + 1, bool(depth & 0x80), -1, colour)
