"""Transfer syntaxes by what reading them takes (PS3.5 Annex A); the decoders of compressed ones stand in ``codecs``."""

from __future__ import annotations

from collections.abc import Mapping

IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2"

NATIVE = frozenset({IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, DEFLATED_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN})
"""Pixels stand as they are, frame behind frame."""

IMPLICIT = frozenset({IMPLICIT_LITTLE_ENDIAN, "1.2.840.113619.5.2"})
"""The data set is implicit VR: the default syntax, and GE's with big-endian pixels."""

DEFLATED = frozenset({DEFLATED_LITTLE_ENDIAN, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})
"""The whole data set is deflated: Deflated Explicit VR, JPIP Deflate, JPIP HTJ2K Deflate."""

PIXEL_WORDS = frozenset({"1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1"})
"""RLE and Deflated Image Frame hold the pixel words themselves, unused bits included."""

_SYNTAX = 0x00020010


def syntax_of(meta: Mapping[int, bytes]) -> str:
    """Return the Transfer Syntax UID of raw file meta information; empty when it states none."""
    return meta.get(_SYNTAX, b"").rstrip(b"\0 ").decode("ascii", "replace")
