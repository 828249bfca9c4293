"""What a reader does to a segment, contour or region, as values: what is shown is derived from the source and these.

Positions on a plane are ``position_image`` (column, row), corner origin; lengths are mm, values modality units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.geometry.plane import Plane, Vector


@dataclass(frozen=True)
class Brush:
    """A stroke of a round brush over a plane.

    ``path`` is where its middle went. ``reach``: voxels of the slices that the plane goes through, or all within
    ``radius_mm`` of the path in space.
    """

    plane: Plane
    path: tuple[tuple[float, float], ...]
    radius_mm: float
    act: Literal["add", "erase"] = "add"
    reach: Literal["slice", "ball"] = "slice"


@dataclass(frozen=True)
class KeepValues:
    """Keep of the segment only voxels whose image has a value from ``lowest`` to ``highest``."""

    lowest: float
    highest: float


@dataclass(frozen=True)
class FillHoles:
    """Fill what the segment encloses: cavities of the volume, and holes in single slices."""


@dataclass(frozen=True)
class Island:
    """Keep only, or remove, the connected piece at a patient point."""

    point_patient: Vector
    act: Literal["keep", "remove"]


@dataclass(frozen=True)
class Smooth:
    """Round off what is smaller than ``radius_mm``."""

    radius_mm: float


@dataclass(frozen=True)
class BetweenSlices:
    """Fill empty slices between drawn ones with shapes that pass from one to the other."""


@dataclass(frozen=True)
class MovePoint:
    """Move a point of a contour, or of a region of a report.

    ``place`` names what it is a point of: the 0-based place of the contour in its ROI, or the content item identifier.
    ``to`` is a patient point (mm), or ``position_image`` where the region lies on an image.
    """

    place: str
    point: int
    to: tuple[float, ...]


@dataclass(frozen=True)
class DeletePoint:
    """Delete a point of a contour, or of a region of a report; see ``MovePoint``."""

    place: str
    point: int


VoxelEdit = Brush | KeepValues | FillHoles | Island | Smooth | BetweenSlices
PointEdit = MovePoint | DeletePoint
Edit = VoxelEdit | PointEdit


@dataclass(frozen=True)
class PartName:
    """A part by UIDs and its number, so that it is found again wherever the files are."""

    study_instance_uid: str
    sop_instance_uid: str
    part: int


@dataclass(frozen=True)
class PartEdits:
    """What a reader did to a part, in order.

    ``threshold`` is the fraction from which on a voxel of a FRACTIONAL segment counted when the first edit was made.
    """

    edits: tuple[Edit, ...] = ()
    threshold: float = 0.5
