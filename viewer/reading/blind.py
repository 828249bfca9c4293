"""What a blind first read may see of what is open: images and readers' own objects, and nothing that tells of anything else.

Decided
    Everything that is shown or counted comes from ``ReadingState.content``; in a blind read that is what this makes of the
    whole. So no list, strip, count, thumbnail or default place has to know of blind reads, and none can forget to.
    Only what is stated to be a reader's stays: AI, AI-assisted and unstated origin go, whole
    objects at a time; a derived object that was not read yet, or cannot be, goes too. Pictures with results burned in go.
    Registrations, colour palettes, units and waveforms are no results: without the first two images would look otherwise.
    Skipped files and the number of files go: their names and their difference to the images would tell of results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeVar

from viewer.domain.burned_in import has_burned_in_ai, is_burned_in_ai
from viewer.domain.checked import Checks
from viewer.domain.instance import InstanceHeader, InstanceKey
from viewer.domain.library import Library, Patient, Series, Study
from viewer.domain.overlay import Overlay, OverlayKind
from viewer.domain.provenance import Origin
from viewer.domain.review_codes import is_review
from viewer.domain.roles import overlay_kind
from viewer.reading.content import Content

_NO_RESULTS: Final[frozenset[OverlayKind]] = frozenset({"registration", "real_world_value_map", "color_palette", "waveform"})

T = TypeVar("T")
_NOTHING: Final[Mapping[InstanceKey, str]] = MappingProxyType({})


def may_be_seen(overlay: Overlay) -> bool:
    """Say whether an object shows in a blind read."""
    if is_review(overlay):
        # It is a reader's, and speaks of results.
        return False
    return overlay.kind in _NO_RESULTS or overlay.origin is Origin.READER


def blinded(whole: Content, before: Content | None, seen_before: Content) -> Content:
    """Return what may be seen of content; what did not change since before is the same object again."""
    known = before is not None and before.library is whole.library and before.overlays is whole.overlays
    overlays = seen_before.overlays if known else seen_overlays(whole.overlays)

    def seen(entries: Callable[[Content], Mapping[InstanceKey, T]]) -> Mapping[InstanceKey, T]:
        same = known and before is not None and entries(before) is entries(whole)
        return entries(seen_before) if same else only(entries(whole), overlays)

    return replace(
        whole,
        library=seen_before.library if known else blind_library(whole.library, whole.overlays),
        overlays=overlays,
        bindings=seen(lambda content: content.bindings),
        measures=seen(lambda content: content.measures),
        digests=seen(lambda content: content.digests),
        unreadable=_NOTHING,
        checks=Checks(),
    )


def blind_library(library: Library, overlays: Mapping[InstanceKey, Overlay]) -> Library:
    """Return a library without what a blind read must not see.

    Parameters
    ----------
    overlays
        Those that were read: a derived object that is not among them is not known to be a reader's.
    """
    kept = tuple(patient for patient in (_patient(one, overlays) for one in library.patients) if patient.studies)
    made = Library(kept, (), 0, library.seconds)
    return replace(made, files=len(made.instances))


def seen_overlays(overlays: Mapping[InstanceKey, Overlay]) -> Mapping[InstanceKey, Overlay]:
    """Return the objects that a blind read may see."""
    return MappingProxyType({key: overlay for key, overlay in overlays.items() if may_be_seen(overlay)})


def only(entries: Mapping[InstanceKey, T], overlays: Mapping[InstanceKey, Overlay]) -> Mapping[InstanceKey, T]:
    """Return the entries that are of these objects."""
    return MappingProxyType({key: value for key, value in entries.items() if key in overlays})


def _patient(patient: Patient, overlays: Mapping[InstanceKey, Overlay]) -> Patient:
    studies = tuple(study for study in (_study(one, overlays) for one in patient.studies) if study.series)
    return replace(patient, studies=studies)


def _study(study: Study, overlays: Mapping[InstanceKey, Overlay]) -> Study:
    kept = (_series(one, overlays) for one in study.series)
    return replace(study, series=tuple(one for one in kept if one is not None))


def _series(series: Series, overlays: Mapping[InstanceKey, Overlay]) -> Series | None:
    if has_burned_in_ai(series):
        return None
    if series.role == "image" and overlay_kind(series.sop_class_uid) is None:
        return series
    instances = tuple(one for one in series.instances if _instance_stays(one, overlays))
    if not instances:
        return None
    if len(instances) == len(series.instances):
        return series
    stays = {one.key for one in instances}
    stacks = tuple(one for one in series.stacks if all(frame.instance in stays for frame in one.frames))
    return replace(series, instances=instances, stacks=stacks)


def _instance_stays(header: InstanceHeader, overlays: Mapping[InstanceKey, Overlay]) -> bool:
    overlay = overlays.get(header.key)
    return overlay is not None and may_be_seen(overlay) and not is_burned_in_ai(header)
