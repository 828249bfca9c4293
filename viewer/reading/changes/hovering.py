"""What the mouse is on, in an image or a list: the same thing stands out everywhere. Not undoable."""

from __future__ import annotations

from dataclasses import replace

from viewer.reading.state import ReadingState, Selection


def hover(state: ReadingState, what: Selection) -> ReadingState:
    """Let something stand out; an empty selection lets nothing."""
    return state if what == state.hovered else replace(state, hovered=what)
