"""A presentation state: how images are to be shown, and what is drawn on them (PS3.3 A.33, PS3.4 Annex N)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.domain.graphic import Graphic, TextMark
from viewer.domain.image_attributes import LookupTable, OverlayPlane, Palette, Rescale, Window
from viewer.domain.references import ImageReference
from viewer.domain.shutter import Shutter


@dataclass(frozen=True)
class GraphicLayer:
    """One graphic layer; its ``part`` number is the row in the layers panel."""

    name: str
    order: int
    part: int
    description: str = ""
    color: tuple[int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class VoiItem:
    """A Softcopy VOI LUT item; ``images`` empty: every image of the state."""

    windows: tuple[Window, ...] = ()
    luts: tuple[LookupTable, ...] = ()
    images: tuple[ImageReference, ...] = ()


@dataclass(frozen=True)
class DisplayedArea:
    """Displayed Area Selection. Corners are (column, row), 1-based, inclusive, in the untransformed image."""

    top_left: tuple[int, int]
    bottom_right: tuple[int, int]
    size_mode: str
    images: tuple[ImageReference, ...] = ()
    pixel_spacing_mm: tuple[float, float] | None = None
    pixel_aspect_ratio: tuple[int, int] | None = None
    magnification: float | None = None


@dataclass(frozen=True, eq=False)
class Blending:
    """What a blending state lays over what (PS3.3 C.11.14).

    ``superimposed`` has the images, grey stages and palette of the upper series; ``opacity`` is its share of the picture.
    """

    underlying: tuple[ImageReference, ...]
    superimposed: PresentationState
    opacity: float


@dataclass(frozen=True, eq=False)
class PresentationState:
    """The content of a presentation state."""

    label: str
    description: str
    images: tuple[ImageReference, ...]
    layers: tuple[GraphicLayer, ...] = ()
    graphics: tuple[Graphic, ...] = ()
    texts: tuple[TextMark, ...] = ()
    overlay_planes: tuple[OverlayPlane, ...] = ()
    activations: tuple[tuple[int, str], ...] = ()
    """(60xx group, graphic layer) for planes of the image that the state switches on."""
    rescale: Rescale | None = None
    modality_lut: LookupTable | None = None
    voi: tuple[VoiItem, ...] = ()
    presentation_lut_shape: Literal["IDENTITY", "INVERSE", ""] = ""
    presentation_lut: LookupTable | None = None
    rotation: Literal[0, 90, 180, 270] = 0
    flipped: bool = False
    displayed_areas: tuple[DisplayedArea, ...] = ()
    shutter: Shutter | None = None
    palette: Palette | None = None
    """Of a pseudo-colour state: what its grey values are coloured with, from black to white."""
    icc_profile: bytes = b""
    """The colour space of a state in colour: that of the palette, or of the images in place of their own."""
    blending: Blending | None = None
    """Of a blending state; the grey stages above are then those of the lower series."""
    not_applied: tuple[str, ...] = ()
    """What the state asks for and we read past, in words."""
