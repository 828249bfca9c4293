"""What a reading state needs from the store, most urgent first. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from viewer.domain.instance import FrameKey
from viewer.domain.overlay import Overlay
from viewer.domain.siblings import range_stack
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.loading.wanted_slides import is_of_slide, slide_wants
from viewer.reading.edited import newly_edited, overlays_at
from viewer.reading.fusing import stacks_over
from viewer.reading.state import LayerStyle, Pane, PartStyle, ReadingState
from viewer.scene.state_picture import frames_beside

NOW, NEXT, RANGE, THUMBNAILS, AHEAD = 0, 1, 2, 50, 100
"""Priorities: what is on the screen, its overlays, the value range, thumbnails, what lies ahead."""

OVERLAY_FRAMES_AHEAD, CUT_FRAMES_AHEAD = 24, 6
"""Plane contents are prepared this many frames to either side; of planes through a stack fewer, being cut in no time."""


@dataclass(frozen=True)
class WantedFrame:
    """A frame of an image, with its display attributes."""

    frame: FrameKey
    priority: int
    tile: bool = False
    """One of many of a whole slide."""
    halved: bool = False
    """The tile is shown small."""


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


_NO_PARTS: Mapping[int, PartStyle] = MappingProxyType({})
Wanted = WantedFrame | WantedOnPlane | WantedImageOnPlane | WantedRange


def wanted(state: ReadingState) -> Iterator[Wanted]:
    """Yield what the panes need: first what they show, then outwards from it."""
    slides = [(pane, wants) for number, pane in enumerate(state.panes) if (wants := slide_wants(state, number)) is not None]
    for pane, wants in slides:
        yield from (WantedFrame(frame, NOW, tile=True, halved=wants.halved) for frame in wants.tiles_now())
        overlays = _overlays(state, pane, wants.stack, wants.depth)
        yield from (WantedOnPlane(overlay, piece, NEXT) for overlay, piece in wants.pieces(overlays))
        yield WantedRange(wants.stack, RANGE)
    shown = [
        (pane, stack)
        for pane in state.panes
        if (stack := state.stack_of(pane)) is not None and stack.frames and stack.pyramid is None and pane.kind != "volume"
    ]
    for pane in state.panes:
        stack = state.stack_of(pane)
        if pane.kind == "volume" and stack is not None:
            yield WantedRange(stack, RANGE)
    for pane, stack in shown:
        place = _place(pane, stack)
        if not stack.resliced:
            # The store cuts planes through a stack itself, once its voxels are there.
            yield WantedFrame(stack.frames[place], NOW)
        for beside in frames_beside(state, pane):
            yield WantedFrame(beside, NOW)
        for laid in stacks_over(state, pane, stack.planes[place]):
            yield WantedImageOnPlane(laid.stack, laid.plane, NOW)
        for overlay in _overlays(state, pane, stack, place):
            yield WantedOnPlane(overlay, stack.planes[place], NEXT)
        yield WantedRange(range_stack(state.content.library, stack), RANGE)
        for laid in stacks_over(state, pane, stack.planes[place]):
            yield WantedRange(laid.stack, RANGE)
    for _, wants in slides:
        yield from (WantedFrame(frame, AHEAD, tile=True, halved=wants.halved) for frame in wants.tiles_ahead())
    for pane, stack in shown:
        place = _place(pane, stack)
        if range_stack(state.content.library, stack) is not stack:
            # Needed only where its values lie outside of those of the volume whose range they share.
            yield WantedRange(stack, AHEAD)
        volumes = _volumes_ahead(state, stack, place)
        ahead = CUT_FRAMES_AHEAD if stack.resliced else OVERLAY_FRAMES_AHEAD
        for distance, neighbour in outwards(place, len(stack.frames)):
            while volumes and volumes[0][0] <= distance:
                yield WantedFrame(volumes[0][1], AHEAD + volumes.pop(0)[0])
            if not stack.resliced:
                yield WantedFrame(stack.frames[neighbour], AHEAD + distance)
            if distance <= ahead:
                for overlay in _overlays(state, pane, stack, neighbour):
                    yield WantedOnPlane(overlay, stack.planes[neighbour], AHEAD + distance)
                for laid in stacks_over(state, pane, stack.planes[neighbour]):
                    yield WantedImageOnPlane(laid.stack, laid.plane, AHEAD + distance)
        yield from (WantedFrame(frame, AHEAD + distance) for distance, frame in volumes)


def _volumes_ahead(state: ReadingState, stack: Stack, place: int) -> list[tuple[int, FrameKey]]:
    """Return (distance, frame) of the slice on the screen in the volumes beside it, along every axis, nearest first."""
    library = state.content.library
    found = []
    for axis in stack.axes:
        for distance, neighbour in outwards(axis.place, len(axis.stack_ids)):
            volume = library.stack(axis.stack_ids[neighbour])
            if volume is not None and volume.frames:
                found.append((distance, volume.frames[min(place, len(volume.frames) - 1)]))
    return sorted(found, key=lambda one: one[0])


def outwards(place: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield (distance, neighbour) of all other places of a stack, nearest first."""
    for distance in range(1, count):
        for neighbour in (place + distance, place - distance):
            if 0 <= neighbour < count:
                yield distance, neighbour


def is_wanted_anew(old: ReadingState, new: ReadingState) -> bool:
    """Say whether a state needs something else of the store than the one before."""
    same = old.panes is new.panes and old.content is new.content and old.pane_sizes is new.pane_sizes
    return not same or _other_layers(old, new) or newly_edited(old, new)


def is_on_a_pane(state: ReadingState, key: Hashable) -> bool:
    """Say whether what the store delivered under ``key`` belongs to what a pane shows now; most is for frames near by."""
    return any(True for _ in panes_showing(state, key))


def panes_showing(state: ReadingState, key: Hashable) -> Iterator[int]:
    """Yield the numbers of the panes that show what the store delivered under ``key``."""
    for number, pane in enumerate(state.panes):
        stack, frame = state.stack_of(pane), state.frame_of(pane)
        if stack is not None and frame is not None and _shows(state, pane, stack, frame, key):
            yield number


def _shows(state: ReadingState, pane: Pane, stack: Stack, frame: FrameKey, key: Hashable) -> bool:
    if key in (frame, frame.instance, stack.id, range_stack(state.content.library, stack).id) or is_of_slide(
        state, stack, key
    ):
        return True
    if any(key in (beside, beside.instance) for beside in frames_beside(state, pane)):
        return True
    plane = stack.planes[_place(pane, stack)]
    if isinstance(key, tuple) and key[1] == plane:
        return True
    return any(key in (laid.stack.id, (laid.stack.id, laid.plane)) for laid in stacks_over(state, pane, plane))


def _place(pane: Pane, stack: Stack) -> int:
    return min(pane.frame, len(stack.frames) - 1)


def _overlays(state: ReadingState, pane: Pane, stack: Stack, place: int) -> list[Overlay]:
    """Return the overlays that touch a frame, can be drawn and are switched on (or applied as a state)."""
    return [
        overlay
        for overlay in overlays_at(state, stack, place)
        if overlay.draws and (state.overlay_visible(overlay) or overlay.instance == pane.presentation_state)
    ]


def is_shown(overlay: Overlay, state: ReadingState) -> bool:
    """Say whether an overlay is switched on and lies on the stack of a pane."""
    binding = state.content.bindings.get(overlay.instance)
    stacks = {pane.stack_id for pane in state.panes}
    lies = binding is not None and any(entry.stack_id in stacks for entry in binding.lies_on)
    return lies and state.overlay_visible(overlay)


def _other_layers(old: ReadingState, new: ReadingState) -> bool:
    """Say whether layers changed in a way that other things are wanted; how their parts look is nothing to load for."""
    if old.layers is new.layers:
        return False
    changed = (key for key in {*old.layers, *new.layers} if old.layers.get(key) is not new.layers.get(key))
    return any(_without_looks(old.layer(key)) != _without_looks(new.layer(key)) for key in changed)


def _without_looks(layer: LayerStyle) -> LayerStyle:
    return replace(layer, parts=_NO_PARTS, solo=None, opacity=1.0, style=None, fill=None)


def slot_of(want: Wanted) -> Hashable:
    """Return what the job for something wanted is called."""
    if isinstance(want, WantedFrame):
        return ("frame", want.frame)
    if isinstance(want, WantedOnPlane):
        return ("on_plane", want.overlay.instance, want.plane)
    if isinstance(want, WantedImageOnPlane):
        return ("image_on_plane", want.stack.id, want.plane)
    return ("range", want.stack.id)


def is_for_a_pane(slot: Hashable) -> bool:
    """Say whether a job is for something wanted."""
    return isinstance(slot, tuple) and slot[0] in {"frame", "on_plane", "image_on_plane", "range"}
