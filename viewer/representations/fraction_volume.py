"""All fractions of a pile of slices as voxels, one box a part, from which any plane through them is interpolated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.domain.segmentation import Segmentation
from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.label_volume import TooLargeToKeep
from viewer.representations.part_codes import Fractions, as_unsigned, fractions_of_frame
from viewer.representations.pile_levels import EDGE, BentPlane, PileLevels, row_blocks
from viewer.representations.slice_source import SliceSource
from viewer.representations.voxel_box import SlicePiece, VoxelBox, Voxels, box_bytes, voxel_box


@dataclass(frozen=True, eq=False)
class _Corners:
    """At least one pixel of a plane, each between four of one slice: flat places, level, upper left pixel, shares."""

    places: NDArray[np.intp]
    level: NDArray[np.intp]
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    down: FloatArray
    across: FloatArray
    weight: FloatArray

    @cached_property
    def _indices(self) -> tuple[tuple[NDArray[np.intp], int, int], ...]:
        """Indices of each axis, with the least and the largest."""
        return tuple((each, int(each.min()), int(each.max())) for each in (self.level, self.row, self.column))

    def near(self, box: VoxelBox) -> _Corners | None:
        """Return those for which a box has anything; None when there are none."""
        there: NDArray[np.bool_] | None = None
        for (index, least, most), first, count in zip(self._indices, box.first, box.voxels.shape, strict=True):
            if most < first or least >= first + count:
                return None
            if least < first or most >= first + count:
                inside = (index >= first) & (index < first + count)
                there = inside if there is None else there & inside
        if there is None:
            return self
        chosen = np.flatnonzero(there)
        if not len(chosen):
            return None
        return _Corners(
            self.places[chosen],
            self.level[chosen],
            self.row[chosen],
            self.column[chosen],
            self.down[chosen],
            self.across[chosen],
            self.weight[chosen],
        )


@dataclass(frozen=True, eq=False)
class FractionVolume:
    """Stored values of each part that has any; ``fraction_of`` gives the fraction of each stored value."""

    levels: PileLevels
    rows: int
    columns: int
    parts: dict[int, VoxelBox]
    fraction_of: Fractions

    @property
    def held_bytes(self) -> int:
        """Bytes in memory."""
        return self.fraction_of.nbytes + sum(box.held_bytes for box in self.parts.values())

    def sampled(self, target: Plane | BentPlane) -> dict[int, Fractions]:
        """Return the fractions of each part on ``target``: linear in all three directions, constant in the outer half voxel.

        The same as ``resample.sampled_fractions``, without reading.
        """
        pictures: dict[int, Fractions] = {}
        for first, end in row_blocks(target):
            for corners in self._corners(target, first, end):
                for number, box in self.parts.items():
                    here = corners.near(box)
                    if here is None:
                        continue
                    picture = pictures.setdefault(number, np.zeros(target.shape, np.float32))
                    self._add(box, here, picture[first:end].reshape(-1))
        return {number: picture for number, picture in pictures.items() if picture.any()}

    def _add(self, box: VoxelBox, at: _Corners, picture: Fractions) -> None:
        """Add what lies behind pixels to a flat picture; most of a box is empty, so only what is not is interpolated."""
        right, below = np.minimum(at.column + 1, self.columns - 1), np.minimum(at.row + 1, self.rows - 1)
        corners = (
            box.at(at.level, at.row, at.column),
            box.at(at.level, at.row, right),
            box.at(at.level, below, at.column),
            box.at(at.level, below, right),
        )
        filled = np.flatnonzero(corners[0] | corners[1] | corners[2] | corners[3])
        if not len(filled):
            return
        one, two, three, four = (self.fraction_of.take(corner.take(filled)) for corner in corners)
        across, down = at.across.take(filled), at.down.take(filled)
        top = one * (1 - across) + two * across
        bottom = three * (1 - across) + four * across
        share = at.weight.take(filled) * (top * (1 - down) + bottom * down)
        picture[at.places.take(filled)] += share.astype(np.float32)

    def _corners(self, target: Plane | BentPlane, first: int, end: int) -> Iterator[_Corners]:
        """Yield where pixels of some rows lie in the slice before each, then in the slice behind it."""
        pile, offsets = self.levels.pile, self.levels.levels_mm
        depth_of, across_of, down_of = self.levels.fields_of(target)
        depth = depth_of.in_rows(first, end)
        half = pile.usual_mm / 2 + pile.tolerance_mm
        covered = (depth >= offsets[0] - half) & (depth <= offsets[-1] + half)
        depth = np.clip(depth, offsets[0], offsets[-1])
        across, down = across_of.in_rows(first, end), down_of.in_rows(first, end)
        before = (np.searchsorted(offsets, depth.reshape(-1), side="right") - 1).reshape(depth.shape)
        for level in (before, before + 1):
            there = covered & (level < len(offsets))
            level = np.minimum(level, len(offsets) - 1)
            weight = pile.weights(depth - offsets[level], level)
            across_start, down_start = self.levels.starts(level)
            u, v = across - across_start, down - down_start
            there &= (weight > EDGE) & (u >= -0.5 - EDGE) & (v >= -0.5 - EDGE)
            there &= (u <= self.columns - 0.5 + EDGE) & (v <= self.rows - 0.5 + EDGE)
            places = np.flatnonzero(there)
            if not len(places):
                continue
            u = np.clip(u.reshape(-1)[places], 0, self.columns - 1)
            v = np.clip(v.reshape(-1)[places], 0, self.rows - 1)
            column = np.minimum(u.astype(np.intp), max(self.columns - 2, 0))
            row = np.minimum(v.astype(np.intp), max(self.rows - 2, 0))
            yield _Corners(places, level.reshape(-1)[places], row, column, v - row, u - column, weight.reshape(-1)[places])


def can_be_interpolated(levels: PileLevels) -> bool:
    """Say whether each point lies between two slices at most: none are closer than the spacing that weights go by."""
    steps = np.diff(levels.levels_mm)
    return not len(steps) or float(steps.min()) >= levels.pile.spacing_mm * (1 - EDGE)


def fraction_volume(
    source: SliceSource, levels: PileLevels, *, most_bytes: int, check: Callable[[float], None]
) -> FractionVolume:
    """Read all slices of a pile of a FRACTIONAL segmentation into a volume; see ``label_volume.label_volume``."""
    content = source.content
    pieces: dict[int, list[SlicePiece]] = {}
    held = 0
    source.expect(levels.pile.slices[place].frames for place in levels.slices.tolist())
    for level, place in enumerate(levels.slices.tolist()):
        check(level / len(levels.slices))
        for number, stored in _stored(source, levels.pile.slices[place].frames).items():
            piece = SlicePiece.of(level, stored)
            if piece is not None:
                pieces.setdefault(number, []).append(piece)
                held += piece.values.nbytes
        if held > most_bytes:
            raise TooLargeToKeep
    if sum(box_bytes(of_part) for of_part in pieces.values()) > most_bytes:
        raise TooLargeToKeep
    every: Voxels = np.arange(256, dtype=np.uint8)
    if content.bits_allocated == 16:
        every = np.arange(65536, dtype=np.uint16)
    boxes = {number: voxel_box(of_part) for number, of_part in pieces.items()}
    return FractionVolume(levels, content.rows, content.columns, boxes, fractions_of_frame(every, content))


def _stored(source: SliceSource, frames: tuple[int, ...]) -> dict[int, Voxels]:
    """Return the stored values of each wanted part of a slice; the larger one where a part has several frames there."""
    found: dict[int, Voxels] = {}
    for frame in frames:
        number = int(source.content.frames.segment_number[frame])
        if number not in source.codes.code_of:
            continue
        plain = as_unsigned(source.read_frame(frame))
        stored: Voxels = plain.astype(np.uint8) if _is_small(source.content) else plain.astype(np.uint16)
        if number in found:
            np.maximum(found[number], stored, out=stored)
        found[number] = stored
    return found


def _is_small(content: Segmentation) -> bool:
    return content.bits_allocated == 8
