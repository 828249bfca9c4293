"""Which tiles of a pyramid a viewport shows: the level that suits its zoom, and of it what lies inside, nearest first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from viewer.domain.instance import FrameKey
from viewer.domain.pyramid import Pyramid, TileLevel
from viewer.geometry.plane import Plane
from viewer.reading.state import View
from viewer.scene.view_geometry import Rectangle, ViewGeometry, view_geometry

LARGEST_PIXEL = 1.45
"""Device pixels that a pixel of the chosen level may take before a finer one is chosen: levels are often 2 apart."""

HALVED_BELOW = 0.6
"""Below so many device pixels a pixel, plain sampling would leave pixels out."""

MOST_TILES = 2000
"""More tiles than that are not decoded for one picture: the pyramid lacks the level for this size."""

USUAL_SIZE = (1280, 960)
"""(width, height) of a viewport that has not said its size yet."""

BLOCK = 1024
"""Side in pixels of a level of the pieces in which overlays are asked for."""


@dataclass(frozen=True)
class Tile:
    """A tile of a level: 0-based row and column of tiles, and its frame."""

    level: int
    row: int
    column: int
    frame: FrameKey


@dataclass(frozen=True)
class SlideView:
    """What of a slide is inside a viewport.

    ``level`` suits the zoom; ``visible`` is (left, top, right, bottom) positions of the base level; ``zoom`` is device
    pixels a pixel of the base level.
    """

    level: int
    visible: Rectangle
    zoom: float


def slide_geometry(plane: Plane, view: View, size: tuple[int, int]) -> ViewGeometry:
    """Return how a slide lies in a viewport of (width, height) device pixels."""
    rows, columns = plane.shape
    return _geometry(view, (0.0, 0.0, float(columns), float(rows)), plane.spacing_mm[0] / plane.spacing_mm[1], size)


@lru_cache(maxsize=16)
def _geometry(view: View, whole: Rectangle, aspect: float, size: tuple[int, int]) -> ViewGeometry:
    return view_geometry(view, whole, aspect=aspect, size=size)


def slide_view(pyramid: Pyramid, plane: Plane, view: View, size: tuple[int, int]) -> SlideView:
    """Return what of a slide is inside a viewport.

    Parameters
    ----------
    plane
        Of the base level.
    view
        Zoom, centre, rotation and flip.
    size
        (width, height) of the viewport in device pixels.
    """
    geometry = slide_geometry(plane, view, size)
    width, height = size
    corners = geometry.to_image(np.array([(0, 0), (width, 0), (0, height), (width, height)], dtype=float))
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    rows, columns = plane.shape
    visible = (max(left, 0.0), max(top, 0.0), min(right, float(columns)), min(bottom, float(rows)))
    return SlideView(level_for(pyramid, geometry.zoom), visible, geometry.zoom)


def level_for(pyramid: Pyramid, zoom: float) -> int:
    """Return the coarsest level whose pixels are not too large on the screen."""
    for number in reversed(range(len(pyramid.levels))):
        if zoom * pyramid.levels[number].step[0] <= LARGEST_PIXEL:
            return number
    return 0


def tiles_in(level: TileLevel, visible: Rectangle, *, around: int = 0) -> tuple[int, int, int, int]:
    """Return (first row, first column, end row, end column) of the tiles of a level that meet a rectangle of the base.

    Parameters
    ----------
    around
        So many tiles more on every side.
    """
    left, top = level.from_base(visible[0], visible[1])
    right, bottom = level.from_base(visible[2], visible[3])
    height, width = level.tile_shape
    if right <= left or bottom <= top:
        return (0, 0, 0, 0)
    first_row, first_column = int(np.floor(top / height)) - around, int(np.floor(left / width)) - around
    end_row, end_column = int(np.ceil(bottom / height)) + around, int(np.ceil(right / width)) + around
    return (
        max(first_row, 0),
        max(first_column, 0),
        min(end_row, level.tiles_down),
        min(end_column, level.tiles_across),
    )


def is_halved(pyramid: Pyramid, number: int, zoom: float) -> bool:
    """Say whether so many pixels of a level fall on one of the screen that its tiles are painted from half as many."""
    return zoom * pyramid.levels[number].step[0] < HALVED_BELOW


@lru_cache(maxsize=64)
def visible_tiles(pyramid: Pyramid, number: int, depth: int, visible: Rectangle, *, around: int = 0) -> tuple[Tile, ...]:
    """Return the tiles of a level that meet a rectangle of the base, nearest its centre first; none when too many.

    Scene and loader ask for the same ones in turn: the last answers are kept.

    Parameters
    ----------
    number
        Of the level.
    depth
        Of the focal plane, 0-based.
    around
        So many tiles more on every side.
    """
    level = pyramid.levels[number]
    first_row, first_column, end_row, end_column = tiles_in(level, visible, around=around)
    if (end_row - first_row) * (end_column - first_column) > MOST_TILES:
        return ()
    middle = level.from_base((visible[0] + visible[2]) / 2, (visible[1] + visible[3]) / 2)
    height, width = level.tile_shape

    def distance(place: tuple[int, int]) -> float:
        return ((place[1] + 0.5) * width - middle[0]) ** 2 + ((place[0] + 0.5) * height - middle[1]) ** 2

    places = sorted(
        ((row, column) for row in range(first_row, end_row) for column in range(first_column, end_column)), key=distance
    )
    found = ((row, column, level.frame(depth, row, column)) for row, column in places)
    return tuple(Tile(number, row, column, frame) for row, column, frame in found if frame is not None)


def is_too_much(pyramid: Pyramid, number: int, visible: Rectangle) -> bool:
    """Say whether a level has more tiles inside a rectangle than are decoded for one picture."""
    first_row, first_column, end_row, end_column = tiles_in(pyramid.levels[number], visible)
    return (end_row - first_row) * (end_column - first_column) > MOST_TILES


def blocks_in(level: TileLevel, visible: Rectangle) -> tuple[tuple[int, int], ...]:
    """Return the pieces of a level that meet a rectangle of the base, by the 0-based (row, column) of their first pixel.

    The nearest to its centre is the first.
    """
    left, top = level.from_base(visible[0], visible[1])
    right, bottom = level.from_base(visible[2], visible[3])
    if right <= left or bottom <= top:
        return ()
    rows = range(max(int(top) // BLOCK, 0) * BLOCK, min(int(np.ceil(bottom)), level.rows), BLOCK)
    columns = range(max(int(left) // BLOCK, 0) * BLOCK, min(int(np.ceil(right)), level.columns), BLOCK)
    middle = ((left + right) / 2, (top + bottom) / 2)
    places = sorted(
        ((row, column) for row in rows for column in columns),
        key=lambda place: (place[1] + BLOCK / 2 - middle[0]) ** 2 + (place[0] + BLOCK / 2 - middle[1]) ** 2,
    )
    return tuple(places)


@lru_cache(maxsize=1024)
def block_at(level: TileLevel, plane: Plane, place: tuple[int, int], off: tuple[float, float] = (0.0, 0.0)) -> Plane:
    """Return the plane of the piece of a level whose first pixel is at 0-based (row, column) ``place``.

    ``off``: base positions (right, down) that it is moved by.
    """
    shape = (min(BLOCK, level.rows - place[0]), min(BLOCK, level.columns - place[1]))
    return level.region(plane, place, shape, off)
