"""What an object says of its frames as a whole: dimension indices, whether it was divided, its view, a space of its own."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

from pydicom.datadict import dictionary_description, dictionary_has_tag

from viewer.dicom.decimal_strings import strings
from viewer.dicom.source_images import SOURCES_TREE, sources_of_object
from viewer.dicom.tag_reader import Item, Tree
from viewer.domain.projections import view_name

_DIMENSIONS = 0x00209222
_POINTER = 0x00209165
_LABEL = 0x00209421
_CONCATENATION = 0x00209161
_PART = 0x00209162
_PARTS = 0x00209163
_OFFSET = 0x00209228
_VIEW_POSITION = 0x00185101
_VIEW_CODE = 0x00540220
_VIEW_MODIFIER = 0x00540222
_CODE = 0x00080100
_MEANING = 0x00080104
VOLUME_FRAME_OF_REFERENCE = 0x00209312

OBJECT_TREE: dict[int, Tree | None] = {
    _DIMENSIONS: {_POINTER: None, _LABEL: None},
    **dict.fromkeys((_CONCATENATION, _PART, _PARTS, _OFFSET, _VIEW_POSITION, VOLUME_FRAME_OF_REFERENCE)),
    _VIEW_CODE: {_CODE: None, _VIEW_MODIFIER: {_MEANING: None}},
    **SOURCES_TREE,
}
"""What is wanted of the top level."""


def object_fields(item: Item) -> dict[str, Any]:
    """Return fields of ``InstanceHeader``; only those that the object states."""
    values = item.values
    fields: dict[str, Any] = {}
    dimensions = item.sequences.get(_DIMENSIONS)
    if dimensions:
        pointers = tuple(_tag(one.values.get(_POINTER, b"")) for one in dimensions)
        labels = (" ".join(strings(one.values.get(_LABEL))) for one in dimensions)
        fields["dimension_pointers"] = pointers
        fields["dimension_names"] = tuple(label or _name(pointer) for label, pointer in zip(labels, pointers, strict=True))
    if values.get(_CONCATENATION):
        part = _unsigned(values.get(_PART))
        fields["concatenation_uid"] = " ".join(strings(values[_CONCATENATION]))
        fields["concatenation_part"] = part
        fields["concatenation_parts"] = _unsigned(values.get(_PARTS))
        # Parts that do not say how many frames come before them stand in the order of their numbers.
        fields["concatenation_offset"] = _unsigned(values[_OFFSET]) if values.get(_OFFSET) else part
    made_from = sources_of_object(item)
    if made_from:
        fields["made_from"] = made_from
    codes = item.sequences.get(_VIEW_CODE) or ()
    position = " ".join(strings(values.get(_VIEW_POSITION)))
    if codes or position:
        code = "".join(strings(codes[0].values.get(_CODE))) if codes else ""
        modifiers = codes[0].sequences.get(_VIEW_MODIFIER, ()) if codes else ()
        meanings = [" ".join(strings(one.values.get(_MEANING))) for one in modifiers]
        fields["view"] = view_name(code, position, meanings)
    return fields


def _unsigned(value: bytes | None) -> int:
    return int.from_bytes(value[:4], "little") if value else 0


def _tag(value: bytes) -> int:
    if len(value) < 4:
        return 0
    group, element = struct.unpack_from("<HH", value)
    return int(group) << 16 | int(element)


@lru_cache(maxsize=256)
def _name(pointer: int) -> str:
    return str(dictionary_description(pointer)) if dictionary_has_tag(pointer) else ""
