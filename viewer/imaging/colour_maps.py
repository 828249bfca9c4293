"""Colour maps for grey images: the palettes that DICOM knows by name, and maps that the eye reads evenly.

A colour map comes last: what the window makes black takes its first colour, white its last. Padding stays black.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from viewer.domain.dose_levels import dose_color
from viewer.domain.image_attributes import Palette
from viewer.imaging.colour_map_tables import TABLES

GREY: Final = ""
"""The name of no colour map."""
FUSED_DEFAULT: Final = "hot_iron"
"""What a series laid over another one takes: it begins in black and reads as heat."""
MAP_DEFAULT: Final = "hot_iron"
"""What a parametric map takes over an image."""
DOSE: Final = "dose"
"""What a dose takes: from blue to red, as treatment planning shows it; isodose lines have its colours."""
_STORAGE: Final = "1.2.840.10008.1.5."


@dataclass(frozen=True)
class ColourMap:
    """A map that can be chosen: its id, its name for the reader, and the UID of PS3.6 Annex B where it has one."""

    id: str
    name: str
    uid: str = ""


COLOUR_MAPS: Final[tuple[ColourMap, ...]] = (
    ColourMap("hot_iron", "Hot iron", _STORAGE + "1"),
    ColourMap("pet", "PET", _STORAGE + "2"),
    ColourMap("hot_metal_blue", "Hot metal blue", _STORAGE + "3"),
    ColourMap("pet_20_step", "PET, 20 steps", _STORAGE + "4"),
    ColourMap("viridis", "Viridis"),
    ColourMap("cividis", "Cividis"),
    ColourMap("inferno", "Inferno"),
    ColourMap("magma", "Magma"),
    ColourMap("plasma", "Plasma"),
    ColourMap(DOSE, "Dose"),
    ColourMap("spring", "Spring", _STORAGE + "5"),
    ColourMap("summer", "Summer", _STORAGE + "6"),
    ColourMap("fall", "Fall", _STORAGE + "7"),
    ColourMap("winter", "Winter", _STORAGE + "8"),
)


@lru_cache(maxsize=64)
def colour_map(name: str) -> Palette | None:
    """Return a map of ``COLOUR_MAPS`` by its id; None for grey and for a name that is not among them.

    It is one and the same object for the same name: pictures are remembered by it.
    """
    if name == DOSE:
        colours = np.array([dose_color(place / 255) for place in range(256)], np.uint8)
    elif name in TABLES:
        colours = np.frombuffer(bytes.fromhex(TABLES[name]), np.uint8).reshape(-1, 3)
    else:
        return None
    red, green, blue = (np.ascontiguousarray(colours[:, channel]) for channel in range(3))
    return Palette(red, green, blue, first=0)
