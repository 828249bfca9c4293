"""The colour of every part: the reader's, else the file's, else one that can be seen and told apart.

Decided
    A file that gives several parts of an object one colour is not changed: the first keeps it, the others get colours of
    the palette that the object does not use, and the panel marks them as repaired.
    Where the reader asks for it every part has a colour of the palette, which people with colour blindness tell apart;
    from the 25th on colours repeat, and outlines are dashed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from viewer.domain.overlay import Overlay
from viewer.domain.palette import PALETTE, is_repeated, part_color
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.scene.drawables import Color
from viewer.scene.remembered import Remembered

Repair = Literal["", "identical", "invisible"]


@dataclass(frozen=True)
class PartColor:
    """A colour, whether its outline is dashed because others have it too, and what was wrong with the file's own."""

    color: Color
    dashed: bool
    repaired: Repair = ""


_colors: Remembered[Mapping[int, PartColor]] = Remembered(128)


def part_colors(overlay: Overlay, *, safe: bool) -> Mapping[int, PartColor]:
    """Return the colour of every part by its number, without the reader's own choices.

    Parameters
    ----------
    safe
        Only colours of the palette.
    """
    return _colors.recall((overlay,), safe, lambda: MappingProxyType(_safe(overlay) if safe else _of_file(overlay)))


def _safe(overlay: Overlay) -> dict[int, PartColor]:
    return {part.number: PartColor(part_color(place), is_repeated(place)) for place, part in enumerate(overlay.parts)}


def _of_file(overlay: Overlay) -> dict[int, PartColor]:
    stated = _stated(overlay)
    taken = {part.color for part in overlay.parts}
    free = [color for color in PALETTE if color not in taken]
    seen: set[Color] = set()
    found: dict[int, PartColor] = {}
    again = 0
    for part in overlay.parts:
        own = stated.get(part.number)
        if own is not None and own != part.color and part.state != "background":
            found[part.number] = PartColor(part.color, part.dashed, "invisible")
        elif own is not None and part.color in seen and free and part.state != "background":
            found[part.number] = PartColor(free[again % len(free)], again >= len(free), "identical")
            again += 1
        else:
            found[part.number] = PartColor(part.color, part.dashed)
            seen.add(part.color)
    return found


def _stated(overlay: Overlay) -> dict[int, Color]:
    """Return the colours that the file itself gives, by part number."""
    content = overlay.content
    if isinstance(content, Segmentation):
        return {one.number: one.color for one in content.segments if one.color is not None}
    if isinstance(content, StructureSet):
        return {one.number: one.color for one in content.rois if one.color is not None}
    return {}
