"""One premultiplied picture of all label pictures that share a grid, overlapping ones included.

Every label picture is turned into *states*: 0 nothing, v part v, and, while something moves, n + v the border of part v on
the pixel grid. Where several pictures share a grid their states are joined into combination codes, once a slice. Colour,
opacity and visibility are then a table with one entry a code: switching a part touches no pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.scene.colour_tables import CLEAR, Rgba, blended_over, color_table
from viewer.scene.drawables import LabelComposite
from viewer.scene.held_bytes import held_bytes
from viewer.scene.remembered import Remembered

Labels = NDArray[np.uint8] | NDArray[np.uint16]
Codes = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.uint32]
Transform = tuple[tuple[float, float, float], tuple[float, float, float]]

LARGEST_TABLE = 1 << 22
"""Mixed-radix codes beyond this are renumbered by what really occurs before another picture joins."""


@dataclass(frozen=True, eq=False)
class ColoredLabels:
    """A label picture with the colour of each of its parts.

    Parameters
    ----------
    labels
        (rows, columns); value v is part number v - 1 of ``fills``.
    fills
        Straight RGBA of the inside of each part.
    lines
        Straight RGBA of the border of each part on the pixel grid; None: the inside runs to the edge.
    """

    labels: Labels
    fills: tuple[Rgba, ...]
    lines: tuple[Rgba, ...] | None = None


@dataclass(frozen=True, eq=False)
class _Codes:
    """Combination codes of a slice, cut to what is not empty, with the states that each code stands for."""

    top: int
    left: int
    codes: Codes
    states: NDArray[np.int64]
    """(codes, pictures)."""


_codes: Remembered[_Codes | None] = Remembered(24, held_bytes)
_composites: Remembered[LabelComposite | None] = Remembered(24, held_bytes)


def composite(layers: Sequence[ColoredLabels], transform: Transform) -> LabelComposite | None:
    """Return one picture of label pictures of equal shape, the last one on top; None when nothing is in them.

    Parameters
    ----------
    layers
        Bottom to top.
    transform
        From the grid's (column, row), corner origin, to positions of the scene's plane.
    """
    arrays = tuple(layer.labels for layer in layers)
    colors = tuple((layer.fills, layer.lines) for layer in layers)
    return _composites.recall(arrays, (colors, transform), lambda: _composite(layers, transform))


def _composite(layers: Sequence[ColoredLabels], transform: Transform) -> LabelComposite | None:
    bordered = tuple(layer.lines is not None for layer in layers)
    counts = tuple(len(layer.fills) for layer in layers)
    arrays = tuple(layer.labels for layer in layers)
    found = _codes.recall(arrays, (counts, bordered), lambda: _combined(arrays, counts, bordered))
    if found is None:
        return None
    argb = np.take(_table(found, layers), found.codes, mode="clip")
    (xx, xy, x0), (yx, yy, y0) = transform
    moved = (
        (xx, xy, x0 + xx * found.left + xy * found.top),
        (yx, yy, y0 + yx * found.left + yy * found.top),
    )
    return LabelComposite(argb, moved)


def _table(found: _Codes, layers: Sequence[ColoredLabels]) -> NDArray[np.uint32]:
    """Return the colour of every code; that of a picture standing alone is the same on every slice."""
    if len(layers) == 1:
        return _single_table(layers[0].fills, layers[0].lines)
    colors = np.zeros((len(found.states), len(layers), 4))
    for place, layer in enumerate(layers):
        of_state = np.array([CLEAR, *layer.fills, *(layer.lines or ())], dtype=float)
        colors[:, place] = of_state[found.states[:, place]]
    return blended_over(colors)


@lru_cache(maxsize=32)
def _single_table(fills: tuple[Rgba, ...], lines: tuple[Rgba, ...] | None) -> NDArray[np.uint32]:
    return color_table([CLEAR, *fills, *(lines or ())])


def _combined(arrays: tuple[Labels, ...], counts: tuple[int, ...], bordered: tuple[bool, ...]) -> _Codes | None:
    """Join pictures to codes. The first one's states are the codes themselves when it stands alone."""
    boxes = [box for box in (occupied(labels) for labels in arrays) if box is not None]
    if not boxes:
        return None
    top, left = min(box[0] for box in boxes), min(box[1] for box in boxes)
    bottom, right = max(box[2] for box in boxes), max(box[3] for box in boxes)
    window = (slice(top, bottom), slice(left, right))
    parts = [
        _states(labels[window], count) if border else labels[window]
        for labels, count, border in zip(arrays, counts, bordered, strict=True)
    ]
    sizes = [count * (2 if border else 1) + 1 for count, border in zip(counts, bordered, strict=True)]
    if len(parts) == 1:
        return _Codes(top, left, parts[0], np.arange(sizes[0])[:, None])
    codes = parts[0].astype(np.uint32)
    states = np.arange(sizes[0])[:, None]
    pending: list[int] = []
    radix = sizes[0]
    for part, size in zip(parts[1:], sizes[1:], strict=True):
        if radix * size > LARGEST_TABLE:
            codes, states = _renumbered(codes, states, pending, radix)
            pending, radix = [], len(states)
        np.multiply(codes, np.uint32(size), out=codes)
        np.add(codes, part, out=codes, casting="unsafe")
        pending.append(size)
        radix *= size
    codes, states = _renumbered(codes, states, pending, radix)
    return _Codes(top, left, codes.astype(np.uint16) if len(states) < 1 << 16 else codes, states)


def _renumbered(
    codes: NDArray[np.uint32], states: NDArray[np.int64], pending: Sequence[int], radix: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Give the codes that occur the numbers 0, 1, 2...; spell out the states of the pictures joined since the last time."""
    occurs = np.zeros(radix, dtype=bool)
    occurs[codes.ravel()] = True
    used = np.flatnonzero(occurs)
    number = np.zeros(radix, dtype=np.uint32)
    number[used] = np.arange(len(used), dtype=np.uint32)
    rest = used
    columns: list[NDArray[np.int64]] = []
    for size in reversed(pending):
        columns.append(rest % size)
        rest = rest // size
    spelled = np.hstack([states[rest], *(column[:, None] for column in reversed(columns))])
    return number[codes], spelled


def _states(labels: Labels, count: int) -> Labels:
    """Return labels with the border pixels of each part raised by ``count``."""
    border = borders(labels)
    if labels.dtype == np.uint8 and 2 * count <= 255:
        return np.asarray(labels + border * np.uint8(count), dtype=np.uint8)
    return np.asarray(labels + border * np.uint16(count), dtype=np.uint16)


def borders(labels: Labels) -> NDArray[np.bool_]:
    """Return (rows, columns): pixels of a part with another value above, below, left or right, or at the picture's edge."""
    border = np.zeros(labels.shape, dtype=bool)
    across = labels[:, 1:] != labels[:, :-1]
    down = labels[1:] != labels[:-1]
    border[:, 1:] |= across
    border[:, :-1] |= across
    border[1:] |= down
    border[:-1] |= down
    border[0] = border[-1] = True
    border[:, 0] = border[:, -1] = True
    border &= labels != 0
    return border


def occupied(labels: Labels) -> tuple[int, int, int, int] | None:
    """Return (top, left, bottom, right) of what is not 0, the ends exclusive; None when all is 0."""
    rows = np.flatnonzero(labels.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(labels[rows[0] : rows[-1] + 1].any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
