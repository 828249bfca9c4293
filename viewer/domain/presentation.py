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


@dataclass(frozen=True)
class Threshold:
    """Which modality values of an input are shown; ``values`` are one or two bounds by ``kind`` (PS3.3 C.11.33.1.2)."""

    kind: Literal["RANGE_INCL", "RANGE_EXCL", "GREATER_OR_EQUAL", "LESS_OR_EQUAL", "GREATER_THAN", "LESS_THAN"]
    values: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class BlendingInput:
    """One of the series that an advanced blending state mixes (PS3.3 C.11.33).

    ``shown`` has its images, grey stages and palette; without images all of the series is meant. What no threshold shows
    counts as padding.
    """

    number: int
    series_instance_uid: str
    shown: PresentationState
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True)
class BlendingStep:
    """One mixture of inputs or of results of other steps, by their numbers; ``result`` None: the picture (PS3.3 C.11.34)."""

    inputs: tuple[int, ...]
    mode: Literal["EQUAL", "FOREGROUND"]
    opacity: float
    result: int | None


@dataclass(frozen=True, eq=False)
class AdvancedBlending:
    """The inputs of an advanced blending state, that whose geometry is shown first, and how they are mixed."""

    inputs: tuple[BlendingInput, ...]
    steps: tuple[BlendingStep, ...]


@dataclass(frozen=True)
class MaskShift:
    """How a mask is moved before it is subtracted: (rows, columns), down and to the right (PS3.3 C.7.6.10.1.2, C.11.19.1.2).

    ``ranges`` are (first, last) frames it holds for, empty for all; ``region`` (row, column) corners counted from 1 of the
    polygon it holds in, empty for the whole frame.
    """

    shift: tuple[float, float]
    ranges: tuple[tuple[int, int], ...] = ()
    region: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Subtraction:
    """A mask that is subtracted from frames of the same image (PS3.3 C.7.6.10, C.11.13, C.11.19).

    ``masks`` are 1-based frames whose mean is the mask; empty: the frame ``offset`` before the current one (TID), none at 0.
    ``averaged`` frames from the current one on are averaged first. ``ranges`` are (first, last) frames that it holds for,
    empty for all. Of the ``shifts`` that hold for a pixel the last counts.
    """

    masks: tuple[int, ...] = ()
    offset: int = 0
    averaged: int = 1
    ranges: tuple[tuple[int, int], ...] = ()
    shifts: tuple[MaskShift, ...] = ()

    def mask_of(self, frame: int, count: int) -> tuple[int, ...]:
        """Return the frames whose mean is subtracted from 1-based ``frame`` of ``count``; nothing where it does not hold."""
        if self.ranges and not any(first <= frame <= last for first, last in self.ranges):
            return ()
        found = self.masks or ((frame - self.offset,) if self.offset else ())
        whole = frame + self.averaged - 1 <= count
        return found if whole and all(1 <= one <= count for one in found) else ()


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
    advanced_blending: AdvancedBlending | None = None
    """Of an advanced blending state; the grey stages and palette above are then those of its first input."""
    subtractions: tuple[Subtraction, ...] = ()
    """Masks to subtract between the modality and the VOI stage; the first that holds for a frame counts."""
    rendered: bool = True
    """False of views of a volume: they are listed with the images they name, and why they are not drawn."""
    not_applied: tuple[str, ...] = ()
    """What the state asks for and we read past, in words."""
