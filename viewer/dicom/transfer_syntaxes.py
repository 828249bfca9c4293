"""Transfer syntaxes by what reading them takes (PS3.5 Annex A); the decoders of compressed ones stand in ``codecs``."""

from __future__ import annotations

from collections.abc import Mapping

IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2"

ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"
GE_BIG_ENDIAN_PIXELS = "1.2.840.113619.5.2"
"""Private, of GE consoles of the nineties: everything is implicit little endian, only the words of the pixels are not."""

NATIVE = frozenset(
    {IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, DEFLATED_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, GE_BIG_ENDIAN_PIXELS}
)
"""Pixels stand as they are, frame behind frame."""

BIG_ENDIAN_PIXELS = frozenset({EXPLICIT_BIG_ENDIAN, GE_BIG_ENDIAN_PIXELS})

IMPLICIT = frozenset({IMPLICIT_LITTLE_ENDIAN, GE_BIG_ENDIAN_PIXELS})
"""The data set is implicit VR."""

DEFLATED = frozenset({DEFLATED_LITTLE_ENDIAN, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})
"""The whole data set is deflated: Deflated Explicit VR, JPIP Deflate, JPIP HTJ2K Deflate."""

PIXEL_WORDS = frozenset({"1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1", ENCAPSULATED_UNCOMPRESSED})
"""RLE, Deflated Image Frame and Encapsulated Uncompressed hold the pixel words themselves, unused bits included."""

VIDEO = frozenset(f"1.2.840.10008.1.2.4.{number}{form}" for number in range(100, 107) for form in ("", ".1")) | {
    "1.2.840.10008.1.2.4.107",
    "1.2.840.10008.1.2.4.108",
}
"""MPEG-2, H.264 and HEVC: all frames are one stream. The forms in .1 allow several fragments."""

STEREO_VIDEO = frozenset({"1.2.840.10008.1.2.4.106", "1.2.840.10008.1.2.4.106.1"})
"""The second view is coded by its differences from the first, which decoders leave out."""

_SYNTAX = 0x00020010


def syntax_of(meta: Mapping[int, bytes]) -> str:
    """Return the Transfer Syntax UID of raw file meta information; empty when it states none."""
    return meta.get(_SYNTAX, b"").rstrip(b"\0 ").decode("ascii", "replace")
