"""Windows taken from the pixels on the screen: of the whole slice, or of a region of it. Padding never counts."""

from __future__ import annotations

import numpy as np

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.measurement import REGIONS, Measurement
from viewer.imaging.choices import window_of_range
from viewer.imaging.colour import takes_window
from viewer.imaging.region_statistics import pixels_inside
from viewer.imaging.shown_values import modality_picture
from viewer.reading.state import Pane, ReadingState, WindowChoice
from viewer.scene.inputs import SceneInputs

_PERCENTILES = (1.0, 99.0)
_FEW = 200
"""Of fewer pixels all count: a percentile would cut off what was pointed at."""


def slice_window(state: ReadingState, pane: Pane, inputs: SceneInputs) -> WindowChoice | None:
    """Return the window over the 1 to 99 percentile of the slice on the screen; None without values."""
    return _window(_values(state, pane, inputs))


def region_window(state: ReadingState, pane: Pane, inputs: SceneInputs, region: Measurement) -> WindowChoice | None:
    """Return the window over the pixels in an ellipse, rectangle or other region of the slice on the screen."""
    values = _values(state, pane, inputs)
    if values is None or region.kind not in REGIONS:
        return None
    rows, columns, inside = pixels_inside(region, (values.shape[0], values.shape[1]))
    return _window(values[rows, columns][inside])


def selected_region(state: ReadingState, pane: Pane) -> Measurement | None:
    """Return the selected measurement when it encloses pixels of the slice on the screen."""
    frame = state.frame_of(pane)
    chosen = state.measurement(state.selection.measurement) if state.selection.measurement else None
    if frame is None or chosen is None or chosen.kind not in REGIONS or chosen.image != state.name_of(frame):
        return None
    return chosen


def _values(
    state: ReadingState, pane: Pane, inputs: SceneInputs
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None:
    frame = state.frame_of(pane)
    if frame is None:
        return None
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    if not isinstance(attributes, ImageAttributes) or not isinstance(decoded, DecodedFrame):
        return None
    if not takes_window(attributes) or decoded.stored.ndim != 2:
        return None
    return modality_picture(decoded, attributes, index=frame.index)


def _window(values: np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None) -> WindowChoice | None:
    known = values[np.isfinite(values)] if values is not None else None
    if known is None or not known.size:
        return None
    ends = (known.min(), known.max()) if known.size < _FEW else np.percentile(known, _PERCENTILES)
    window = window_of_range((float(ends[0]), float(ends[1])))
    return WindowChoice("user", center=window.center, width=window.width)
