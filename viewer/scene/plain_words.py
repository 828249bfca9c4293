"""Words from files that are safe to show: on one line, nothing that could disguise them. Numbers as we write them.

For whatever shows words: scenes, widgets, the command line.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
ZERO_WIDTH_SPACE = "\u200b"
_UID = re.compile(r"[0-9.]{24,}")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Return text on one line without control, format or bidirectional characters, which could disguise a name."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text if unicodedata.category(c) != "Cf")
    return " ".join("".join(kept).split())


def breakable(text: str) -> str:
    """Return a text whose UIDs may be broken anywhere: one is longer than a line."""
    return _UID.sub(lambda found: ZERO_WIDTH_SPACE.join(found.group()), text)


def shortened(text: str) -> str:
    """Return a text whose UIDs and other long numbers have their middle left out; the whole belongs into the tooltip."""
    return _UID.sub(lambda found: f"{found.group()[:10]}…{found.group()[-6:]}", text)


def count(number: int) -> str:
    """Return a whole number with thin spaces between thousands."""
    return f"{number:,}".replace(",", NARROW_SPACE).replace("-", MINUS)


def decimal(number: float, digits: int) -> str:
    """Return a number with a fixed number of digits, a true minus sign and thin spaces between thousands."""
    text = f"{number:,.{digits}f}".replace(",", NARROW_SPACE)
    return (text[1:] if text.startswith("-") and not float(text.replace(NARROW_SPACE, "")) else text).replace("-", MINUS)


def numbered(names: Sequence[str]) -> tuple[str, ...]:
    """Return names with a running number behind those that stand there more than once."""
    often = Counter(names)
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name}{NO_BREAK_SPACE}{seen[name]}" if often[name] > 1 else name)
    return tuple(found)


def date(dicom_date: str) -> str:
    """Return YYYYMMDD as YYYY-MM-DD; anything else as it is."""
    digits = dicom_date.strip()
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}" if len(digits) >= 8 and digits[:8].isdigit() else plain(digits)


def date_and_time(dicom: str) -> str:
    """Return DICOM date and time digits as YYYY-MM-DD HH:MM."""
    digits = dicom.replace(" ", "")
    day = date(digits)
    clock = digits[8:12]
    return f"{day} {clock[:2]}:{clock[2:]}" if len(clock) == 4 and clock.isdigit() else day


def age(dicom_age: str) -> str:
    """Return an Age String such as 064Y as "64 y"; anything else as it is."""
    number, unit = dicom_age[:-1], dicom_age[-1:].lower()
    return f"{int(number)}{NO_BREAK_SPACE}{unit}" if number.isdigit() and unit in "dwmy" and unit else plain(dicom_age)


def volume(volume_ml: float) -> str:
    """Return a volume in mL without its unit: one decimal from 10 on, below as many as tell small parts apart."""
    digits = 1 if volume_ml >= 10 or volume_ml == 0 else 2 if volume_ml >= 1 else 3
    return decimal(volume_ml, digits)


def area_text(area_mm2: float) -> str:
    """Return an area with its unit: mm², below a hundredth of one µm²."""
    if 0 < area_mm2 < 0.01:
        return f"{decimal(area_mm2 * 1e6, 0)}{NO_BREAK_SPACE}µm²"
    return f"{decimal(area_mm2, 0 if area_mm2 >= 100 else 1 if area_mm2 >= 10 else 2)}{NO_BREAK_SPACE}mm²"
