"""Named repairs of known faults of real files. Each says where the fault was seen; callers leave an Issue."""

from __future__ import annotations

import math
import re

from pydicom import charset


def character_set_term(term: str) -> str:
    """Return the Python codec for a term that is not a defined one.

    ``ISO_IR_192``, ``ISO-IR 100``, ``UTF-8`` and the like are written by many converters; a term that says nothing at all
    is read as UTF-8 where the bytes allow it (see ``undecodable_text``).
    """
    squeezed = re.sub(r"[^A-Z0-9]", "", term.upper())
    if squeezed in {"UTF8", "UNICODE", "UNICODE11UTF8"}:
        return "utf8"
    for defined, codec in charset.python_encoding.items():
        if defined and re.sub(r"[^A-Z0-9]", "", defined.upper()) == squeezed:
            return codec
    digits = re.sub(r"[^0-9]", "", term)
    return charset.python_encoding.get(f"ISO_IR {digits}", "utf8") if digits else "utf8"


def undecodable_text(value: bytes, encoding: str) -> str:
    """Return text whose bytes do not fit the stated character set: UTF-8 when they are that, else Latin-1.

    Seen where a converter re-encoded text and kept the old term, or states none (PS3.3 C.12.1.1.2 then means ASCII).
    """
    for codec in ("utf8", encoding, "latin_1"):
        try:
            return value.decode(codec)
        except (UnicodeError, LookupError):
            continue
    return value.decode("ascii", "replace")


def numbers(text: str) -> list[float] | None:
    r"""Return the numbers of a decimal string written with commas, or None when it is none.

    ``0,5\0,5`` has decimal commas (German devices); ``0.5,0.5`` has commas for backslashes (hand-made files).
    """
    parts = text.split("\\")
    if any("," in part and "." in part for part in parts):
        parts = [piece for part in parts for piece in part.split(",")]
    try:
        values = [float(part.replace(",", ".")) for part in parts]
    except ValueError:
        return None
    return values if all(map(math.isfinite, values)) else None


def leading_integer(text: str) -> int | None:
    """Return the integer that a broken integer string begins with (``1A``, ``1.5``), or None."""
    found = re.match(r"\s*([+-]?\d{1,12})", text)
    return int(found[1]) if found else None
