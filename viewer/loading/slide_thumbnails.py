"""The small picture of a whole slide for the browser: its smallest level, or one tile where even that is large."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.stack import Stack
from viewer.imaging.choices import default_window
from viewer.imaging.colour import display_colour, is_colour
from viewer.imaging.grey import display_grey
from viewer.loading.readers import Readers
from viewer.scene.slide_tiles import assembled, map_tiles
from viewer.scene.slide_view import Tile


def slide_thumbnail(readers: Readers, stack: Stack) -> NDArray[np.uint8] | None:
    """Return a slide as (rows, columns, 3), of any size and its own aspect in pixels; None when nothing can be read."""
    pyramid = stack.pyramid
    assert pyramid is not None
    depth = len(stack.frames) // 2
    level = pyramid.levels[-1]
    value_range = readers.value_range(stack)
    found: list[tuple[Tile, NDArray[np.uint8]]] = []
    for tile in map_tiles(pyramid, depth):
        pixels = _pixels(readers, tile, value_range)
        if pixels is not None:
            found.append((tile, pixels))
    if found:
        return assembled(level, found)
    middle = level.frame(depth, level.tiles_down // 2, level.tiles_across // 2)
    alone = None if middle is None else _pixels(readers, Tile(0, 0, 0, middle), value_range)
    return alone if alone is None or alone.ndim == 3 else np.repeat(alone[..., None], 3, axis=2)


def _pixels(readers: Readers, tile: Tile, value_range: tuple[float, float] | None) -> NDArray[np.uint8] | None:
    attributes, frame = readers.attributes(tile.frame.instance), readers.frame(tile.frame)
    if not isinstance(attributes, ImageAttributes) or not isinstance(frame, DecodedFrame):
        return None
    if is_colour(attributes):
        return display_colour(frame, attributes)
    index = tile.frame.index
    window = default_window(frame, attributes, index=index, value_range=value_range)
    return display_grey(frame, attributes, index=index, window=window, inverted=False)
