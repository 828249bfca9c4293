"""What each frame of a segmentation is: segment, position, orientation, sources, read from the functional groups.

The groups of a ten-thousand-frame object are walked as raw bytes, because building a pydicom Dataset for each item takes
a hundred times as long. Anything the walk does not understand goes to pydicom (PS3.3 C.7.6.16, PS3.5 Section 7.5).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from viewer.domain.references import ImageReference
from viewer.geometry.plane import Vector
from viewer.iods.elements import first_item, floats, integer, integers, items, number, text

PER_FRAME_GROUPS = 0x52009230
_ITEM = 0xFFFEE000
_UNDEFINED = 0xFFFFFFFF
_LONG_FORM = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})

_SEGMENT_IDENTIFICATION = 0x0062000A
_PLANE_POSITION = 0x00209113
_PLANE_ORIENTATION = 0x00209116
_PIXEL_MEASURES = 0x00289110
_DERIVATION_IMAGE = 0x00089124
_PLANE_POSITION_SLIDE = 0x0048021A

_Value = TypeVar("_Value")


class NotUnderstood(Exception):
    """The raw walk met something that pydicom must read."""


@dataclass(frozen=True)
class PixelMeasures:
    """Pixel Spacing (between rows, between columns), Slice Thickness and Spacing Between Slices, mm."""

    spacing_mm: tuple[float, float] | None = None
    thickness_mm: float | None = None
    between_slices_mm: float | None = None


@dataclass(frozen=True)
class TilePosition:
    """Where a tile lies: 1-based (row, column) in the total pixel matrix, and in the slide coordinate system (mm)."""

    row: int
    column: int
    position: Vector | None


@dataclass(frozen=True)
class FrameGroups:
    """The functional groups of one frame that matter here. None or empty: the frame does not have that group."""

    segment_number: int | None = None
    position: Vector | None = None
    orientation: tuple[float, ...] | None = None
    measures: PixelMeasures | None = None
    sources: tuple[ImageReference, ...] = ()
    tile: TilePosition | None = None

    def over(self, shared: FrameGroups) -> FrameGroups:
        """Return these groups with those of ``shared`` where the frame has none."""
        return FrameGroups(
            self.segment_number if self.segment_number is not None else shared.segment_number,
            self.position or shared.position,
            self.orientation or shared.orientation,
            self.measures or shared.measures,
            self.sources or shared.sources,
            self.tile or shared.tile,
        )


def shared_groups(dataset: Dataset) -> FrameGroups:
    """Return the groups of the Shared Functional Groups Sequence."""
    item = first_item(dataset, "SharedFunctionalGroupsSequence")
    return _groups_of_dataset(item) if item is not None else FrameGroups()


def per_frame_groups(dataset: Dataset) -> tuple[FrameGroups, ...]:
    """Return the groups of each item of the Per-Frame Functional Groups Sequence, in file order."""
    element: object = dataset.get_item(PER_FRAME_GROUPS)
    if isinstance(element, RawDataElement) and element.value:
        try:
            return _RawGroups(element.value, implicit=element.is_implicit_VR, little=element.is_little_endian).all()
        except NotUnderstood:
            pass
    return tuple(_groups_of_dataset(item) for item in items(dataset, "PerFrameFunctionalGroupsSequence"))


def groups_outside(dataset: Dataset) -> FrameGroups:
    """Return position, orientation and measures that stand at the top level, where they do not belong."""
    return replace(_groups_of_dataset(dataset), position=_position(dataset), orientation=_orientation(dataset))


# --- from pydicom datasets ------------------------------------------------------------------------------------------


def _groups_of_dataset(item: Dataset) -> FrameGroups:
    identification = first_item(item, "SegmentIdentificationSequence")
    position = first_item(item, "PlanePositionSequence")
    orientation = first_item(item, "PlaneOrientationSequence")
    measures = first_item(item, "PixelMeasuresSequence")
    tile = first_item(item, "PlanePositionSlideSequence")
    return FrameGroups(
        integer(identification, "ReferencedSegmentNumber") if identification is not None else None,
        _position(position) if position is not None else None,
        _orientation(orientation) if orientation is not None else None,
        pixel_measures(measures) if measures is not None else None,
        tuple(
            _source_of_dataset(source)
            for derivation in items(item, "DerivationImageSequence")
            for source in items(derivation, "SourceImageSequence")
        ),
        _tile_of_dataset(tile) if tile is not None else None,
    )


def pixel_measures(item: Dataset) -> PixelMeasures:
    """Return the measures of a Pixel Measures item, or of a dataset that has them at its top level."""
    return PixelMeasures(
        _spacing(floats(item, "PixelSpacing")),
        _length(number(item, "SliceThickness")),
        _length(number(item, "SpacingBetweenSlices")),
    )


def _position(item: Dataset) -> Vector | None:
    return _vector(floats(item, "ImagePositionPatient"))


def _orientation(item: Dataset) -> tuple[float, ...] | None:
    return _cosines(floats(item, "ImageOrientationPatient"))


def _source_of_dataset(source: Dataset) -> ImageReference:
    return ImageReference(
        text(source, "ReferencedSOPInstanceUID"),
        text(source, "ReferencedSOPClassUID"),
        frames=integers(source, "ReferencedFrameNumber"),
        spatial_locations_preserved=text(source, "SpatialLocationsPreserved"),
    )


def _tile_of_dataset(tile: Dataset) -> TilePosition | None:
    row = integer(tile, "RowPositionInTotalImagePixelMatrix")
    column = integer(tile, "ColumnPositionInTotalImagePixelMatrix")
    if row is None or column is None:
        return None
    x = number(tile, "XOffsetInSlideCoordinateSystem")
    y = number(tile, "YOffsetInSlideCoordinateSystem")
    z_um = number(tile, "ZOffsetInSlideCoordinateSystem")
    return TilePosition(row, column, None if x is None or y is None else (x, y, (z_um or 0.0) / 1000))


# --- from raw bytes -------------------------------------------------------------------------------------------------


@dataclass
class _RawGroups:
    """A strict walk over the value of a Per-Frame Functional Groups Sequence of explicit lengths."""

    value: bytes
    implicit: bool
    little: bool
    _seen: dict[tuple[int, bytes], object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        order = "<" if self.little else ">"
        self._tag = struct.Struct(f"{order}HH")
        self._tag_length = struct.Struct(f"{order}HHI")
        self._tag_vr_length = struct.Struct(f"{order}HH2sH")
        self._long = struct.Struct(f"{order}I")
        self._unsigned = struct.Struct(f"{order}H")
        self._signed_long = struct.Struct(f"{order}i")

    def all(self) -> tuple[FrameGroups, ...]:
        wanted: dict[int, Callable[[bytes], object]] = {
            _SEGMENT_IDENTIFICATION: self._segment_number,
            _PLANE_POSITION: self._position,
            _PLANE_ORIENTATION: self._orientation,
            _PIXEL_MEASURES: self._measures,
            _DERIVATION_IMAGE: self._sources,
            _PLANE_POSITION_SLIDE: self._tile,
        }
        return tuple(self._frame(start, end, wanted) for start, end in self._items(0, len(self.value)))

    def _frame(self, start: int, end: int, wanted: dict[int, Callable[[bytes], object]]) -> FrameGroups:
        found: dict[int, object] = {}
        for tag, first, last in self._elements(start, end):
            read = wanted.get(tag)
            if read is None:
                continue
            # Slices repeat for every segment, and orientations for every frame: each distinct value is parsed once.
            key = (tag, self.value[first:last])
            if key not in self._seen:
                self._seen[key] = read(key[1])
            found[tag] = self._seen[key]
        return FrameGroups(*(found.get(tag, _ABSENT.get(tag)) for tag in wanted))  # type: ignore[arg-type]

    def _items(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        while start < end:
            if end - start < 8:
                raise NotUnderstood
            group, element, length = self._tag_length.unpack_from(self.value, start)
            if (group << 16 | element) != _ITEM or length == _UNDEFINED or start + 8 + length > end:
                raise NotUnderstood
            yield start + 8, start + 8 + length
            start += 8 + length

    def _elements(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        while start < end:
            if end - start < 8:
                raise NotUnderstood
            if self.implicit:
                group, element, length = self._tag_length.unpack_from(self.value, start)
                start += 8
            else:
                group, element, vr, length = self._tag_vr_length.unpack_from(self.value, start)
                start += 8
                if vr in _LONG_FORM:
                    if end - start < 4:
                        raise NotUnderstood
                    (length,) = self._long.unpack_from(self.value, start)
                    start += 4
                elif not vr.isalpha():
                    raise NotUnderstood
            if length == _UNDEFINED or start + length > end:
                raise NotUnderstood
            yield group << 16 | element, start, start + length
            start += length

    def _inside(self, value: bytes) -> _RawGroups:
        return _RawGroups(value, self.implicit, self.little)

    def _item_values(self, value: bytes) -> list[dict[int, bytes]]:
        """Return, for each item of a sequence value, its elements by tag."""
        walk = self._inside(value)
        return [
            {tag: value[first:last] for tag, first, last in walk._elements(start, end)}
            for start, end in walk._items(0, len(value))
        ]

    def _first(self, value: bytes) -> dict[int, bytes]:
        found = self._item_values(value)
        return found[0] if found else {}

    def _segment_number(self, value: bytes) -> int | None:
        found = self._first(value).get(0x0062000B, b"")
        return int(self._unsigned.unpack_from(found)[0]) if len(found) >= 2 else None

    def _position(self, value: bytes) -> Vector | None:
        return _vector(_decimals(self._first(value).get(0x00200032, b"")))

    def _orientation(self, value: bytes) -> tuple[float, ...] | None:
        return _cosines(_decimals(self._first(value).get(0x00200037, b"")))

    def _measures(self, value: bytes) -> PixelMeasures | None:
        found = self._item_values(value)
        if not found:
            return None
        return PixelMeasures(
            _spacing(_decimals(found[0].get(0x00280030, b""))),
            _length(_one(_decimals(found[0].get(0x00180050, b"")))),
            _length(_one(_decimals(found[0].get(0x00180088, b"")))),
        )

    def _sources(self, value: bytes) -> tuple[ImageReference, ...]:
        return tuple(
            ImageReference(
                _ascii(source.get(0x00081155, b"")),
                _ascii(source.get(0x00081150, b"")),
                frames=tuple(int(n) for n in _decimals(source.get(0x00081160, b"")) if math.isfinite(n)),
                spatial_locations_preserved=_ascii(source.get(0x0028135A, b"")),
            )
            for derivation in self._item_values(value)
            for source in self._item_values(derivation.get(0x00082112, b""))
        )

    def _tile(self, value: bytes) -> TilePosition | None:
        found = self._first(value)
        column, row = found.get(0x0048021E, b""), found.get(0x0048021F, b"")
        if len(row) < 4 or len(column) < 4:
            return None
        x, y, z_um = (_one(_decimals(found.get(tag, b""))) for tag in (0x0040072A, 0x0040073A, 0x0040074A))
        position = None if x is None or y is None else (x, y, (z_um or 0.0) / 1000)
        return TilePosition(self._signed_long.unpack_from(row)[0], self._signed_long.unpack_from(column)[0], position)


_ABSENT: dict[int, object] = {_DERIVATION_IMAGE: ()}


def _ascii(value: bytes) -> str:
    return value.decode("latin-1").strip(" \0")


def _decimals(value: bytes) -> tuple[float, ...]:
    written = _ascii(value)
    return tuple(_decimal(part) for part in written.split("\\")) if written else ()


def _decimal(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        return math.nan


def _one(values: tuple[float, ...]) -> float | None:
    return values[0] if values and math.isfinite(values[0]) else None


def _finite(values: tuple[float, ...], count: int) -> bool:
    return len(values) == count and all(math.isfinite(value) for value in values)


def _vector(values: tuple[float, ...]) -> Vector | None:
    return (values[0], values[1], values[2]) if _finite(values, 3) else None


def _cosines(values: tuple[float, ...]) -> tuple[float, ...] | None:
    return tuple(values) if _finite(values, 6) else None


def _spacing(values: tuple[float, ...]) -> tuple[float, float] | None:
    return (values[0], values[1]) if _finite(values, 2) and min(values) > 0 else None


def _length(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None
