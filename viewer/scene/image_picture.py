"""The image of a pane: the window that was chosen, and the finished grey or colour picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.evidence import names_frame
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, LookupTable, Palette, Window
from viewer.domain.overlay import Overlay
from viewer.domain.presentation import PresentationState
from viewer.imaging.choices import default_window, frame_range, window_of_range, windows_of
from viewer.imaging.colour import display_colour, is_colour, takes_window
from viewer.imaging.grey import display_grey, grey_table
from viewer.imaging.icc import to_srgb
from viewer.imaging.pseudo_colour import pseudo_colour
from viewer.imaging.shutter import shuttered
from viewer.reading.state import Pane, ReadingState
from viewer.scene.drawables import GreyPicture, ImagePicture
from viewer.scene.presented import applies_to, presented_attributes, state_window
from viewer.scene.remembered import Remembered

_HATCH_GREY = (40, 88)
_HATCH_PERIOD = 16
_PAINTED_BYTES = 4


def picture_bytes(picture: ImagePicture) -> int:
    """Return what a picture costs with the one of 32 bits that a painter makes of it and keeps as long."""
    rows, columns = picture.pixels.shape[:2]
    return int(picture.pixels.nbytes + rows * columns * _PAINTED_BYTES)


_pictures: Remembered[ImagePicture] = Remembered(16, picture_bytes)
_large: Remembered[GreyPicture] = Remembered(8, lambda picture: picture.stored.size * (1 + _PAINTED_BYTES))
_LARGE = 2_000_000
"""Pixels: about as many as a screen has."""


@dataclass(frozen=True, eq=False)
class Presented:
    """What is sent to the screen: the attributes in force, the window (None in colour) and the state that asks for it."""

    attributes: ImageAttributes
    window: Window | LookupTable | None
    state: PresentationState | None = None
    palette: Palette | None = None
    """The colour map that the reader chose; it goes before the palette of a state."""


def applied_state(state: ReadingState, pane: Pane, image: tuple[str, int] | None) -> PresentationState | None:
    """Return the presentation state applied to a pane, when it names the image that the pane shows."""
    overlay: Overlay | None = state.content.overlays.get(pane.presentation_state) if pane.presentation_state else None
    content = overlay.content if overlay is not None else None
    if not isinstance(content, PresentationState) or not applies_to(content, image):
        return None
    first = content.advanced_blending.inputs[0] if content.advanced_blending is not None else None
    frame = state.frame_of(pane) if first is not None else None
    # A whole series is named by what is open, not by what a picture knows of itself.
    return None if frame and first and not names_frame(first.shown.images, state.content.library, frame) else content


@dataclass(frozen=True, eq=False)
class ShownFrame:
    """The frame a pane shows: its values, its place in the instance, and the percentiles of its stack when known."""

    decoded: DecodedFrame
    attributes: ImageAttributes
    index: int
    image: tuple[str, int] | None
    value_range: tuple[float, float] | None


def presented(pane: Pane, frame: ShownFrame, applied: PresentationState | None, palette: Palette | None = None) -> Presented:
    """Return how a pane shows a frame.

    Parameters
    ----------
    applied
        The presentation state in force for this image. A window of the file, of a preset or from the values is in the
        image's own units, so that choosing one leaves the state's grey stages.
    palette
        The colours of the map that is chosen for the pane; None leaves it grey.
    """
    found = _windowed(pane, frame, applied)
    # Colours that a file gives to some of its values stay what they are.
    chosen = palette if found.window is not None and found.attributes.palette is None else None
    return found if chosen is None else replace(found, palette=chosen)


def _windowed(pane: Pane, frame: ShownFrame, applied: PresentationState | None) -> Presented:
    attributes, choice = frame.attributes, pane.window
    if not takes_window(attributes):
        return Presented(presented_attributes(attributes, applied) if applied is not None else attributes, None, applied)
    if applied is not None and choice.source in ("state", "user"):
        replaced = presented_attributes(attributes, applied)
        if choice.source == "user":
            return Presented(replaced, Window(choice.center, choice.width, name=choice.name), applied)
        return Presented(replaced, state_window(applied, frame.image, replaced), applied)
    if choice.source in ("user", "preset"):
        return Presented(attributes, Window(choice.center, choice.width, name=choice.name))
    if choice.source == "auto":
        known = frame.value_range or frame_range(frame.decoded, attributes, index=frame.index)
        if known is not None:
            return Presented(attributes, window_of_range(known))
    stated = windows_of(attributes, frame.index)
    if choice.source == "file" and 0 < choice.index < len(stated):
        return Presented(attributes, stated[choice.index])
    return Presented(attributes, default_window(frame.decoded, attributes, index=frame.index, value_range=frame.value_range))


def image_picture(
    shown: Presented, frame: ShownFrame, *, inverted: bool = False, smooth: bool = True, quick: bool = False
) -> ImagePicture:
    """Return the finished picture of a frame; rows that the file lacks are hatched, so that they pass for no anatomy.

    Parameters
    ----------
    quick
        The next picture follows at once, so that a large one may be painted more roughly.
    """
    objects = (shown.attributes, frame.decoded, shown.state, shown.palette)
    table = _table_of_large(shown, frame, inverted=inverted)
    if table is not None:
        stored = frame.decoded.stored
        return _large.recall(
            objects,
            (frame.index, shown.window, inverted, smooth, quick),
            lambda: GreyPicture(stored, table, smooth=smooth, quick=quick),
        )
    values = (frame.index, shown.window, inverted, smooth)
    return _pictures.recall(objects, values, lambda: ImagePicture(displayed_pixels(shown, frame, inverted=inverted), smooth))


def _table_of_large(shown: Presented, frame: ShownFrame, *, inverted: bool) -> NDArray[np.uint8] | None:
    """Return the look-up table of a large image to which nothing else is done; None for any other."""
    decoded, attributes, state = frame.decoded, shown.attributes, shown.state
    if decoded.stored.size < _LARGE or decoded.stored.ndim != 2 or decoded.whole < len(decoded.stored):
        return None
    if decoded.missing is not None:
        return None
    if shown.window is None or is_colour(attributes) or shown.palette is not None:
        return None
    if (state is not None and state.palette is not None) or attributes.frame_values(frame.index).shutter is not None:
        return None
    return grey_table(decoded.stored.dtype, attributes, index=frame.index, window=shown.window, inverted=inverted)


def displayed_pixels(shown: Presented, frame: ShownFrame, *, inverted: bool) -> NDArray[np.uint8]:
    """Return what a frame shows: (rows, columns) grey or (rows, columns, 3) RGB."""
    decoded, index = frame.decoded, frame.index
    state, window = shown.state, shown.window
    if shown.palette is not None and window is not None:
        palette = shown.palette
        pixels = pseudo_colour(decoded, shown.attributes, index=index, window=window, palette=palette, inverted=inverted)
    elif state is not None and state.palette is not None and window is not None:
        palette = state.palette
        coloured = pseudo_colour(decoded, shown.attributes, index=index, window=window, palette=palette, inverted=inverted)
        pixels = to_srgb(coloured, state.icc_profile)
    elif shown.window is None or is_colour(shown.attributes):
        pixels = display_colour(decoded, shown.attributes, index=index, window=shown.window, inverted=inverted)
    else:
        pixels = display_grey(decoded, shown.attributes, index=index, window=shown.window, inverted=inverted)
    pixels = shuttered(pixels, shown.attributes.frame_values(index).shutter)
    if decoded.whole >= len(pixels):
        return pixels
    hatched = pixels.copy()
    hatched[decoded.whole :] = _hatch(hatched[decoded.whole :].shape)
    return hatched


def _hatch(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    stripes = np.where((rows + columns) % _HATCH_PERIOD < 2, _HATCH_GREY[1], _HATCH_GREY[0]).astype(np.uint8)
    return stripes if len(shape) == 2 else np.repeat(stripes[..., None], shape[2], axis=2)
