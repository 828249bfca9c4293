"""Names of SOP classes and transfer syntaxes, for people."""

from __future__ import annotations

from collections.abc import Mapping

from pydicom._uid_dict import UID_dictionary

from viewer.dicom.transfer_syntaxes import GE_BIG_ENDIAN_PIXELS

_NOT_IN_THE_DICTIONARY: Mapping[str, str] = {
    "1.2.840.10008.1.2.4.110": "JPEG XL Lossless",
    "1.2.840.10008.1.2.4.111": "JPEG XL JPEG Recompression",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
    "1.2.840.10008.1.2.8.1": "Deflated Image Frame Compression",
    GE_BIG_ENDIAN_PIXELS: "GE private, Implicit VR with big-endian pixels",
}
"""Newer than the dictionary, or private."""


def sop_class_name(uid: str) -> str:
    """Return the name of a SOP class without the word Storage, or the UID when it is not in the dictionary."""
    return _name(uid).removesuffix(" Storage")


def transfer_syntax_name(uid: str) -> str:
    """Return the name of a transfer syntax, or the UID when it is not in the dictionary."""
    return _NOT_IN_THE_DICTIONARY.get(uid) or _name(uid)


def _name(uid: str) -> str:
    entry = UID_dictionary.get(uid)
    return entry[0] if entry else uid
