"""The tiling of a whole slide image, from its header: total pixel matrix, optical paths, where sparse tiles lie."""

from __future__ import annotations

import struct

import numpy as np

from viewer.dicom.character_sets import CharacterSet
from viewer.dicom.decimal_strings import numbers, pair, single
from viewer.dicom.frame_headers import FRAME_TREE, PIXEL_SPACING, SLICE_THICKNESS, SPACING_BETWEEN
from viewer.dicom.functional_groups import FunctionalGroups
from viewer.dicom.header_values import uid
from viewer.dicom.tag_reader import Item, Tree
from viewer.domain.tiling import PLACE_COLUMNS, OpticalPath, Tiling
from viewer.geometry.plane import Vector

_COLUMNS, _ROWS, _ORIGIN = 0x00480006, 0x00480007, 0x00480008
_ORIENTATION = 0x00480102
_PATHS, _PATH_ID, _PATH_DESCRIPTION, _LENS_POWER = 0x00480105, 0x00480106, 0x00480107, 0x00480112
_PATH_COUNT, _FOCAL_PLANES = 0x00480302, 0x00480303
_ORGANIZATION = 0x00209311
_CONCATENATION, _FRAME_OFFSET = 0x00209161, 0x00209228
_CONTAINER = 0x00400512
_X, _Y, _Z = 0x0040072A, 0x0040073A, 0x0040074A
_PLANE_POSITION, _TILE_COLUMN, _TILE_ROW = 0x0048021A, 0x0048021E, 0x0048021F
_PATH_OF_FRAME = 0x00480207
_PIXEL_MEASURES = 0x00289110

SLIDE_TREE: Tree = {
    **dict.fromkeys((_COLUMNS, _ROWS, _ORIENTATION, _PATH_COUNT, _FOCAL_PLANES, _ORGANIZATION, _CONTAINER)),
    **dict.fromkeys((_CONCATENATION, _FRAME_OFFSET)),
    _ORIGIN: dict.fromkeys((_X, _Y, _Z)),
    _PATHS: dict.fromkeys((_PATH_ID, _PATH_DESCRIPTION, _LENS_POWER)),
}
"""What is wanted of the top level of a slide besides what every header has."""

SLIDE_FRAME_TREE: Tree = {
    **FRAME_TREE,
    _PLANE_POSITION: dict.fromkeys((_TILE_COLUMN, _TILE_ROW, _X, _Y, _Z)),
    _PATH_OF_FRAME: {_PATH_ID: None},
}
"""What is wanted of the functional groups of a slide."""

TILED_FULL = b"TILED_FULL"
_UM = 1000.0


def is_tiled_full(top: Item) -> bool:
    """Say whether the order of the frames says where they lie: then functional groups of each need not be read."""
    return top.values.get(_ORGANIZATION, b"").strip(b" \0") == TILED_FULL


def tiling_of(top: Item, groups: FunctionalGroups | None, text: CharacterSet) -> Tiling | None:
    """Return the tiling of a slide, or None when it states no total pixel matrix."""
    rows, columns = _long(top.values.get(_ROWS)), _long(top.values.get(_COLUMNS))
    if not rows or not columns:
        return None
    measures = groups.macro(0, _PIXEL_MEASURES) if groups is not None else None
    spacing = measures.values if measures is not None else {}
    orientation = numbers(top.values.get(_ORIENTATION))
    paths = tuple(_path(item, text) for item in top.sequences.get(_PATHS, []))
    full = is_tiled_full(top)
    places, depths, first = (b"", (), None) if full or groups is None else _places(groups, paths)
    origin_item = top.first(_ORIGIN)
    pixel_mm = pair(spacing.get(PIXEL_SPACING))
    direction = orientation if len(orientation) == 6 else None
    origin = _offset(origin_item) if origin_item is not None else None
    if origin is None and first is not None and direction is not None and pixel_mm is not None:
        origin = _back_from(first, direction, pixel_mm)
    return Tiling(
        rows=rows,
        columns=columns,
        organization=top.values.get(_ORGANIZATION, b"").decode("ascii", "replace").strip(" \0"),
        focal_planes=max(_long(top.values.get(_FOCAL_PLANES)), 1),
        optical_path_count=max(_long(top.values.get(_PATH_COUNT)), len(paths), 1),
        optical_paths=paths,
        origin_mm=origin,
        orientation=direction,
        spacing_mm=pixel_mm,
        between_planes_mm=single(spacing.get(SPACING_BETWEEN)) or 0.0,
        thickness_mm=single(spacing.get(SLICE_THICKNESS)) or 0.0,
        container=text.text(top.values.get(_CONTAINER, b"")),
        first_frame=_long(top.values.get(_FRAME_OFFSET)),
        concatenation=uid(top.values.get(_CONCATENATION)),
        places=places,
        depths_um=depths,
    )


def _long(value: bytes | None) -> int:
    """Return an unsigned number of two or four bytes (some writers took US for UL); 0 when absent."""
    return int.from_bytes(value[:4] if len(value) >= 4 else value[:2], "little") if value else 0


def _path(item: Item, text: CharacterSet) -> OpticalPath:
    power = single(item.values.get(_LENS_POWER))
    return OpticalPath(
        text.text(item.values.get(_PATH_ID, b"")),
        text.text(item.values.get(_PATH_DESCRIPTION, b"")),
        power if power and power > 0 else None,
    )


def _offset(item: Item) -> Vector | None:
    """Return a place in the slide coordinate system in mm; its depth is stated in micrometres (PS3.3 C.8.12.4.1)."""
    x, y = single(item.values.get(_X)), single(item.values.get(_Y))
    if x is None or y is None:
        return None
    return (x, y, (single(item.values.get(_Z)) or 0.0) / _UM)


_First = tuple[int, int, Vector]


def _places(groups: FunctionalGroups, paths: tuple[OpticalPath, ...]) -> tuple[bytes, tuple[float, ...], _First | None]:
    """Return packed places, distinct depths in micrometres in rising order, and (row, column, mm) of the first tile."""
    number_of = {path.identifier.encode("ascii", "replace"): place for place, path in enumerate(paths)}
    found = np.zeros((len(groups.frames), PLACE_COLUMNS), dtype="<i4")
    depths = np.zeros(len(groups.frames))
    unpack = struct.Struct("<l").unpack_from
    known: dict[bytes, float] = {}
    first: _First | None = None
    for place in range(len(groups.frames)):
        position = groups.macro(place, _PLANE_POSITION)
        values = position.values if position is not None else {}
        row, column = values.get(_TILE_ROW, b""), values.get(_TILE_COLUMN, b"")
        if len(row) < 4 or len(column) < 4:
            found[place] = -1
            continue
        written = values.get(_Z, b"")
        if written not in known:
            known[written] = single(written) or 0.0
        depths[place] = known[written]
        of_path = groups.macro(place, _PATH_OF_FRAME)
        identifier = of_path.values.get(_PATH_ID, b"").strip(b" \0") if of_path is not None else b""
        found[place] = (unpack(row)[0] - 1, unpack(column)[0] - 1, 0, number_of.get(identifier, 0))
        if first is None and position is not None:
            offset = _offset(position)
            first = None if offset is None else (int(found[place, 0]), int(found[place, 1]), offset)
    distinct, which = np.unique(depths, return_inverse=True)
    there = found[:, 0] >= 0
    found[there, 2] = which[there]
    return found.tobytes(), tuple(float(value) for value in distinct), first


def _back_from(first: _First, direction: tuple[float, ...], spacing_mm: tuple[float, float]) -> Vector:
    """Return where the matrix begins, from where one of its tiles does."""
    row, column, (x, y, z) = first
    back = np.multiply(direction[:3], column * spacing_mm[1]) + np.multiply(direction[3:], row * spacing_mm[0])
    return (x - float(back[0]), y - float(back[1]), z - float(back[2]))
