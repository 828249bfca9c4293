"""A colour map that a file brings: a Color Palette object (PS3.3 A.58)."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.domain.image_attributes import Palette


@dataclass(frozen=True, eq=False)
class ColorPalette:
    """Its name, its colours, and the colour space they are in; without a profile they are sRGB."""

    name: str
    palette: Palette
    icc_profile: bytes = b""
