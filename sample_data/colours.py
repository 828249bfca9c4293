"""Colours of the presentation states: the sRGB profile, and a palette from black over red to white."""

from __future__ import annotations

from collections.abc import Sequence

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from PIL.ImageCms import ImageCmsProfile, createProfile

_CLASS, _CREATED, _IDENTITY = slice(12, 16), slice(24, 36), slice(84, 100)
"""Bytes of the header of a profile: what for, when it was made, and its checksum (ICC.1 7.2)."""


def srgb_profile() -> bytes:
    """Return an input profile of sRGB (PS3.3 C.11.15) without the time of its making: the same on every run."""
    made = bytearray(ImageCmsProfile(createProfile("sRGB")).tobytes())
    made[_CLASS] = b"scnr"
    made[_CREATED] = np.array((2026, 1, 15, 0, 0, 0), ">u2").tobytes()
    made[_IDENTITY] = bytes(16)
    return bytes(made)


def warm_palette() -> hd.PaletteColorLUTTransformation:
    """Return 256 colours: red first, then green, then blue."""
    place = np.arange(256)
    return _palette([np.clip(place * 3 - lead, 0, 255) for lead in (0, 255, 510)])


def grey_palette() -> hd.PaletteColorLUTTransformation:
    """Return 256 greys as colours."""
    return _palette([np.arange(256)] * 3)


def _palette(parts: Sequence[NDArray[np.int_]]) -> hd.PaletteColorLUTTransformation:
    # Entries of 16 bits use all of them (PS3.3 C.7.9.1).
    words = [(part * 257).astype(np.uint16) for part in parts]
    luts = [hd.PaletteColorLUT(0, word, colour) for word, colour in zip(words, ("red", "green", "blue"), strict=True)]
    return hd.PaletteColorLUTTransformation(*luts)
