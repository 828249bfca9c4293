"""Changes of many parts at once: groups, all but these, the reader's order, colours for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay, Part
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.reading.layer_order import moved
from viewer.reading.state import PartStyle, ReadingState


def show_only(state: ReadingState, overlays: Iterable[Overlay], wanted: Callable[[Part], bool]) -> ReadingState:
    """Show the parts of some overlays that are wanted, and no others of these overlays."""
    layers = dict(state.layers)
    for overlay in overlays:
        layer = state.layer(overlay.instance)
        choice = {part.number: wanted(part) for part in overlay.parts}
        styles = {number: replace(layer.parts.get(number, PartStyle()), visible=on) for number, on in choice.items()}
        on = True if any(choice.values()) else layer.visible
        layers[overlay.instance] = replace(layer, parts=MappingProxyType(styles), solo=None, visible=on)
    return replace(state, layers=MappingProxyType(layers))


def invert_parts(state: ReadingState, overlays: Iterable[Overlay]) -> ReadingState:
    """Show what is hidden of some overlays and hide what is shown; a background stays as it is."""
    before = state
    for overlay in overlays:
        layer = before.layer(overlay.instance)
        on = before.overlay_visible(overlay)
        styles = dict(layer.parts)
        for part in overlay.parts:
            if part.state != "background":
                visible = not (on and before.part_visible(overlay, part.number))
                styles[part.number] = replace(styles.get(part.number, PartStyle()), visible=visible)
        layer = replace(layer, parts=MappingProxyType(styles), solo=None, visible=True)
        state = replace(state, layers=MappingProxyType({**state.layers, overlay.instance: layer}))
    return state


def move_layer(state: ReadingState, listed: tuple[InstanceKey, ...], overlay: InstanceKey, to: int) -> ReadingState:
    """Put an overlay at another place (0-based) of the list, and of what is drawn: the top of the list lies on top."""
    order = moved(listed, overlay, to)
    return state if order == state.layer_order or order == listed else replace(state, layer_order=order)


def set_safe_colors(state: ReadingState, on: bool) -> ReadingState:
    """Give all parts the colours that people with colour blindness tell apart, or those of the files again."""
    return state if on == state.safe_colors else replace(state, safe_colors=on)


def switchable(state: ReadingState) -> tuple[Overlay, ...]:
    """Return the overlays whose parts groups are made of: the selected one, else all on the active stack with segments."""
    here = with_parts_here(state)
    selected = tuple(one for one in here if one.instance == state.selection.overlay)
    return selected or here


def with_parts_here(state: ReadingState) -> tuple[Overlay, ...]:
    """Return the segmentations and structure sets with parts that lie on the active stack."""
    stack = state.pane.stack_id
    return tuple(
        one
        for one in (state.content.overlays_on(stack) if stack is not None else ())
        if isinstance(one.content, Segmentation | StructureSet) and one.parts
    )
