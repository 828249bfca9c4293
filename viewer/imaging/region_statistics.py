"""Mean, deviation and extremes of the pixels in a region: of modality values, never of what the window makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, RealWorldValueMapping
from viewer.domain.measurement import AROUND, Measurement
from viewer.geometry.plane import FloatArray
from viewer.imaging.colour import takes_window
from viewer.imaging.modality import to_modality, unit_of
from viewer.imaging.padding import padding_mask
from viewer.imaging.real_world import mapped_values, unit_word


@dataclass(frozen=True)
class RegionStatistics:
    """Of ``pixels`` pixels, in ``unit``. ``deviation`` is that of exactly these pixels (divided by their number).

    ``real_world``: the same of what Real World Value Mappings make of them, each with its ``name``.
    """

    pixels: int
    mean: float
    deviation: float
    lowest: float
    highest: float
    unit: str
    name: str = ""
    real_world: tuple[RegionStatistics, ...] = ()


def region_statistics(
    frame: DecodedFrame,
    attributes: ImageAttributes,
    index: int,
    region: Measurement,
    mappings: tuple[RealWorldValueMapping, ...] = (),
) -> RegionStatistics | None:
    """Return the statistics of the pixels whose centres lie in a region.

    Padding, rows that the file does not have and values that are no number do not count. None when nothing is left, and for
    images in colour, which have no one value. ``mappings`` are those of separate objects, beside the image's own.
    """
    if not takes_window(attributes) or frame.stored.ndim != 2:
        return None
    rows, columns, inside = pixels_inside(region, (frame.stored.shape[0], frame.stored.shape[1]))
    inside = inside & ~padding_mask(frame, attributes)[rows, columns]
    stored = frame.stored[rows, columns][inside]
    found = _statistics(to_modality(stored, attributes, index), unit_of(attributes))
    if found is None:
        return None
    mapped = dict.fromkeys((*attributes.frame_values(index).real_world, *mappings))
    real = (_statistics(mapped_values(stored, one), unit_word(one), one.name) for one in mapped)
    return replace(found, real_world=tuple(one for one in real if one is not None))


def _statistics(values: NDArray[np.float64], unit: str, name: str = "") -> RegionStatistics | None:
    """Return the statistics of values, those that are no number left out; None when none is left."""
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    mean, deviation = float(values.mean()), float(values.std())
    return RegionStatistics(int(values.size), mean, deviation, float(values.min()), float(values.max()), unit, name)


def pixels_inside(region: Measurement, shape: tuple[int, int]) -> tuple[slice, slice, NDArray[np.bool_]]:
    """Return the rows and columns of the region's box within an image of ``shape``, and which pixels of it are inside."""
    left, top, right, bottom = region.box
    rows = slice(max(int(np.floor(top)), 0), max(min(int(np.ceil(bottom)), shape[0]), 0))
    columns = slice(max(int(np.floor(left)), 0), max(min(int(np.ceil(right)), shape[1]), 0))
    down = np.arange(rows.start, max(rows.stop, rows.start)) + 0.5
    across = np.arange(columns.start, max(columns.stop, columns.start)) + 0.5
    if region.kind == "ellipse":
        vertical = (down - (top + bottom) / 2) / max((bottom - top) / 2, 1e-12)
        horizontal = (across - (left + right) / 2) / max((right - left) / 2, 1e-12)
        inside = vertical[:, None] ** 2 + horizontal[None, :] ** 2 <= 1.0
    elif region.kind in AROUND:
        inside = _inside_polygon(np.array(region.points, dtype=float), down, across)
    else:
        inside = ((down >= top) & (down <= bottom))[:, None] & ((across >= left) & (across <= right))[None, :]
    return slice(rows.start, rows.start + down.size), slice(columns.start, columns.start + across.size), inside


def _inside_polygon(points: FloatArray, down: NDArray[np.floating], across: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return (rows, columns) by even-odd: how many sides lie to the left of a centre at its height."""
    ends = np.roll(points, -1, axis=0)
    inside = np.zeros((down.size, across.size), bool)
    for place, height in enumerate(down.tolist()):
        cut = (points[:, 1] <= height) != (ends[:, 1] <= height)
        start, end = points[cut], ends[cut]
        at = np.sort(start[:, 0] + (height - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0]))
        inside[place] = np.searchsorted(at, across) % 2 == 1
    return inside
