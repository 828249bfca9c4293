"""Key images: the frames of a stack that somebody chose, by a key object selection that does not reject (PS3.3 A.35.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.coverage import referenced_frames
from viewer.domain.overlay import Overlay
from viewer.domain.report import Report
from viewer.domain.stack import Stack
from viewer.domain.standing import REJECTING_TITLES
from viewer.reading.changes.panes import with_pane
from viewer.reading.changes.workspace import set_frame, step_frame
from viewer.reading.state import ReadingState

_NOT_COUNTED = frozenset({"superseded", "rejected_by_key_object"})


def key_frames(state: ReadingState, stack: Stack) -> Mapping[str, NDArray[np.bool_]]:
    """Return by title which frames (frames,) of a stack are key images; rejection notes are none."""
    return _named_frames(state, stack, _selects)


def rejected_frames(state: ReadingState, stack: Stack) -> Mapping[str, NDArray[np.bool_]]:
    """Return by title which frames (frames,) of a stack a rejection note lists."""
    return _named_frames(state, stack, _rejects)


def _named_frames(state: ReadingState, stack: Stack, counts: Callable[[Overlay], bool]) -> Mapping[str, NDArray[np.bool_]]:
    found: dict[str, NDArray[np.bool_]] = {}
    for overlay in state.content.overlays_on(stack.id):
        if counts(overlay) and isinstance(overlay.content, Report):
            references = [one for item in overlay.content.root.walk() for one in item.references]
            frames = referenced_frames(references, stack)
            if frames.any():
                title = overlay.content.title
                found[title] = found[title] | frames if title in found else frames
    return found


def key_places(state: ReadingState, stack: Stack) -> NDArray[np.intp]:
    """Return the 0-based places of all key images of a stack, in its order."""
    every = list(key_frames(state, stack).values())
    return np.flatnonzero(np.logical_or.reduce(every)) if every else np.zeros(0, np.intp)


def has_key_images(state: ReadingState) -> bool:
    """Say whether a selection lies on the stack of the active pane. Asked at every change: places are not looked at."""
    stack = state.stack_of(state.pane)
    return stack is not None and any(_selects(overlay) for overlay in state.content.overlays_on(stack.id))


def step_key_image(state: ReadingState, pane: int, by: int) -> ReadingState:
    """Show the next key image (with a negative number a previous one); stops at the first and the last."""
    stack = state.stack_of(state.panes[pane])
    places = key_places(state, stack) if stack is not None else ()
    here = state.panes[pane].frame
    ahead = [place for place in places if place > here] if by > 0 else [place for place in places if place < here][::-1]
    if not ahead:
        return state
    return set_frame(state, pane, int(ahead[min(abs(by), len(ahead)) - 1]))


def scroll(state: ReadingState, pane: int, by: int) -> ReadingState:
    """Scroll by a number of frames, or of key images where the pane shows those alone."""
    stack = state.stack_of(state.panes[pane])
    if state.panes[pane].only_key_images and stack is not None and len(key_places(state, stack)):
        return step_key_image(state, pane, by)
    return step_frame(state, pane, by)


def go_to(state: ReadingState, pane: int, place: int) -> ReadingState:
    """Show the frame at a place, or the key image nearest to it where the pane shows those alone."""
    stack = state.stack_of(state.panes[pane])
    places = key_places(state, stack) if state.panes[pane].only_key_images and stack is not None else np.zeros(0, np.intp)
    return set_frame(state, pane, int(places[np.argmin(np.abs(places - place))]) if len(places) else place)


def toggle_only_key_images(state: ReadingState, pane: int) -> ReadingState:
    """Scroll through the key images of a pane alone, from the nearest one on, or through all frames again."""
    chosen = state.panes[pane]
    state = with_pane(state, pane, replace(chosen, only_key_images=not chosen.only_key_images))
    return state if chosen.only_key_images else go_to(state, pane, chosen.frame)


def _selects(overlay: Overlay) -> bool:
    return overlay.kind == "key_objects" and not _rejects(overlay) and _counts(overlay)


def _rejects(overlay: Overlay) -> bool:
    content = overlay.content
    if overlay.kind != "key_objects" or not isinstance(content, Report) or not _counts(overlay):
        return False
    return any(content.root.is_concept(*title) for title in REJECTING_TITLES)


def _counts(overlay: Overlay) -> bool:
    return not any(one.code in _NOT_COUNTED for one in overlay.issues)
