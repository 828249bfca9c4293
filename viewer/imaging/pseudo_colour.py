"""Grey values through the palette of a pseudo-colour presentation state, at full depth (PS3.4 N.2.3)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, LookupTable, Palette, Window
from viewer.imaging.grey import display_grey, starts_inverted


def pseudo_colour(
    frame: DecodedFrame,
    attributes: ImageAttributes,
    *,
    index: int,
    window: Window | LookupTable,
    palette: Palette,
    inverted: bool,
) -> NDArray[np.uint8]:
    """Return RGB (rows, columns, 3) of a grey frame: what would be black takes the first colour, what is white the last.

    Each channel is grey that went through a Presentation LUT of its own. Padding stays black.
    """
    channels = []
    turned = starts_inverted(attributes) != inverted
    for table in (palette.red, palette.green, palette.blue):
        entries = (table[::-1] if turned else table).astype(np.uint16)
        through = replace(
            attributes,
            presentation_lut=_kept(entries.tobytes()),
            presentation_lut_shape="",
            photometric_interpretation="MONOCHROME2",
        )
        channels.append(display_grey(frame, through, index=index, window=window, inverted=False))
    return np.stack(channels, axis=-1)


@lru_cache(maxsize=12)
def _kept(entries: bytes) -> LookupTable:
    """Return one and the same table for the same entries: tables of grey are kept by it."""
    return LookupTable(np.frombuffer(entries, np.uint16), 0, 8)
