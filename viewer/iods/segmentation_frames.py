"""What each frame of a segmentation is: segment, position, orientation, sources, read from the functional groups.

The groups of a ten-thousand-frame object are read by ``dicom.tag_reader``, because building a pydicom Dataset for each item
takes a hundred times as long. Anything that it does not understand goes to pydicom (PS3.3 C.7.6.16, PS3.5 Section 7.5).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from viewer.dicom.functional_groups import PER_FRAME
from viewer.dicom.tag_reader import Item, NotUnderstood, Tree, read_sequence
from viewer.domain.references import ImageReference
from viewer.geometry.plane import Vector
from viewer.iods.elements import first_item, floats, integer, integers, items, number, text, written_text

_SEGMENT_IDENTIFICATION = 0x0062000A
_PLANE_POSITION = 0x00209113
_PLANE_ORIENTATION = 0x00209116
_PIXEL_MEASURES = 0x00289110
_DERIVATION_IMAGE = 0x00089124
_PLANE_POSITION_SLIDE = 0x0048021A

_SEGMENT_NUMBER = 0x0062000B
_POSITION, _ORIENTATION = 0x00200032, 0x00200037
_PIXEL_SPACING, _SLICE_THICKNESS, _BETWEEN_SLICES = 0x00280030, 0x00180050, 0x00180088
_SOURCE_IMAGE = 0x00082112
_SOP_CLASS, _SOP_INSTANCE, _FRAME_NUMBER, _SPATIAL_LOCATIONS = 0x00081150, 0x00081155, 0x00081160, 0x0028135A
_TILE_COLUMN, _TILE_ROW, _SLIDE_OFFSETS = 0x0048021E, 0x0048021F, (0x0040072A, 0x0040073A, 0x0040074A)


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


class FrameGroups(NamedTuple):
    """The functional groups of one frame that matter here. None or empty: the frame does not have that group.

    A named tuple, because of those ten thousand are made in no time.
    """

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
    element: object = dataset.get_item(PER_FRAME)
    if isinstance(element, RawDataElement) and element.value and element.is_little_endian:
        try:
            frames = read_sequence(element.value, _TREE, explicit=not element.is_implicit_VR)
        except NotUnderstood:
            pass
        else:
            raw = _RawGroups()
            return tuple(map(raw.of_frame, frames))
    return tuple(_groups_of_dataset(item) for item in items(dataset, "PerFrameFunctionalGroupsSequence"))


def groups_outside(dataset: Dataset) -> FrameGroups:
    """Return position, orientation and measures that stand at the top level, where they do not belong."""
    return _groups_of_dataset(dataset)._replace(position=_position(dataset), orientation=_orientation(dataset))


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


# --- from raw values ------------------------------------------------------------------------------------------------

_TREE: Final[Tree] = {
    _SEGMENT_IDENTIFICATION: {_SEGMENT_NUMBER: None},
    _PLANE_POSITION: {_POSITION: None},
    _PLANE_ORIENTATION: {_ORIENTATION: None},
    _PIXEL_MEASURES: dict.fromkeys((_PIXEL_SPACING, _SLICE_THICKNESS, _BETWEEN_SLICES)),
    _DERIVATION_IMAGE: {_SOURCE_IMAGE: dict.fromkeys((_SOP_INSTANCE, _SOP_CLASS, _FRAME_NUMBER, _SPATIAL_LOCATIONS))},
    _PLANE_POSITION_SLIDE: dict.fromkeys((_TILE_COLUMN, _TILE_ROW, *_SLIDE_OFFSETS)),
}
"""What is wanted of the functional groups of a frame."""


class _RawGroups:
    """Turns raw values into groups; items that frames share are turned once."""

    def __init__(self) -> None:
        self._known: dict[int, object] = {}

    def of_frame(self, frame: Item) -> FrameGroups:
        """Return the groups of one item of the Per-Frame Functional Groups Sequence."""
        known, values = self._known, []
        for tag, read, otherwise in _READERS:
            found = frame.sequences.get(tag)
            if not found:
                values.append(otherwise)
                continue
            # The items live as long as the frames do, so an identity names one thing.
            key = id(found)
            if key not in known:
                known[key] = read(found)
            values.append(known[key])
        return FrameGroups._make(values)


def _raw_segment_number(found: list[Item]) -> int | None:
    value = found[0].values.get(_SEGMENT_NUMBER, b"")
    return int.from_bytes(value[:2], "little") if len(value) >= 2 else None


def _raw_position(found: list[Item]) -> Vector | None:
    return _vector(_decimals(found[0].values.get(_POSITION, b"")))


def _raw_orientation(found: list[Item]) -> tuple[float, ...] | None:
    return _cosines(_decimals(found[0].values.get(_ORIENTATION, b"")))


def _raw_measures(found: list[Item]) -> PixelMeasures:
    values = found[0].values
    return PixelMeasures(
        _spacing(_decimals(values.get(_PIXEL_SPACING, b""))),
        _length(_one(_decimals(values.get(_SLICE_THICKNESS, b"")))),
        _length(_one(_decimals(values.get(_BETWEEN_SLICES, b"")))),
    )


def _raw_sources(found: list[Item]) -> tuple[ImageReference, ...]:
    return tuple(
        ImageReference(
            written_text(source.values.get(_SOP_INSTANCE, b"")),
            written_text(source.values.get(_SOP_CLASS, b"")),
            frames=tuple(int(n) for n in _decimals(source.values.get(_FRAME_NUMBER, b"")) if math.isfinite(n)),
            spatial_locations_preserved=written_text(source.values.get(_SPATIAL_LOCATIONS, b"")),
        )
        for derivation in found
        for source in derivation.sequences.get(_SOURCE_IMAGE, ())
    )


def _raw_tile(found: list[Item]) -> TilePosition | None:
    values = found[0].values
    row, column = values.get(_TILE_ROW, b""), values.get(_TILE_COLUMN, b"")
    if len(row) < 4 or len(column) < 4:
        return None
    x, y, z_um = (_one(_decimals(values.get(tag, b""))) for tag in _SLIDE_OFFSETS)
    position = None if x is None or y is None else (x, y, (z_um or 0.0) / 1000)
    return TilePosition(
        int.from_bytes(row[:4], "little", signed=True), int.from_bytes(column[:4], "little", signed=True), position
    )


def _decimals(value: bytes) -> tuple[float, ...]:
    written = written_text(value)
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


_READERS: Final[tuple[tuple[int, Callable[[list[Item]], object], object], ...]] = (
    (_SEGMENT_IDENTIFICATION, _raw_segment_number, None),
    (_PLANE_POSITION, _raw_position, None),
    (_PLANE_ORIENTATION, _raw_orientation, None),
    (_PIXEL_MEASURES, _raw_measures, None),
    (_DERIVATION_IMAGE, _raw_sources, ()),
    (_PLANE_POSITION_SLIDE, _raw_tile, None),
)
"""Where each field of ``FrameGroups`` stands, in their order: what reads it, and what it is otherwise."""
