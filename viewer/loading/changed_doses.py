"""Which doses got other isodose levels: what lies on planes and how much they enclose is worked out anew."""

from __future__ import annotations

from viewer.domain.dose import Dose
from viewer.domain.overlay import Overlay
from viewer.reading.state import Content


def changed_doses(old: Content, new: Content) -> tuple[Overlay, ...]:
    """Return the doses of the new content that were there before with other levels."""
    if old.overlays is new.overlays:
        return ()
    return tuple(
        overlay
        for key, overlay in new.overlays.items()
        if isinstance(overlay.content, Dose)
        and (before := old.overlays.get(key)) is not None
        and before.content is not overlay.content
    )


def is_outdated(surveyed: Overlay, content: Content) -> bool:
    """Say whether a dose got other levels while it was being measured."""
    known = content.overlays.get(surveyed.instance)
    return isinstance(surveyed.content, Dose) and known is not None and known.content is not surveyed.content
