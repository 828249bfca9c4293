"""In which order results are listed, and drawn: the one at the top of the list lies on top in the image.

The reader's own order wins; without it what an AI made stands above the rest and reports below.
"""

from __future__ import annotations

from collections.abc import Iterable

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin
from viewer.domain.report import Report
from viewer.reading.state import Pane, ReadingState


def listed_order(state: ReadingState, overlays: Iterable[Overlay]) -> tuple[Overlay, ...]:
    """Return overlays as the layers panel lists them, top to bottom; those that are alike in the order given."""
    places = {key: place for place, key in enumerate(state.layer_order)}

    def rank(overlay: Overlay) -> tuple[int, bool, bool]:
        made_by_ai = overlay.origin in (Origin.AI, Origin.AI_ASSISTED)
        return places.get(overlay.instance, len(places)), not made_by_ai, isinstance(overlay.content, Report)

    return tuple(sorted(overlays, key=rank))


def drawn_order(state: ReadingState, overlays: Iterable[Overlay]) -> tuple[Overlay, ...]:
    """Return overlays bottom to top, as they are drawn: the list, from its end."""
    return tuple(reversed(listed_order(state, overlays)))


def shown_in(state: ReadingState, pane: Pane, overlays: Iterable[Overlay]) -> tuple[Overlay, ...]:
    """Return those that a viewport may show, bottom to top: beside another one it shows one of two that are compared."""
    found = drawn_order(state, overlays)
    return found if pane.only_overlay is None else tuple(one for one in found if one.instance == pane.only_overlay)


def moved(listed: Iterable[InstanceKey], key: InstanceKey, to: int) -> tuple[InstanceKey, ...]:
    """Return keys with one of them at the place ``to`` (0-based, clamped) among the others."""
    others = [one for one in listed if one != key]
    to = max(0, min(to, len(others)))
    return (*others[:to], key, *others[to:])
