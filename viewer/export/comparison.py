"""Two objects compared part by part: the numbers of ``overread compare`` and of the window, from one place.

Decided
    Volumes are those of each object on its own grid; everything else is measured on one grid that holds both.
    Where two parts differ most is the slice of that grid on which most voxels belong to one of them only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from viewer.domain.library import Library
from viewer.domain.matching import match_parts, named_parts
from viewer.export.two_objects import Compared, NotComparable, PartMasks, common_grid
from viewer.geometry.plane import FloatArray, Vector, to_vector
from viewer.representations.compare import Mask, SurfaceDistances, dice, surface_distances
from viewer.representations.volume_grid import VolumeGrid

METHOD = (
    "Volumes are those of each object on its own grid. Surfaces are voxels with one of six neighbours outside; "
    "the mean is over both surfaces, the 95 % the larger of both directions."
)


@dataclass(frozen=True)
class PairCompared:
    """A part of the first object and one of the second.

    Parameters
    ----------
    dice
        None when both are empty.
    difference_percent
        Of the second volume against the first; None where the first has none.
    distances
        Between the surfaces; None when one of them is empty.
    worst_point
        Patient mm: in the middle of what belongs to one of them only, on the slice with most of it; None where they agree.
    worst_area_mm2
        How much that is, on that slice.
    """

    a: int
    b: int
    label_a: str
    label_b: str
    dice: float | None
    volume_a_ml: float | None
    volume_b_ml: float | None
    difference_percent: float | None
    distances: SurfaceDistances | None
    worst_point: Vector | None = None
    worst_area_mm2: float = 0.0


@dataclass(frozen=True)
class PartAlone:
    """A part that the other object has no counterpart of."""

    part: int
    label: str
    volume_ml: float | None


@dataclass(frozen=True)
class Comparison:
    """What two objects have in common. ``method`` says how it was measured."""

    matched: tuple[PairCompared, ...]
    only_a: tuple[PartAlone, ...]
    only_b: tuple[PartAlone, ...]
    method: str


def compare_objects(
    a: Compared,
    b: Compared,
    library: Library,
    asked: Sequence[tuple[int, int]] = (),
    *,
    check: Callable[[float], None] = lambda _: None,
) -> Comparison:
    """Return how alike the parts of two objects are, matched by code, then by label.

    Parameters
    ----------
    asked
        Pairs of part numbers that are compared besides.
    check
        Called with the part done, 0 to 1; what it raises ends the comparison.

    Raises
    ------
    NotComparable
        When the two share no space or grid, or a part that was asked for is not there.
    NoGrid, FrameNotRead
        When there is no room for the masks, or pixels cannot be read.
    """
    for one, number in [(a, first) for first, _ in asked] + [(b, second) for _, second in asked]:
        if number not in one.measures:
            raise NotComparable(f"{one.name} has no part {number}.")
    pairs = list(dict.fromkeys([*asked, *match_parts(named_parts(a.overlay), named_parts(b.overlay))]))
    check(0.0)
    grid, where = common_grid(a, b, library)
    check(0.1)
    masks_a = PartMasks(a, grid)
    check(0.3)
    masks_b = PartMasks(b, grid)
    matched = []
    for place, pair in enumerate(pairs):
        check(0.5 + 0.5 * place / len(pairs))
        matched.append(_pair(a, b, (masks_a, masks_b), pair, grid))
    return Comparison(
        tuple(matched),
        _alone(a, {one for one, _ in pairs}),
        _alone(b, {other for _, other in pairs}),
        f"{where} {METHOD}",
    )


def _pair(
    a: Compared, b: Compared, masks: tuple[PartMasks, PartMasks], pair: tuple[int, int], grid: VolumeGrid
) -> PairCompared:
    boxes = [one.box(number) for one, number in zip(masks, pair, strict=True)]
    filled = [found for found in boxes if found is not None]
    overlap = distances = worst = None
    area_mm2 = 0.0
    if filled:
        low = np.min([start for start, _ in filled], axis=0)
        high = np.max([np.add(start, size) for start, size in filled], axis=0)
        k, j, i = (slice(int(first), int(last)) for first, last in zip(low, high, strict=True))
        mask_a, mask_b = (one.cut(number, (k, j, i)) for one, number in zip(masks, pair, strict=True))
        overlap = dice(mask_a, mask_b)
        distances = surface_distances(mask_a, mask_b, grid.affine)
        worst, area_mm2 = _worst(mask_a ^ mask_b, low, grid)
    volume_a, volume_b = a.measures[pair[0]].volume_ml, b.measures[pair[1]].volume_ml
    difference = None
    if volume_a and volume_b is not None:
        difference = 100 * (volume_b - volume_a) / volume_a
    return PairCompared(
        *pair,
        a.overlay.part(pair[0]).label,
        b.overlay.part(pair[1]).label,
        overlap,
        volume_a,
        volume_b,
        difference,
        distances,
        worst,
        area_mm2,
    )


def _worst(differs: Mask, first: FloatArray, grid: VolumeGrid) -> tuple[Vector | None, float]:
    """Return the voxel nearest to the middle of the largest difference on one slice, in mm, and its area in mm2."""
    counts = differs.sum(axis=(1, 2))
    if not counts.any():
        return None, 0.0
    k = int(counts.argmax())
    places = np.argwhere(differs[k])
    nearest = places[int(((places - places.mean(axis=0)) ** 2).sum(axis=1).argmin())]
    index = np.add(first, (k, *nearest.tolist()))
    across = np.cross(grid.affine[:3, 1], grid.affine[:3, 2])
    return to_vector(grid.affine[:3, :3] @ index + grid.affine[:3, 3]), float(counts[k] * np.linalg.norm(across))


def _alone(one: Compared, paired: set[int]) -> tuple[PartAlone, ...]:
    return tuple(
        PartAlone(part.number, part.label, one.measures[part.number].volume_ml)
        for part in named_parts(one.overlay)
        if part.number not in paired
    )
