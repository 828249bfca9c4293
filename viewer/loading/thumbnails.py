"""Small pictures of series for the browser."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.stack import Stack
from viewer.imaging.choices import default_window
from viewer.imaging.colour import display_colour, is_colour
from viewer.imaging.grey import display_grey
from viewer.imaging.shutter import shuttered
from viewer.loading.readers import Readers
from viewer.loading.slide_thumbnails import slide_thumbnail
from viewer.scene.inputs import Unavailable

SIDE = 88
"""Longer side in pixels: 44 logical pixels at twice the density."""


def thumbnail(readers: Readers, stack: Stack) -> NDArray[np.uint8] | None:
    """Return the middle frame of a stack as (rows, columns, 3), at most ``SIDE`` on a side at its true aspect, or None."""
    if stack.pyramid is not None:
        slide = slide_thumbnail(readers, stack)
        height_mm, width_mm = stack.planes[0].spacing_mm
        return slide if slide is None else shrunk(slide, width=slide.shape[1] * width_mm, height=slide.shape[0] * height_mm)
    place = 0 if stack.temporal else len(stack.frames) // 2
    key = stack.frames[place]
    attributes, frame = readers.attributes(key.instance), readers.frame(key)
    if isinstance(attributes, Unavailable) or isinstance(frame, Unavailable):
        return None
    picture = _picture(readers, stack, frame, attributes, key.index)
    height_mm, width_mm = stack.planes[place].spacing_mm
    return shrunk(picture, width=picture.shape[1] * width_mm, height=picture.shape[0] * height_mm)


def shrunk(picture: NDArray[np.uint8], *, width: float, height: float) -> NDArray[np.uint8]:
    """Return (rows, columns, 3) resampled so that the longer of ``width`` and ``height`` takes ``SIDE`` pixels."""
    scale = SIDE / max(width, height)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    row_edges = np.linspace(0, picture.shape[0], rows + 1)
    column_edges = np.linspace(0, picture.shape[1], columns + 1)
    samples = [
        picture[_inner(row_edges, part, picture.shape[0])][:, _inner(column_edges, other, picture.shape[1])]
        for part in (0.17, 0.5, 0.83)
        for other in (0.17, 0.5, 0.83)
    ]
    return np.ascontiguousarray(np.mean(samples, axis=0).round().astype(np.uint8))


def _inner(edges: NDArray[np.float64], part: float, count: int) -> NDArray[np.int64]:
    indices = np.floor(edges[:-1] + part * np.diff(edges)).astype(np.int64)
    return np.clip(indices, 0, count - 1)


def _picture(
    readers: Readers, stack: Stack, frame: DecodedFrame, attributes: ImageAttributes, index: int
) -> NDArray[np.uint8]:
    shutter = attributes.frame_values(index).shutter
    if is_colour(attributes):
        return shuttered(display_colour(frame, attributes), shutter)
    window = default_window(frame, attributes, index=index, value_range=readers.value_range(stack))
    grey = display_grey(frame, attributes, index=index, window=window, inverted=False)
    return np.repeat(shuttered(grey, shutter)[:, :, None], 3, axis=2)
