"""How a presentation state is used in a viewport: all of it, its annotations only, or not at all (PS3.4 N.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from viewer.domain.evidence import names_frame
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Series
from viewer.domain.overlay import Overlay
from viewer.domain.presentation import PresentationState
from viewer.domain.stack import Stack
from viewer.reading.changes.layers import set_overlay_visible
from viewer.reading.changes.workspace import set_presentation_state
from viewer.reading.state import ReadingState

Use = Literal["whole", "annotations", "off"]


def use_state(state: ReadingState, pane: int, overlay: InstanceKey, use: Use) -> ReadingState:
    """Use a presentation state in a pane.

    Annotations are switched for all panes, as every overlay is; all of a state goes to one pane, in place of the one before.
    """
    if use == "whole":
        state = set_presentation_state(state, pane, overlay)
    elif state.panes[pane].presentation_state == overlay:
        state = set_presentation_state(state, pane, None)
    return set_overlay_visible(state, overlay, visible=use != "off")


def set_screen_pixel(state: ReadingState, size_mm: float | None) -> ReadingState:
    """Take the size of a pixel of the screen, for states that ask for true size; None: it is not known."""
    return state if size_mm == state.screen_pixel_mm else replace(state, screen_pixel_mm=size_mm)


def use_of(state: ReadingState, pane: int, overlay: Overlay) -> Use:
    """Return how a presentation state is used in a pane."""
    if state.panes[pane].presentation_state == overlay.instance:
        return "whole"
    return "annotations" if state.overlay_visible(overlay) else "off"


def states_of(state: ReadingState, stack: Stack | None) -> tuple[Overlay, ...]:
    """Return the presentation states that lie on a stack, those for the fewest images first, of these the newest."""
    found = [one for one in state.content.overlays_on(stack.id) if one.kind == "presentation_state"] if stack else []
    newest = sorted(found, key=lambda one: one.provenance.content_date, reverse=True)
    return tuple(sorted(newest, key=lambda one: len(one.references)))


def is_rendered(overlay: Overlay) -> bool:
    """Say whether it is a presentation state that can be applied; views of volumes are listed only."""
    content = overlay.content
    return overlay.kind == "presentation_state" and isinstance(content, PresentationState) and content.rendered


def is_applied_here(state: ReadingState, overlay: Overlay) -> bool:
    """Say whether a state that can be applied is meant for the active viewport's stack, not only mixed into another."""
    stack = state.content.library.stack(state.pane.stack_id) if state.pane.stack_id else None
    return is_rendered(overlay) and stack is not None and _is_applied_to(state, overlay, stack)


def series_applied_to(state: ReadingState, overlay: Overlay) -> Series | None:
    """Return the first series open here that a state is applied to."""
    library = state.content.library
    stack = next((one for one in library.stacks if is_rendered(overlay) and _is_applied_to(state, overlay, one)), None)
    return library.series_by_key(stack.series_key) if stack is not None else None


def _is_applied_to(state: ReadingState, overlay: Overlay, stack: Stack) -> bool:
    content, library = overlay.content, state.content.library
    return isinstance(content, PresentationState) and any(
        names_frame(content.shown_on, library, frame) for frame in stack.frames
    )
