"""The frames of a segmentation as piles of parallel slices, each with its plane; and by the image each was made on."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.domain.references import ImageReference
from viewer.domain.segmentation import Segmentation
from viewer.geometry.plane import FloatArray, Plane, Vector, to_vector
from viewer.geometry.slice_sides import GAP, same_level_mm, sides_of_levels
from viewer.geometry.tolerances import ON_VOXELS, SAME_DIRECTION, SAME_GRID_PIXELS


@dataclass(frozen=True, eq=False)
class SegmentationSlice:
    """Frames that share one grid in space: one a segment, or one in all for a LABELMAP."""

    plane: Plane
    frames: tuple[int, ...]
    """Frame indices, by segment number."""


@dataclass(frozen=True, eq=False)
class Pile:
    """Parallel slices by ascending offset along ``normal``; tiles and repeated segments may share an offset."""

    normal: Vector
    slices: tuple[SegmentationSlice, ...]
    offsets_mm: FloatArray
    """(n,) one a slice."""
    spacing_mm: float
    """Distance between neighbouring places, also where frames were left out."""
    source_sides_mm: FloatArray | None = None
    """(n, 2) gaps before and behind each slice, as the images say that it lies on; None where they say nothing."""

    @cached_property
    def origins(self) -> FloatArray:
        """(n, 3) centres of the first pixel of each slice, mm."""
        return np.array([one.plane.origin for one in self.slices]).reshape(-1, 3)

    @cached_property
    def levels_mm(self) -> FloatArray:
        """(places,) the distinct offsets, ascending."""
        ascending = np.sort(self.offsets_mm)
        return np.asarray(ascending[np.concatenate([[True], np.diff(ascending) > self.tolerance_mm])])

    @cached_property
    def levels(self) -> NDArray[np.intp]:
        """(n,) which of ``levels_mm`` each slice has."""
        return np.asarray(np.searchsorted(self.levels_mm, self.offsets_mm, side="right") - 1, np.intp)

    @cached_property
    def is_lattice(self) -> bool:
        """Whether all voxels stand at even distances in all three directions, also where slices were left out."""
        if self.sides_mm is not None:
            return False
        grid = self.slices[0].plane
        from_first = self.origins - self.origins[0]
        across, down = from_first @ np.asarray(grid.axis_column), from_first @ np.asarray(grid.axis_row)
        along = self.levels_mm - self.levels_mm[0]
        steps = ((along, self.spacing_mm), (across, grid.spacing_mm[1]), (down, grid.spacing_mm[0]))
        return all(float(np.abs(mm / step - np.round(mm / step)).max()) <= ON_VOXELS for mm, step in steps)

    @property
    def gaps_mm(self) -> FloatArray:
        """(places - 1,) distances from each place to the next one that has a slice."""
        return np.diff(self.levels_mm)

    @cached_property
    def sides_mm(self) -> FloatArray | None:
        """(places, 2) the gaps before and behind each place where they differ; None where all are of one spacing.

        As the images say that it lies on, else by its own positions.
        """
        if self.source_sides_mm is None:
            return sides_of_levels(self.levels_mm, self.spacing_mm, tolerance_mm=self.tolerance_mm)
        sides = np.zeros((len(self.levels_mm), 2))
        sides[self.levels] = self.source_sides_mm
        return sides

    @property
    def usual_mm(self) -> float:
        """The spacing; where gaps differ, the median one."""
        if self.sides_mm is None:
            return self.spacing_mm
        return float(np.median(self.gaps_mm if self.source_sides_mm is None else self.sides_mm))

    @property
    def left_out(self) -> NDArray[np.intp]:
        """(places - 1,) how many slices were left out between each place and the next."""
        gaps, usual_mm = self.gaps_mm, self.usual_mm
        missing = np.where(gaps > GAP * usual_mm, np.round(gaps / usual_mm).astype(np.intp) - 1, 0)
        if self.source_sides_mm is None or self.sides_mm is None:
            return missing
        reached = (self.sides_mm[:-1, 1] + self.sides_mm[1:, 0]) / 2
        return np.where(gaps <= reached + self.tolerance_mm, 0, np.maximum(missing, 1)).astype(np.intp)

    @property
    def depths_mm(self) -> FloatArray | None:
        """(n,) how deep the voxels of each slice are where gaps differ, halfway to its neighbours; None where not."""
        return None if self.sides_mm is None else np.asarray(self.sides_mm.mean(axis=1)[self.levels])

    @property
    def tolerance_mm(self) -> float:
        """Distance along the normal below which two things lie in one plane."""
        return same_level_mm(self.spacing_mm)

    def nearest(self, offset_mm: float) -> tuple[SegmentationSlice, ...]:
        """Return the slices nearest to an offset; none when they do not reach there."""
        closest = int(np.abs(self.offsets_mm - offset_mm).argmin())
        at = self.offsets_mm[closest]
        if not self.reaches(np.array([offset_mm - at]), self.levels[[closest]]).all():
            return ()
        return tuple(self.slices[place] for place in np.flatnonzero(np.abs(self.offsets_mm - at) <= self.tolerance_mm))

    def reaches(self, from_slice_mm: FloatArray, level: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Say which distances along the normal, each from the slices at a level, are not beyond what these stand for."""
        if self.sides_mm is None:
            return np.asarray(np.abs(from_slice_mm) <= self.spacing_mm / 2 + self.tolerance_mm)
        gap = self.sides_mm.reshape(-1).take(2 * level + (from_slice_mm > 0))
        return np.asarray(np.abs(from_slice_mm) <= gap / 2 + self.tolerance_mm)

    def weights(self, from_slice_mm: FloatArray | float, level: NDArray[np.intp] | int) -> FloatArray:
        """Return what slices at a level count for at distances from them: 1 there, 0 or less from the next place on."""
        behind = np.asarray(from_slice_mm) > 0
        gap = self.spacing_mm if self.sides_mm is None else self.sides_mm.reshape(-1).take(2 * np.asarray(level) + behind)
        return np.asarray(1 - np.abs(from_slice_mm) / gap)

    def is_parallel_to(self, plane: Plane) -> bool:
        """Say whether all of a plane's rectangle lies at one offset: directions with an epsilon would not tell."""
        offsets = plane.corners_patient() @ np.asarray(self.normal)
        return float(np.ptp(offsets)) <= self.tolerance_mm


_piles: weakref.WeakKeyDictionary[Segmentation, tuple[Pile, ...]] = weakref.WeakKeyDictionary()
_sources: weakref.WeakKeyDictionary[Segmentation, dict[str, list[tuple[int, ImageReference]]]] = weakref.WeakKeyDictionary()


def piles_of(content: Segmentation) -> tuple[Pile, ...]:
    """Return the piles of a segmentation, computed once; empty when its frames have no position or no spacing."""
    found = _piles.get(content)
    if found is None:
        found = _piles[content] = _find_piles(content)
    return found


def same_grid(grid: Plane, plane: Plane, *, tolerance_mm: float) -> bool:
    """Say whether two planes have the same pixels: corners within a tenth of a pixel, and a distance along the normal."""
    if grid.shape != plane.shape:
        return False
    corners = grid.corners_patient()
    there = plane.position_image(corners) - plane.position_image(plane.corners_patient())
    return bool(np.abs(there).max() <= SAME_GRID_PIXELS and np.abs(plane.distance_mm(corners)).max() <= tolerance_mm)


def frames_on_image(content: Segmentation, sop_instance_uid: str, frame_number: int) -> tuple[int, ...]:
    """Return the frames made pixel by pixel on a frame of an image, in file order.

    Frames whose source image is stated as not spatially preserved are left out (PS3.3 C.7.6.16.2.6).
    """
    by_uid = _sources.get(content)
    if by_uid is None:
        by_uid = {}
        for place, references in enumerate(content.frames.sources):
            for reference in references:
                by_uid.setdefault(reference.sop_instance_uid, []).append((place, reference))
        _sources[content] = by_uid
    named = by_uid.get(sop_instance_uid.partition("@")[0], [])
    return tuple(
        dict.fromkeys(
            place
            for place, reference in named
            if (not reference.frames or frame_number in reference.frames)
            and reference.spatial_locations_preserved not in ("NO", "REORIENTED_ONLY")
        )
    )


def by_segment(content: Segmentation, frames: NDArray[np.intp] | list[int] | tuple[int, ...]) -> tuple[int, ...]:
    """Return frame indices by segment number, so that nothing depends on the order in the file."""
    return tuple(sorted((int(place) for place in frames), key=lambda place: (content.frames.segment_number[place], place)))


def _find_piles(content: Segmentation) -> tuple[Pile, ...]:
    if content.spacing_mm is None:
        return ()
    position, orientation = content.frames.position, content.frames.orientation
    left = np.isfinite(position).all(axis=1) & np.isfinite(orientation).all(axis=1)
    found: list[Pile] = []
    while left.any():
        direction = orientation[int(np.argmax(left))]
        with np.errstate(invalid="ignore"):
            alike = left & (np.abs(orientation - direction).max(axis=1) < SAME_DIRECTION)
        left &= ~alike
        found.append(_pile(content, np.flatnonzero(alike), direction, content.spacing_mm))
    return tuple(found)


def _pile(content: Segmentation, frames: NDArray[np.intp], direction: FloatArray, spacing_mm: tuple[float, float]) -> Pile:
    across, down = direction[:3], direction[3:]
    normal = np.cross(across, down)
    between_mm = content.slice_spacing_mm or min(spacing_mm)
    tolerance_mm = same_level_mm(between_mm)
    # Segments repeat the same position in the same characters: the first step needs no tolerance, the second one does.
    places: dict[bytes, list[int]] = {}
    for frame in frames.tolist():
        places.setdefault(content.frames.position[frame].tobytes(), []).append(frame)
    ordered = sorted(places.values(), key=lambda group: float(content.frames.position[group[0]] @ normal))
    grids: dict[tuple[int, int, int], list[int]] = {}
    layer, layer_start, last_mm = 0, content.frames.position[ordered[0][0]], float("-inf")
    for place in ordered:
        origin = content.frames.position[place[0]]
        offset_mm = float(origin @ normal)
        if offset_mm - last_mm > tolerance_mm:
            layer, layer_start = layer + 1, origin
        last_mm = offset_mm
        shift = (origin - layer_start) @ np.stack([across / spacing_mm[1], down / spacing_mm[0]], axis=1)
        column, row = np.round(shift / (2 * SAME_GRID_PIXELS)).astype(int).tolist()
        grids.setdefault((layer, column, row), []).extend(place)
    groups = list(grids.values())
    across_axis, down_axis = to_vector(across), to_vector(down)
    slices = tuple(
        SegmentationSlice(
            Plane(
                to_vector(content.frames.position[group[0]]),
                across_axis,
                down_axis,
                spacing_mm,
                (content.rows, content.columns),
                content.frame_of_reference_uid,
                thickness_mm=between_mm,
            ),
            by_segment(content, group),
        )
        for group in groups
    )
    offsets = np.array([one.plane.offset_mm for one in slices])
    of_frames = content.source_sides_mm
    sides = of_frames[[one.frames[0] for one in slices]] if of_frames is not None else None
    return Pile(to_vector(normal), slices, offsets, between_mm, sides)
