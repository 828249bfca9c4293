"""How large a pixel is, and on what that rests: what a length on an image may claim, decided in one place.

In order: the image's place in the patient; a region of ultrasound; Pixel Spacing with how it was calibrated; the size at the
detector, divided by an estimated magnification when one is stated; the size on the scanned film; else pixels (PS3.3 C.7.6.3,
10.7.1, C.8.5.5).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from viewer.domain.instance import InstanceHeader
from viewer.geometry.plane import Plane

Basis = Literal[
    "patient",
    "region",
    "geometry",
    "fiducial",
    "method_unknown",
    "detector",
    "magnification",
    "film",
    "no_region",
    "region_doubted",
    "pixels",
]
BASIS_WORDS: Mapping[Basis, str] = {
    "patient": "pixel spacing",
    "region": "ultrasound region",
    "geometry": "calibrated (geometry)",
    "fiducial": "calibrated (fiducial)",
    "method_unknown": "calibrated, method unknown",
    "detector": "at detector",
    "magnification": "est. magnification {factor}",
    "film": "at film plane",
    "no_region": "not in one 2D region",
    "region_doubted": "its ultrasound regions are those of a larger image",
    "pixels": "not calibrated",
}
"""What stands on the measurement itself."""

_CENTIMETRE = 3
_SAME = 1e-3
"""Part by which two spacings may differ and still be the same number written twice."""


@dataclass(frozen=True)
class UltrasoundRegion:
    """An item of the Sequence of Ultrasound Regions (PS3.3 C.8.5.5.1).

    ``rectangle`` is (left, top, right, bottom) pixel indices, all inclusive; ``deltas`` are signed, in the units, (x, y).
    """

    rectangle: tuple[int, int, int, int]
    spatial_format: int
    units: tuple[int, int]
    deltas: tuple[float, float]
    reference: tuple[int, int] = (0, 0)
    """Reference Pixel (x, y), counted from the upper left pixel of the region; may lie outside it."""
    reference_values: tuple[float, float] = (0.0, 0.0)
    """What the reference pixel stands for, in the units."""

    @property
    def area(self) -> int:
        """Number of its pixels."""
        left, top, right, bottom = self.rectangle
        return (right - left + 1) * (bottom - top + 1)

    @property
    def spacing_mm(self) -> tuple[float, float] | None:
        """(between rows, between columns) of a two-dimensional region in cm; None for any other."""
        across, down = (abs(delta) * 10.0 for delta in self.deltas)
        two_dimensional = self.spatial_format == 1 and self.units == (_CENTIMETRE, _CENTIMETRE)
        return (down, across) if two_dimensional and across > 0 and down > 0 else None

    def holds(self, points: ArrayLike) -> bool:
        """Say whether all (n, 2) positions, corner origin, lie in it."""
        left, top, right, bottom = self.rectangle
        places = np.asarray(points, dtype=float)
        return bool((places >= (left, top)).all() and (places <= (right + 1, bottom + 1)).all())


@dataclass(frozen=True)
class PixelSizes:
    """What an image says of the size of its pixels besides Pixel Spacing and Imager Pixel Spacing."""

    calibration_type: str = ""
    """Pixel Spacing Calibration Type: GEOMETRY or FIDUCIAL."""
    magnification: float | None = None
    """Estimated Radiographic Magnification Factor."""
    film_spacing_mm: tuple[float, float] | None = None
    """Nominal Scanned Pixel Spacing (between rows, between columns)."""
    regions: tuple[UltrasoundRegion, ...] = ()
    regions_doubted: bool = False
    """Regions are stated, but those of a larger image: their scale is not that of its pixels."""


@dataclass(frozen=True)
class Scale:
    """The size of a pixel.

    Parameters
    ----------
    spacing
        (between rows, between columns) in ``unit``.
    aspect
        True height of a pixel over its width: what angles need, also without a length.
    factor
        The estimated magnification, of that basis.
    """

    spacing: tuple[float, float]
    unit: Literal["mm", "px"]
    basis: Basis
    aspect: float
    factor: float = 1.0

    @property
    def words(self) -> str:
        """The English words for the basis."""
        return BASIS_WORDS[self.basis].format(factor=f"{self.factor:.2f}")


def scale_of(header: InstanceHeader, index: int, plane: Plane, sizes: PixelSizes, points: ArrayLike) -> Scale:
    """Return the size of the pixels between points of a frame.

    Parameters
    ----------
    header, index
        The image instance and its frame, 0-based.
    plane
        The frame's own plane.
    points
        (n, 2) positions, corner origin: in ultrasound all must lie in one region.
    """
    true_aspect = plane.spacing_mm[0] / plane.spacing_mm[1]
    if sizes.regions_doubted:
        return Scale((1.0, 1.0), "px", "region_doubted", true_aspect)
    if sizes.regions:
        return _in_region(sizes.regions, points) or Scale((1.0, 1.0), "px", "no_region", true_aspect)
    imager = header.imager_pixel_spacing_mm
    if plane.in_patient_space and imager is None:
        return _millimetres(plane.spacing_mm, "patient")
    stated = header.frame_header(index).pixel_spacing_mm
    by_type: dict[str, Basis] = {"GEOMETRY": "geometry", "FIDUCIAL": "fiducial"}
    if stated is not None and sizes.calibration_type in by_type:
        return _millimetres(stated, by_type[sizes.calibration_type])
    if stated is not None and not (imager is not None and _same(stated, imager)):
        return _millimetres(stated, "method_unknown")
    if imager is not None:
        factor = sizes.magnification
        if factor is None or factor <= 0:
            return _millimetres(imager, "detector")
        return _millimetres((imager[0] / factor, imager[1] / factor), "magnification", factor)
    if sizes.film_spacing_mm is not None:
        return _millimetres(sizes.film_spacing_mm, "film")
    return Scale((1.0, 1.0), "px", "pixels", true_aspect)


def _in_region(regions: tuple[UltrasoundRegion, ...], points: ArrayLike) -> Scale | None:
    """Return the scale of the region that holds all points; None when there is none, or two that disagree."""
    found = [one.spacing_mm for one in regions if one.holds(points)]
    usable = [spacing for spacing in found if spacing is not None]
    if not usable or not all(_same(spacing, usable[0]) for spacing in usable):
        return None
    return _millimetres(usable[0], "region")


def _millimetres(spacing_mm: tuple[float, float], basis: Basis, factor: float = 1.0) -> Scale:
    return Scale(spacing_mm, "mm", basis, spacing_mm[0] / spacing_mm[1], factor)


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(math.isclose(a, b, rel_tol=_SAME) for a, b in zip(one, other, strict=True))
