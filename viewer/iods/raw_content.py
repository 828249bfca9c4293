"""The items of a content tree read from the bytes of its Content Sequence, without a data set an item (PS3.3 C.17.3).

Building data sets takes ten times as long. What is not plain - undefined lengths, a value representation that the standard
does not give the element, letters beyond ASCII, a value type that is rare - raises ``NotUnderstood``, and ``content_items``
reads the whole tree by way of data sets, which gives the same items where both can.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from viewer.dicom.tag_reader import CONTENT_SEQUENCE, ITEM, LONG_VRS, SHORT_VRS, UNDEFINED, NotUnderstood
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem
from viewer.iods.coded_concepts import CODE_TAGS, concept_of_texts

_NAME, _CODE, _QUALIFIER, _UNITS = 0x0040A043, 0x0040A168, 0x0040A301, 0x004008EA
_VALUE_TYPE, _RELATIONSHIP, _OBSERVED, _CONTINUITY = 0x0040A040, 0x0040A010, 0x0040A032, 0x0040A050
_TEXT, _DATE, _TIME, _DATETIME, _PERSON, _UID = 0x0040A160, 0x0040A121, 0x0040A122, 0x0040A120, 0x0040A123, 0x0040A124
_GRAPHIC_TYPE, _GRAPHIC_DATA, _FRAME_OF_REFERENCE, _FIDUCIAL = 0x00700023, 0x00700022, 0x30060024, 0x0070031A
_PIXEL_ORIGIN, _TARGET = 0x00480301, 0x0040DB73
_MEASURED, _NUMERIC, _TEMPLATE, _REFERENCED = 0x0040A300, 0x0040A30A, 0x0040A504, 0x00081199
_OTHER_NUMBERS: Final = frozenset({0x0040A161, 0x0040A162, 0x0040A163})
"""Floating Point Value, Rational Numerator and Denominator Value: they count where Numeric Value is absent."""
_MAPPINGS, _SOP_CLASS, _SOP_INSTANCE, _FRAMES, _SEGMENTS = 0x0008114B, 0x00081150, 0x00081155, 0x00081160, 0x0062000B
_RESOURCE, _TEMPLATE_NAME = 0x00080105, 0x0040DB00

_WANTED: Final[dict[int, bytes]] = {
    **dict(zip(CODE_TAGS, (b"SH", b"UC", b"UR", b"LO", b"SH", b"SH"), strict=True)),
    **dict.fromkeys((_NAME, _CODE, _QUALIFIER, _UNITS, _MEASURED, _TEMPLATE, _REFERENCED, CONTENT_SEQUENCE), b"SQ"),
    **dict.fromkeys((_VALUE_TYPE, _RELATIONSHIP, _CONTINUITY, _GRAPHIC_TYPE, _PIXEL_ORIGIN, _RESOURCE), b"CS"),
    **dict.fromkeys((_UID, _FRAME_OF_REFERENCE, _FIDUCIAL, _SOP_CLASS, _SOP_INSTANCE), b"UI"),
    _OBSERVED: b"DT",
    _DATETIME: b"DT",
    _DATE: b"DA",
    _TIME: b"TM",
    _TEXT: b"UT",
    _PERSON: b"PN",
    _GRAPHIC_DATA: b"FL",
    _TARGET: b"UL",
    _NUMERIC: b"DS",
    0x0040A161: b"FD",
    0x0040A162: b"SL",
    0x0040A163: b"UL",
    _MAPPINGS: b"SQ",
    _FRAMES: b"IS",
    _SEGMENTS: b"US",
    _TEMPLATE_NAME: b"CS",
}
"""Every element that is read, with its value representation (PS3.6)."""

_VALUE_OF: Final[dict[str, int | None]] = {
    "": None, "CONTAINER": None, "IMAGE": None, "COMPOSITE": None, "CODE": None, "NUM": None,
    "TEXT": _TEXT, "PNAME": _PERSON, "DATE": _DATE, "TIME": _TIME, "DATETIME": _DATETIME, "UIDREF": _UID,
    "SCOORD": _FIDUCIAL, "SCOORD3D": _FIDUCIAL,
}  # fmt: skip
"""The element that holds the value of a Value Type; other types are not understood here."""

_EXPLICIT = struct.Struct("<HH2sH").unpack_from
_IMPLICIT = struct.Struct("<HHL").unpack_from
_LONG = struct.Struct("<L").unpack_from

Read = TypeVar("Read")


@dataclass(slots=True)
class _Node:
    values: dict[int, bytes]
    position: str
    children: list[int] = field(default_factory=list)


def read_raw_items(data: bytes, *, explicit: bool, most_items: int, most_depth: int, most_text: int) -> list[ContentItem]:
    """Return the items of a Content Sequence and of all those below, parents behind their children, the last item first.

    Parameters
    ----------
    data
        The value of the Content Sequence of the root, little endian.
    most_items, most_depth, most_text
        Bounds; a tree beyond one of them is not understood.

    Raises
    ------
    NotUnderstood
        Something is not plain.
    """
    return _Reading(data, explicit=explicit, most_text=most_text).items(most_items, most_depth)


class _Reading:
    """One read: the bytes, and what equal bytes gave before (the same codes and references stand hundreds of times)."""

    def __init__(self, data: bytes, *, explicit: bool, most_text: int) -> None:
        self._data = data
        self._explicit = explicit
        self._most_text = most_text
        self._concepts: dict[bytes, CodedConcept | None] = {}
        self._measured: dict[bytes, tuple[str, CodedConcept | None]] = {}
        self._referenced: dict[bytes, tuple[ImageReference, ...]] = {}
        self._templates: dict[bytes, str] = {}

    def items(self, most_items: int, most_depth: int) -> list[ContentItem]:
        """Return every item; see ``read_raw_items``."""
        nodes = [_Node({}, "1")]
        waiting = [(0, 1, self._data)]
        while waiting:
            index, depth, content = waiting.pop()
            if depth >= most_depth:
                raise NotUnderstood("the tree is deep")
            node = nodes[index]
            for ordinal, values in enumerate(self._items(content), start=1):
                if len(nodes) >= most_items:
                    raise NotUnderstood("the tree is large")
                node.children.append(len(nodes))
                if content_below := values.get(CONTENT_SEQUENCE):
                    waiting.append((len(nodes), depth + 1, content_below))
                nodes.append(_Node(values, f"{node.position}.{ordinal}"))
        built: dict[int, ContentItem] = {}
        for index in range(len(nodes) - 1, 0, -1):
            node = nodes[index]
            children = tuple([built[child] for child in node.children])
            built[index] = self._item(node.values, node.position, children)
        return list(built.values())

    def _items(self, data: bytes) -> Iterator[dict[int, bytes]]:
        """Yield the wanted values of each item of a sequence value."""
        position, size = 0, len(data)
        while position < size:
            if position + 8 > size:
                raise NotUnderstood("a sequence is cut off")
            group, element, length = _IMPLICIT(data, position)
            start = position + 8
            position = start + length
            if group << 16 | element != ITEM or length == UNDEFINED or position > size:
                raise NotUnderstood("something else than an item of stated length")
            yield self._values(data, start, position)

    def _values(self, data: bytes, position: int, end: int) -> dict[int, bytes]:
        explicit, previous = self._explicit, -1
        values: dict[int, bytes] = {}
        while position < end:
            if position + 8 > end:
                raise NotUnderstood("an item is cut off")
            vr = b""
            if explicit:
                group, element, vr, length = _EXPLICIT(data, position)
                position += 8
                if vr in LONG_VRS:
                    if position + 4 > end:
                        raise NotUnderstood("an item is cut off")
                    (length,) = _LONG(data, position)
                    position += 4
                elif vr not in SHORT_VRS:
                    raise NotUnderstood("a value representation that does not exist")
            else:
                group, element, length = _IMPLICIT(data, position)
                position += 8
            tag = group << 16 | element
            start = position
            position += length
            if tag <= previous or group == 0xFFFE or length == UNDEFINED or position > end:
                raise NotUnderstood("elements out of order, or of no stated length")
            previous = tag
            if tag in _WANTED:
                if explicit and vr != _WANTED[tag]:
                    raise NotUnderstood("an unusual value representation")
                values[tag] = data[start:position]
        return values

    def _item(self, values: dict[int, bytes], position: str, children: tuple[ContentItem, ...]) -> ContentItem:
        value_type = _text(values, _VALUE_TYPE).upper()
        target = ".".join(map(str, _unsigned(values, _TARGET, "L")))
        if value_type not in _VALUE_OF or not (value_type or target):
            raise NotUnderstood("a rare value type")
        holder = _VALUE_OF[value_type]
        value = _text(values, holder) if holder is not None else ""
        code, unit, qualifier = None, None, None
        if value_type == "CODE":
            code = self._concept(values, _CODE)
            value = (code.meaning or code.value) if code is not None else ""
        measured = values.get(_MEASURED)
        if measured:
            number, unit = self._once(self._measured, measured, self._read_measured)
            value = number if value_type == "NUM" else value
        if value_type == "NUM":
            qualifier = self._concept(values, _QUALIFIER)
        if len(value) > self._most_text:
            raise NotUnderstood("a text is long")
        template, referenced = values.get(_TEMPLATE), values.get(_REFERENCED)
        return ContentItem(
            value_type=value_type,
            relationship=_text(values, _RELATIONSHIP).upper(),
            concept=self._concept(values, _NAME),
            position=position,
            value=value,
            code=code,
            unit=unit,
            qualifier=qualifier,
            datetime=_text(values, _OBSERVED),
            graphic_type=_text(values, _GRAPHIC_TYPE).upper(),
            graphic_data=_floats(values, _GRAPHIC_DATA) if value_type in ("SCOORD", "SCOORD3D") else (),
            frame_of_reference_uid=_text(values, _FRAME_OF_REFERENCE),
            by_reference=target,
            references=self._once(self._referenced, referenced, self._read_references) if referenced else (),
            template=self._once(self._templates, template, self._read_template) if template else "",
            continuity=_text(values, _CONTINUITY),
            pixel_origin=_text(values, _PIXEL_ORIGIN).upper(),
            children=children,
        )

    def _once(self, known: dict[bytes, Read], data: bytes, read: Callable[[bytes], Read]) -> Read:
        if data not in known:
            known[data] = read(data)
        return known[data]

    def _first(self, data: bytes) -> dict[int, bytes]:
        # All items are walked: a broken one behind the first is a doubt, too.
        return next(iter(list(self._items(data))), {})

    def _concept(self, values: dict[int, bytes], tag: int) -> CodedConcept | None:
        data = values.get(tag)
        return self._once(self._concepts, data, self._read_concept) if data else None

    def _read_concept(self, data: bytes) -> CodedConcept | None:
        values = self._first(data)
        return concept_of_texts({tag: _text(values, tag) for tag in CODE_TAGS})

    def _read_measured(self, data: bytes) -> tuple[str, CodedConcept | None]:
        values = self._first(data)
        number = _text(values, _NUMERIC)
        if not number and not _OTHER_NUMBERS.isdisjoint(values):
            raise NotUnderstood("a number in another form")
        return number, self._concept(values, _UNITS)

    def _read_template(self, data: bytes) -> str:
        values = self._first(data)
        return f"{_text(values, _RESOURCE)} {_text(values, _TEMPLATE_NAME)}".strip()

    def _read_references(self, data: bytes) -> tuple[ImageReference, ...]:
        found: list[ImageReference] = []
        for values in self._items(data):
            beside = (each for tag in (_REFERENCED, _MAPPINGS) for each in self._items(values.get(tag, b"")))
            found += [_reference(each) for each in (values, *beside)]
        return tuple(found)


def _reference(values: dict[int, bytes]) -> ImageReference:
    return ImageReference(
        sop_instance_uid=_text(values, _SOP_INSTANCE),
        sop_class_uid=_text(values, _SOP_CLASS),
        frames=_integers(values, _FRAMES),
        segments=_unsigned(values, _SEGMENTS, "H"),
    )


def _text(values: dict[int, bytes], tag: int) -> str:
    value = values.get(tag)
    if not value:
        return ""
    if not value.isascii() or b"\x1b" in value:
        raise NotUnderstood("a text in a character set")
    if b"\\" in value and tag != _TEXT:
        raise NotUnderstood("several values")
    if tag == _PERSON and b"=" in value:
        raise NotUnderstood("a name in several scripts")
    return value.decode("ascii").strip(" \0").strip()


def _integers(values: dict[int, bytes], tag: int) -> tuple[int, ...]:
    """Return the numbers of an integer string."""
    value = values.get(tag)
    if not value:
        return ()
    try:
        return tuple([int(part) for part in value.rstrip(b" \0").split(b"\\")])
    except ValueError:
        raise NotUnderstood("an odd number") from None


def _unsigned(values: dict[int, bytes], tag: int, form: str) -> tuple[int, ...]:
    value = values.get(tag)
    if not value:
        return ()
    size = struct.calcsize(f"<{form}")
    if len(value) % size:
        raise NotUnderstood("an odd number")
    return struct.unpack(f"<{len(value) // size}{form}", value)


def _floats(values: dict[int, bytes], tag: int) -> tuple[float, ...]:
    value = values.get(tag, b"")
    if len(value) % 4:
        raise NotUnderstood("an odd number")
    numbers: tuple[float, ...] = struct.unpack(f"<{len(value) // 4}f", value)
    if not all(map(math.isfinite, numbers)):
        raise NotUnderstood("a number that is none")
    return numbers
