"""A mark drawn on an image or in the patient: of a presentation state, of a report, of the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.domain.references import ImageReference

GraphicShape = Literal["POINT", "MULTIPOINT", "POLYLINE", "INTERPOLATED", "POLYGON", "CIRCLE", "ELLIPSE", "ELLIPSOID"]
GraphicSpace = Literal["PIXEL", "DISPLAY", "PATIENT"]


@dataclass(frozen=True)
class Graphic:
    """One shape.

    ``points`` are (column, row) with the corner origin in PIXEL space, fractions of the displayed area in DISPLAY space,
    (x, y, z) mm in PATIENT space; stored as written. ``images`` say where PIXEL and DISPLAY marks belong (empty: every image
    of the object). ``part`` is the number of the overlay part the mark belongs to, ``item`` the report item it shows.
    """

    shape: GraphicShape
    space: GraphicSpace
    points: tuple[tuple[float, ...], ...]
    part: int
    images: tuple[ImageReference, ...] = ()
    frame_of_reference_uid: str | None = None
    filled: bool = False
    layer: str = ""
    label: str = ""
    """Words beside the mark, such as "65.4 mm"."""
    item: str = ""
    """Content item identifier, "1.4.2"."""


@dataclass(frozen=True)
class TextMark:
    """A text object (PS3.3 C.10.5). Box and anchor are ((x, y), (x, y)) and (x, y) in the space named beside each."""

    text: str
    part: int
    box: tuple[tuple[float, float], tuple[float, float]] | None = None
    box_space: GraphicSpace = "PIXEL"
    justification: Literal["LEFT", "CENTER", "RIGHT"] = "LEFT"
    anchor: tuple[float, float] | None = None
    anchor_space: GraphicSpace = "PIXEL"
    anchor_visible: bool = False
    images: tuple[ImageReference, ...] = ()
    layer: str = ""
