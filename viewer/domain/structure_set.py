"""An RT Structure Set: ROIs made of contours (PS3.3 A.19, C.8.8.5, C.8.8.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.provenance import Provenance
from viewer.domain.references import ImageReference


@dataclass(frozen=True, eq=False)
class Contour:
    """One item of the Contour Sequence. ``points`` is (n, 3) in patient mm."""

    geometric_type: str
    """POINT, OPEN_PLANAR, OPEN_NONPLANAR, CLOSED_PLANAR, CLOSEDPLANAR_XOR, as written."""
    points: NDArray[np.float64]
    images: tuple[ImageReference, ...] = ()


@dataclass(frozen=True, eq=False)
class RegionOfInterest:
    """One ROI: an item of Structure Set ROI, ROI Contour and RT ROI Observations Sequences, joined by ROI Number."""

    number: int
    name: str
    frame_of_reference_uid: str | None
    contours: tuple[Contour, ...] = ()
    color: tuple[int, int, int] | None = None
    description: str = ""
    interpreted_type: str = ""
    observation_label: str = ""
    provenance: Provenance = Provenance()


@dataclass(frozen=True, eq=False)
class StructureSet:
    """The content of a structure set."""

    rois: tuple[RegionOfInterest, ...]
