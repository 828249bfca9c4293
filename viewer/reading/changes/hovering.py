"""What the mouse is on, in an image or a list: the same thing stands out everywhere. Not undoable."""

from __future__ import annotations

from dataclasses import replace

from viewer.domain.instance import InstanceKey
from viewer.reading.state import ReadingState, Selection


def hover(state: ReadingState, what: Selection, below: tuple[tuple[InstanceKey, int], ...] = ()) -> ReadingState:
    """Let something stand out, with what else is under the mouse; an empty selection lets nothing."""
    if what == state.hovered and below == state.hovered_below:
        return state
    return replace(state, hovered=what, hovered_below=below)
