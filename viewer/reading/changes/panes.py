"""One viewport of the state, replaced: what all changes of viewports stand on."""

from __future__ import annotations

from dataclasses import replace

from viewer.domain.stack import Stack
from viewer.reading.state import Pane, ReadingState


def with_pane(state: ReadingState, pane: int, new: Pane) -> ReadingState:
    """Return the state with another value for a viewport; the same state when nothing differs."""
    if new == state.panes[pane]:
        return state
    return replace(state, panes=(*state.panes[:pane], new, *state.panes[pane + 1 :]))


def inside(stack: Stack, frame: int) -> int:
    """Return a 0-based place held inside a stack."""
    return max(0, min(frame, len(stack.frames) - 1))
