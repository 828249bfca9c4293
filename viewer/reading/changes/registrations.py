"""Which registrations the reader wants used: switching one off takes away what it joined."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from viewer.domain.joined import joined
from viewer.reading.state import ReadingState


def with_registrations(state: ReadingState) -> ReadingState:
    """Return the state with registrations used as their rows are switched; the same where that is so already.

    Where overlays lie is worked out anew from what the files say, so that switching on again brings back what was.
    """
    whole = state.whole
    wrong = {
        key: replace(one, registration_off=not state.overlay_visible(one))
        for key, one in whole.overlays.items()
        if one.registration is not None and one.registration_off == state.overlay_visible(one)
    }
    if not wrong:
        return state
    together = joined([wrong.get(key, one) for key, one in whole.overlays.items()], whole.library)
    overlays = {key: overlay for key, (overlay, _) in together.items()}
    bindings = {key: binding for key, (_, binding) in together.items()}
    return state.with_whole(replace(whole, overlays=MappingProxyType(overlays), bindings=MappingProxyType(bindings)))
