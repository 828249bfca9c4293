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

from viewer.scene.colour_tables import CLEAR, Rgba, blended_states, color_table
from viewer.scene.drawables import LabelComposite
from viewer.scene.held_bytes import held_bytes
from viewer.scene.remembered import Remembered

Labels = NDArray[np.uint8] | NDArray[np.uint16]
Codes = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.uint32]
Transform = tuple[tuple[float, float, float], tuple[float, float, float]]

LARGEST_TABLE, LARGEST_CODE = 1 << 17, 1 << 63
"""Mixed-radix codes are renumbered by what really occurs before another picture takes them beyond this: first with a table
of so many entries, which makes them small, then by sorting.
"""

_PLACES_BITS, _SPREAD = 17, np.uint64(0x9E3779B97F4A7C15)
"""Places of a table into which large codes are thrown, and the odd factor that spreads them (2^64 by the golden ratio)."""


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
    tables = [np.array([CLEAR, *layer.fills, *(layer.lines or ())], dtype=float) for layer in layers]
    return blended_states(tables, found.states)


@lru_cache(maxsize=32)
def _single_table(fills: tuple[Rgba, ...], lines: tuple[Rgba, ...] | None) -> NDArray[np.uint32]:
    return color_table([CLEAR, *fills, *(lines or ())])


def _combined(arrays: tuple[Labels, ...], counts: tuple[int, ...], bordered: tuple[bool, ...]) -> _Codes | None:
    """Join pictures to codes. The first one's states are the codes themselves when it stands alone."""
    every = arrays[0].astype(np.result_type(*arrays))
    for labels in arrays[1:]:
        every |= labels
    box = occupied(every)
    if box is None:
        return None
    top, left, bottom, right = box
    window = (slice(top, bottom), slice(left, right))
    parts = [
        _states(labels[window], count) if border else labels[window]
        for labels, count, border in zip(arrays, counts, bordered, strict=True)
    ]
    sizes = [count * (2 if border else 1) + 1 for count, border in zip(counts, bordered, strict=True)]
    if len(parts) == 1:
        return _Codes(top, left, parts[0], np.arange(sizes[0])[:, None])
    starts, lengths = _runs(parts)
    codes = parts[0].reshape(-1).take(starts).astype(np.uint64)
    levels: list[_Level] = []
    pending = [sizes[0]]
    radix = sizes[0]
    for part, size in zip(parts[1:], sizes[1:], strict=True):
        if radix * size > (LARGEST_CODE if levels else LARGEST_TABLE):
            codes, level = _renumbered(codes, pending, radix)
            levels.append(level)
            pending, radix = [], len(level.before)
        np.multiply(codes, np.uint64(size), out=codes)
        np.add(codes, part.reshape(-1).take(starts), out=codes, casting="unsafe")
        pending.append(size)
        radix *= size
    codes, level = _renumbered(codes, pending, radix)
    states = _spelled((*levels, level))
    small: Codes = codes.astype(np.uint16) if len(states) < 1 << 16 else codes.astype(np.uint32)
    return _Codes(top, left, small.repeat(lengths).reshape(parts[0].shape), states)


@dataclass(frozen=True, eq=False)
class _Level:
    """Codes that were renumbered: what each stood for, as the code of the level before and the states joined since."""

    before: NDArray[np.int64]
    joined: tuple[NDArray[np.int64], ...]


def _runs(parts: Sequence[Labels]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where, in the pixels row after row, any picture changes, and how long it then stays as it is.

    All pixels of a run have one combination: it is looked for once, which takes a fraction of doing so for every pixel.
    """
    flat = [part.reshape(-1) for part in parts]
    changes = np.zeros(flat[0].size, dtype=bool)
    changes[0] = True
    for one in flat:
        changes[1:] |= one[1:] != one[:-1]
    starts = np.flatnonzero(changes)
    return starts, np.diff(starts, append=flat[0].size)


def _renumbered(codes: NDArray[np.uint64], pending: Sequence[int], radix: int) -> tuple[NDArray[np.uint64], _Level]:
    """Give the codes that occur the numbers 0, 1, 2...; tell what each is made of, with the pictures since the last time."""
    found, numbers = _numbered(codes, radix) if radix <= LARGEST_TABLE else _thrown(codes)
    rest = found.astype(np.int64)
    columns: list[NDArray[np.int64]] = []
    for size in reversed(pending):
        rest, state = np.divmod(rest, size)
        columns.append(state)
    return numbers, _Level(rest, tuple(reversed(columns)))


def _numbered(codes: NDArray[np.uint64], size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return which of the codes below ``size`` occur, ascending, and for each of the given ones which of these it is."""
    occurs = np.zeros(size, dtype=bool)
    occurs[codes] = True
    found = np.flatnonzero(occurs).astype(np.uint64)
    number = np.zeros(size, dtype=np.uint64)
    number[found] = np.arange(len(found), dtype=np.uint64)
    return found, number[codes]


def _thrown(codes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the same of codes of any size, in no order.

    Codes are thrown into a table where each keeps its own place, but for the few that meet another there, which are
    sorted: a quarter of the time that sorting all takes.
    """
    place = (codes * _SPREAD) >> np.uint64(64 - _PLACES_BITS)
    holder = np.zeros(1 << _PLACES_BITS, dtype=np.uint64)
    holder[place] = codes
    alone = holder[place] == codes
    places, numbers = _numbered(place, len(holder))
    met, among = np.unique(codes[~alone], return_inverse=True)
    numbers[~alone] = among + len(places)
    return np.concatenate([holder[places], met]), numbers


def _spelled(levels: Sequence[_Level]) -> NDArray[np.int64]:
    """Return (codes, pictures) the states of the last level's codes; only these are followed back, not all on the way."""
    chosen = np.arange(len(levels[-1].before))
    columns: list[NDArray[np.int64]] = []
    for level in reversed(levels):
        columns[:0] = [column[chosen] for column in level.joined]
        chosen = level.before[chosen]
    return np.stack(columns, axis=1)


def _states(labels: Labels, count: int) -> Labels:
    """Return labels with the border pixels of each part raised by ``count``."""
    border = borders(labels)
    if labels.dtype == np.uint8 and 2 * count <= 255:
        raised = border.view(np.uint8)
        raised *= np.uint8(count)
        raised += labels
        return raised
    return np.asarray(labels + border * np.uint16(count), dtype=np.uint16)


def borders(labels: Labels) -> NDArray[np.bool_]:
    """Return (rows, columns): pixels of a part with another value above, below, left or right, or at the picture's edge."""
    width, flat = labels.shape[1], labels.reshape(-1)
    border = np.empty(flat.size, dtype=bool)
    # One row runs into the next here: twice as fast, and the ends of rows are borders anyway.
    across = flat[1:] != flat[:-1]
    border[1:] = across
    border[:-1] |= across
    down = flat[width:] != flat[:-width]
    border[width:] |= down
    border[:-width] |= down
    picture = border.reshape(labels.shape)
    picture[0] = picture[-1] = True
    picture[:, 0] = picture[:, -1] = True
    border &= flat != 0
    return picture


def occupied(labels: Labels | NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """Return (top, left, bottom, right) of what is not 0, the ends exclusive; None when all is 0."""
    rows = np.flatnonzero(labels.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(labels[rows[0] : rows[-1] + 1].any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
