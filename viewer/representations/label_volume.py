"""All labels of a pile of slices as voxels, from which any plane through them is picked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from viewer.geometry.plane import Plane
from viewer.representations.part_codes import Labels, PartCodes, empty_labels
from viewer.representations.pile_levels import EDGE, BentPlane, PileLevels, row_blocks
from viewer.representations.slice_source import SliceSource
from viewer.representations.voxel_box import SlicePiece, VoxelBox, box_bytes, voxel_box


class TooLargeToKeep(Exception):
    """The volume would not fit into what it may take."""


@dataclass(frozen=True, eq=False)
class LabelVolume:
    """Label pictures of all slices: a first layer, and further ones with what overlaps."""

    levels: PileLevels
    layers: tuple[VoxelBox, ...]
    codes: PartCodes

    @property
    def held_bytes(self) -> int:
        """Bytes in memory."""
        return sum(layer.held_bytes for layer in self.layers)

    def sampled(self, target: Plane | BentPlane) -> tuple[Labels, ...]:
        """Return label pictures of ``target.shape``: at each pixel's centre the nearest voxel, none beyond half a slice.

        The same as ``resample.sampled_labels``, without reading.
        """
        found: list[Labels] = [empty_labels(target.shape, self.codes) for _ in self.layers]
        depth_of, across_of, down_of = self.levels.fields_of(target)
        for first, end in row_blocks(target):
            # Of a plane along the slices' own axes each grows in one direction only, and is looked up there alone.
            level, near = self.levels.nearest(depth_of.in_few(first, end))
            if not near.any():
                continue
            across_start, down_start = self.levels.starts(level)
            column = np.floor(across_of.in_few(first, end) - across_start + 0.5 + EDGE).astype(np.intp)
            row = np.floor(down_of.in_few(first, end) - down_start + 0.5 + EDGE).astype(np.intp)
            # Nothing is as far below every box as this.
            level[~near] = -2
            for picture, layer in zip(found, self.layers, strict=True):
                picture[first:end] = layer.at(level, row, column)
        return tuple(picture for picture in found if picture.any())


def label_volume(source: SliceSource, levels: PileLevels, *, most_bytes: int, check: Callable[[float], None]) -> LabelVolume:
    """Read all slices of a pile into a volume.

    Parameters
    ----------
    source
        Reads the slices; whatever it raises is passed on.
    levels
        Of the pile.
    most_bytes
        The volume takes no more than that.
    check
        Called before each slice with the part done, 0 to 1; what it raises ends the reading.

    Raises
    ------
    TooLargeToKeep
        When it would take more than ``most_bytes``.
    """
    pieces: list[list[SlicePiece]] = []
    held = 0
    source.expect(levels.pile.slices[place].frames for place in levels.slices.tolist())
    for level, place in enumerate(levels.slices.tolist()):
        check(level / len(levels.slices))
        for layer, labels in enumerate(source.labels(levels.pile.slices[place].frames)):
            piece = SlicePiece.of(level, labels)
            if piece is None:
                continue
            while len(pieces) <= layer:
                pieces.append([])
            pieces[layer].append(piece)
            held += piece.values.nbytes
            if held > most_bytes:
                raise TooLargeToKeep
    filled = [layer for layer in pieces if layer]
    if sum(box_bytes(layer) for layer in filled) > most_bytes:
        raise TooLargeToKeep
    return LabelVolume(levels, tuple(voxel_box(layer) for layer in filled), source.codes)
