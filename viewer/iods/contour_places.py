"""The bounding rectangle of each contour in its plane: what the slice strip and the choice of a stack go by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.domain.overlay import Places
from viewer.domain.references import ImageReference
from viewer.domain.structure_set import Contour, RegionOfInterest
from viewer.geometry.plane import Vector


def places_of_contours(rois: Sequence[RegionOfInterest]) -> Places:
    """Return one place a contour: its bounding rectangle in its plane, or across its bounding box when it is open."""
    parts: list[int] = []
    corners: list[NDArray[np.float64]] = []
    images: list[tuple[ImageReference, ...]] = []
    for roi in rois:
        for planes in roi.planes.planes:
            members = [roi.closed[place] for plane in planes.members for place in plane]
            corners.append(_rectangles(members, planes.normal))
            parts.extend([roi.number] * len(members))
            images.extend(contour.images for contour in members)
        open_ones = [contour for contour in roi.contours if not contour.is_closed]
        corners.extend(_across(contour)[None] for contour in open_ones)
        parts.extend([roi.number] * len(open_ones))
        images.extend(contour.images for contour in open_ones)
    stacked = np.concatenate(corners) if corners else np.zeros((0, 4, 3))
    return Places(np.array(parts, dtype=np.int32), stacked, tuple(images))


@lru_cache(maxsize=64)
def _basis(normal: Vector) -> NDArray[np.float64]:
    """Return (3, 3) two directions in planes with a normal, and the normal; most regions share theirs."""
    first = np.eye(3)[np.argmin(np.abs(normal))]
    across = np.cross(normal, first)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(normal, across), normal])


def _rectangles(contours: Sequence[Contour], normal: Vector) -> NDArray[np.float64]:
    """Return the (n, 4, 3) rectangles around contours in planes with one normal."""
    basis = _basis(normal)
    counts = np.array([len(contour.points) for contour in contours])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    positions = np.concatenate([contour.points for contour in contours]) @ basis.T
    low = np.minimum.reduceat(positions, starts)
    high = np.maximum.reduceat(positions, starts)
    middle = np.add.reduceat(positions[:, 2], starts) / counts
    corners = [(low[:, 0], low[:, 1]), (high[:, 0], low[:, 1]), (high[:, 0], high[:, 1]), (low[:, 0], high[:, 1])]
    rectangles: NDArray[np.float64] = np.stack([np.stack([x, y, middle], axis=-1) for x, y in corners], axis=1) @ basis
    return rectangles


def _across(contour: Contour) -> NDArray[np.float64]:
    (x0, y0, z0), (x1, y1, z1) = contour.points.min(axis=0), contour.points.max(axis=0)
    return np.array([(x0, y0, z0), (x1, y0, z0), (x1, y1, z1), (x0, y1, z1)])
