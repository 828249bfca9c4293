"""Series laid over the image of a pane: each on its own grid, with its own window, colours and unit.

Decided
    What is laid over is sampled at the pixel centres of the plane that is shown; there it is windowed, coloured and mixed.
    So it is as fine as the image below: to see the finer of two series at its full resolution, show that one below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.domain.image_attributes import ImageAttributes, LookupTable, Window
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import issue
from viewer.geometry.plane import Plane
from viewer.imaging.choices import default_window, suv_window, window_of_range
from viewer.imaging.shown_values import shown_scale
from viewer.imaging.window import displayed
from viewer.reading.fusing import Laid, stacks_over
from viewer.reading.state import Content, Pane, ReadingState
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.scene.color_bar import ColorBar
from viewer.scene.drawables import ImagePicture, Notice
from viewer.scene.image_picture import picture_bytes
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.laid_over import laid_over
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import plain
from viewer.scene.remembered import Remembered

_pictures: Remembered[ImagePicture] = Remembered(16, picture_bytes)
_LEVELS = 256
KIND_WORDS = {"parametric_map": "MAP", "dose": "DOSE"}
"""Short words that stand before the name of what an object lays over an image."""


@dataclass(frozen=True, eq=False)
class Fused:
    """A picture with what is laid over it. ``complete``: all of it is there. ``bars``: one for each series laid over."""

    picture: ImagePicture
    complete: bool = True
    notices: tuple[Notice, ...] = ()
    bars: tuple[ColorBar, ...] = ()


@dataclass(frozen=True)
class FusedValue:
    """A value of what is laid over, at one point, in ``unit``; None where it has none. ``name`` is what it is: SUVbw."""

    stack_id: str
    label: str
    value: float | None
    unit: str = ""
    name: str = ""
    modality_value: float | None = None
    overlay: InstanceKey | None = None
    """The map or dose that it is of."""


def with_fused(picture: ImagePicture, state: ReadingState, pane: Pane, plane: Plane, inputs: SceneInputs) -> Fused:
    """Return a picture of a plane with everything that is laid over it.

    Parameters
    ----------
    picture
        One pixel for each of the plane's.
    """
    complete, notices, bars = True, [], []
    for laid in stacks_over(state, pane, plane):
        hidden = laid.overlay is not None and state.overlays_hidden
        image = inputs.image_on_plane(laid.stack.id, laid.plane)
        if isinstance(image, Pending):
            complete = False
            continue
        if hidden:
            continue
        label = laid_label(state.content, laid)
        if isinstance(image, Unavailable):
            reason = issue("fusion_not_read", "warning", what=label, reason=image.issue.text)
            notices.append(Notice(reason.text, severity="warning", replaces_image=False))
            continue
        window = fused_window(laid, image.attributes, image.index, inputs.value_range(laid.stack.id))
        if laid.fused.opacity > 0:
            picture = _with(picture, image, laid, window)
        bars.append(_bar(laid, image, window, label))
    return Fused(picture, complete, tuple(notices), tuple(bars))


def fused_window(
    laid: Laid, attributes: ImageAttributes, index: int, value_range: tuple[float, float] | None
) -> Window | LookupTable:
    """Return the window of what is laid over: the reader's, else SUV 0 to 5 for PET, else what the image starts with."""
    choice = laid.fused.window
    if laid.value_range is not None and choice.source == "file":
        return window_of_range(laid.value_range)
    if choice.source in ("user", "preset"):
        return Window(choice.center, choice.width, "LINEAR_EXACT", choice.name)
    if choice.source == "file":
        by_suv = suv_window(attributes)
        if by_suv is not None:
            return by_suv
        if attributes.modality != "PT":
            return default_window(None, attributes, index=index, value_range=value_range)
    if value_range is not None:
        return window_of_range(value_range)
    return default_window(None, attributes, index=index, value_range=value_range)


def fused_label(content: Content, stack_id: str) -> str:
    """Return what a series that is laid over is called: its modality and description."""
    stack = content.library.stack(stack_id)
    if stack is None or not stack.frames:
        return ""
    series = content.library.series_of(stack.frames[0].instance)
    modality, name = plain(series.modality), plain(series.description) or plain(stack.label)
    # "CT CT Images" says it twice.
    return name if name.casefold().split()[:1] == [modality.casefold()] else " ".join(filter(None, (modality, name)))


def laid_label(content: Content, laid: Laid) -> str:
    """Return what is laid over in words: a series by its modality, a map or dose by its kind, each with its name."""
    if laid.overlay is None:
        return fused_label(content, laid.stack.id)
    name, kind = overlay_name(content, laid.overlay, str).whole, KIND_WORDS[laid.overlay.kind]
    return name if name.casefold().startswith(kind.casefold()) else f"{kind} {name}".strip()


def fused_values(
    state: ReadingState, pane: Pane, plane: Plane, inputs: SceneInputs, index: tuple[int, int]
) -> tuple[FusedValue, ...]:
    """Return the values of what is laid over at pixel (row, column) of a plane, the topmost first."""
    row, column = index
    if not (0 <= row < plane.shape[0] and 0 <= column < plane.shape[1]):
        return ()
    found = []
    for laid in reversed(stacks_over(state, pane, plane)):
        image = inputs.image_on_plane(laid.stack.id, laid.plane)
        if not isinstance(image, ImageOnPlane) or (laid.overlay is not None and state.overlays_hidden):
            continue
        value = float(image.values[row, column])
        label = laid_label(state.content, laid)
        key = laid.overlay.instance if laid.overlay is not None else None
        if np.isfinite(value):
            scale = shown_scale(image.attributes, image.index, chosen=laid.mapping)
            found.append(FusedValue(laid.stack.id, label, scale.of(value), scale.unit, scale.name, value, key))
        else:
            found.append(FusedValue(laid.stack.id, label, None, overlay=key))
    return tuple(found)


def _with(under: ImagePicture, image: ImageOnPlane, laid: Laid, window: Window | LookupTable) -> ImagePicture:
    fused = laid.fused
    values = (fused.opacity, fused.floor, window)
    return _pictures.recall((under, image, laid.palette), values, lambda: _mixed(under, image, laid, window))


def _mixed(under: ImagePicture, image: ImageOnPlane, laid: Laid, window: Window | LookupTable) -> ImagePicture:
    shown = np.isfinite(image.values)
    levels = displayed(np.where(shown, image.values, 0.0).astype(np.float64), window)
    if laid.fused.floor > 0:
        shown &= levels >= laid.fused.floor * (_LEVELS - 1)
    places = np.rint(levels).astype(np.uint8)
    palette = laid.palette
    grey = np.arange(_LEVELS, dtype=np.uint8)
    table = np.stack([grey, grey, grey] if palette is None else [palette.red, palette.green, palette.blue], axis=1)
    share = np.where(shown, np.float32(laid.fused.opacity), np.float32(0))
    return ImagePicture(laid_over(under.pixels, table[places], share), under.smooth)


def _bar(laid: Laid, image: ImageOnPlane, window: Window | LookupTable, label: str) -> ColorBar:
    low, high = window_ends(window)
    return ColorBar(
        stack_id=laid.stack.id,
        title=label,
        low=low,
        high=high,
        scale=shown_scale(image.attributes, image.index, chosen=laid.mapping),
        palette=laid.palette,
        can_move=isinstance(window, Window),
        floor=laid.fused.floor,
        opacity=laid.fused.opacity,
        overlay=laid.overlay.instance if laid.overlay is not None else None,
        here=bool(np.isfinite(image.values).any()),
    )


def window_ends(window: Window | LookupTable) -> tuple[float, float]:
    """Return the values that are black and white: of a LUT, the first and last that it maps."""
    if isinstance(window, LookupTable):
        return float(window.first), float(window.first + window.entries.size - 1)
    return window.center - window.width / 2, window.center + window.width / 2
