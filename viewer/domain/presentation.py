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
    """Which modality values of an input are shown; ``values`` are one or two bounds by ``kind`` (PS3.3 C.11.33.1.2).

    The standard speaks of pixel values and names no stage; those after the modality stage are the ones that have a unit.
    """

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
    """How a mask is moved before it is subtracted: (rows, columns), down and to the left (PS3.3 C.7.6.10.1.2, C.11.19.1.2).

    A positive row offset moves towards the lower rows, a positive column offset towards the column on the left hand side.

    ``ranges`` are (first, last) frames it holds for, empty for all; ``region`` (row, column) corners counted from 1 of the
    polygon it holds in, empty for the whole frame.
    """

    shift: tuple[float, float]
    ranges: tuple[tuple[int, int], ...] = ()
    region: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, eq=False)
class Subtraction:
    """A mask that is subtracted from frames of the same image (PS3.3 C.7.6.10, C.11.13, C.11.19).

    ``masks`` are 1-based frames whose mean is the mask (AVG_SUB). Without them it is the frame ``offset`` before the current
    one (TID); ``backwards`` it is as far before the first of all frames, and one further for each after that (REV_TID).
    No masks and no offset: nothing is subtracted. ``averaged`` frames from the current one on are averaged first. ``ranges``
    are (first, last) frames that it holds for, empty for all; ``images`` those it holds for, empty for all of the state. Of
    the ``shifts`` that hold for a pixel the last counts. ``logarithms`` are (frame ranges, Pixel Intensity Relationship LUT)
    that make stored values ready to be subtracted.
    """

    masks: tuple[int, ...] = ()
    offset: int | None = None
    backwards: bool = False
    averaged: int = 1
    ranges: tuple[tuple[int, int], ...] = ()
    shifts: tuple[MaskShift, ...] = ()
    images: tuple[ImageReference, ...] = ()
    logarithms: tuple[tuple[tuple[tuple[int, int], ...], LookupTable], ...] = ()

    def mask_of(self, image: tuple[str, int], count: int) -> tuple[int, ...]:
        """Return the frames whose mean is subtracted from an image (SOP Instance UID, 1-based frame) of ``count`` frames.

        Nothing where it does not hold.
        """
        frame = image[1]
        elsewhere = self.images and not any(one.sop_instance_uid == image[0] for one in self.images)
        if elsewhere or not in_ranges(frame, self.ranges):
            return ()
        found = self.masks
        if not found and self.offset is not None:
            first = self.ranges[0][0] if self.backwards else frame
            found = (first - self.offset - (frame - first),)
        whole = frame + self.averaged - 1 <= count
        return found if whole and all(1 <= one <= count for one in found) else ()

    def logarithm_of(self, frame: int) -> LookupTable | None:
        """Return the lookup table of a 1-based frame; None where its stored values are subtracted as they are."""
        return next((table for ranges, table in self.logarithms if in_ranges(frame, ranges)), None)


@dataclass(frozen=True)
class MaskDisplay:
    """How much of its mask stays visible in a frame that is shown subtracted (PS3.3 C.8.19.7, C.11.21).

    ``visibility`` is 0 of a subtracted display, 1 of the native one. ``ranges`` are (first, last) frames and ``images``
    those that it holds for, empty for all.
    """

    visibility: float
    ranges: tuple[tuple[int, int], ...] = ()
    images: tuple[ImageReference, ...] = ()

    def names(self, image: tuple[str, int]) -> bool:
        """Say whether it holds for an image (SOP Instance UID, 1-based frame)."""
        here = not self.images or any(one.sop_instance_uid == image[0] for one in self.images)
        return here and in_ranges(image[1], self.ranges)


def in_ranges(frame: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Say whether a 1-based frame lies in one of (first, last) ranges; without ranges every frame does."""
    return not ranges or any(first <= frame <= last for first, last in ranges)


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
    mask_displays: tuple[MaskDisplay, ...] = ()
    """How much of the masks stays visible; the first that names a frame counts, none: nothing."""
    rendered: bool = True
    """False of views of a volume: they are listed with the images they name, and why they are not drawn."""
    not_applied: tuple[str, ...] = ()
    """What the state asks for and we read past, in words."""

    @property
    def shown_on(self) -> tuple[ImageReference, ...]:
        """The images it is applied to: of a state that mixes series only those of the lower or the first one."""
        if self.advanced_blending is not None:
            return self.advanced_blending.inputs[0].shown.images
        return self.blending.underlying if self.blending is not None else self.images
