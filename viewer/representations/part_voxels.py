"""One or several parts of an overlay as masks: on the pixels of images, and on the object's own grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.domain.coverage import coverage
from viewer.domain.overlay import Overlay, ReadFrame
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet
from viewer.geometry.plane import Plane
from viewer.representations.labelmap import fractions_on_grid, labels_on_grid
from viewer.representations.measure import DEFAULT_THRESHOLD
from viewer.representations.part_codes import part_codes
from viewer.representations.part_shape import PartShape, part_shape
from viewer.representations.rasterise import rasterise_roi
from viewer.representations.segmentation_slices import piles_of
from viewer.representations.slice_source import SliceSource
from viewer.representations.volume_grid import NoGrid, VolumeGrid

Mask = NDArray[np.bool_]

_EDGE = 1e-6
_REMEMBERED = 4
_LOOKED_AT_FIRST = 48
"""Slices: an overlap that matters shows on some of them, and a thorax has a thousand."""


class PartVoxels:
    """Says which pixels of a plane lie in parts of a segmentation or structure set.

    Parameters
    ----------
    overlay
        Whose content is a Segmentation or a StructureSet.
    numbers
        Of the parts; a pixel in any of them counts once.
    read_frame
        Of the overlay's instance; what it raises comes through.
    """

    def __init__(self, overlay: Overlay, numbers: Sequence[int], read_frame: ReadFrame) -> None:
        content = overlay.content
        if not isinstance(content, Segmentation | StructureSet):
            raise TypeError("The overlay has neither segments nor contours")
        self._content = content
        self._numbers = frozenset(numbers)
        codes = part_codes(overlay, tuple(numbers))
        self._source = (
            SliceSource(content, read_frame, codes, remembered=_REMEMBERED) if isinstance(content, Segmentation) else None
        )

    def on(self, plane: Plane) -> Mask:
        """Return (rows, columns) of the pixels of a plane whose centres lie inside."""
        mask = np.zeros(plane.shape, dtype=bool)
        if self._source is None:
            assert isinstance(self._content, StructureSet)
            for roi in self._content.rois:
                if roi.number in self._numbers:
                    mask |= rasterise_roi(roi, [plane])[0]
        elif self._source.content.type == "FRACTIONAL":
            for fractions in fractions_on_grid(self._source, plane).values():
                mask |= fractions >= DEFAULT_THRESHOLD - _EDGE
        else:
            for labels in labels_on_grid(self._source, plane):
                mask |= labels != 0
        return mask

    def shape(self, grid: VolumeGrid, *, check: Callable[[], None] = lambda: None) -> PartShape | None:
        """Return the shape on a grid, None when nothing is there; ``check`` is called between slices."""
        held: dict[int, Mask] = {}
        for place, plane in enumerate(grid.planes):
            check()
            mask = self.on(plane)
            if mask.any():
                held[place] = mask
        if not held:
            return None
        whole = np.logical_or.reduce(list(held.values()))
        rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
        first = (min(held), int(rows[0]), int(columns[0]))
        inside = np.zeros((max(held) - first[0] + 1, int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1), dtype=bool)
        for place, mask in held.items():
            inside[place - first[0]] = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return part_shape(inside, first, grid.affine)

    def grid_of_frames(self, frames: Sequence[int]) -> VolumeGrid:
        """Return a grid of the one slice that frames (0-based) of a segmentation lie on. Raises NoGrid."""
        wanted = set(frames)
        if isinstance(self._content, Segmentation):
            found = [one.plane for pile in piles_of(self._content) for one in pile.slices if wanted & set(one.frames)]
            if len(found) == 1:
                return VolumeGrid((found[0],), found[0].affine)
        raise NoGrid("The frames that are named lie on no one slice.")


def shared_voxels(
    overlay: Overlay,
    pairs: Sequence[tuple[int, int]],
    read_frame: ReadFrame,
    stack: Stack | None,
    *,
    check: Callable[[], None] = lambda: None,
) -> Mapping[tuple[int, int], int]:
    """Return how many voxels two parts share, on the object's own slices or for contours on those of a stack.

    Pairs that share none are left out. Of many slices some are looked at first, and all of them only for pairs that share
    voxels there. What ``read_frame`` raises comes through.
    """
    wanted = frozenset(number for pair in pairs for number in pair)
    slices = [(plane, here) for plane, here in _slices_with(overlay, wanted, stack) if len(here) > 1]
    voxels = {number: PartVoxels(overlay, [number], read_frame) for number in wanted}

    def count(some: Sequence[tuple[Plane, set[int]]], among: Sequence[tuple[int, int]]) -> Counter[tuple[int, int]]:
        found: Counter[tuple[int, int]] = Counter()
        for plane, here in some:
            together = [pair for pair in among if here.issuperset(pair)]
            if together:
                check()
            masks = {number: voxels[number].on(plane) for number in frozenset(one for pair in together for one in pair)}
            for pair in together:
                found[pair] += int(np.count_nonzero(masks[pair[0]] & masks[pair[1]]))
        return found

    some = slices[:: max(1, -(-len(slices) // _LOOKED_AT_FIRST))]
    found = count(some, pairs)
    if len(some) < len(slices):
        found = count(slices, [pair for pair in pairs if found[pair]])
    return {pair: number for pair, number in found.items() if number}


def _slices_with(overlay: Overlay, wanted: frozenset[int], stack: Stack | None) -> Iterator[tuple[Plane, set[int]]]:
    """Yield the slices on which wanted parts lie, with their numbers."""
    content = overlay.content
    if isinstance(content, Segmentation):
        numbers = content.frames.segment_number
        for pile in piles_of(content):
            for one in pile.slices:
                yield one.plane, {int(numbers[frame]) for frame in one.frames} & wanted
    elif stack is not None:
        touched = {part: frames for part, frames in coverage(overlay, stack).items() if part in wanted}
        for place, plane in enumerate(stack.planes):
            yield plane, {part for part, frames in touched.items() if frames[place]}
