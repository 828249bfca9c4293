"""What commands print: one JSON document, or text. Nothing that a file holds may end a command or break its document."""

from __future__ import annotations

import json
import re
import sys
from typing import Any


def print_json(document: Any) -> None:
    """Print one JSON document to standard output.

    Names of files that are no Unicode are written with their bytes as escapes; where standard output cannot hold a letter,
    letters become JSON escapes, so that nothing is lost.
    """
    text = _unicode(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1), "\\\\")
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), allow_nan=False, indent=1)
    sys.stdout.write(text + "\n")


def print_text(text: str) -> None:
    """Print text to standard output; a letter that it cannot hold becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(_unicode(text).encode(encoding, "replace").decode(encoding))


def print_trouble(command: str, sentence: str) -> None:
    """Print a sentence about what went wrong to standard error."""
    sys.stderr.write(f"overread {command}: {sentence}\n")


def printable(text: str) -> str:
    """Return text of a file without control characters: a label must not drive the terminal."""
    shown = (character if character.isprintable() else " " if character.isspace() else "?" for character in text)
    return "".join(shown)


def _unicode(text: str, backslash: str = "\\") -> str:
    """Return text with lone surrogates, which stand for the bytes of file names that are no Unicode, written as escapes."""

    def escaped(found: re.Match[str]) -> str:
        code = ord(found[0])
        return f"{backslash}x{code & 0xFF:02x}" if 0xDC80 <= code <= 0xDCFF else f"{backslash}u{code:04x}"

    return re.sub("[\ud800-\udfff]", escaped, text)
