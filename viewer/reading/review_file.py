"""The review of a study as JSON with a version: what the reader made, by Study and SOP Instance UIDs.

A file may hold more than is understood here, and another window may have added to it: what is not ours is written back as it
was found.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from pydantic import TypeAdapter

from viewer.domain.decision import BlindRead, Decision
from viewer.domain.edit import PartEdits, PartName
from viewer.domain.instance import Cut
from viewer.domain.measurement import POINTS_OF, ImageName, Measurement
from viewer.reading.decision_entries import blind_read_from_json, decision_from_json, decision_to_json
from viewer.reading.edit_entries import edits_from_json, edits_to_json, entry_name
from viewer.reading.state import ReadingState

VERSION = 1
"""Lists came since: a program that does not know one keeps it."""

_KEYS = {"measurements": "id", "decisions": "finding", "blind_reads": "began", "edits": "of"}
"""The lists of a review, and what names an entry of each."""
_CUT = TypeAdapter(Cut)

Review = Mapping[str, Any]


class NotAReview(Exception):
    """A file is damaged, of another study or of a version that is not known; it must be kept, and not written over."""


def review_of(state: ReadingState, study_instance_uid: str, reader: str) -> Review:
    """Return a reader's review of a study, ready for JSON; measurements on images without a UID cannot be found again."""
    measurements = [
        _to_json(one)
        for image, on_image in state.measurements.items()
        if image.study_instance_uid == study_instance_uid and not _is_place(image)
        for one in on_image
    ]
    decisions = [decision_to_json(one) for one in state.decisions.values() if one.study_instance_uid == study_instance_uid]
    return {
        "version": VERSION,
        "study_instance_uid": study_instance_uid,
        "reader": reader,
        "measurements": measurements,
        "decisions": decisions,
        "blind_reads": [asdict(one) for one in state.blind_reads.get(study_instance_uid, ())],
        "edits": [
            edits_to_json(name, edits)
            for name, edits in state.edits.items()
            if name.study_instance_uid == study_instance_uid
        ],
    }


def parsed(text: str, study_instance_uid: str, reader: str) -> Review:
    """Return a reader's review that a file holds; raises NotAReview."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise NotAReview("it is no JSON") from error
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise NotAReview("its version is not known")
    if found.get("study_instance_uid") != study_instance_uid or not isinstance(found.get("measurements"), list):
        raise NotAReview("it is no review of this study")
    if found.get("reader") != reader:
        raise NotAReview("it is the review of another reader")
    return found


def measurements_of(review: Review) -> tuple[Measurement, ...]:
    """Return the measurements of a review that are understood."""
    read = (_from_json(entry, str(review["study_instance_uid"])) for entry in review["measurements"])
    return tuple(one for one in read if one is not None)


def decisions_of(review: Review) -> tuple[Decision, ...]:
    """Return the decisions of a review that are understood; an older one has none."""
    read = (decision_from_json(entry, str(review["study_instance_uid"])) for entry in _listed(review, "decisions"))
    return tuple(one for one in read if one is not None)


def blind_reads_of(review: Review) -> tuple[BlindRead, ...]:
    """Return the blind reads of a review, oldest first."""
    read = (blind_read_from_json(entry) for entry in _listed(review, "blind_reads"))
    return tuple(one for one in read if one is not None)


def edits_of_parts(review: Review) -> Mapping[PartName, PartEdits]:
    """Return the edits of a review that are understood; an older one has none."""
    read = (edits_from_json(entry, str(review["study_instance_uid"])) for entry in _listed(review, "edits"))
    return dict(one for one in read if one is not None)


def joined(ours: Review, on_disk: Review, known: Collection[str]) -> Review:
    """Return our review with what the file has besides: entries that we never saw, or did not understand.

    Parameters
    ----------
    known
        Ids that we have seen in the file: one of these that is not in ours was deleted.
    """
    kept = {name: [*ours[name], *_besides(ours[name], _listed(on_disk, name), key, known)] for name, key in _KEYS.items()}
    return {**on_disk, **ours, **kept}


def ids_of(review: Review) -> frozenset[str]:
    """Return the ids of the entries of a review that are understood."""
    measured = {one.id for one in measurements_of(review)}
    edited = {entry_name(name) for name in edits_of_parts(review)}
    return frozenset(measured | edited | {one.finding for one in decisions_of(review)})


def _besides(ours: list[Any], on_disk: list[Any], key: str, known: Collection[str]) -> list[Any]:
    own = {entry[key] for entry in ours}
    return [one for one in on_disk if (name := _name(one, key)) not in own and name not in known]


def _listed(review: Review, name: str) -> list[Any]:
    found = review.get(name)
    return found if isinstance(found, list) else []


def _is_place(image: ImageName) -> bool:
    return image.sop_instance_uid.startswith(("file:", "zip:"))


def _name(entry: object, key: str) -> object:
    """Return what names an entry; None, which names nothing, for what is not understood."""
    found = entry.get(key) if isinstance(entry, dict) else None
    return found if isinstance(found, str) else None


def _cut_to_json(cut: Cut) -> dict[str, Any]:
    """Return what a plane through a stack is found again by."""
    return asdict(replace(cut, plane=replace(cut.plane, image=None, nearest_mm=None)))


def _to_json(measurement: Measurement) -> dict[str, Any]:
    return {
        "id": measurement.id,
        "kind": measurement.kind,
        "sop_instance_uid": measurement.image.sop_instance_uid,
        "frame": measurement.image.frame,
        **({"cut": _cut_to_json(measurement.image.cut)} if measurement.image.cut is not None else {}),
        "points": [list(point) for point in measurement.points],
        "text": measurement.text,
    }


def _from_json(entry: Any, study_instance_uid: str) -> Measurement | None:
    try:
        kind = next(one for one in POINTS_OF if one == entry["kind"])
        points = tuple((float(column), float(row)) for column, row in entry["points"])
        cut = _CUT.validate_python(entry["cut"]) if "cut" in entry else None
        image = ImageName(study_instance_uid, str(entry["sop_instance_uid"]), int(entry["frame"]), cut)
        made = Measurement(str(entry["id"]), kind, image, points, str(entry.get("text", "")))
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration):
        return None
    finite = all(math.isfinite(value) for point in points for value in point)
    return made if made.is_whole and finite else None
