"""What jobs work out beyond the reading itself, so that the window's thread need not when it makes a scene."""

from __future__ import annotations

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.loading.wanted import WantedFrame
from viewer.representations.on_plane import OnPlane
from viewer.scene.inputs import Pending, Unavailable
from viewer.scene.slide_tiles import prepare_tile
from viewer.scene.trace import traced


def prepared(
    attributes: ImageAttributes | Unavailable, frame: DecodedFrame | Unavailable, want: WantedFrame
) -> tuple[ImageAttributes | Unavailable, DecodedFrame | Unavailable]:
    """Work out the colours of a tile here, where nobody waits for it: a scene of a slide would need many at once."""
    if isinstance(attributes, ImageAttributes) and isinstance(frame, DecodedFrame) and want.tile:
        prepare_tile(attributes, frame, want.frame.index, half=want.halved)
    return attributes, frame


def with_borders(found: OnPlane | Unavailable | Pending, *, traced_too: bool) -> OnPlane | Unavailable | Pending:
    """Trace the borders of what is about to be shown here, where nobody waits for it: the scene remembers them."""
    if traced_too and isinstance(found, OnPlane):
        for picture in found.labels:
            traced(picture.labels)
    return found
