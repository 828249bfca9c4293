"""Which colour maps can be chosen: those of the program, and the Color Palette objects that are open."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from viewer.domain.color_palette import ColorPalette
from viewer.domain.image_attributes import Palette
from viewer.imaging.colour_maps import COLOUR_MAPS, ColourMap, colour_map
from viewer.imaging.icc import to_srgb
from viewer.reading.state import Content

_COLOURS = 256


def maps_of(content: Content) -> tuple[ColourMap, ...]:
    """Return every colour map that can be chosen; the id of one that a file brings is its SOP Instance UID.

    A file that is one of the palettes of PS3.6 Annex B is that one, and is not listed again.
    """
    return (*COLOUR_MAPS, *(ColourMap(uid, palette.name, uid) for uid, palette in _opened(content)))


def palette_of(content: Content, name: str) -> Palette | None:
    """Return the 256 colours of a map by its id, in sRGB; None for grey and for one that is no longer open.

    It is one and the same object for the same map: pictures are remembered by it.
    """
    known = colour_map(name)
    if known is not None or not name:
        return known
    found = next((palette for uid, palette in _opened(content) if uid == name), None)
    return _in_srgb(found) if found is not None else None


def map_named(content: Content, wanted: str) -> ColourMap | None:
    """Return the map whose id, name or UID is ``wanted``, in whatever case; None when there is none."""
    word = wanted.strip().casefold()
    return next((one for one in maps_of(content) if word in (one.id, one.name.casefold(), one.uid)), None)


def _opened(content: Content) -> tuple[tuple[str, ColorPalette], ...]:
    known = {one.uid for one in COLOUR_MAPS if one.uid}
    found = {
        overlay.sop_instance_uid: overlay.content
        for overlay in content.overlays.values()
        if isinstance(overlay.content, ColorPalette) and overlay.sop_instance_uid not in known
    }
    return tuple(found.items())


@lru_cache(maxsize=64)
def _in_srgb(found: ColorPalette) -> Palette:
    table = np.stack([found.palette.red, found.palette.green, found.palette.blue], axis=1)
    places = np.rint(np.linspace(0, len(table) - 1, _COLOURS)).astype(np.intp)
    colours = to_srgb(np.ascontiguousarray(table[places][None]), found.icc_profile)[0]
    red, green, blue = (np.ascontiguousarray(colours[:, channel]) for channel in range(3))
    return Palette(red, green, blue, first=0)
