"""How each part of an overlay is drawn: the reader's choices over the object's own, by the rules of the look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from viewer.domain.overlay import Overlay, Part
from viewer.reading.state import DrawStyle, LayerStyle, PartStyle, ReadingState
from viewer.scene.colour_tables import CLEAR, Rgba
from viewer.scene.drawables import Color
from viewer.scene.part_colors import PartColor, part_colors
from viewer.scene.remembered import Remembered

FILL_OF_MANY = 0.12
FILL_OF_FEW = 0.25
FEW = 3
"""Objects of one to three segments hide little, so they may be filled more strongly."""
SELECTED_MORE = 0.06
GRADED_FILL = 0.6
"""Opacity of the fraction 1: at 12 % the steps of a graded fraction could not be told apart."""


CROWDED = 30
"""Of more parts the fills would hide the image: unless the reader chooses they are outlines, the selected one filled."""

_AS_ITS_OBJECT = PartStyle()
_looks: Remembered[Mapping[int, PartLook]] = Remembered(128)


@dataclass(frozen=True)
class PartLook:
    """How one part is drawn. Opacities are 0..1; a hidden part has ``visible`` False."""

    color: Color
    visible: bool
    fill: float
    line: float
    graded_fill: float
    dashed: bool
    selected: bool
    opacity: float = 1.0
    """Of the whole part, its overlay's included: what a surface in 3D takes."""

    @property
    def fill_rgba(self) -> Rgba:
        """The inside, straight RGBA."""
        return (*self.color, round(255 * self.fill)) if self.visible and self.fill > 0 else CLEAR

    @property
    def line_rgba(self) -> Rgba:
        """The border on the pixel grid, straight RGBA; the inside's where no line is drawn."""
        return (*self.color, round(255 * self.line)) if self.visible and self.line > 0 else self.fill_rgba


def part_looks(state: ReadingState, overlay: Overlay) -> Mapping[int, PartLook]:
    """Return how every part of an overlay is drawn, by part number."""
    shown = not state.overlays_hidden and state.overlay_visible(overlay)
    selected = state.selection.part if state.selection.overlay == overlay.instance else None
    style = state.layers.get(overlay.instance)
    key = (shown, selected, state.safe_colors)
    return _looks.recall((overlay, style), key, lambda: _all_looks(state, overlay, shown=shown))


def opens_calm(state: ReadingState, overlay: Overlay) -> bool:
    """Say whether an overlay is drawn as outlines only because it has so many parts."""
    return len(overlay.parts) > CROWDED and state.layer(overlay.instance).style is None


def _all_looks(state: ReadingState, overlay: Overlay, *, shown: bool) -> Mapping[int, PartLook]:
    layer, colors = state.layer(overlay.instance), part_colors(overlay, safe=state.safe_colors)
    calm = opens_calm(state, overlay)
    looks = {}
    for part in overlay.parts:
        visible = shown and state.part_visible(overlay, part.number)
        looks[part.number] = _look(state, overlay, part, layer, colors[part.number], calm=calm, visible=visible)
    return MappingProxyType(looks)


def _look(
    state: ReadingState, overlay: Overlay, part: Part, layer: LayerStyle, stated: PartColor, *, calm: bool, visible: bool
) -> PartLook:
    """Return how a part is drawn when it is shown, and whether it is."""
    own = layer.parts.get(part.number, _AS_ITS_OBJECT)
    opacity = layer.opacity * (part.opacity if own.opacity is None else own.opacity)
    # The opacity that a file asks for is meant for surfaces; a line on a slice would only become hard to see.
    line = layer.opacity * (1.0 if own.opacity is None else own.opacity)
    selected = state.selection.overlay == overlay.instance and state.selection.part == part.number
    style: DrawStyle = own.style or layer.style or ("outline" if calm and not selected else "both")
    if layer.fill is not None:
        fill = layer.fill
    else:
        fill = FILL_OF_FEW if len(overlay.parts) <= FEW else FILL_OF_MANY
        fill += SELECTED_MORE if selected else 0.0
    return PartLook(
        color=own.color or stated.color,
        visible=visible,
        fill=fill * opacity if style != "outline" else 0.0,
        line=line if style != "fill" else 0.0,
        graded_fill=(GRADED_FILL if layer.fill is None else layer.fill) * opacity if style != "outline" else 0.0,
        dashed=stated.dashed and own.color is None,
        selected=selected,
        opacity=opacity,
    )
