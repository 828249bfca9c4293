"""Whole slides without a window: how large the picture is decides which level is drawn."""

from __future__ import annotations

import math
from dataclasses import replace

from viewer.app.commands.opening import Refused
from viewer.reading.changes.slides import set_pane_size
from viewer.reading.changes.workspace import set_view
from viewer.reading.state import ReadingState

MOST_PIXELS = 64_000_000
"""A slide larger than that is drawn only at a stated size."""


def sized(state: ReadingState, size: tuple[int, int] | None) -> ReadingState:
    """Return the state of a pane with a slide as large as the picture that is asked for; any other state as it is.

    Parameters
    ----------
    size
        (width, height) that the slide is fitted into, from the level that suits it; None: one pixel for each of the largest
        level.

    Raises
    ------
    Refused
        When the largest level has too many pixels for one picture.
    """
    stack = state.stack_of(state.pane)
    if stack is None or stack.pyramid is None:
        return state
    if size is not None:
        return set_pane_size(state, 0, size)
    if stack.rows * stack.columns > MOST_PIXELS:
        raise Refused(f"The slide has {stack.columns} x {stack.rows} pixels; say with --size how large to draw it.")
    between_rows, between_columns = stack.planes[0].spacing_mm
    height = math.ceil(stack.rows * between_rows / between_columns)
    return set_view(set_pane_size(state, 0, (stack.columns, height)), 0, replace(state.pane.view, zoom=1.0))
