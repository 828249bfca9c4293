"""Changes that whole slides need: how large a viewport is, which tells the tiles in it, and the map in its corner."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from viewer.reading.state import ReadingState


def set_pane_size(state: ReadingState, pane: int, size: tuple[int, int]) -> ReadingState:
    """Note the (width, height) of a viewport in device pixels."""
    if state.pane_sizes.get(pane) == size:
        return state
    return replace(state, pane_sizes=MappingProxyType({**state.pane_sizes, pane: size}))


def toggle_slide_map(state: ReadingState) -> ReadingState:
    """Show or hide the whole slide in the corner."""
    return replace(state, slide_map=not state.slide_map)
