"""Where two compared results differ on a plane: only in the first, only in the second, in both, in both as other parts.

Decided
    Parts are compared with their counterparts, not all with all: what the first object calls liver and the second calls
    spleen is a difference, though both have something there. Hidden parts take no part.
    Both objects are looked at on the pixels of the plane, nearest voxel, so that any two grids can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.domain.matching import match_parts, named_parts
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.geometry.plane import Plane
from viewer.reading.state import ReadingState
from viewer.representations.rasterise import fill
from viewer.scene.composite import ColoredLabels, composite
from viewer.scene.drawables import Color, Drawable, LabelComposite, OutlinePaths, PartRef
from viewer.scene.held_bytes import held_bytes
from viewer.scene.layer_drawables import ShownLayer, grid_transform, thresholded
from viewer.scene.remembered import Remembered
from viewer.scene.trace import traced

ONLY_A: Final[Color] = (0xE6, 0x9F, 0x00)
ONLY_B: Final[Color] = (0x56, 0xB4, 0xE9)
IN_BOTH: Final[Color] = (0xE8, 0xE8, 0xE8)
AS_OTHER: Final[Color] = (0xCC, 0x79, 0xA7)
"""Orange, blue, grey and purple of Okabe and Ito: people with colour blindness tell them apart."""
COLORS: Final = (ONLY_A, ONLY_B, IN_BOTH, AS_OTHER)
_FILLS: Final = (150, 150, 40, 150)
"""Where both agree the image is hardly covered: the eye is led to where they do not."""
_IDENTITY: Final = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))

Labels = NDArray[np.uint8]
Numbers = NDArray[np.int32]

_codes: Remembered[Labels] = Remembered(32, held_bytes)
_drawn: Remembered[tuple[Drawable, ...]] = Remembered(32, held_bytes)
_pairs: Remembered[tuple[Mapping[int, int], Mapping[int, int]]] = Remembered(8)


@dataclass(frozen=True)
class Counterparts:
    """By part number of each object the number of its pair, from 1; parts without counterpart have numbers of their own."""

    of_a: Mapping[int, int]
    of_b: Mapping[int, int]


def counterparts(a: Overlay, b: Overlay) -> Counterparts:
    """Return which parts of two objects are compared with which."""
    return Counterparts(*_pairs.recall((a, b), (), lambda: _numbered(a, b)))


def split_compared(
    state: ReadingState, layers: Sequence[ShownLayer]
) -> tuple[tuple[ShownLayer, ...], tuple[ShownLayer | None, ShownLayer | None]]:
    """Return what is drawn as ever (no other regions), and the two whose difference is drawn; None where not there."""
    compared = state.compared
    if compared is None or compared.shown != "difference":
        return tuple(layers), (None, None)
    found = {layer.overlay.instance: layer for layer in layers}
    # Other regions in like colours would be taken for a difference.
    rest = tuple(layer for layer in layers if not isinstance(layer.overlay.content, Segmentation | StructureSet))
    return rest, (found.get(compared.a), found.get(compared.b))


def layers_drawn(state: ReadingState, layers: Sequence[ShownLayer]) -> tuple[ShownLayer, ...]:
    """Return the layers of which anything is drawn: what the words around the image may speak of."""
    rest, compared = split_compared(state, layers)
    return (*rest, *(layer for layer in compared if layer is not None))


def difference(
    state: ReadingState, a: ShownLayer | None, b: ShownLayer | None, plane: Plane, *, moving: bool
) -> tuple[Drawable, ...]:
    """Return the picture of where two results differ, with its borders while nothing moves; nothing while one is missing.

    ``moving``: borders are left out, because the next picture follows at once.
    """
    compared = state.compared
    if compared is None or (a is None and b is None):
        return ()
    overlays = state.content.overlays
    if compared.a not in overlays or compared.b not in overlays:
        return ()
    pairs = counterparts(overlays[compared.a], overlays[compared.b])
    held = tuple(one for layer in (a, b) if layer is not None for one in (layer.on_plane, layer.looks))
    key = (plane, a is None, b is None, *(layer.threshold for layer in (a, b) if layer is not None))
    codes = _codes.recall(held, key, lambda: difference_codes(a, b, pairs, plane))
    return _drawn.recall(
        (codes,), (moving, compared.a), lambda: _drawables(codes, moving=moving, part=PartRef(compared.a, 0))
    )


def difference_codes(a: ShownLayer | None, b: ShownLayer | None, pairs: Counterparts, plane: Plane) -> Labels:
    """Return (rows, columns) of a plane: 0 nothing, 1 only in a, 2 only in b, 3 in both, 4 in both as other parts."""
    in_a = tuple(_numbers_of(a, pairs.of_a, plane)) if a is not None else ()
    in_b = tuple(_numbers_of(b, pairs.of_b, plane)) if b is not None else ()
    codes = np.zeros(plane.shape, np.uint8)
    any_a, any_b = (_anywhere(numbers, plane.shape) for numbers in (in_a, in_b))
    codes[any_a & ~any_b] = 1
    codes[any_b & ~any_a] = 2
    together = any_a & any_b
    codes[together] = 3
    if together.any():
        # Several parts may lie on one pixel: the two agree where each part has its counterpart there.
        agree = _all_found(in_a, in_b, together) & _all_found(in_b, in_a, together)
        codes[together & ~agree] = 4
    return codes


def _numbered(a: Overlay, b: Overlay) -> tuple[Mapping[int, int], Mapping[int, int]]:
    matched = match_parts(named_parts(a), named_parts(b))
    of_a = {first: place for place, (first, _) in enumerate(matched, 1)}
    of_b = {second: place for place, (_, second) in enumerate(matched, 1)}
    following = len(matched) + 1
    for overlay, found in ((a, of_a), (b, of_b)):
        for part in named_parts(overlay):
            if part.number not in found:
                found[part.number] = following
                following += 1
    return of_a, of_b


def _numbers_of(layer: ShownLayer, pair_of: Mapping[int, int], plane: Plane) -> Iterator[Numbers]:
    """Yield (rows, columns) pictures of pair numbers on the pixels of a plane; 0 nothing. Several where parts overlap."""
    shown = {number: pair for number, pair in pair_of.items() if number in layer.looks and layer.looks[number].visible}
    for picture in layer.on_plane.labels:
        table = np.array([0, *(shown.get(part, 0) for part in picture.parts)], np.int32)
        if table.any():
            yield _on(plane, picture.plane, table[picture.labels])
    for fraction in layer.on_plane.fractions:
        if fraction.part in shown:
            mask = thresholded(fraction, layer.threshold).astype(np.int32)
            yield _on(plane, fraction.plane, mask * shown[fraction.part])
    for outline in layer.on_plane.outlines:
        if outline.part in shown and outline.closed and not outline.projected:
            inside = fill([np.asarray(path) - 0.5 for path in outline.paths if len(path) > 2], plane.shape)
            yield inside.astype(np.int32) * shown[outline.part]


def _on(plane: Plane, grid: Plane, numbers: Numbers) -> Numbers:
    """Return numbers of a coplanar grid at the pixel centres of a plane, nearest; 0 beside the grid."""
    if grid.shape == plane.shape and grid_transform(grid, plane) == _IDENTITY:
        return numbers
    rows, columns = plane.shape
    (a, b, c), (d, e, f) = grid_transform(grid, plane)
    inverse = np.linalg.inv([[a, b, c], [d, e, f], [0.0, 0.0, 1.0]])
    x, y = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    across = np.floor(inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2] + 1e-6).astype(int)
    down = np.floor(inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2] + 1e-6).astype(int)
    inside = (across >= 0) & (across < grid.shape[1]) & (down >= 0) & (down < grid.shape[0])
    found = np.zeros(plane.shape, np.int32)
    found[inside] = numbers[down[inside], across[inside]]
    return found


def _anywhere(pictures: Sequence[Numbers], shape: tuple[int, int]) -> NDArray[np.bool_]:
    found = np.zeros(shape, bool)
    for picture in pictures:
        found |= picture > 0
    return found


def _all_found(ones: Sequence[Numbers], others: Sequence[Numbers], where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where every part of the first pictures is among those of the others."""
    agree = where.copy()
    for one in ones:
        matched = one == 0
        for other in others:
            matched |= one == other
        agree &= matched
    return agree


def _drawables(codes: Labels, *, moving: bool, part: PartRef) -> tuple[Drawable, ...]:
    fills = tuple((*color, alpha) for color, alpha in zip(COLORS, _FILLS, strict=True))
    made: LabelComposite | None = composite([ColoredLabels(codes, fills)], _IDENTITY)
    if made is None:
        return ()
    lines = () if moving else traced(codes).items()
    drawn = tuple(
        OutlinePaths(paths=tuple(paths), color=COLORS[value - 1], opacity=0.9, part=part) for value, paths in lines
    )
    return (made, *drawn)
