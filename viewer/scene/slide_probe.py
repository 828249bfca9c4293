"""What stands at a position of a whole slide: the pixel of its finest tile that is there, and the parts on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack
from viewer.imaging.probe import Probe, value_at
from viewer.reading.state import ReadingState
from viewer.scene.inputs import SceneInputs
from viewer.scene.slide_layers import SlideInputs
from viewer.scene.slide_view import SlideView, slide_view

_SPOT = 0.25
"""Half the side, in pixels of the base level, of what is asked around a position."""


def slide_probe(stack: Stack, depth: int, inputs: SceneInputs, position: tuple[float, float]) -> Probe | None:
    """Return the value at a position of the base level, from the finest level whose tile there is read already.

    None while no tile there is; ``outside`` beyond the slide, and where the file leaves the tile out.
    """
    pyramid = stack.pyramid
    assert pyramid is not None
    if not (0 <= position[0] < pyramid.base.columns and 0 <= position[1] < pyramid.base.rows):
        return Probe("outside")
    for level in pyramid.levels:
        column, row = (int(np.floor(one)) for one in level.from_base(*position))
        if not (0 <= column < level.columns and 0 <= row < level.rows):
            continue
        height, width = level.tile_shape
        frame = level.frame(depth, row // height, column // width)
        if frame is None:
            return Probe("outside")
        attributes, decoded = inputs.attributes(frame.instance), inputs.frame(frame)
        if isinstance(attributes, ImageAttributes) and isinstance(decoded, DecodedFrame):
            return value_at(decoded, attributes, index=frame.index, column=column % width, row=row % height)
    return None


def inputs_at(
    state: ReadingState, pane: int, inputs: SceneInputs, overlays: Sequence[Overlay], position: tuple[float, float]
) -> SlideInputs | None:
    """Return the store for one position of the slide of a pane: the piece of the shown level that holds it.

    Where a viewport has no size (without a window) the base level is asked. None for a pane that shows no slide.
    """
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if stack is None or stack.pyramid is None:
        return None
    depth = min(shown.frame, len(stack.frames) - 1)
    size = state.pane_sizes.get(pane)
    level = slide_view(stack.pyramid, stack.planes[depth], shown.view, size).level if size is not None else 0
    column, row = position
    spot = (column - _SPOT, row - _SPOT, column + _SPOT, row + _SPOT)
    return SlideInputs(inputs, stack, depth, SlideView(level, spot, 1.0), {one.instance: one for one in overlays})
