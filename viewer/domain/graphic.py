"""A mark drawn on an image or in the patient: of a presentation state, of a report, of the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.domain.references import ImageReference

GraphicShape = Literal["POINT", "MULTIPOINT", "POLYLINE", "INTERPOLATED", "POLYGON", "CIRCLE", "ELLIPSE", "ELLIPSOID"]
GraphicSpace = Literal["PIXEL", "DISPLAY", "PATIENT"]
Color = tuple[int, int, int]


@dataclass(frozen=True)
class MarkStyle:
    """How a presentation state wants one of its graphics drawn (PS3.3 C.10.5.1.3.13, C.10.5.1.3.14).

    ``thickness`` counts screen pixels, 0 where none is stated; None is what is not stated.
    """

    color: Color | None = None
    opacity: float = 1.0
    thickness: float = 0.0
    dashed: bool = False
    fill_color: Color | None = None
    fill_opacity: float | None = None
    off_color: Color | None = None
    off_opacity: float = 1.0
    """Of what lies between the dashes."""


@dataclass(frozen=True)
class Shadow:
    """The shadow of a text: its colour, opacity, and how far it falls to the right and down, in screen pixels."""

    color: Color
    opacity: float
    offset: tuple[float, float]


@dataclass(frozen=True)
class TextStyle:
    """How a presentation state wants one of its texts drawn (PS3.3 C.10.5.1.3.12). Empty or None is what is not stated."""

    color: Color | None = None
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    font: str = ""
    """Name of a font or of a CSS family such as serif."""
    horizontal: Literal["LEFT", "CENTER", "RIGHT", ""] = ""
    vertical: Literal["TOP", "CENTER", "BOTTOM", ""] = ""
    """Where in its box; the first goes before the justification of the box."""
    shadow: Shadow | None = None


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
    style: MarkStyle | None = None
    on_matrix: bool = False
    """PIXEL points count over the total pixel matrix of a slide, not over one of its tiles (PS3.3 C.10.5, C.18.6.1)."""


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
    style: TextStyle | None = None
    on_matrix: bool = False
    """PIXEL positions count over the total pixel matrix of a slide, not over one of its tiles."""
