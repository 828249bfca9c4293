"""Which frames of a stack that is laid over an image are decoded already: a job takes them along instead of reading anew."""

from __future__ import annotations

from viewer.domain.image_attributes import DecodedFrame
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.loading.store import Store
from viewer.representations.image_on_plane import places_touched


def held_frames(store: Store, stack: Stack, plane: Plane) -> dict[int, DecodedFrame]:
    """Return the decoded frames that a plane of the stack's own space takes values from, by place; window's thread only."""
    places = [place for place in places_touched(stack, plane) if store.has(stack.frames[place])]
    found = {place: store.frame(stack.frames[place]) for place in places}
    return {place: frame for place, frame in found.items() if isinstance(frame, DecodedFrame)}
