"""Overlay planes on the image raster: which frame of a plane belongs to an image frame, and where it lies (PS3.3 C.9.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import OverlayPlane


def frame_of_plane(plane: OverlayPlane, index: int) -> int | None:
    """Return the 0-based frame of the plane for image frame ``index`` (0-based), None when it has none there.

    A plane of one frame holds for every frame of the image; one of several begins at its Image Frame Origin.
    """
    frames = plane.bits.shape[0]
    if frames == 1 and plane.first_frame <= 1:
        return 0
    place = index - (plane.first_frame - 1)
    return place if 0 <= place < frames else None


def on_raster(plane: OverlayPlane, shape: tuple[int, int], index: int) -> NDArray[np.uint8]:
    """Return the plane as 0 and 1 on the image's raster (rows, columns); parts outside the image are cut off."""
    raster = np.zeros(shape, np.uint8)
    frame = frame_of_plane(plane, index)
    if frame is None:
        return raster
    bits = plane.bits[frame]
    top, left = plane.origin[0] - 1, plane.origin[1] - 1
    rows = slice(max(top, 0), min(top + bits.shape[0], shape[0]))
    columns = slice(max(left, 0), min(left + bits.shape[1], shape[1]))
    if rows.start < rows.stop and columns.start < columns.stop:
        raster[rows, columns] = bits[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return raster
