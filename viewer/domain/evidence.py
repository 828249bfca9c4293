"""What speaks for a stack: the images an object names, and how well its extent fits. ``binding`` judges it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from viewer.domain.coverage import frames_touched
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.issues import Issue, issue
from viewer.domain.library import Library, Patient, Series
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.registered import bent_onto, stack_for
from viewer.domain.roles import overlay_kind
from viewer.domain.stack import Stack
from viewer.geometry.contour_planes import reach_mm
from viewer.geometry.tolerances import PARALLEL_DEGREES

_SERIES_NAMED = 3
"""So many series that are not opened are named in one sentence."""


@dataclass(frozen=True)
class Candidate:
    """A stack with what it belongs to."""

    stack: Stack
    series: Series
    patient: Patient


@dataclass(frozen=True)
class NamedImages:
    """The images an object names: by stack id the number of its frames, and how many instances are not opened."""

    frames: Mapping[str, int]
    missing: int
    present: int
    missing_series: tuple[tuple[str, int], ...] = ()
    """Series Instance UIDs of what is not opened, with how many of its instances are named; most first."""

    @property
    def missing_issue(self) -> Issue:
        """Say what is not opened: how many images, and of which series where that is stated."""
        shown = [f"{count} of series {uid}" for uid, count in self.missing_series[:_SERIES_NAMED]]
        if len(self.missing_series) > _SERIES_NAMED:
            shown.append(f"the rest of {len(self.missing_series) - _SERIES_NAMED} more series")
        series = f": {', '.join(shown)}" if shown else ""
        return issue("source_not_loaded", "warning", count=self.missing, series=series)


def candidates(library: Library) -> Iterator[Candidate]:
    """Yield all stacks, in the order of the browser."""
    for patient in library.patients:
        for study in patient.studies:
            for series in study.series:
                for stack in series.stacks:
                    yield Candidate(stack, series, patient)


def named_images(references: Sequence[ImageReference], library: Library) -> NamedImages:
    """Return where the named instances are; objects other than images count as present and are in no stack."""
    places: dict[str, set[int]] = {}
    missing: dict[str, str] = {}
    present: set[str] = set()
    for reference in references:
        keys = _named_by(reference, library)
        if keys:
            present.add(reference.sop_instance_uid)
        elif not missing.get(reference.sop_instance_uid):
            missing[reference.sop_instance_uid] = reference.series_instance_uid
        for key in keys:
            frames = [number - 1 for number in reference.frames] or range(library.instance(key).number_of_frames)
            for frame in frames:
                found = library.place_of(FrameKey(key, frame))
                if found is not None:
                    places.setdefault(found[0], set()).add(found[1])
    of_series = Counter(uid for uid in missing.values() if uid)
    frames_named = {stack_id: len(found) for stack_id, found in places.items()}
    return NamedImages(frames_named, len(missing), len(present), tuple(of_series.most_common()))


def _named_by(reference: ImageReference, library: Library) -> tuple[InstanceKey, ...]:
    if not reference.whole_series:
        return library.instances_with_uid(reference.sop_instance_uid)
    return tuple(
        header.key
        for header in library.instances
        if library.series_of(header.key).series_instance_uid == reference.series_instance_uid
    )


def names_frame(references: Sequence[ImageReference], library: Library, frame: FrameKey) -> bool:
    """Say whether references name a frame, by its UID and number or by its series."""
    header = library.instance(frame.instance)
    series, image = library.series_of(frame.instance).series_instance_uid, (header.sop_instance_uid, frame.index + 1)
    return any(one.series_instance_uid == series if one.whole_series else one.names(image) for one in references)


def best_candidate(overlay: Overlay, found: Sequence[Candidate], named: NamedImages) -> Candidate:
    """Return the stack an object is meant for.

    A stack of the same patient goes before others, one for reading before one for processing or a localiser, an image
    before a map; then the one
    whose frames or series the object names; then the one that fits best in extent and orientation.
    """

    def worth(candidate: Candidate) -> tuple[float, ...]:
        stack, series = candidate.stack, candidate.series
        touched = frames_touched(overlay, stack)
        return (
            candidate.patient.patient_id == overlay.patient_id,
            not series.for_processing,
            not series.localizer,
            # A map is laid over images; it is not what others are laid on while these are there.
            overlay_kind(series.sop_class_uid) is None,
            named.frames.get(stack.id, 0),
            series.series_instance_uid in overlay.referenced_series,
            touched is not None,
            *_fit(overlay, stack),
        )

    return max(found, key=worth)


def _fit(overlay: Overlay, stack: Stack) -> tuple[bool, float]:
    """Return whether places and stack are parallel, and minus the distance in mm between the corners of their boxes."""
    if bent_onto(overlay, stack) is not None:
        return False, 0.0
    places, stack = overlay.places, stack_for(overlay, stack)
    if places is None or not len(places.part) or not stack.in_patient_space:
        return False, 0.0
    corners = places.corners[~np.isnan(places.corners).any(axis=(1, 2))]
    if not len(corners):
        return False, 0.0
    across, down = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    normals = np.cross(across, down)
    lengths = np.linalg.norm(normals, axis=1)
    cosines = np.abs(normals @ np.asarray(stack.planes[0].normal))[lengths > 0] / lengths[lengths > 0]
    parallel = bool(len(cosines)) and float(np.median(cosines)) >= float(np.cos(np.radians(PARALLEL_DEGREES)))
    of_stack = np.concatenate([plane.corners_patient() for plane in (stack.planes[0], stack.planes[-1])])
    points = corners.reshape(-1, 3)
    distance = np.linalg.norm(points.min(axis=0) - of_stack.min(axis=0)) + np.linalg.norm(
        points.max(axis=0) - of_stack.max(axis=0)
    )
    return parallel, -float(distance)


def parts_naming_other_slices(overlay: Overlay, stacks: Sequence[Stack]) -> tuple[int, ...]:
    """Return the numbers of parts (-1: any) with a place that lies more than half a slice off every image it names."""
    places = overlay.places
    if places is None:
        return ()
    planes = {plane.image: plane for stack in stacks for plane in stack.planes if plane.image is not None}
    centres = places.corners.mean(axis=1)
    found: dict[int, None] = {}
    for place, images in enumerate(places.images):
        if np.isnan(centres[place]).any():
            continue
        named = [planes.get((image.sop_instance_uid, (image.frames or (1,))[0])) for image in images]
        distances = [
            (abs(float(plane.distance_mm(centres[place]))), reach_mm(plane.thickness_mm))
            for plane in named
            if plane is not None
        ]
        if distances and all(distance > 1.02 * reach for distance, reach in distances):
            found[int(places.part[place])] = None
    return tuple(found)
