"""Everything that opened files say, read at once: for commands and tests, where the window would read it in jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from viewer.domain.binding import Binding
from viewer.domain.instance import InstanceHeader
from viewer.domain.joined import joined, joined_to
from viewer.domain.library import Library
from viewer.domain.overlay import FrameNotRead, Overlay
from viewer.domain.segmentation import Segmentation
from viewer.domain.standing import rejections, with_rejected_series
from viewer.iods.registry import overlay_planes_of
from viewer.loading.readers import Readers
from viewer.loading.scanning import derived_instances, is_registration, read_one
from viewer.reading.state import Content
from viewer.representations.measure import survey_segmentation
from viewer.scene.inputs import Unavailable


def read_content(library: Library, readers: Readers) -> Content:
    """Return the content of a reading as the window has it at rest: what only pixels say of label maps is known too."""
    content = bound_content(library, readers)
    overlays = {key: _surveyed(overlay, readers) for key, overlay in content.overlays.items()}
    return replace(content, overlays=MappingProxyType(overlays))


def bound_content(library: Library, readers: Readers) -> Content:
    """Return overlays with their bindings, the 60xx planes of images, and what is unreadable; no pixel is read."""
    read = {header.key: read_one(header) for header in derived_instances(library)}
    found = [one for one in read.values() if isinstance(one, Overlay)]
    found += [planes for header in library.instances if header.key not in read for planes in _planes_of(header, readers)]
    together = joined(found, library)
    overlays = {key: overlay for key, (overlay, _) in together.items()}
    return Content(
        library=with_rejected_series(library, rejections(overlays.values())),
        overlays=MappingProxyType(overlays),
        bindings=MappingProxyType({key: binding for key, (_, binding) in together.items()}),
        unreadable=MappingProxyType({key: one for key, one in read.items() if isinstance(one, str)}),
    ).in_library_order()


def placed(overlay: Overlay, library: Library) -> tuple[Overlay, Binding]:
    """Return one overlay with where it lies, registrations that are open considered; nothing else is read."""
    headers = [header for header in derived_instances(library) if is_registration(header)]
    registrations = [one for one in map(read_one, headers) if isinstance(one, Overlay)]
    return joined_to(overlay, registrations, library)


def _planes_of(header: InstanceHeader, readers: Readers) -> Iterator[Overlay]:
    attributes = readers.attributes(header.key)
    planes = None if isinstance(attributes, Unavailable) else overlay_planes_of(header, attributes)
    if planes is not None:
        yield planes


def _surveyed(overlay: Overlay, readers: Readers) -> Overlay:
    """Only the pixels of a LABELMAP say which of its values no segment describes."""
    if not isinstance(overlay.content, Segmentation) or overlay.content.type != "LABELMAP":
        return overlay
    try:
        return survey_segmentation(overlay, readers.read_frame_of(overlay)).applied_to(overlay)
    except FrameNotRead:
        return overlay
