"""An image as a presentation state shows it: the state's transformations replace the image's (PS3.4 N.2).

What the state leaves out is the identity: the image's own rescale, window and MONOCHROME1 are then not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.domain.image_attributes import FrameValues, ImageAttributes, LookupTable, Rescale, Window
from viewer.domain.issues import issue
from viewer.domain.overlay import Overlay
from viewer.domain.presentation import DisplayedArea, PresentationState, VoiItem
from viewer.geometry.plane import Plane
from viewer.imaging.colour import takes_window
from viewer.scene.drawables import Notice
from viewer.scene.marks import area_aspect, area_zoom
from viewer.scene.remembered import Remembered

OTHER_SHAPE = "The presentation state gives the pixels another shape than the image does."
SCREEN_UNKNOWN = "True size is not possible: the size of the screen is not known."
SPACING_UNKNOWN = "True size is not possible: the presentation state does not say how large a pixel is."
AS_LARGE_AS_FITS = "Shown as large as fits."
_SAME_SHAPE = 0.01

_presented: Remembered[ImageAttributes] = Remembered(64)


def applies_to(state: PresentationState, image: tuple[str, int] | None) -> bool:
    """Say whether a state names an image (SOP Instance UID, 1-based frame number); its transformations hold for no other."""
    return state.rendered and image is not None and any(reference.names(image) for reference in state.shown_on)


def presented_attributes(attributes: ImageAttributes, state: PresentationState) -> ImageAttributes:
    """Return the attributes of an image with the modality and presentation stages of a state in place of its own."""
    return _presented.recall((attributes, state), (), lambda: _replaced(attributes, state))


def state_window(
    state: PresentationState, image: tuple[str, int] | None, attributes: ImageAttributes
) -> Window | LookupTable:
    """Return the VOI LUT or window of a state for an image, LUTs first; the whole range of values when it names none.

    Parameters
    ----------
    attributes
        As ``presented_attributes`` returned them.
    """
    item = _voi_item(state, image)
    if item is not None and item.luts:
        return item.luts[0]
    if item is not None and item.windows:
        return item.windows[0]
    lowest, highest = modality_range(attributes)
    # LINEAR maps center - width / 2 to black and center + width / 2 - 1 to white (PS3.3 C.11.2.1.2.1).
    return Window(center=(lowest + highest + 1) / 2, width=highest - lowest + 1)


def under_state(overlays: Sequence[Overlay], applied: PresentationState | None) -> tuple[Overlay, ...]:
    """Return the overlays that may be drawn: an applied state draws the planes of the image that it activates itself.

    Those that it does not name, or names no layer for, are not seen under it (PS3.3 C.11.7).
    """
    return tuple(one for one in overlays if applied is None or not _brought_by_image(one))


def _brought_by_image(overlay: Overlay) -> bool:
    """Say whether an overlay is the 60xx planes of an image: they show as a state does, but are no object."""
    return overlay.kind == "other" and isinstance(overlay.content, PresentationState)


def state_notices(
    state: PresentationState | None, area: DisplayedArea | None, plane: Plane, screen_pixel_mm: float | None
) -> tuple[Notice, ...]:
    """Return what must be said of an applied state: what of it is not applied, and that it reshapes the pixels.

    Parameters
    ----------
    screen_pixel_mm
        Size of a screen pixel, for true size; None unknown.
    """
    found = []
    if state is not None and state.not_applied:
        missing = issue("state_incomplete", "warning", what=", ".join(state.not_applied))
        found.append(Notice(missing.text, severity="warning", replaces_image=False))
    if area is not None and area.size_mode == "TRUE SIZE" and area_zoom(area, screen_pixel_mm) is None:
        unsized = SCREEN_UNKNOWN if area.pixel_spacing_mm is not None else SPACING_UNKNOWN
        found.append(Notice(unsized, AS_LARGE_AS_FITS, severity="warning", replaces_image=False))
    own, stated = plane.spacing_mm[0] / plane.spacing_mm[1], area_aspect(area) if area is not None else None
    if stated is not None and abs(stated / own - 1) > _SAME_SHAPE:
        found.append(Notice(OTHER_SHAPE, severity="warning", replaces_image=False))
    return tuple(found)


def _replaced(attributes: ImageAttributes, state: PresentationState) -> ImageAttributes:
    if not takes_window(attributes):
        frames = tuple(replace(one, shutter=state.shutter) for one in attributes.frames)
        return replace(attributes, frames=frames, icc_profile=state.icc_profile or attributes.icc_profile)
    rescale = state.rescale if state.rescale is not None else Rescale()
    frames = tuple(
        FrameValues(rescale=rescale, windows=(), real_world=one.real_world, shutter=state.shutter)
        for one in attributes.frames
    )
    return replace(
        attributes,
        frames=frames,
        modality_lut=state.modality_lut,
        voi_luts=(),
        photometric_interpretation="MONOCHROME2",
        presentation_lut_shape=state.presentation_lut_shape,
        presentation_lut=state.presentation_lut,
        # What is coloured by a state knows no other colours (PS3.4 N.2.3).
        palette=None if state.palette is not None else attributes.palette,
    )


def _voi_item(state: PresentationState, image: tuple[str, int] | None) -> VoiItem | None:
    named = next((one for one in state.voi if image and any(reference.names(image) for reference in one.images)), None)
    return named or next((one for one in state.voi if not one.images), None)


def modality_range(attributes: ImageAttributes) -> tuple[float, float]:
    """Return the lowest and highest value that the modality stage can put out."""
    table = attributes.modality_lut
    if table is not None:
        return 0.0, float((1 << table.bits) - 1)
    steps = 1 << attributes.bits_stored
    stored = (-steps // 2, steps // 2 - 1) if attributes.signed else (0, steps - 1)
    rescale = attributes.frames[0].rescale or Rescale()
    ends = sorted(rescale.slope * value + rescale.intercept for value in stored)
    return ends[0], ends[1]
