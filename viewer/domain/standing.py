"""How objects stand to one another: which are superseded by a newer one, and which a key object selection rejects.

What is superseded or rejected stays listed with an Issue, and is off at first. Hiding a result that still counts is worse
than showing one that no longer does, so every doubt leaves an object on.

Decided
    A report is superseded only by a report that names it as predecessor (PS3.3 C.17.2). Its description and date say
    nothing: readers save many reports under one description, each about other findings.
    A segmentation or structure set has no such attribute. It is an older version of another one only when both say in every
    respect that they are the same result: study, kind, names, maker, Frame of Reference and source series; when the newer
    one describes everything that the older one describes; and when their times lie apart by more than the time in which one
    run writes its objects (an algorithm may write one object a lesion, alike in all names).
    A different version of the algorithm or software is what a newer version is made by, so it is not compared.
    A rejected object supersedes nothing, and two objects that supersede each other contradict themselves: both stay on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue, issue
from viewer.domain.library import Library, Series
from viewer.domain.overlay import Overlay
from viewer.domain.report import Report

REJECTING_TITLES: Final[tuple[tuple[str, str], ...]] = (
    ("DCM", "113001"),
    ("DCM", "113037"),
    ("DCM", "113038"),
    ("DCM", "113039"),
)
"""Titles of key object selections that reject what they list (PS3.16 CID 7010, IHE IOCM)."""

_ONE_RUN: Final = timedelta(seconds=60)
"""Objects alike in all names that were written within this time may be several objects of one run."""

_VERSIONED_KINDS: Final = ("segmentation", "structure_set")


def with_standing(overlays: Sequence[Overlay], library: Library) -> tuple[Overlay, ...]:
    """Return the overlays, in the same order, with what the others say of them: Issues, and off where they no longer count.

    Parameters
    ----------
    overlays
        All overlays of the library, as read. One that has its standing already is returned as it is.
    library
        What is open; it tells which study an overlay is of.
    """
    rejected = rejections(overlays)
    counting = [one for one in overlays if _plain_uid(one.sop_instance_uid) not in rejected]
    superseded = dict(_older_versions(counting, library))
    superseded |= dict(_predecessors(counting))
    return tuple(
        _marked(overlay, rejected.get(_plain_uid(overlay.sop_instance_uid)), superseded.get(overlay.instance))
        for overlay in overlays
    )


def rejections(overlays: Iterable[Overlay]) -> Mapping[str, Issue]:
    """Return the Issue of every SOP Instance UID, image or not, that a key object selection lists as rejected."""
    found: dict[str, Issue] = {}
    for overlay in overlays:
        content = overlay.content
        if overlay.kind != "key_objects" or not isinstance(content, Report):
            continue
        if any(content.root.is_concept(*title) for title in REJECTING_TITLES):
            reason = issue("rejected_by_key_object", "warning", title=content.title)
            for item in content.root.walk():
                for reference in item.references:
                    found.setdefault(reference.sop_instance_uid, reason)
    return found


def _marked(overlay: Overlay, rejected: Issue | None, superseded: Overlay | None) -> Overlay:
    added = [rejected] if rejected is not None else []
    if superseded is not None:
        added.append(issue("superseded", "warning"))
    added = [one for one in added if one not in overlay.issues]
    if not added:
        return overlay
    return replace(overlay, issues=(*overlay.issues, *added), visible_by_default=False)


def _plain_uid(sop_instance_uid: str) -> str:
    """Return a UID without the mark of a second file that claims the same one."""
    return sop_instance_uid.partition("@")[0]


def _predecessors(overlays: Sequence[Overlay]) -> Iterator[tuple[InstanceKey, Overlay]]:
    """Yield each report that another one names as its predecessor, with that one."""
    reports = {_plain_uid(one.sop_instance_uid): one for one in overlays if isinstance(one.content, Report)}
    named = {
        uid: [reference.sop_instance_uid for reference in one.content.flags.predecessors]
        for uid, one in reports.items()
        if isinstance(one.content, Report)
    }
    for uid, successor in reports.items():
        for predecessor in named[uid]:
            if predecessor in reports and not _leads_to(uid, predecessor, named):
                yield reports[predecessor].instance, successor


def _leads_to(wanted: str, start: str, named: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a report is among the predecessors of another, at any distance, or is it itself."""
    waiting, seen = [start], {start}
    while waiting:
        uid = waiting.pop()
        if uid == wanted:
            return True
        new = [one for one in named.get(uid, ()) if one not in seen]
        seen.update(new)
        waiting.extend(new)
    return False


def _older_versions(overlays: Sequence[Overlay], library: Library) -> Iterator[tuple[InstanceKey, Overlay]]:
    """Yield each older version of a result, with a newer one."""
    alike: defaultdict[tuple[object, ...], list[tuple[datetime, Overlay]]] = defaultdict(list)
    for overlay in overlays:
        name, made = _name_of_result(overlay, library), _moment(overlay.provenance.content_date)
        if name is not None and made is not None:
            alike[name].append((made, overlay))
    for versions in alike.values():
        versions.sort(key=lambda version: version[0], reverse=True)
        for place, (made, older) in enumerate(versions):
            newer = next((one for at, one in versions[:place] if at - made > _ONE_RUN and _replaces(one, older)), None)
            if newer is not None:
                yield older.instance, newer


def _name_of_result(overlay: Overlay, library: Library) -> tuple[object, ...] | None:
    """Return in what the versions of a result are equal; None when an object says too little to tell."""
    provenance = overlay.provenance
    maker = (provenance.manufacturer, provenance.model, provenance.algorithm_name, provenance.algorithm_type)
    people = (provenance.creator, provenance.device_observer)
    series = library.series_of(overlay.instance)
    source = frozenset(overlay.referenced_series) or frozenset(one.sop_instance_uid for one in overlay.references)
    says_who = provenance.algorithm_name or provenance.model or provenance.creator
    says_what = overlay.label or series.description
    if overlay.kind not in _VERSIONED_KINDS or not (says_who and says_what and source and overlay.parts):
        return None
    return (
        library.study_of(overlay.instance).key,
        overlay.kind,
        overlay.subtype,
        overlay.label,
        series.description,
        maker,
        people,
        frozenset(overlay.frame_of_reference_uids),
        source,
    )


def _replaces(newer: Overlay, older: Overlay) -> bool:
    """Say whether an object of another series describes everything that an older one does."""
    if newer.series_instance_uid == older.series_instance_uid:
        return False
    described = [{(part.label, part.laterality) for part in one.parts if part.state == "ok"} for one in (newer, older)]
    tracked = [{part.tracking_uid for part in one.parts if part.tracking_uid} for one in (newer, older)]
    # A Tracking UID is the identity of a finding (0062,0021): none in common means other findings under equal names.
    others = bool(tracked[0] and tracked[1] and not tracked[0] & tracked[1])
    return described[1] <= described[0] and not others


def _moment(content_date: str) -> datetime | None:
    """Return date and time of DICOM digits to the second; None unless at least the minute is stated."""
    digits = content_date.partition(".")[0]
    if len(digits) not in (12, 14):
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S" if len(digits) == 14 else "%Y%m%d%H%M")
    except ValueError:
        return None


def with_rejected_series(library: Library, rejected: Mapping[str, Issue]) -> Library:
    """Return the library with an Issue at every series of images that a key object selection rejects, wholly or in part."""
    if not rejected:
        return library
    patients = []
    for patient in library.patients:
        studies = []
        for study in patient.studies:
            series = tuple(_series_with_rejections(one, rejected) for one in study.series)
            studies.append(replace(study, series=series))
        patients.append(replace(patient, studies=tuple(studies)))
    return replace(library, patients=tuple(patients))


def _series_with_rejections(series: Series, rejected: Mapping[str, Issue]) -> Series:
    reasons = [rejected[uid] for header in series.instances if (uid := _plain_uid(header.sop_instance_uid)) in rejected]
    if not series.stacks or not reasons:
        return series
    said = reasons[0]
    if len(reasons) < len(series.instances):
        title = dict(said.parameters)["title"]
        said = issue("images_rejected", "warning", count=len(reasons), total=len(series.instances), title=title)
    return series if said in series.issues else replace(series, issues=(*series.issues, said))
