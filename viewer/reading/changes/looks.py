"""Changes of how a pane colours its image, and of what is laid over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from viewer.domain.stack import Stack
from viewer.imaging.colour_maps import FUSED_DEFAULT
from viewer.imaging.window_presets import WindowPreset
from viewer.reading.changes.panes import with_pane
from viewer.reading.state import FusedStack, Pane, ReadingState, WindowChoice

_HOT_MODALITIES = ("PT", "NM")
"""Where little means nothing, so that what is low lets the image below through."""
_HOT_FLOOR = 0.1
OPACITY_STEP = 0.1


def set_window_presets(state: ReadingState, presets: tuple[WindowPreset, ...]) -> ReadingState:
    """Take the named windows of the settings."""
    return state if presets == state.window_presets else replace(state, window_presets=presets)


def set_color_map(state: ReadingState, pane: int, name: str) -> ReadingState:
    """Colour the grey image of a pane by a map; an empty name is grey."""
    return with_pane(state, pane, replace(state.panes[pane], color_map=name))


def show_color_bar(state: ReadingState, pane: int, shown: Literal["shown", "hidden"]) -> ReadingState:
    """Show what greys or colours stand for, or hide it; otherwise it is there where there is colour."""
    return with_pane(state, pane, replace(state.panes[pane], color_bar=shown == "shown"))


def fuse(state: ReadingState, pane: int, stack_id: str) -> ReadingState:
    """Lay a stack over the image of a pane, in place of what lay there; the pane's own stack cannot be laid over itself."""
    shown = state.panes[pane]
    stack = state.content.library.stack(stack_id)
    if stack is None or shown.stack_id in (None, stack_id):
        return state
    known = next((one for one in shown.fused if one.stack_id == stack_id), None)
    return with_pane(state, pane, replace(shown, fused=(known or _first_look(state, stack),)))


def unfuse(state: ReadingState, pane: int) -> ReadingState:
    """Take off what is laid over the image of a pane."""
    return with_pane(state, pane, replace(state.panes[pane], fused=()))


def swap_fused(state: ReadingState, pane: int) -> ReadingState:
    """Show what is laid over as the image, at the same place in the patient, and lay the image over it."""
    shown, under = state.panes[pane], state.stack_of(state.panes[pane])
    over = state.content.library.stack(shown.fused[-1].stack_id) if shown.fused else None
    if under is None or over is None or not over.in_patient_space:
        return state
    fused = shown.fused[-1]
    middle = under.planes[min(shown.frame, len(under.planes) - 1)].corners_patient().mean(axis=0)
    laid = replace(_first_look(state, under), window=shown.window, color_map=shown.color_map, floor=0.0)
    new = Pane(
        stack_id=over.id,
        frame=over.nearest_place(middle)[0],
        window=fused.window,
        color_map=fused.color_map,
        fused=(laid,),
    )
    return with_pane(state, pane, new)


def set_fused_visible(state: ReadingState, pane: int, stack_id: str, visible: bool) -> ReadingState:
    """Switch what is laid over on or off."""
    return _changed(state, pane, stack_id, lambda one: replace(one, visible=visible))


def set_fused_opacity(state: ReadingState, pane: int, stack_id: str, opacity: float) -> ReadingState:
    """Set the opacity (0..1) of what is laid over; it is switched on with it."""
    return _changed(state, pane, stack_id, lambda one: replace(one, opacity=_unit(opacity), visible=True))


def set_fused_color_map(state: ReadingState, pane: int, stack_id: str, name: str) -> ReadingState:
    """Colour what is laid over; an empty name is grey."""
    return _changed(state, pane, stack_id, lambda one: replace(one, color_map=name))


def set_fused_window(state: ReadingState, pane: int, stack_id: str, window: WindowChoice) -> ReadingState:
    """Choose the window of what is laid over."""
    return _changed(state, pane, stack_id, lambda one: replace(one, window=window))


def set_fused_floor(state: ReadingState, pane: int, stack_id: str, floor: float) -> ReadingState:
    """Set the part of its window (0..1) below which what is laid over is transparent."""
    return _changed(state, pane, stack_id, lambda one: replace(one, floor=_unit(floor)))


def toggle_fused(state: ReadingState, pane: int) -> ReadingState:
    """Switch everything that is laid over on or off together."""
    shown = state.panes[pane]
    on = not any(one.visible for one in shown.fused)
    return with_pane(state, pane, replace(shown, fused=tuple(replace(one, visible=on) for one in shown.fused)))


def step_fused_opacity(state: ReadingState, pane: int, steps: int) -> ReadingState:
    """Make what is laid over more or less opaque by tenths."""
    for one in state.panes[pane].fused:
        state = set_fused_opacity(state, pane, one.stack_id, round(one.opacity + steps * OPACITY_STEP, 3))
    return state


def _first_look(state: ReadingState, stack: Stack) -> FusedStack:
    modality = state.content.library.series_of(stack.frames[0].instance).modality
    hot = modality in _HOT_MODALITIES
    return FusedStack(stack.id, color_map=FUSED_DEFAULT if hot else "", floor=_HOT_FLOOR if hot else 0.0)


def _changed(state: ReadingState, pane: int, stack_id: str, change: Callable[[FusedStack], FusedStack]) -> ReadingState:
    shown = state.panes[pane]
    fused = tuple(change(one) if one.stack_id == stack_id else one for one in shown.fused)
    return with_pane(state, pane, replace(shown, fused=fused))


def _unit(value: float) -> float:
    return max(0.0, min(1.0, value))
