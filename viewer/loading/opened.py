"""Everything that opened files say, read at once: for commands and tests, where the window would read it in jobs."""

from __future__ import annotations

from types import MappingProxyType

from viewer.domain.binding import Binding, bind
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import FrameNotRead, Overlay
from viewer.domain.registered import with_moves
from viewer.domain.segmentation import Segmentation
from viewer.domain.standing import rejections, with_rejected_series, with_standing
from viewer.iods.registry import overlay_planes_of
from viewer.loading.readers import Readers
from viewer.loading.scanning import derived_instances, read_one
from viewer.reading.state import Content
from viewer.representations.measure import survey_segmentation
from viewer.scene.inputs import Unavailable


def read_content(library: Library, readers: Readers) -> Content:
    """Return the content of a reading: overlays with their bindings, the 60xx planes of images, and what is unreadable."""
    overlays: dict[InstanceKey, Overlay] = {}
    unreadable: dict[InstanceKey, str] = {}
    for header in derived_instances(library):
        read = read_one(header)
        if isinstance(read, str):
            unreadable[header.key] = read
        else:
            overlays[header.key] = _surveyed(read, readers)
    for stack in library.stacks:
        for frame in stack.frames:
            attributes = readers.attributes(frame.instance) if frame.instance not in overlays else None
            if attributes is None or isinstance(attributes, Unavailable):
                continue
            planes = overlay_planes_of(library.instance(frame.instance), attributes)
            if planes is not None:
                overlays[frame.instance] = planes
    overlays = {one.instance: one for one in with_standing(tuple(overlays.values()), library)}
    registrations = tuple(one for one in overlays.values() if one.kind == "registration")
    overlays = {key: with_moves(one, registrations) for key, one in overlays.items()}
    bindings: dict[InstanceKey, Binding] = {key: bind(one, library, registrations) for key, one in overlays.items()}
    return Content(
        library=with_rejected_series(library, rejections(overlays.values())),
        overlays=MappingProxyType(overlays),
        bindings=MappingProxyType(bindings),
        unreadable=MappingProxyType(unreadable),
    )


def _surveyed(overlay: Overlay, readers: Readers) -> Overlay:
    """Only the pixels of a LABELMAP say which of its values no segment describes."""
    if not isinstance(overlay.content, Segmentation) or overlay.content.type != "LABELMAP":
        return overlay
    try:
        return survey_segmentation(overlay, readers.read_frame_of(overlay)).applied_to(overlay)
    except FrameNotRead:
        return overlay
