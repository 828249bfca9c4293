"""The image of a pane: the window that was chosen, and the finished grey or colour picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, LookupTable, Window
from viewer.domain.overlay import Overlay
from viewer.domain.presentation import PresentationState
from viewer.imaging.choices import default_window, windows_of
from viewer.imaging.colour import display_colour
from viewer.imaging.grey import display_grey
from viewer.reading.state import Pane, ReadingState
from viewer.scene.drawables import ImagePicture
from viewer.scene.presented import applies_to, presented_attributes, state_window, through_presentation_lut
from viewer.scene.remembered import Remembered

_HATCH_GREY = (40, 88)
_HATCH_PERIOD = 16
_pictures: Remembered[ImagePicture] = Remembered(16)


@dataclass(frozen=True, eq=False)
class Presented:
    """What is sent to the screen: the attributes in force, the window (None in colour) and the state that asks for it."""

    attributes: ImageAttributes
    window: Window | LookupTable | None
    state: PresentationState | None = None


def is_colour(attributes: ImageAttributes) -> bool:
    """Say whether an image has its own colours, so that no window applies."""
    return attributes.samples_per_pixel == 3 or attributes.photometric_interpretation == "PALETTE COLOR"


def applied_state(state: ReadingState, pane: Pane, image: tuple[str, int] | None) -> PresentationState | None:
    """Return the presentation state applied to a pane, when it names the image that the pane shows."""
    overlay: Overlay | None = state.content.overlays.get(pane.presentation_state) if pane.presentation_state else None
    content = overlay.content if overlay is not None else None
    return content if isinstance(content, PresentationState) and applies_to(content, image) else None


def presented(
    pane: Pane,
    attributes: ImageAttributes,
    *,
    index: int,
    value_range: tuple[float, float] | None,
    image: tuple[str, int] | None,
    applied: PresentationState | None,
) -> Presented:
    """Return how a pane shows a frame.

    Parameters
    ----------
    index
        0-based frame of the instance.
    value_range
        Percentiles of the stack's values, when known.
    image
        (SOP Instance UID, 1-based frame number).
    applied
        The presentation state in force for this image. A window of the file, of a preset or from the values is in the
        image's own units, so that choosing one leaves the state's grey stages.
    """
    if is_colour(attributes):
        return Presented(attributes, None)
    choice = pane.window
    if applied is not None and choice.source in ("state", "user"):
        replaced = presented_attributes(attributes, applied)
        if choice.source == "user":
            return Presented(replaced, Window(choice.center, choice.width, name=choice.name), applied)
        return Presented(replaced, state_window(applied, image, replaced), applied)
    if choice.source in ("user", "preset"):
        return Presented(attributes, Window(choice.center, choice.width, name=choice.name))
    stated = windows_of(attributes, index)
    if choice.source == "file" and choice.index < len(stated):
        return Presented(attributes, stated[choice.index])
    return Presented(attributes, default_window(attributes, value_range))


def image_picture(
    shown: Presented, frame: DecodedFrame, *, index: int, inverted: bool = False, smooth: bool = True
) -> ImagePicture:
    """Return the finished picture of a frame; rows that the file lacks are hatched, so that they pass for no anatomy."""
    values = (index, shown.window, inverted, smooth)
    objects = (shown.attributes, frame, shown.state)
    return _pictures.recall(objects, values, lambda: ImagePicture(_pixels(shown, frame, index, inverted=inverted), smooth))


def _pixels(shown: Presented, frame: DecodedFrame, index: int, *, inverted: bool) -> NDArray[np.uint8]:
    if shown.window is None:
        pixels = display_colour(frame, shown.attributes)
        pixels = 255 - pixels if inverted else pixels
    else:
        table = shown.state.presentation_lut if shown.state is not None else None
        plain = display_grey(frame, shown.attributes, index=index, window=shown.window, inverted=inverted and table is None)
        if table is not None:
            plain = through_presentation_lut(plain, table)
            plain = 255 - plain if inverted else plain
        pixels = plain
    if frame.whole >= len(pixels):
        return pixels
    hatched = pixels.copy()
    hatched[frame.whole :] = _hatch(hatched[frame.whole :].shape)
    return hatched


def _hatch(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    stripes = np.where((rows + columns) % _HATCH_PERIOD < 2, _HATCH_GREY[1], _HATCH_GREY[0]).astype(np.uint8)
    return stripes if len(shape) == 2 else np.repeat(stripes[..., None], shape[2], axis=2)
