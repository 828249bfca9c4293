"""CIELab values as DICOM stores them to sRGB: Recommended Display CIELab Value and its kin (PS3.3 C.10.7.1.1).

PS3.4 N.2.3 says that the white point is D50. PixelMed, DCMTK, dcmqi, dcmjs and highdicom all write with D65 and the sRGB
matrix, without adaptation; reading with D65 gives back exactly the colours that their users chose.
"""

from __future__ import annotations

from collections.abc import Sequence

Color = tuple[int, int, int]

WHITE_POINT = (0.95047, 1.0, 1.08883)
"""X, Y, Z of D65."""

_TO_LINEAR = ((3.2406, -1.5372, -0.4986), (-0.9689, 1.8758, 0.0415), (0.0557, -0.2040, 1.0570))


def color_of_cielab(values: Sequence[int]) -> Color | None:
    """Return the sRGB colour (0 to 255) of three unsigned shorts; None when there are not three of them in range."""
    if len(values) != 3 or not all(0 <= value <= 0xFFFF for value in values):
        return None
    lightness = values[0] / 65535 * 100
    a = values[1] / 65535 * 255 - 128
    b = values[2] / 65535 * 255 - 128
    y = (lightness + 16) / 116
    xyz = [white * _inverse(part) for white, part in zip(WHITE_POINT, (y + a / 500, y, y - b / 200), strict=True)]
    red, green, blue = (_gamma(sum(m * v for m, v in zip(row, xyz, strict=True))) for row in _TO_LINEAR)
    return (red, green, blue)


def _inverse(part: float) -> float:
    cube = part**3
    return cube if cube > 0.008856 else (part - 16 / 116) / 7.787


def _gamma(linear: float) -> int:
    encoded = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * min(1.0, max(0.0, encoded)))
