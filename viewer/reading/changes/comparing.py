"""Changes for comparing two results: their difference as one picture, or side by side; ending it brings all back."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.reading.changes.workspace import show_stack
from viewer.reading.state import ComparedPair, Pane, ReadingState, Selection


def why_not_compared(state: ReadingState, a: InstanceKey, b: InstanceKey) -> str:
    """Return the sentence that says why two results cannot be compared here; empty when they can."""
    first, second = (state.content.overlays.get(key) for key in (a, b))
    if first is None or second is None or a == b:
        return "Two results are needed to compare them."
    if not all(isinstance(one.content, Segmentation | StructureSet) for one in (first, second)):
        return "Only segmentations and structure sets can be compared."
    if _common_stack(state, first, second) is None:
        return "The two lie on no series together."
    return ""


def comparable(state: ReadingState, a: InstanceKey) -> tuple[Overlay, ...]:
    """Return the results that one can be compared with."""
    return tuple(one for key, one in state.content.overlays.items() if not why_not_compared(state, a, key))


def start_comparing(state: ReadingState, a: InstanceKey, b: InstanceKey) -> ReadingState:
    """Show where two results differ, on the stack of the active viewport where both lie on it; unchanged if they cannot."""
    if why_not_compared(state, a, b):
        return state
    state = end_comparing(state)
    stack = _common_stack(state, state.content.overlays[a], state.content.overlays[b])
    before = (state.layout, state.panes, state.active_pane)
    if stack is not None and stack != state.pane.stack_id:
        state = show_stack(state, state.active_pane, stack)
    layers = dict(state.layers)
    for key in (a, b):
        layers[key] = replace(state.layer(key), visible=True)
    return replace(state, compared=ComparedPair(a, b, "difference", before), layers=MappingProxyType(layers))


def show_compared(state: ReadingState, shown: Literal["difference", "side_by_side"]) -> ReadingState:
    """Show two compared results as one picture of where they differ, or in two linked viewports."""
    compared = state.compared
    if compared is None or compared.shown == shown:
        return state
    pane = replace(state.pane, only_overlay=None)
    if shown == "side_by_side":
        panes: tuple[Pane, ...] = (replace(pane, only_overlay=compared.a), replace(pane, only_overlay=compared.b))
        links = replace(state.links, scroll=True, view=True)
        state = replace(state, layout="1x2", panes=panes, active_pane=0, maximised=False, linked=True, links=links)
    elif compared.before is not None:
        layout, before, active = compared.before
        # Where the reader has scrolled to meanwhile stays.
        panes = tuple(pane if place == active else one for place, one in enumerate(before))
        state = replace(state, layout=layout, panes=panes, active_pane=active)
    return replace(state, compared=replace(compared, shown=shown))


def end_comparing(state: ReadingState) -> ReadingState:
    """Show everything as it was, at the place where the reader is now."""
    if state.compared is None:
        return state
    return replace(show_compared(state, "difference"), compared=None)


def select_compared(state: ReadingState, part_a: int | None, part_b: int | None) -> ReadingState:
    """Select a pair of parts: that of the first result, else that of the second."""
    compared = state.compared
    if compared is None:
        return state
    chosen = Selection(compared.a, part_a) if part_a is not None else Selection(compared.b, part_b)
    return state if chosen == state.selection else replace(state, selection=chosen)


def _common_stack(state: ReadingState, first: Overlay, second: Overlay) -> str | None:
    bindings = state.content.bindings
    if first.instance not in bindings or second.instance not in bindings:
        return None
    on_a, on_b = ([entry.stack_id for entry in bindings[one.instance].lies_on] for one in (first, second))
    both = [stack for stack in on_a if stack in on_b]
    default = bindings[first.instance].default_stack_id
    wished = [stack for stack in (state.pane.stack_id, default) if stack in both]
    return next(iter([*wished, *both]), None)
