"""The window in which a finding can be seen: its values, not its name, say which.

Decided
    A window is kept where the values at the finding are well inside it. Else the first preset of the modality that has
    them inside is taken; nothing is taken where none has, nor over a presentation state.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from viewer.domain.finding import Finding
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, Window
from viewer.imaging.shown_values import modality_picture
from viewer.imaging.window_presets import presets_of
from viewer.reading.state import ReadingState, WindowChoice
from viewer.scene.image_picture import ShownFrame, presented
from viewer.scene.inputs import SceneInputs

_AROUND: Final = 4
"""Pixels on every side of the place that are looked at."""
_INSIDE: Final = 0.05
"""Part of the width that values keep from its ends."""


def suited_window(state: ReadingState, inputs: SceneInputs, finding: Finding) -> WindowChoice | None:
    """Return the window to show a finding in; None to keep the one in use, also while the image is not there yet."""
    place, pane = finding.location, state.pane
    if place is None or place.point_patient is None or pane.stack_id != place.stack_id or pane.kind != "stack":
        return None
    if pane.presentation_state is not None:
        return None
    frame, stack = state.frame_of(pane), state.stack_of(pane)
    if frame is None or stack is None:
        return None
    attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
    if not isinstance(attributes, ImageAttributes) or not isinstance(decoded, DecodedFrame) or decoded.stored.ndim != 2:
        return None
    values = modality_picture(decoded, attributes, index=frame.index)
    column, row = (int(one) for one in stack.planes[pane.frame].position_image(place.point_patient))
    here = values[max(row - _AROUND, 0) : row + _AROUND + 1, max(column - _AROUND, 0) : column + _AROUND + 1]
    if not here.size or not np.isfinite(here).any():
        return None
    value = float(np.nanmedian(here))
    shown = ShownFrame(decoded, attributes, frame.index, None, inputs.value_range(stack.id))
    window = presented(pane, shown, None).window
    if not isinstance(window, Window) or _holds(window, value):
        return None
    for preset in presets_of(state.window_presets, attributes.modality):
        found = preset.window_for(attributes)
        if found is not None and _holds(found, value):
            return WindowChoice("preset", name=preset.name, center=found.center, width=found.width)
    return None


def _holds(window: Window, value: float) -> bool:
    return abs(value - window.center) <= window.width * (0.5 - _INSIDE)
