"""Changes of how overlays are shown, and of what is selected."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from viewer.domain.instance import InstanceKey
from viewer.reading.changes.registrations import with_registrations
from viewer.reading.state import DrawStyle, LayerStyle, PartStyle, ReadingState, Selection

NEXT_STYLE: dict[DrawStyle | None, DrawStyle] = {None: "outline", "both": "outline", "outline": "fill", "fill": "both"}


def _with_layer(state: ReadingState, overlay: InstanceKey, layer: LayerStyle) -> ReadingState:
    return replace(state, layers=MappingProxyType({**state.layers, overlay: layer}))


def _with_part(state: ReadingState, overlay: InstanceKey, part: int, style: PartStyle) -> ReadingState:
    layer = state.layer(overlay)
    return _with_layer(state, overlay, replace(layer, parts=MappingProxyType({**layer.parts, part: style})))


def _part_style(state: ReadingState, overlay: InstanceKey, part: int) -> PartStyle:
    return state.layer(overlay).parts.get(part, PartStyle())


def set_overlay_visible(state: ReadingState, overlay: InstanceKey, visible: bool) -> ReadingState:
    """Switch an overlay on or off; what a registration that is switched off joined is joined no longer."""
    return with_registrations(_with_layer(state, overlay, replace(state.layer(overlay), visible=visible)))


def set_part_visible(state: ReadingState, overlay: InstanceKey, part: int, visible: bool) -> ReadingState:
    """Switch a part on or off. Switching one on ends solo and switches its overlay on: the reader wants to see it."""
    state = _with_part(state, overlay, part, replace(_part_style(state, overlay, part), visible=visible))
    layer = state.layer(overlay)
    if layer.solo is not None and (visible or layer.solo == part):
        state = _with_layer(state, overlay, replace(layer, solo=None))
    found = state.content.overlays.get(overlay)
    if visible and found is not None and not state.overlay_visible(found):
        state = set_overlay_visible(state, overlay, visible=True)
    return state


def set_all_parts_visible(state: ReadingState, overlay: InstanceKey, visible: bool) -> ReadingState:
    """Switch every part of an overlay on or off."""
    found = state.content.overlays[overlay]
    layer = state.layer(overlay)
    parts = {part.number: replace(layer.parts.get(part.number, PartStyle()), visible=visible) for part in found.parts}
    return _with_layer(state, overlay, replace(layer, solo=None, parts=MappingProxyType(parts)))


def set_solo(state: ReadingState, overlay: InstanceKey, part: int | None) -> ReadingState:
    """Show only one part of an overlay; None shows those that are switched on again."""
    layer = replace(state.layer(overlay), solo=part)
    if part is not None:
        layer = replace(layer, visible=True)
    return _with_layer(state, overlay, layer)


def set_overlay_opacity(state: ReadingState, overlay: InstanceKey, opacity: float) -> ReadingState:
    """Set the opacity (0..1) of a whole overlay."""
    return _with_layer(state, overlay, replace(state.layer(overlay), opacity=_unit(opacity)))


def set_part_opacity(state: ReadingState, overlay: InstanceKey, part: int, opacity: float) -> ReadingState:
    """Set the opacity (0..1) of a part, multiplied with its overlay's."""
    return _with_part(state, overlay, part, replace(_part_style(state, overlay, part), opacity=_unit(opacity)))


def set_part_color(state: ReadingState, overlay: InstanceKey, part: int, color: tuple[int, int, int] | None) -> ReadingState:
    """Give a part another colour; None returns to the one of the file."""
    return _with_part(state, overlay, part, replace(_part_style(state, overlay, part), color=color))


def set_part_style(state: ReadingState, overlay: InstanceKey, part: int, style: DrawStyle | None) -> ReadingState:
    """Draw one part filled, as an outline, or both; None returns to the style of its overlay."""
    return _with_part(state, overlay, part, replace(_part_style(state, overlay, part), style=style))


def set_style(state: ReadingState, overlay: InstanceKey, style: DrawStyle | None) -> ReadingState:
    """Draw an overlay filled, as outlines, or both; None returns to the default."""
    return _with_layer(state, overlay, replace(state.layer(overlay), style=style))


def cycle_style(state: ReadingState) -> ReadingState:
    """Draw the selected overlay, else every overlay of the active pane, in the next style: both, outline, fill."""
    stack = state.stack_of(state.pane)
    chosen = state.selection.overlay
    keys = [chosen] if chosen else [overlay.instance for overlay in state.content.overlays_on(stack.id)] if stack else []
    if not keys:
        return state
    style = NEXT_STYLE[state.layer(keys[0]).style]
    for key in keys:
        state = set_style(state, key, style)
    return state


def set_fill(state: ReadingState, overlay: InstanceKey, fill: float | None) -> ReadingState:
    """Set the opacity (0..1) of an overlay's fills; None returns to the default of the look."""
    return _with_layer(state, overlay, replace(state.layer(overlay), fill=None if fill is None else _unit(fill)))


def set_threshold(state: ReadingState, overlay: InstanceKey, threshold: float) -> ReadingState:
    """Set the fraction (0..1) from which a FRACTIONAL segment counts."""
    return _with_layer(state, overlay, replace(state.layer(overlay), threshold=_unit(threshold)))


def set_graded(state: ReadingState, overlay: InstanceKey, graded: Literal["graded", "thresholded"]) -> ReadingState:
    """Show fractions as graded opacity, or as one region at the threshold."""
    return _with_layer(state, overlay, replace(state.layer(overlay), graded=graded == "graded"))


def select(state: ReadingState, selection: Selection) -> ReadingState:
    """Select an overlay, part or report item everywhere."""
    return state if selection == state.selection else replace(state, selection=selection)


def toggle_selected(state: ReadingState) -> ReadingState:
    """Switch the selected row (part, else overlay) on or off."""
    overlay = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
    if overlay is None:
        return state
    part = state.selection.part
    if part is None:
        return set_overlay_visible(state, overlay.instance, not state.overlay_visible(overlay))
    return set_part_visible(state, overlay.instance, part, not state.part_visible(overlay, part))


def toggle_solo(state: ReadingState) -> ReadingState:
    """Show only the selected part, or all again."""
    overlay, part = state.selection.overlay, state.selection.part
    if overlay is None or part is None:
        return state
    return set_solo(state, overlay, None if state.layer(overlay).solo == part else part)


def _unit(value: float) -> float:
    return max(0.0, min(1.0, value))
