"""What a reading state needs from the store, most urgent first. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from viewer.domain.instance import FrameKey
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.loading.wanted_slides import is_of_slide, slide_wants
from viewer.reading.fusing import stacks_over
from viewer.reading.state import Pane, ReadingState
from viewer.scene.blended import superimposed_frame

NOW, NEXT, RANGE, THUMBNAILS, AHEAD = 0, 1, 2, 50, 100
"""Priorities: what is on the screen, its overlays, the value range, thumbnails, what lies ahead."""

OVERLAY_FRAMES_AHEAD = 24
"""Plane contents are prepared this many frames to either side."""


@dataclass(frozen=True)
class WantedFrame:
    """A frame of an image, with its display attributes."""

    frame: FrameKey
    priority: int
    tile: bool = False
    """One of many of a whole slide."""


@dataclass(frozen=True)
class WantedOnPlane:
    """What of an overlay lies on a plane."""

    overlay: Overlay
    plane: Plane
    priority: int


@dataclass(frozen=True)
class WantedImageOnPlane:
    """The values of a stack on a plane of its own space: what is laid over the image of a pane."""

    stack: Stack
    plane: Plane
    priority: int


@dataclass(frozen=True)
class WantedRange:
    """The value range of a stack."""

    stack: Stack
    priority: int


Wanted = WantedFrame | WantedOnPlane | WantedImageOnPlane | WantedRange


def wanted(state: ReadingState) -> Iterator[Wanted]:
    """Yield what the panes need: first what they show, then outwards from it."""
    slides = [(pane, wants) for number, pane in enumerate(state.panes) if (wants := slide_wants(state, number)) is not None]
    for pane, wants in slides:
        yield from (WantedFrame(frame, NOW, tile=True) for frame in wants.tiles_now())
        overlays = _overlays(state, pane, wants.stack, wants.depth)
        yield from (WantedOnPlane(overlay, piece, NEXT) for overlay, piece in wants.pieces(overlays))
        yield WantedRange(wants.stack, RANGE)
    shown = [
        (pane, stack)
        for pane in state.panes
        if (stack := state.stack_of(pane)) is not None and stack.frames and stack.pyramid is None
    ]
    for pane, stack in shown:
        place = _place(pane, stack)
        yield WantedFrame(stack.frames[place], NOW)
        over = superimposed_frame(state, pane)
        if over is not None:
            yield WantedFrame(over[0], NOW)
        for laid in stacks_over(state, pane, stack.planes[place]):
            yield WantedImageOnPlane(laid.stack, laid.plane, NOW)
        for overlay in _overlays(state, pane, stack, place):
            yield WantedOnPlane(overlay, stack.planes[place], NEXT)
        yield WantedRange(stack, RANGE)
    for _, wants in slides:
        yield from (WantedFrame(frame, AHEAD, tile=True) for frame in wants.tiles_ahead())
    for pane, stack in shown:
        place = _place(pane, stack)
        for distance, neighbour in outwards(place, len(stack.frames)):
            yield WantedFrame(stack.frames[neighbour], AHEAD + distance)
            if distance <= OVERLAY_FRAMES_AHEAD:
                for overlay in _overlays(state, pane, stack, neighbour):
                    yield WantedOnPlane(overlay, stack.planes[neighbour], AHEAD + distance)
                for laid in stacks_over(state, pane, stack.planes[neighbour]):
                    yield WantedImageOnPlane(laid.stack, laid.plane, AHEAD + distance)


def outwards(place: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield (distance, neighbour) of all other places of a stack, nearest first."""
    for distance in range(1, count):
        for neighbour in (place + distance, place - distance):
            if 0 <= neighbour < count:
                yield distance, neighbour


def is_on_a_pane(state: ReadingState, key: Hashable) -> bool:
    """Say whether what the store delivered under ``key`` belongs to what a pane shows now; most is for frames near by."""
    for pane in state.panes:
        stack, frame = state.stack_of(pane), state.frame_of(pane)
        if stack is None or frame is None:
            continue
        if key in (frame, frame.instance, stack.id) or is_of_slide(state, stack, key):
            return True
        over = superimposed_frame(state, pane)
        if over is not None and key in (over[0], over[0].instance):
            return True
        plane = stack.planes[_place(pane, stack)]
        if isinstance(key, tuple) and key[1] == plane:
            return True
        if any(key in (laid.stack.id, (laid.stack.id, laid.plane)) for laid in stacks_over(state, pane, plane)):
            return True
    return False


def _place(pane: Pane, stack: Stack) -> int:
    return min(pane.frame, len(stack.frames) - 1)


def _overlays(state: ReadingState, pane: Pane, stack: Stack, place: int) -> list[Overlay]:
    """Return the overlays that touch a frame, can be drawn and are switched on (or applied as a state)."""
    return [
        overlay
        for overlay in state.content.overlays_at(stack.id, place)
        if overlay.draws and (state.overlay_visible(overlay) or overlay.instance == pane.presentation_state)
    ]
