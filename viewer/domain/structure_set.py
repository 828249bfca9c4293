"""An RT Structure Set: ROIs made of contours (PS3.3 A.19, C.8.8.5, C.8.8.6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.domain.provenance import Provenance
from viewer.domain.references import ImageReference
from viewer.geometry.contour_planes import SortedContours, sort_contours


@dataclass(frozen=True, eq=False)
class Contour:
    """One item of the Contour Sequence. ``points`` is (n, 3) in patient mm."""

    geometric_type: str
    """POINT, OPEN_PLANAR, OPEN_NONPLANAR, CLOSED_PLANAR, CLOSEDPLANAR_XOR, as written."""
    points: NDArray[np.float64]
    images: tuple[ImageReference, ...] = ()
    slab_thickness_mm: float = 0.0
    """Contour Slab Thickness (3006,0044); 0 when not stated."""

    @property
    def is_closed(self) -> bool:
        """Whether the last point joins the first, so that there is an inside."""
        return self.geometric_type in ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")


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

    def lies_in(self, frame_of_reference_uid: str | None) -> bool:
        """Say whether its contours are coordinates of a space; nothing is held against what states none."""
        return frame_of_reference_uid is None or self.frame_of_reference_uid in (None, frame_of_reference_uid)

    @cached_property
    def closed(self) -> tuple[Contour, ...]:
        """The closed contours, in file order."""
        return tuple(contour for contour in self.contours if contour.is_closed)

    @cached_property
    def planes(self) -> SortedContours:
        """The planes of the closed contours; members are places in ``closed``."""
        return sort_contours([contour.points for contour in self.closed])


@dataclass(frozen=True, eq=False)
class StructureSet:
    """The content of a structure set."""

    rois: tuple[RegionOfInterest, ...]
