"""Dose-volume histograms of regions made of contours.

Decided
    A region is filled on a raster finer than the dose grid, each contour plane standing for its slab as in its volume; the
    dose at each point of the raster is interpolated between the points of the grid, along the slab, too. So voxels of the
    grid that a contour crosses count in part, and the volume of the histogram is that of the contours.
    Along the slab a point stands for 2 mm at most, however far the planes of the grid lie apart: a high dose on a plane of
    the grid would else fall between two points.
    Bins are 0.01 Gy wide; minimum, mean and maximum come from the sampled doses themselves, not from bins.
    What lies beyond the grid has no dose: it is counted apart and is in no percentage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.domain.dose import Dose
from viewer.domain.dose_volume import DoseVolume
from viewer.domain.overlay import ReadFrame
from viewer.domain.structure_set import RegionOfInterest
from viewer.geometry.contour_planes import ContourPlanes
from viewer.geometry.plane import FloatArray, Plane, to_vector
from viewer.representations.image_on_plane import Values, sampled_image
from viewer.representations.isodose import dose_values
from viewer.representations.rasterise import fill, region_on
from viewer.representations.slabs import single_thickness_mm, slabs_of

BIN_GY = 0.01
_BINS_OF_RELATIVE = 1000
_MOST_BINS = 20_000
_FINEST_MM, _PIXELS = 0.25, 256
_LEVEL_MM = 2.0
_MOST_LEVELS = 51
_HELD_FRAMES = 8


def dose_volume(
    content: Dose, roi: RegionOfInterest, read_frame: ReadFrame, *, check: Callable[[], None] = lambda: None
) -> DoseVolume:
    """Return the histogram of a region in the Frame of Reference of a dose grid.

    Parameters
    ----------
    content
        The dose.
    roi
        Only its closed contours have an inside.
    read_frame
        Returns the stored values of a frame of the dose.
    check
        Called now and then; what it raises ends the work.

    Raises
    ------
    FrameNotRead
        When a frame of the grid cannot be had.
    """
    values_of = lru_cache(maxsize=_HELD_FRAMES)(dose_values(content, read_frame))
    counted = _Counted(_bin_width(content))
    for mask, plane, volume_ml in _raster(content, roi):
        check()
        counted.add(sampled_image(content.stack, values_of, plane)[mask], volume_ml)
    method = (
        "region filled finer than the grid, each contour plane through its slab; dose interpolated linearly; "
        f"bins of {counted.width:g}"
    )
    return counted.histogram(method)


def _bin_width(content: Dose) -> float:
    top = content.maximum or 0.0
    width = BIN_GY if content.unit == "Gy" else (top or 1.0) / _BINS_OF_RELATIVE
    return max(width, top / _MOST_BINS)


@dataclass
class _Counted:
    """The volume in each bin so far."""

    width: float
    bins: FloatArray = field(default_factory=lambda: np.zeros(1))
    inside_ml: float = 0.0
    outside_ml: float = 0.0
    weighted: float = 0.0
    lowest: float = np.inf
    highest: float = -np.inf

    def add(self, doses: Values, volume_ml: float) -> None:
        """Count sampled doses (n,), NaN beyond the grid, each of which stands for a volume."""
        known = doses[np.isfinite(doses)].astype(np.float64)
        self.outside_ml += (doses.size - known.size) * volume_ml
        if not known.size:
            return
        # What is below 0 in a difference of doses is in the first bin.
        places = np.maximum(np.floor(known / self.width), 0).astype(np.intp)
        found = np.bincount(places) * volume_ml
        if len(found) > len(self.bins):
            self.bins = np.pad(self.bins, (0, len(found) - len(self.bins)))
        self.bins[: len(found)] += found
        self.inside_ml += known.size * volume_ml
        self.weighted += float(known.sum()) * volume_ml
        self.lowest, self.highest = min(self.lowest, float(known.min())), max(self.highest, float(known.max()))

    def histogram(self, method: str) -> DoseVolume:
        """Return what was counted, cumulative."""
        edges: FloatArray = np.arange(len(self.bins) + 1, dtype=np.float64) * self.width
        volume = np.concatenate([np.cumsum(self.bins[::-1])[::-1], [0.0]])
        known = self.inside_ml > 0
        return DoseVolume(
            edges=edges,
            volume_ml=volume,
            inside_ml=self.inside_ml,
            outside_ml=self.outside_ml,
            minimum=self.lowest if known else None,
            mean=self.weighted / self.inside_ml if known else None,
            maximum=self.highest if known else None,
            method=method,
        )


def _raster(content: Dose, roi: RegionOfInterest) -> Iterator[tuple[NDArray[np.bool_], Plane, float]]:
    """Yield masks on planes through the slabs of a region, and what volume (ml) a pixel of each stands for."""
    single = single_thickness_mm(roi)
    for group in roi.planes.planes:
        first = _raster_plane(content, roi, group)
        slabs = slabs_of(group.offsets_mm, single_mm=single)
        for place, offset in enumerate(np.asarray(group.offsets_mm).tolist()):
            lower, upper = float(slabs.lower_mm[place]), float(slabs.upper_mm[place])
            thickness = upper - lower
            if thickness <= 0:
                continue
            at_contours = _at(first, group, offset)
            scale = np.array([first.spacing_mm[1], first.spacing_mm[0]])
            mask = fill([loop / scale for loop in region_on(roi, group, place, at_contours).loops], first.shape)
            levels = _levels(content, thickness)
            pixel_ml = first.spacing_mm[0] * first.spacing_mm[1] * thickness / levels / 1000
            for level in range(levels):
                yield mask, _at(first, group, lower + (level + 0.5) * thickness / levels), pixel_ml


def _levels(content: Dose, thickness_mm: float) -> int:
    """Return into how many parts a slab is divided, an odd number: the middle one then lies on its contours."""
    gap = content.stack.planes[0].thickness_mm or thickness_mm
    finest = max(np.ceil(2 * thickness_mm / gap), np.ceil(thickness_mm / _LEVEL_MM))
    return int(np.clip(finest, 1, _MOST_LEVELS)) // 2 * 2 + 1


def _raster_plane(content: Dose, roi: RegionOfInterest, group: ContourPlanes) -> Plane:
    """Return a plane through the patient origin, parallel to a group of contours, whose pixels cover all of them."""
    points = np.concatenate([roi.closed[place].points for members in group.members for place in members])
    normal = np.asarray(group.normal)
    grid = content.stack.planes[0]
    start = np.asarray(grid.axis_column if abs(np.dot(grid.axis_column, normal)) < 0.9 else grid.axis_row)
    across = start - np.dot(start, normal) * normal
    across /= np.linalg.norm(across)
    down = np.cross(normal, across)
    flat = np.stack([points @ across, points @ down], axis=1)
    low, high = flat.min(axis=0), flat.max(axis=0)
    pixel = float(np.clip((high - low).max() / _PIXELS, _FINEST_MM, max(min(grid.spacing_mm) / 2, _FINEST_MM)))
    columns, rows = (np.ceil((high - low) / pixel).astype(int) + 1).tolist()
    return Plane(
        origin=to_vector(across * (low[0] + pixel / 2) + down * (low[1] + pixel / 2)),
        axis_column=to_vector(across),
        axis_row=to_vector(down),
        spacing_mm=(pixel, pixel),
        shape=(rows, columns),
        frame_of_reference_uid=content.stack.frame_of_reference_uid,
    )


def _at(plane: Plane, group: ContourPlanes, offset_mm: float) -> Plane:
    origin = np.asarray(plane.origin) + np.asarray(group.normal) * offset_mm
    return replace(plane, origin=to_vector(origin))
