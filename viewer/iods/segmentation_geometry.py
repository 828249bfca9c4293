"""Where the frames of a segmentation lie: functional groups, tiles and old objects turned into columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from viewer.domain.issues import Issue, issue
from viewer.domain.references import ImageReference
from viewer.domain.segmentation import SegmentationFrames
from viewer.geometry.plane import FloatArray
from viewer.geometry.tolerances import DIRECTION_UNIT_ERROR, DUPLICATE_POSITION_MM, REGULAR_RELATIVE, SAME_DIRECTION
from viewer.iods.elements import first_item, floats, integer, number, text
from viewer.iods.segmentation_frames import (
    FrameGroups,
    PixelMeasures,
    TilePosition,
    groups_outside,
    per_frame_groups,
    pixel_measures,
    shared_groups,
)

_REPEATED = 3
"""Equal gaps of several thicknesses that are no chance."""


@dataclass(frozen=True, eq=False)
class FrameLayout:
    """The frames by column, with the spacings that hold for all of them."""

    frames: SegmentationFrames
    spacing_mm: tuple[float, float] | None
    slice_spacing_mm: float
    issues: tuple[Issue, ...]
    unnamed: int
    """Frames for which no segment is named; they have segment number 0 in a BINARY or FRACTIONAL object."""


def frame_layout(dataset: Dataset, number_of_frames: int, *, segment_numbers: Sequence[int], labelmap: bool) -> FrameLayout:
    """Return what each of the frames is and where it lies.

    Groups are taken from the frame, then from the shared ones, then from the top level (an Issue). Without any per-frame
    groups the frames of a TILED_FULL object follow from its total pixel matrix (PS3.3 C.7.6.17.3).
    """
    shared = shared_groups(dataset)
    groups = [one.over(shared) for one in per_frame_groups(dataset)[:number_of_frames]]
    if not groups and text(dataset, "DimensionOrganizationType") == "TILED_FULL":
        groups = _tiled_full(dataset, shared, number_of_frames, () if labelmap else segment_numbers)
    groups += [shared] * (number_of_frames - len(groups))
    groups, issues = _with_top_level(dataset, groups)
    groups = _with_slide_geometry(dataset, groups)
    measures = next((one.measures for one in groups if one.measures), None) or pixel_measures(dataset)
    position, orientation, bad = _placed(groups)
    if bad:
        issues += (issue("bad_orientation", "warning"),)
    differing = [one.measures is not None and one.measures.spacing_mm not in (None, measures.spacing_mm) for one in groups]
    if any(differing):
        position[np.array(differing)] = np.nan
        issues += (issue("pixel_spacing_varies", "warning", count=sum(differing)),)
    named = [one.segment_number for one in groups]
    frames = SegmentationFrames(
        np.array([-1 if labelmap else (value if value is not None else 0) for value in named], dtype=np.int32),
        position,
        orientation,
        tuple(one.sources for one in groups),
        np.array([(one.tile.row - 1, one.tile.column - 1) for one in groups if one.tile], dtype=np.int32)
        if groups and all(one.tile for one in groups)
        else None,
    )
    spacing_mm = slice_spacing_mm(position, orientation, measures)
    return FrameLayout(frames, measures.spacing_mm, spacing_mm, issues, 0 if labelmap else named.count(None))


def slice_spacing_mm(position: FloatArray, orientation: FloatArray, measures: PixelMeasures) -> float:
    """Return the distance between neighbouring places of the grid that the frames are taken from; 0 when unknown.

    Empty frames are left out of most objects, so gaps between frames are multiples of the spacing. The declared Spacing
    Between Slices, or else the Slice Thickness, counts when the gaps agree with it; when they contradict it, the smallest
    gap does. So it does where thin slices lie far apart: then the same multiple of the thickness comes again and again.
    """
    declared = [value for value in (measures.between_slices_mm, measures.thickness_mm) if value]
    usable = np.isfinite(position).all(axis=1) & np.isfinite(orientation).all(axis=1)
    if not usable.any():
        return declared[0] if declared else 0.0
    first = orientation[np.argmax(usable)]
    usable &= np.abs(orientation - first).max(axis=1) < SAME_DIRECTION
    offsets = np.unique(position[usable] @ np.cross(first[:3], first[3:]))
    gaps = np.diff(offsets)
    gaps = gaps[gaps > DUPLICATE_POSITION_MM]
    if not len(gaps):
        return declared[0] if declared else 0.0
    for value in declared:
        multiples = gaps / value
        if np.all(np.round(multiples) >= 1) and np.all(
            np.abs(gaps - np.round(multiples) * value) <= REGULAR_RELATIVE * value * np.round(multiples)
        ):
            apart = value != measures.between_slices_mm and _lie_apart(np.round(multiples).astype(int))
            return float(gaps.min() if apart else value)
    return float(gaps.min())


def _lie_apart(multiples: NDArray[np.int_]) -> bool:
    """Say whether slices lie some thicknesses apart, from the gaps in thicknesses: left-out frames do not repeat so."""
    usual = int(multiples.min())
    return usual > 1 and bool(np.all(multiples % usual == 0)) and int(np.count_nonzero(multiples == usual)) >= _REPEATED


def _placed(groups: Sequence[FrameGroups]) -> tuple[FloatArray, FloatArray, bool]:
    """Return positions (n, 3), orthonormal orientations (n, 6), NaN where there is none, and whether one was refused."""
    nowhere, nohow = (np.nan,) * 3, (np.nan,) * 6
    position = np.array([one.position or nowhere for one in groups], dtype=float).reshape(-1, 3)
    orientation = np.array([one.orientation or nohow for one in groups], dtype=float).reshape(-1, 6)
    stated = np.isfinite(orientation).all(axis=1)
    columns, rows = orientation[:, :3], orientation[:, 3:]
    lengths = np.stack([np.linalg.norm(columns, axis=1), np.linalg.norm(rows, axis=1)], axis=1)
    skew = np.abs(np.einsum("ij,ij->i", columns, rows))
    with np.errstate(invalid="ignore"):
        good = stated & (np.abs(lengths - 1) <= DIRECTION_UNIT_ERROR).all(axis=1) & (skew <= DIRECTION_UNIT_ERROR)
    orientation[~good] = np.nan
    columns = columns / lengths[:, :1]
    rows = rows - columns * np.einsum("ij,ij->i", columns, rows)[:, None]
    rows = rows / np.linalg.norm(rows, axis=1)[:, None]
    orientation = np.where(good[:, None], np.hstack([columns, rows]), np.nan)
    return position, orientation, bool((stated & ~good).any())


def _with_top_level(dataset: Dataset, groups: list[FrameGroups]) -> tuple[list[FrameGroups], tuple[Issue, ...]]:
    """Fill position and orientation from the top level where no functional group states them."""
    if all(one.position and one.orientation for one in groups) or all(one.tile for one in groups):
        return groups, ()
    outside = groups_outside(dataset)
    if not (outside.position and len(groups) == 1) and not outside.orientation:
        return groups, ()
    # One position cannot hold for several frames; one orientation can.
    if len(groups) > 1:
        outside = outside._replace(position=None)
    return [one.over(outside) for one in groups], (issue("repaired_top_level_geometry", "warning"),)


def _with_slide_geometry(dataset: Dataset, groups: list[FrameGroups]) -> list[FrameGroups]:
    """Give tiles of a slide their place in the slide coordinate system, which takes the patient's role there."""
    orientation = floats(dataset, "ImageOrientationSlide")
    if len(orientation) != 6:
        return groups
    return [
        one._replace(position=one.position or one.tile.position, orientation=one.orientation or orientation)
        if one.tile
        else one
        for one in groups
    ]


def _tiled_full(
    dataset: Dataset, shared: FrameGroups, number_of_frames: int, segment_numbers: Sequence[int]
) -> list[FrameGroups]:
    """Return the groups of the tiles: columns run fastest, then rows, focal planes, and segments."""
    rows, columns = integer(dataset, "Rows") or 0, integer(dataset, "Columns") or 0
    total_rows, total_columns = (
        integer(dataset, "TotalPixelMatrixRows") or 0,
        integer(dataset, "TotalPixelMatrixColumns") or 0,
    )
    if min(rows, columns, total_rows, total_columns) <= 0:
        return []
    across, down = -(-total_columns // columns), -(-total_rows // rows)
    focal_planes = integer(dataset, "TotalPixelMatrixFocalPlanes") or 1
    origin = first_item(dataset, "TotalPixelMatrixOriginSequence")
    corner = _slide_origin(origin) if origin is not None else None
    orientation = floats(dataset, "ImageOrientationSlide")
    spacing = shared.measures.spacing_mm if shared.measures else None
    between_mm = (shared.measures.between_slices_mm if shared.measures else None) or 0.0
    groups: list[FrameGroups] = []
    for segment in segment_numbers or (None,):
        for focal_plane in range(focal_planes):
            for place in range(across * down):
                if len(groups) == number_of_frames:
                    return groups
                row, column = place // across * rows, place % across * columns
                position = None
                if corner is not None and spacing is not None and len(orientation) == 6:
                    step = np.multiply(orientation[:3], column * spacing[1]) + np.multiply(orientation[3:], row * spacing[0])
                    x, y, z = np.add(corner, step)
                    position = (float(x), float(y), float(z) + focal_plane * between_mm)
                tile = TilePosition(row + 1, column + 1, position)
                groups.append(shared._replace(segment_number=segment, tile=tile))
    return groups


def _slide_origin(item: Dataset) -> tuple[float, float, float] | None:
    x, y = number(item, "XOffsetInSlideCoordinateSystem"), number(item, "YOffsetInSlideCoordinateSystem")
    z_um = number(item, "ZOffsetInSlideCoordinateSystem") or 0.0
    return None if x is None or y is None else (x, y, z_um / 1000)


def corners_patient(
    frames: SegmentationFrames, shape: tuple[int, int], spacing_mm: tuple[float, float] | None
) -> FloatArray:
    """Return the centres (n, 4, 3) of each frame's corner pixels in mm: top left, top right, bottom right, bottom left."""
    if spacing_mm is None:
        return np.full((len(frames.position), 4, 3), np.nan)
    across = frames.orientation[:, :3] * (spacing_mm[1] * (shape[1] - 1))
    down = frames.orientation[:, 3:] * (spacing_mm[0] * (shape[0] - 1))
    origin = frames.position
    return np.stack([origin, origin + across, origin + across + down, origin + down], axis=1)


def merged_references(groups: Sequence[tuple[ImageReference, ...]]) -> tuple[ImageReference, ...]:
    """Return every referenced instance once, with the frames that any reference names (empty: all)."""
    found: dict[str, ImageReference] = {}
    frames: dict[str, set[int] | None] = {}
    for references in {id(group): group for group in groups}.values():
        for reference in references:
            uid = reference.sop_instance_uid
            known = found.get(uid)
            found[uid] = known if known and known.series_instance_uid else replace(reference, frames=())
            if known is None:
                frames[uid] = set(reference.frames) or None
            else:
                so_far = frames[uid]
                frames[uid] = so_far | set(reference.frames) if so_far is not None and reference.frames else None
    return tuple(replace(one, frames=tuple(sorted(frames[uid] or ()))) for uid, one in found.items() if uid)
