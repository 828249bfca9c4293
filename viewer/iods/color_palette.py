"""Color Palette objects: colour maps for any grey image, map or dose; they belong to no patient (PS3.3 A.58)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from viewer.dicom.datasets import read_dataset
from viewer.dicom.lookup_tables import read_palette
from viewer.dicom.wanted_items import tag
from viewer.domain.color_palette import ColorPalette
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import issue
from viewer.domain.overlay import Overlay
from viewer.iods import listed
from viewer.iods.elements import data, raw_item, text

SOP_CLASSES: Final = ("1.2.840.10008.5.1.4.39.1",)

_TAGS: Final = tuple(
    tag(f"{segmented}{colour}PaletteColorLookupTable{what}")
    for colour in ("Red", "Green", "Blue")
    for segmented, what in (("", "Descriptor"), ("", "Data"), ("Segmented", "Data"))
)


def read(header: InstanceHeader) -> Overlay:
    """Return the object as an overlay without parts: it draws nothing, and its colours can be chosen.

    One without usable tables is listed with that reason.

    Raises
    ------
    UnreadableDataset
        When the file cannot be parsed.
    """
    overlay = listed.read(header)
    dataset = read_dataset(header)
    little_endian = dataset.original_encoding[1] is not False
    palette = read_palette(raw_item(dataset, _TAGS, little_endian=little_endian), signed=False, supplemental=False)
    if palette is None:
        return overlay
    name = text(dataset, "ContentDescription") or overlay.label or "Colour palette"
    issues = tuple(one for one in overlay.issues if one.code != "not_rendered")
    return replace(
        overlay,
        label=name,
        content=ColorPalette(name, palette, data(dataset, "ICCProfile")),
        issues=(*issues, issue("palette_to_choose", "info")),
    )
