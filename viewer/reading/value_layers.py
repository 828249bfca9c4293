"""Maps and doses that lie over the image of a pane: which stack of values each is, and how it is shown.

Decided
    A map or dose that is an object of its own is laid over images by the same way as a series that the reader fuses; how
    it looks belongs to the object, so it is the same in every pane.
    Of a map that is made of several files each is an object; what lies over an image is their stack, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from viewer.domain.dose import Dose
from viewer.domain.dose_levels import highest_color
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.stack import Stack
from viewer.imaging.colour_maps import DOSE, MAP_DEFAULT
from viewer.reading.state import Content, FusedStack, LayerStyle, Pane, ReadingState

MAP_OPACITY, DOSE_OPACITY = 0.5, 0.4
MAP_FLOOR, DOSE_FLOOR = 0.02, 0.1
"""Below this part of the range a map, or a dose, lets the image through unless the reader chose otherwise."""


@dataclass(frozen=True)
class ValueLayer:
    """A stack of values that an object brings. ``value_range`` is what its colours stand for unless a window is chosen."""

    overlay: Overlay
    stack: Stack
    fused: FusedStack
    value_range: tuple[float, float] | None = None
    mapping: int = 0
    """Which of the real-world mappings says its values."""


def value_layers(state: ReadingState, pane: Pane) -> Iterator[ValueLayer]:
    """Yield the maps and doses that are switched on over the image of a pane, bottom to top."""
    shown: set[str] = set()
    for overlay in state.content.overlays_on(pane.stack_id) if pane.stack_id is not None else ():
        if not is_value_layer(overlay) or not state.overlay_visible(overlay):
            continue
        if not any(state.part_visible(overlay, part.number) for part in overlay.parts) and overlay.kind == "parametric_map":
            continue
        layer = value_layer(state, overlay)
        if layer is not None and layer.stack.id not in shown:
            shown.add(layer.stack.id)
            yield layer


def is_value_layer(overlay: Overlay) -> bool:
    """Say whether an object brings values that are laid over images."""
    return isinstance(overlay.content, Dose | ParametricMap)


def value_layer(state: ReadingState, overlay: Overlay) -> ValueLayer | None:
    """Return how a map or dose is shown; None while its images are not there."""
    stacks = value_stacks(state.content, overlay)
    if not stacks:
        return None
    style = state.layer(overlay.instance)
    stack = next((one for one in stacks if one.id == style.values_of), stacks[0])
    dose = overlay.content if isinstance(overlay.content, Dose) else None
    fused = FusedStack(
        stack_id=stack.id,
        visible=True,
        opacity=wash_opacity(overlay, style),
        color_map=_color_map(overlay, style),
        window=style.window,
        floor=wash_floor(overlay, style),
    )
    reference = dose.reference if dose is not None else None
    value_range = (0.0, highest_color(reference)) if reference is not None else None
    return ValueLayer(overlay, stack, fused, value_range, style.mapping)


def value_stacks(content: Content, overlay: Overlay) -> tuple[Stack, ...]:
    """Return the stacks whose values an object brings: of a dose its grid, of a map those that its frames belong to."""
    if isinstance(overlay.content, Dose):
        return (overlay.content.stack,)
    if not isinstance(overlay.content, ParametricMap):
        return ()
    return stacks_of_map(content.library, overlay)


def stacks_of_map(library: Library, overlay: Overlay) -> tuple[Stack, ...]:
    """Return the stacks in patient space that have frames of a map: one for each of its volumes."""
    series = library.series_of(overlay.instance)
    return tuple(
        stack
        for stack in series.stacks
        if stack.in_patient_space and any(frame.instance == overlay.instance for frame in stack.frames)
    )


def stack_of_values(library: Library, overlays: Iterable[Overlay], stack_id: str) -> Stack | None:
    """Return a stack of the library, or the grid of a dose, by its id."""
    found = library.stack(stack_id)
    if found is not None:
        return found
    doses = (one.content for one in overlays if isinstance(one.content, Dose))
    return next((dose.stack for dose in doses if dose.stack.id == stack_id), None)


def wash_opacity(overlay: Overlay, style: LayerStyle) -> float:
    """Return the opacity (0..1) of the colours; 0 where only lines are drawn."""
    if isinstance(overlay.content, Dose) and style.style == "outline":
        return 0.0
    if style.fill is not None:
        return style.fill
    return DOSE_OPACITY if isinstance(overlay.content, Dose) else MAP_OPACITY


def wash_floor(overlay: Overlay, style: LayerStyle) -> float:
    """Return the part of the range (0..1) below which the image is seen alone."""
    if style.floor is not None:
        return style.floor
    return DOSE_FLOOR if isinstance(overlay.content, Dose) else MAP_FLOOR


def _color_map(overlay: Overlay, style: LayerStyle) -> str:
    if style.color_map is not None:
        return style.color_map
    return DOSE if isinstance(overlay.content, Dose) else MAP_DEFAULT
