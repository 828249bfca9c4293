"""Real World Value Mapping objects: what the stored values of the images they name mean (PS3.3 A.46)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from viewer.dicom.real_world_mappings import MAPPING_WANTED, read_mappings
from viewer.dicom.tag_reader import Item
from viewer.dicom.wanted_items import items, read_wanted, text, texts, tree
from viewer.domain.instance import InstanceHeader
from viewer.domain.overlay import Overlay
from viewer.domain.real_world_map import MappedImages, RealWorldMap
from viewer.domain.references import ImageReference
from viewer.iods import listed

SOP_CLASSES: Final = ("1.2.840.10008.5.1.4.1.1.67",)

_TREE: Final = tree(
    ReferencedImageRealWorldValueMappingSequence=tree(
        ReferencedImageSequence=tree(["ReferencedSOPClassUID", "ReferencedSOPInstanceUID", "ReferencedFrameNumber"]),
        RealWorldValueMappingSequence=MAPPING_WANTED,
    )
)


def read(header: InstanceHeader) -> Overlay:
    """Return the object as an overlay without parts: it draws nothing, and its values stand under the cursor.

    One that holds no usable mapping is listed with that reason.

    Raises
    ------
    UnreadableDataset
        When the file cannot be parsed.
    """
    overlay = listed.read(header)
    found = items(read_wanted(header, _TREE), "ReferencedImageRealWorldValueMappingSequence")
    groups = tuple(group for group in (_group(item) for item in found) if group.mappings)
    if not groups:
        return overlay
    issues = tuple(one for one in overlay.issues if one.code != "not_rendered")
    return replace(overlay, content=RealWorldMap(groups), issues=issues)


def _group(item: Item) -> MappedImages:
    images = tuple(
        ImageReference(
            text(one, "ReferencedSOPInstanceUID"),
            text(one, "ReferencedSOPClassUID"),
            frames=tuple(int(number) for number in texts(one, "ReferencedFrameNumber") if number.isdigit()),
        )
        for one in items(item, "ReferencedImageSequence")
    )
    return MappedImages(images, read_mappings(items(item, "RealWorldValueMappingSequence"), signed=None))
