"""What opened objects are together: how they stand to one another, where registrations bring them, and where they lie.

An object by itself says none of this. Whoever reads objects, all at once or one after the other, asks here, so that the
window, the commands and exports cannot come to different answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from viewer.domain.binding import Binding, bind
from viewer.domain.dose_overlay import with_prescription
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.registered import with_moves
from viewer.domain.source_slices import with_source_slices
from viewer.domain.standing import with_standing

Joined = Mapping[InstanceKey, tuple[Overlay, Binding]]
"""Overlays that know what the others say of them, with where they lie."""


def joined(overlays: Sequence[Overlay], library: Library) -> Joined:
    """Return all overlays of a library as they are together, in the order given.

    Parameters
    ----------
    overlays
        Everything that was read, 60xx planes of images and registrations included. One that is joined already comes back
        as the same object when the others change nothing about it.
    library
        What is open.
    """
    registrations = _registrations(overlays)
    standing = (with_moves(one, registrations) for one in with_standing(overlays, library))
    plans = tuple(one for one in overlays if one.plan is not None)
    known = (with_prescription(one, plans) for one in standing)
    return {one.instance: _bound(one, library, registrations) for one in known}


def joined_to(overlay: Overlay, others: Iterable[Overlay], library: Library) -> tuple[Overlay, Binding]:
    """Return one overlay as it is together with others, which stay as they are."""
    overlays = (*(one for one in others if one.instance != overlay.instance), overlay)
    registrations = _registrations(overlays)
    moved = with_moves(with_standing(overlays, library)[-1], registrations)
    moved = with_prescription(moved, tuple(one for one in overlays if one.plan is not None))
    return _bound(moved, library, registrations)


def _bound(overlay: Overlay, library: Library, registrations: Sequence[Overlay]) -> tuple[Overlay, Binding]:
    """Return an overlay with where it lies, knowing what only the images there tell."""
    binding = bind(overlay, library, registrations)
    known = with_source_slices(overlay, binding, library)
    return known, binding if known is overlay else bind(known, library, registrations)


def _registrations(overlays: Iterable[Overlay]) -> tuple[Overlay, ...]:
    """Return the registrations, newest last."""
    found = [one for one in overlays if one.kind == "registration"]
    return tuple(sorted(found, key=lambda one: (one.provenance.content_date, one.sop_instance_uid)))
