"""Colours of a PALETTE COLOR label map: its Palette Color Lookup Table, through its ICC profile (PS3.3 C.8.20.2, C.7.9)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.instance import InstanceHeader

Color = tuple[int, int, int]


def palette_colors(header: InstanceHeader, numbers: Sequence[int]) -> dict[int, Color]:
    """Return the colour of each segment number; empty when the palette cannot be read."""
    palette = read_image_attributes(header).palette
    if palette is None or not len(palette.red):
        return {}
    places = np.clip(np.asarray(numbers, dtype=int) - palette.first, 0, len(palette.red) - 1)
    return {
        number: (int(palette.red[place]), int(palette.green[place]), int(palette.blue[place]))
        for number, place in zip(numbers, places.tolist(), strict=True)
    }
