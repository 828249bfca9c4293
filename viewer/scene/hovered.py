"""What stands out because the mouse is on it somewhere: the part, and the parts of other objects that speak of the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from viewer.domain.carriers import CarrierKey
from viewer.domain.report import is_at_or_below
from viewer.reading.claims import Claims
from viewer.reading.state import ReadingState
from viewer.scene.drawables import MarkDrawable, OutlinePaths, PartRef
from viewer.scene.layer_drawables import ShownLayer
from viewer.scene.remembered import Remembered

Together = Mapping[CarrierKey, frozenset[CarrierKey]]

_together: Remembered[Together] = Remembered(2)


def parts_hovered(state: ReadingState) -> frozenset[CarrierKey]:
    """Return the parts under the mouse with all that carry the same claims: by Tracking UID or by reference."""
    overlay, part = state.hovered.overlay, state.hovered.part
    if overlay is None or part is None:
        return frozenset()
    content = state.content
    together = _together.recall((content.library, content.overlays), (), lambda: _all_together(state))
    here = {(overlay, part), *state.hovered_below}
    return frozenset().union(here, *(together.get(one, frozenset()) for one in here))


def outlines_standing_out(state: ReadingState, drawn: Iterable[OutlinePaths]) -> list[OutlinePaths]:
    """Return outlines, those of what the mouse is on marked as such."""
    together = parts_hovered(state)
    if not together:
        return list(drawn)
    return [replace(one, hovered=True) if (one.part.overlay, one.part.part) in together else one for one in drawn]


def layers_hovered(state: ReadingState, layers: Iterable[ShownLayer]) -> Iterator[tuple[ShownLayer, frozenset[int]]]:
    """Yield the layers with the numbers of those of their parts that the mouse is on."""
    together = parts_hovered(state)
    for layer in layers if together else ():
        yield layer, frozenset(part for overlay, part in together if overlay == layer.overlay.instance)


def marks_standing_out(state: ReadingState, drawn: Iterable[MarkDrawable]) -> list[MarkDrawable]:
    """Return marks, those of what the mouse is on marked as such: those below a report's item, else all of the part."""
    if state.hovered.overlay is None:
        return list(drawn)
    together = parts_hovered(state)
    return [replace(one, hovered=True) if _stands_out(state, one.part, together) else one for one in drawn]


def _stands_out(state: ReadingState, part: PartRef, together: frozenset[CarrierKey]) -> bool:
    on = state.hovered
    if on.item and part.overlay == on.overlay:
        return is_at_or_below(part.item, on.item)
    return (part.overlay, part.part) in together


def _all_together(state: ReadingState) -> Together:
    claims = Claims(state.content.overlays.values(), state.content.library).joined()
    found: dict[CarrierKey, frozenset[CarrierKey]] = {}
    for claim in claims:
        keys = frozenset(carrier.key for carrier in claim.carriers)
        for key in keys:
            found[key] = found.get(key, frozenset()) | keys
    return found
