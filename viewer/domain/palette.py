"""Colours of parts: 24 that people with and without colour blindness tell apart, used where the file names none."""

from __future__ import annotations

Color = tuple[int, int, int]

PALETTE: tuple[Color, ...] = (
    (0xE6, 0x9F, 0x00),
    (0x56, 0xB4, 0xE9),
    (0x00, 0x9E, 0x73),
    (0xF0, 0xE4, 0x42),
    (0x00, 0x72, 0xB2),
    (0xD5, 0x5E, 0x00),
    (0xCC, 0x79, 0xA7),
    (0x1F, 0xFD, 0xEB),
    (0xFA, 0xB6, 0xA9),
    (0x95, 0x6B, 0xFB),
    (0xDE, 0x43, 0x52),
    (0x77, 0xD6, 0x6B),
    (0xA2, 0xA5, 0x5B),
    (0x28, 0x89, 0x8A),
    (0x00, 0xBE, 0xC7),
    (0x72, 0x8F, 0xD5),
    (0xFA, 0xBD, 0xFE),
    (0xB0, 0xEA, 0xC6),
    (0xFE, 0x7F, 0x8B),
    (0xEE, 0x05, 0x8D),
    (0x29, 0x8F, 0x28),
    (0xBA, 0x7C, 0x70),
    (0xD4, 0xEC, 0x9F),
    (0x80, 0xB1, 0x8C),
)
"""The first seven are Okabe and Ito's without black; the rest lie as far apart as the eye allows, and off the grey axis."""

_DARKEST_LIGHTNESS = 10.0
"""CIELab L* below which a colour cannot be told from the black around an image."""


def part_color(index: int) -> Color:
    """Return the colour of the ``index``-th part (0-based) of an object; colours repeat after 24."""
    return PALETTE[index % len(PALETTE)]


def is_repeated(index: int) -> bool:
    """Say whether the colour of the ``index``-th part is a repeated one, so that its outline must be dashed."""
    return index >= len(PALETTE)


def visible_color(color: Color, index: int = 0) -> Color:
    """Return the colour as stated, or, when it is nearly black, the ``index``-th of the palette.

    A different answer than ``color`` calls for the issue ``colour_repaired``.
    """
    return part_color(index) if _lightness(color) < _DARKEST_LIGHTNESS else color


def _lightness(color: Color) -> float:
    """Return CIELab L* (0 to 100) of an sRGB colour."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in color)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance
