"""Words from files that are safe to paint: on one line, without characters that could disguise them."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return text from a file without control and direction-changing characters, on one line."""
    hidden = {*range(0x20), 0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
    return "".join(" " if ord(letter) in hidden else letter for letter in text).strip()


def date(digits: str) -> str:
    """Return a DICOM date as year-month-day; anything else as it stands."""
    whole = digits[:8]
    return f"{whole[:4]}-{whole[4:6]}-{whole[6:]}" if len(whole) == 8 and whole.isdigit() else plain(digits)


def volume(volume_ml: float) -> str:
    """Return a volume in mL without its unit: one decimal from 10 on, below as many as tell small parts apart."""
    digits = 1 if volume_ml >= 10 or volume_ml == 0 else 2 if volume_ml >= 1 else 3
    return f"{volume_ml:,.{digits}f}".replace(",", "\u202f")
