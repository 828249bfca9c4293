"""Text values: from bytes to str by Specific Character Set (PS3.3 C.12.1.1.2), with the repairs that real files need."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

from pydicom import charset

from viewer.dicom import quirks
from viewer.domain.issues import Issue, issue

_ESCAPE = b"\x1b"
_DELIMITERS = {ord(character) for character in "\n\r\t\f\\"}
_NAME_DELIMITERS = {ord(character) for character in "^=\\"}


@dataclass(frozen=True)
class CharacterSet:
    """The character set of a data set: Python codec names in order, and what had to be repaired to get there."""

    encodings: tuple[str, ...] = ("iso8859",)
    stated: bool = False
    issues: tuple[Issue, ...] = ()

    def text(self, value: bytes) -> str:
        """Return a text value, without the padding around it."""
        return _decode(value, self.encodings, self.stated, False).strip(" \0")

    def name(self, value: bytes) -> str:
        """Return a Person Name; its component groups are joined by ``=`` as written."""
        return _decode(value, self.encodings, self.stated, True).strip(" \0")


@lru_cache(maxsize=256)
def character_set(value: bytes | None) -> CharacterSet:
    """Return the character set that a raw Specific Character Set (0008,0005) names; absent or empty is ISO-IR 6."""
    if value is None or not value.strip(b" \0"):
        return CharacterSet()
    terms = [term.strip(" \0") for term in value.decode("ascii", "replace").split("\\")]
    encodings = []
    issues = []
    for term in terms:
        encoding = charset.python_encoding.get(term)
        if encoding is None:
            encoding = quirks.character_set_term(term)
            issues.append(issue("repaired_character_set", "info", term=term or "(empty)", used=encoding))
        encodings.append(encoding)
    if len(encodings) > 1 and encodings[0] in {"utf8", "gb18030", "GBK"}:
        # A character set without code extensions stands alone (PS3.3 C.12.1.1.2); the further terms mean nothing.
        encodings = encodings[:1]
    return CharacterSet(tuple(encodings), stated=True, issues=tuple(issues))


@lru_cache(maxsize=8192)
def _decode(value: bytes, encodings: tuple[str, ...], stated: bool, is_name: bool) -> str:
    if value.isascii() and _ESCAPE not in value and encodings[0] != "shift_jis":
        return value.decode("ascii")
    if _ESCAPE in value or len(encodings) > 1:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return charset.decode_bytes(value, encodings, _NAME_DELIMITERS if is_name else _DELIMITERS)
        except (UnicodeError, LookupError, UserWarning):
            return quirks.undecodable_text(value, encodings[0])
    if not stated:
        return quirks.undecodable_text(value, encodings[0])
    try:
        return value.decode(encodings[0])
    except (UnicodeError, LookupError):
        return quirks.undecodable_text(value, encodings[0])
