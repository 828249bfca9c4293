"""Lines and volumes of equal value in a grid: isodose lines on any plane, and what lies at or above each level.

Decided
    Lines are drawn through the values at the pixel centres of the plane that is shown, linear between them and between the
    planes of the grid: the same values that stand under the cursor. Nothing is drawn beyond the grid.
    What a level encloses is counted in whole voxels, each with the slab that its plane stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from contourpy import LineType, contour_generator
from numpy.typing import NDArray

from viewer.domain.dose import Dose
from viewer.domain.overlay import Part, PartMeasure, ReadFrame
from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.image_on_plane import Values, sampled_image
from viewer.representations.on_plane import OnPlane, Outline

LEAST_OF_LEVEL = 1 - 1e-6
"""Part of a level that counts as it: one that is a stored value times the scaling must not fall to rounding."""


def dose_values(content: Dose, read_frame: ReadFrame) -> Callable[[int], Values]:
    """Return what reads the dose (rows, columns) of the frame at a place, in the unit of the grid."""

    def values(place: int) -> Values:
        stored = read_frame(content.stack.frames[place].index).astype(np.float64)
        return np.asarray(stored * content.scaling, dtype=np.float32)

    return values


def dose_on_plane(content: Dose, parts: Sequence[Part], plane: Plane, read_frame: ReadFrame) -> OnPlane:
    """Return the isodose lines on a plane of the grid's own space, one outline for each level that is reached there.

    Raises
    ------
    FrameNotRead
        When a frame of the grid cannot be had.
    """
    if not plane.in_patient_space:
        return OnPlane()
    values = sampled_image(content.stack, dose_values(content, read_frame), plane)
    if not np.isfinite(values).any():
        return OnPlane()
    highest = float(np.nanmax(values))
    reached = frozenset(part.number for part, level in zip(parts, content.levels, strict=True) if level <= highest)
    lines = level_lines(values, content.levels)
    outlines = tuple(
        # Open: a line has no inside to be filled or pointed at, that is what the wash is for.
        Outline(part.number, lines[level], closed=False)
        for part, level in zip(parts, content.levels, strict=True)
        if lines[level]
    )
    return OnPlane(outlines=outlines, parts_here=reached)


def level_lines(values: Values, levels: Sequence[float]) -> Mapping[float, tuple[FloatArray, ...]]:
    """Return for each level the lines (n, 2) of (column, row) positions, corner origin, along which values equal it.

    Parameters
    ----------
    values
        (rows, columns) at the pixel centres; NaN where there is none.
    """
    if min(values.shape) < 2:
        return dict.fromkeys(levels, ())
    masked = np.ma.masked_invalid(values)
    generator = contour_generator(z=masked, line_type=LineType.Separate)
    return {level: tuple(np.asarray(line, np.float64) + 0.5 for line in generator.lines(level)) for level in levels}


def measure_dose(
    content: Dose, parts: Sequence[Part], read_frame: ReadFrame, *, check: Callable[[], None] = lambda: None
) -> Mapping[int, PartMeasure]:
    """Return how many voxels, and how many ml, receive at least the dose of each level, and the place of the maximum.

    Raises
    ------
    FrameNotRead
        When a frame of the grid cannot be had.
    """
    stack = content.stack
    area_mm2 = stack.planes[0].spacing_mm[0] * stack.planes[0].spacing_mm[1]
    counts: NDArray[np.int64] = np.zeros((len(parts), len(stack.frames)), np.int64)
    stored_levels = np.array(content.levels) / content.scaling
    for place, frame in enumerate(stack.frames):
        check()
        stored = read_frame(frame.index)
        counts[:, place] = [int((stored >= level * LEAST_OF_LEVEL).sum()) for level in stored_levels]
    voxels = counts.sum(axis=1)
    ml = counts @ content.slabs_mm * area_mm2 / 1000
    method = "voxels of the dose grid that receive at least so much x voxel volume"
    return {
        part.number: PartMeasure(
            count, volume if len(stack.frames) > 1 else None, method, content.maximum_at, "ok" if count else "empty"
        )
        for part, count, volume in zip(parts, voxels.tolist(), ml.tolist(), strict=True)
    }
