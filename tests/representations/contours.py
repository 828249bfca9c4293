"""Structure sets in memory, from contours in patient millimetres, for tests of what is drawn and counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay, Part
from viewer.domain.palette import part_color
from viewer.domain.provenance import Provenance
from viewer.domain.structure_set import Contour, RegionOfInterest, StructureSet
from viewer.geometry.plane import Plane

FRAME_OF_REFERENCE = "1.2.3.4"
PLANE = Plane(
    origin=(-8.0, -5.0, 20.0),
    axis_column=(1.0, 0.0, 0.0),
    axis_row=(0.0, 1.0, 0.0),
    spacing_mm=(0.5, 0.25),
    shape=(40, 60),
    frame_of_reference_uid=FRAME_OF_REFERENCE,
    thickness_mm=2.5,
)
"""An axial slice at z = 20 mm whose pixels are twice as tall as wide."""


def box(x: float, y: float, width: float, height: float, *, z: float = 20.0) -> np.ndarray:
    return np.array([[x, y, z], [x + width, y, z], [x + width, y + height, z], [x, y + height, z]])


def closed(points: np.ndarray, geometric_type: str = "CLOSED_PLANAR") -> Contour:
    return Contour(geometric_type, np.asarray(points, dtype=float))


def roi(*contours: Contour, number: int = 1, frame_of_reference: str | None = FRAME_OF_REFERENCE) -> RegionOfInterest:
    return RegionOfInterest(number, f"roi {number}", frame_of_reference, contours)


def structure_set(rois: Sequence[RegionOfInterest]) -> Overlay:
    return Overlay(
        instance=InstanceKey("file:rt"),
        sop_instance_uid="1.2.3",
        series_instance_uid="1.2",
        patient_id="",
        kind="structure_set",
        subtype="RTSTRUCT",
        label="contours",
        provenance=Provenance(),
        parts=tuple(Part(one.number, one.name, part_color(one.number)) for one in rois),
        content=StructureSet(tuple(rois)),
        frame_of_reference_uids=(FRAME_OF_REFERENCE,),
        references=(),
    )
