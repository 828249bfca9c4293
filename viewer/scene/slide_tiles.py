"""The picture of a whole slide: the tiles that a viewport shows, coarser ones where the fine ones are not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, Palette
from viewer.domain.issues import Issue
from viewer.domain.presentation import PresentationState
from viewer.domain.pyramid import Pyramid, TileLevel
from viewer.domain.stack import Stack
from viewer.imaging.colour import takes_window
from viewer.reading.state import Pane
from viewer.scene.drawables import SlideMap, TilePicture
from viewer.scene.held_bytes import held_bytes
from viewer.scene.image_picture import Presented, ShownFrame, displayed_pixels, presented
from viewer.scene.inputs import SceneInputs, Unavailable
from viewer.scene.remembered import Remembered
from viewer.scene.slide_view import SlideView, Tile, is_halved, tiles_in, visible_tiles
from viewer.scene.view_geometry import Rectangle

_MAP_SIDE = 320
_MAP_TILES = 256
_UNREADABLE = 72
_Pixels = NDArray[np.uint8]

_PAINTED_BYTES = 4


def _bytes_of(picture: TilePicture) -> int:
    """Return what the picture of 32 bits costs that a painter makes of a tile and keeps as long."""
    return int(picture.pixels.shape[0] * picture.pixels.shape[1] * _PAINTED_BYTES)


_pixels: Remembered[_Pixels] = Remembered(4096, held_bytes)
_pictures: Remembered[TilePicture] = Remembered(4096, _bytes_of)
_maps: Remembered[_Pixels] = Remembered(4, held_bytes)


@dataclass(frozen=True, eq=False)
class SlidePicture:
    """The tiles of a viewport, coarse ones first, and how they are shown. ``whole`` is False while some are on their way."""

    tiles: tuple[TilePicture, ...]
    window: Presented | None
    whole: bool
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True)
class SlideLook:
    """How the tiles of a slide are shown: the presentation state in force, the colours chosen for greys, and smoothness."""

    applied: PresentationState | None = None
    palette: Palette | None = None
    smooth: bool = True


class _Tiles:
    """Asks for the tiles of one slide and makes their pictures."""

    def __init__(
        self,
        pane: Pane,
        stack: Stack,
        inputs: SceneInputs,
        look: SlideLook,
        *,
        halved: bool = False,
    ) -> None:
        self._pane, self._stack, self._inputs, self._look, self._smooth = pane, stack, inputs, look, look.smooth
        self._halved = halved
        self._range = inputs.value_range(stack.id)
        self._image = stack.planes[min(pane.frame, len(stack.planes) - 1)].image
        self.window: Presented | None = None
        self.issues: dict[Issue, None] = {}

    def picture(self, level: TileLevel, tile: Tile) -> TilePicture | None:
        """Return the picture of a tile, or None while it is not there."""
        attributes, decoded = self._inputs.attributes(tile.frame.instance), self._inputs.frame(tile.frame)
        for answer in (attributes, decoded):
            if isinstance(answer, Unavailable):
                self.issues[answer.issue] = None
                return self._placed(_unreadable(), level, tile, whole=True)
        if not isinstance(attributes, ImageAttributes) or not isinstance(decoded, DecodedFrame):
            return None
        found = self._pixels_of(attributes, decoded, tile)
        if found is None:
            return None
        return self._placed(halved(found) if self._halved else found, level, tile, whole=self._halved)

    def pixels(self, tile: Tile) -> _Pixels | None:
        """Return what a tile shows, or None where it is not there."""
        attributes, decoded = self._inputs.attributes(tile.frame.instance), self._inputs.frame(tile.frame)
        if not isinstance(attributes, ImageAttributes) or not isinstance(decoded, DecodedFrame):
            return None
        return self._pixels_of(attributes, decoded, tile)

    def _pixels_of(self, attributes: ImageAttributes, decoded: DecodedFrame, tile: Tile) -> _Pixels | None:
        if takes_window(attributes) and self._range is None:
            # Tiles windowed each by its own values would be a chessboard.
            return None
        for found in decoded.issues:
            self.issues[found] = None
        shown = ShownFrame(decoded, attributes, tile.frame.index, self._image, self._range)
        how = presented(self._pane, shown, self._look.applied, self._look.palette)
        self.window = self.window or how
        return tile_pixels(how, shown, inverted=self._pane.view.inverted)

    def _placed(self, pixels: _Pixels, level: TileLevel, tile: Tile, *, whole: bool = False) -> TilePicture:
        values = (tile.row, tile.column, self._smooth, whole)
        return _pictures.recall(
            (pixels, level), values, lambda: _placed(pixels, level, tile, smooth=self._smooth, whole=whole)
        )


def slide_picture(pane: Pane, stack: Stack, seen: SlideView, inputs: SceneInputs, look: SlideLook) -> SlidePicture:
    """Return the tiles that a viewport shows.

    Where a tile is not there yet, the finest coarser one that is stands in its place.
    """
    pyramid = stack.pyramid
    assert pyramid is not None
    depth = min(pane.frame, len(stack.frames) - 1)
    asked = _Tiles(pane, stack, inputs, look, halved=is_halved(pyramid, seen.level, seen.zoom))
    fine: list[TilePicture] = []
    missing: list[Tile] = []
    for tile in visible_tiles(pyramid, seen.level, depth, seen.visible):
        picture = asked.picture(pyramid.levels[seen.level], tile)
        if picture is None:
            missing.append(tile)
        else:
            fine.append(picture)
    under = _standing_in(pyramid, depth, missing, asked)
    return SlidePicture((*under, *fine), asked.window, not missing, tuple(asked.issues))


def slide_map(pane: Pane, stack: Stack, seen: SlideView, inputs: SceneInputs, look: SlideLook) -> SlideMap:
    """Return the whole slide for the corner of a viewport, from its coarsest level."""
    pyramid = stack.pyramid
    assert pyramid is not None
    depth = min(pane.frame, len(stack.frames) - 1)
    rows, columns = pyramid.base.rows, pyramid.base.columns
    aspect = rows * stack.planes[depth].spacing_mm[0] / (columns * stack.planes[depth].spacing_mm[1])
    left, top, right, bottom = seen.visible
    shown = (left / columns, top / rows, right / columns, bottom / rows)
    coarsest = len(pyramid.levels) - 1
    level = pyramid.levels[coarsest]
    pixels = None
    if level.tiles_down * level.tiles_across <= _MAP_TILES:
        asked = _Tiles(pane, stack, inputs, look)
        tiles = map_tiles(pyramid, depth)
        found = [(tile, part) for tile in tiles if (part := asked.pixels(tile)) is not None]
        if len(found) == len(tiles) and found:
            pixels = _maps.recall(
                tuple(part for _, part in found), (level.rows, level.columns), lambda: assembled(level, found)
            )
    return SlideMap(pixels, shown, aspect)


def map_tiles(pyramid: Pyramid, depth: int) -> tuple[Tile, ...]:
    """Return the tiles that the map of a slide is made of; none when the coarsest level is too large for that."""
    level = pyramid.levels[-1]
    if level.tiles_down * level.tiles_across > _MAP_TILES:
        return ()
    whole: Rectangle = (0.0, 0.0, float(pyramid.base.columns), float(pyramid.base.rows))
    return visible_tiles(pyramid, len(pyramid.levels) - 1, depth, whole)


def tile_pixels(how: Presented, shown: ShownFrame, *, inverted: bool) -> _Pixels:
    """Return what a tile shows, (rows, columns) grey or (rows, columns, 3) RGB; remembered, so that a job may prepare it."""
    objects = (how.attributes, shown.decoded, how.state, how.palette)
    values = (shown.index, how.window, inverted)
    return _pixels.recall(objects, values, lambda: displayed_pixels(how, shown, inverted=inverted))


def halved(pixels: _Pixels) -> _Pixels:
    """Return a tile with half as many rows and columns, each pixel the mean of four; remembered as ``tile_pixels``."""
    return _pixels.recall((pixels,), "halved", lambda: _means_of_four(pixels))


def prepare_tile(attributes: ImageAttributes, decoded: DecodedFrame, index: int, *, half: bool) -> None:
    """Work out the colours of a tile where nobody waits for them; what a window decides is made when it is known.

    ``half``: and half as many of them, because the tile is shown small.
    """
    if not takes_window(attributes):
        shown = ShownFrame(decoded, attributes, index, None, None)
        pixels = tile_pixels(Presented(attributes, None), shown, inverted=False)
        if half:
            halved(pixels)


def _standing_in(pyramid: Pyramid, depth: int, missing: list[Tile], asked: _Tiles) -> Iterator[TilePicture]:
    """Yield the coarser tiles that stand where tiles are missing, coarse ones first."""
    found: dict[int, dict[tuple[int, int], TilePicture]] = {}
    for tile in missing:
        box = _on_base(pyramid.levels[tile.level], tile)
        for number in range(tile.level + 1, len(pyramid.levels)):
            level = pyramid.levels[number]
            first_row, first_column, end_row, end_column = tiles_in(level, box)
            places = [(row, column) for row in range(first_row, end_row) for column in range(first_column, end_column)]
            here = found.setdefault(number, {})
            for row, column in places:
                frame = None if (row, column) in here else level.frame(depth, row, column)
                picture = asked.picture(level, Tile(number, row, column, frame)) if frame is not None else None
                if picture is not None:
                    here[row, column] = picture
            if places and all(place in here for place in places):
                break
    for number in sorted(found, reverse=True):
        yield from found[number].values()


def _on_base(level: TileLevel, tile: Tile) -> Rectangle:
    """Return the rectangle of the base level that a tile covers, a little smaller so that it meets no neighbour."""
    height, width = level.tile_shape
    left, top = level.on_base(tile.column * width + 0.01, tile.row * height + 0.01)
    right, bottom = level.on_base((tile.column + 1) * width - 0.01, (tile.row + 1) * height - 0.01)
    return (left, top, right, bottom)


def _placed(pixels: _Pixels, level: TileLevel, tile: Tile, *, smooth: bool, whole: bool) -> TilePicture:
    """Return a tile at its place, cut where it reaches beyond the matrix.

    ``whole``: the picture stands for all of the tile, with however many pixels.
    """
    height, width = level.tile_shape
    left, top = level.on_base(tile.column * width, tile.row * height)
    across, down = level.step
    if whole:
        across, down = across * width / pixels.shape[1], down * height / pixels.shape[0]
    rows = int(np.ceil(min(height, level.rows - tile.row * height) * level.step[1] / down))
    columns = int(np.ceil(min(width, level.columns - tile.column * width) * level.step[0] / across))
    pixels = pixels[:rows, :columns]
    return TilePicture(pixels, ((across, 0.0, left), (0.0, down, top)), smooth)


def _means_of_four(pixels: _Pixels) -> _Pixels:
    odd = [(0, size % 2) for size in pixels.shape[:2]]
    even = np.pad(pixels, [*odd, *[(0, 0)] * (pixels.ndim - 2)], mode="edge") if any(more for _, more in odd) else pixels
    rows = even[::2].astype(np.uint16) + even[1::2]
    sums = rows[:, ::2] + rows[:, 1::2]
    return np.asarray((sums + 2) >> 2, dtype=np.uint8)


def _unreadable() -> _Pixels:
    return _pixels.recall((), "unreadable", _hatched)


def _hatched() -> _Pixels:
    rows, columns = np.ogrid[:_UNREADABLE, :_UNREADABLE]
    return np.where((rows + columns) % 12 < 2, 88, 40).astype(np.uint8)


def assembled(level: TileLevel, tiles: list[tuple[Tile, _Pixels]]) -> _Pixels:
    """Return a level as one small picture (rows, columns, 3), every n-th pixel of it averaged with its neighbours."""
    step = max(1, -(-max(level.rows, level.columns) // _MAP_SIDE))
    rows, columns = -(-level.rows // step), -(-level.columns // step)
    canvas = np.zeros((rows * step, columns * step, 3), np.uint8)
    height, width = level.tile_shape
    for tile, pixels in tiles:
        top, left = tile.row * height, tile.column * width
        part = pixels[: level.rows - top, : level.columns - left]
        canvas[top : top + part.shape[0], left : left + part.shape[1]] = part if part.ndim == 3 else part[..., None]
    canvas[level.rows :] = canvas[level.rows - 1]
    canvas[:, level.columns :] = canvas[:, level.columns - 1 : level.columns]
    averaged: _Pixels = canvas.reshape(rows, step, columns, step, 3).mean(axis=(1, 3)).astype(np.uint8)
    return averaged
