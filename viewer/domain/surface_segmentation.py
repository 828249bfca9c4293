"""A Surface Segmentation: segments made of surfaces instead of voxels (PS3.3 A.57, C.8.23, C.27)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.domain.segmentation import Segment


@dataclass(frozen=True, eq=False)
class SegmentSurface:
    """What one segment is made of, all its surfaces together, in patient mm.

    Parameters
    ----------
    segment
        What the file says of it.
    mesh
        Its triangles; strips, fans and facets are cut into triangles.
    lines
        Open lines, (n, 3) points each: lines and edges that bound no triangle.
    points
        (n, 3) points of their own.
    says_finite
        The file says that the surface encloses a volume (Finite Volume).
    """

    segment: Segment
    mesh: Mesh
    lines: tuple[NDArray[np.float64], ...] = ()
    points: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 3)))
    says_finite: bool = False

    @cached_property
    def every_point(self) -> NDArray[np.float64]:
        """All points (n, 3) of it, whatever they make."""
        used = self.mesh.points[np.unique(self.mesh.triangles)] if len(self.mesh.triangles) else np.empty((0, 3))
        return np.concatenate([used, *self.lines, self.points])


@dataclass(frozen=True, eq=False)
class SurfaceSegmentation:
    """The content of a surface segmentation: one entry a segment, by ascending number."""

    surfaces: tuple[SegmentSurface, ...]

    @cached_property
    def by_number(self) -> dict[int, SegmentSurface]:
        """The surfaces by Segment Number."""
        return {one.segment.number: one for one in self.surfaces}
