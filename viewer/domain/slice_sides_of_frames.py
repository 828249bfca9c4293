"""How far each frame of a segmentation stands for what is around it, where its slices are not of one spacing."""

from __future__ import annotations

import weakref

import numpy as np

from viewer.domain.segmentation import Segmentation
from viewer.geometry.plane import FloatArray
from viewer.geometry.slice_sides import same_level_mm, sides_of_levels
from viewer.geometry.tolerances import SAME_DIRECTION

_found: weakref.WeakKeyDictionary[Segmentation, FloatArray | None] = weakref.WeakKeyDictionary()


def sides_of_frames(content: Segmentation) -> FloatArray | None:
    """Return (frames, 2) gaps before and behind each frame along its normal, mm, NaN for one without a place.

    None where one spacing holds for all, or frames have several orientations.
    """
    if content not in _found:
        _found[content] = content.source_sides_mm if content.source_sides_mm is not None else _by_position(content)
    return _found[content]


def _by_position(content: Segmentation) -> FloatArray | None:
    position, orientation = content.frames.position, content.frames.orientation
    usable = np.isfinite(position).all(axis=1) & np.isfinite(orientation).all(axis=1)
    if content.slice_spacing_mm <= 0 or content.frames.tile_offset is not None or not usable.any():
        return None
    first = orientation[np.argmax(usable)]
    if np.abs(orientation[usable] - first).max() >= SAME_DIRECTION:
        return None
    tolerance_mm = same_level_mm(content.slice_spacing_mm)
    offsets = position[usable] @ np.cross(first[:3], first[3:])
    ascending = np.sort(offsets)
    levels = ascending[np.concatenate([[True], np.diff(ascending) > tolerance_mm])]
    sides = sides_of_levels(levels, content.slice_spacing_mm, tolerance_mm=tolerance_mm)
    if sides is None:
        return None
    found = np.full((len(position), 2), np.nan)
    found[usable] = sides[np.searchsorted(levels, offsets, side="right") - 1]
    return found
