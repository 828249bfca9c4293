"""Changes of how maps and doses look that lie over images, and of which isodose levels are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from viewer.domain.dose_overlay import with_levels
from viewer.domain.instance import InstanceKey
from viewer.reading.state import LayerStyle, ReadingState, WindowChoice


def set_map_color_map(state: ReadingState, overlay: InstanceKey, name: str) -> ReadingState:
    """Colour a map or dose; an empty name is grey."""
    return _with(state, overlay, replace(state.layer(overlay), color_map=name))


def set_map_window(state: ReadingState, overlay: InstanceKey, window: WindowChoice) -> ReadingState:
    """Choose the values that the colours of a map or dose stand for."""
    return _with(state, overlay, replace(state.layer(overlay), window=window))


def set_map_floor(state: ReadingState, overlay: InstanceKey, floor: float) -> ReadingState:
    """Set the part of the range (0..1) below which a map or dose is transparent."""
    return _with(state, overlay, replace(state.layer(overlay), floor=max(0.0, min(1.0, floor))))


def set_map_values(state: ReadingState, overlay: InstanceKey, stack_id: str, mapping: int) -> ReadingState:
    """Choose which stack of a map is shown, and which of its real-world mappings says the values."""
    return _with(state, overlay, replace(state.layer(overlay), values_of=stack_id, mapping=mapping))


def set_isodose_levels(state: ReadingState, overlay: InstanceKey, levels: Iterable[float] | None) -> ReadingState:
    """Draw a dose's lines at other levels, in the unit of its grid; None returns to the usual ones.

    What was chosen for single lines (colour, off, only this one) is forgotten: they are other lines.
    """
    whole = state.whole
    found = whole.overlays[overlay]
    changed = with_levels(found, None if levels is None else tuple(levels))
    if changed is found:
        return state
    overlays = MappingProxyType({**whole.overlays, overlay: changed})
    measures = MappingProxyType({key: one for key, one in whole.measures.items() if key != overlay})
    state = state.with_whole(replace(whole, overlays=overlays, measures=measures))
    return _with(state, overlay, replace(state.layer(overlay), solo=None, parts=MappingProxyType({})))


def _with(state: ReadingState, overlay: InstanceKey, layer: LayerStyle) -> ReadingState:
    return (
        state if layer == state.layer(overlay) else replace(state, layers=MappingProxyType({**state.layers, overlay: layer}))
    )
