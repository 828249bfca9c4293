"""The one resolver: whether and how an overlay lies on a stack, with the evidence (domain facts: PS3.3 A.51.5.1).

Decided
    The Frame of Reference says where an object is; its references say what it was made from. So an object with a Frame of
    Reference lies on every stack that shares it, and the references only choose which of them it is meant for.
    Without one, each frame lies on the image it names, pixel on pixel, and on nothing else.
    What is unknown is not a yes: every refusal is an Issue with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from viewer.domain.coverage import coverage, first_and_last, frames_touched, places_outside, referenced_frames
from viewer.domain.evidence import (
    Candidate,
    NamedImages,
    best_candidate,
    candidates,
    named_images,
    parts_naming_other_slices,
)
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue, issue
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.presentation import PresentationState
from viewer.domain.real_world_map import RealWorldMap
from viewer.domain.references import ImageReference
from viewer.domain.registered import move_to, registered_issues
from viewer.domain.report import Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet

__all__ = ["Binding", "Evidence", "LiesOn", "bind", "coverage"]

Evidence = Literal["frame_of_reference", "referenced_images", "registration"]


_ATLAS_PREFIX = "1.2.840.10008.1.4."
"""Well-known Frame of Reference UIDs (PS3.6 Table A-2): the space of an atlas, not of a patient."""

_NOT_ONTO_PIXELS = ("NO", "REORIENTED_ONLY")
"""Values of Spatial Locations Preserved (0028,135A) that forbid laying pixel on pixel."""


_LISTED_BECAUSE = (
    "not_rendered",
    "map_without_overlay",
    "dose_not_shown",
    "palette_to_choose",
    "registration_joins",
    "registration_not_used",
    "document_not_shown",
    "surface_not_read",
    "segment_surface_not_read",
)
"""Issues that say why an object is listed without being drawn."""


@dataclass(frozen=True)
class LiesOn:
    """An overlay lies on a stack.

    ``frames`` are the first and last 0-based place of the stack that it touches, None when it touches none of them.
    """

    stack_id: str
    by: Evidence
    default: bool
    frames: tuple[int, int] | None
    because: str
    """A sentence: the evidence in words."""


@dataclass(frozen=True)
class Binding:
    """Where an overlay lies. ``not_shown_because`` is set exactly when ``lies_on`` is empty."""

    overlay: InstanceKey
    lies_on: tuple[LiesOn, ...]
    not_shown_because: Issue | None = None
    issues: tuple[Issue, ...] = ()

    def on_stack(self, stack_id: str) -> LiesOn | None:
        """Return how the overlay lies on a stack, or None."""
        return next((entry for entry in self.lies_on if entry.stack_id == stack_id), None)

    @property
    def default_stack_id(self) -> str | None:
        """The stack it is meant for."""
        return next((entry.stack_id for entry in self.lies_on if entry.default), None)


def bind(overlay: Overlay, library: Library, registrations: Sequence[Overlay] = ()) -> Binding:
    """Say on which stacks an overlay lies, by which evidence, or why on none.

    Parameters
    ----------
    overlay
        As read; its references and Frames of Reference are the evidence.
    library
        What is open.
    registrations
        Registration objects that are open, newest last.
    """
    if overlay.content is None:
        return Binding(overlay.instance, (), _reason_not_drawn(overlay))
    named = named_images(overlay.references, library)
    found = [one for one in candidates(library) if not _is_made_of(one.stack, overlay)]
    if isinstance(overlay.content, RealWorldMap):
        return _bind_values(overlay, overlay.content, found, named)
    if isinstance(overlay.content, Report | PresentationState) or not overlay.draws:
        return _bind_marks(overlay, found, named)
    by_space = [one for one in found if _shares_space(overlay, one.stack)]
    moved = [one for one in found if _is_registered(overlay, one.stack)]
    trusted = [] if _only_an_atlas(by_space, named) else by_space
    if trusted or moved:
        return _bind_by_frame_of_reference(overlay, found, (trusted, moved), named)
    if by_space:
        return Binding(overlay.instance, (), issue("atlas_frame_of_reference", "warning"))
    on_named = [one for one in found if one.stack.id in named.frames]
    opened = {one.stack.frame_of_reference_uid for one in found}
    linking = [one for one in registrations if opened & set(one.frame_of_reference_uids)]
    return _bind_by_images(overlay, on_named, named, linking)


def _is_made_of(stack: Stack, overlay: Overlay) -> bool:
    """Say whether the frames of a stack are those of a map: it is not laid over itself."""
    return isinstance(overlay.content, ParametricMap) and any(one.instance == overlay.instance for one in stack.frames)


def _reason_not_drawn(overlay: Overlay) -> Issue:
    found = [one for one in overlay.issues if one.code in _LISTED_BECAUSE]
    return (
        found[-1] if found else issue("not_rendered", "info", what=f"The object {overlay.label or overlay.subtype}".strip())
    )


def _shares_space(overlay: Overlay, stack: Stack) -> bool:
    return (
        stack.in_patient_space
        and _has_positions(overlay)
        and stack.frame_of_reference_uid in overlay.frame_of_reference_uids
    )


def _is_registered(overlay: Overlay, stack: Stack) -> bool:
    """Say whether a registration joins the space of a stack to one of the overlay's."""
    return stack.in_patient_space and _has_positions(overlay) and move_to(overlay, stack.frame_of_reference_uid) is not None


def _has_positions(overlay: Overlay) -> bool:
    content = overlay.content
    return not isinstance(content, Segmentation) or bool(np.isfinite(content.frames.position).all(axis=-1).any())


def _only_an_atlas(found: Sequence[Candidate], named: NamedImages) -> bool:
    shared = {one.stack.frame_of_reference_uid or "" for one in found}
    return all(uid.startswith(_ATLAS_PREFIX) for uid in shared) and not any(one.stack.id in named.frames for one in found)


def _bind_by_frame_of_reference(
    overlay: Overlay,
    found: Sequence[Candidate],
    placed: tuple[Sequence[Candidate], Sequence[Candidate]],
    named: NamedImages,
) -> Binding:
    """Bind to the stacks of ``placed``: those of the overlay's own space, and those that a registration joins to it."""
    own, moved = placed
    sharing = [*own, *moved]
    default = best_candidate(overlay, own or moved, named)
    lies_on = []
    for one in sharing:
        frames = frames_touched(overlay, one.stack)
        foreign = ", though its Patient ID differs" if _is_foreign(overlay, one) else ""
        move = move_to(overlay, one.stack.frame_of_reference_uid)
        how = "It has the same Frame of Reference" if move is None else f"It is placed through {move.because}"
        because = f"{how}{foreign}; {_extent(frames, one.stack)}."
        by: Evidence = "frame_of_reference" if move is None else "registration"
        lies_on.append(LiesOn(one.stack.id, by, one is default, frames, because))
    issues = _patient_issues(overlay, sharing) + registered_issues(overlay, [one.stack for one in moved])
    sharing_ids = {one.stack.id for one in sharing}
    if any(
        one.stack.id in named.frames and one.stack.id not in sharing_ids and one.stack.frame_of_reference_uid
        for one in found
    ):
        issues.append(issue("frame_of_reference_conflict", "warning"))
    if named.missing:
        issues.append(named.missing_issue)
        if not sharing_ids & named.frames.keys() and default.series.series_instance_uid not in overlay.referenced_series:
            issues.append(issue("drawn_on_another_series", "info"))
    outside = places_outside(overlay, default.stack)
    if outside:
        code = "contours_outside_stack" if isinstance(overlay.content, StructureSet) else "outside_stack"
        issues.append(issue(code, "info", count=outside))
    issues.extend(_differing_references(overlay, [one.stack for one in own]))
    return Binding(overlay.instance, tuple(lies_on), None, tuple(issues))


def _bind_by_images(
    overlay: Overlay, named_ones: Sequence[Candidate], named: NamedImages, registrations: Sequence[Overlay]
) -> Binding:
    """Bind an object that shares no Frame of Reference with what is open: by the images it names, or not at all."""
    lies_on: list[LiesOn] = []
    reasons: list[Issue] = []
    for one in named_ones:
        reason = _reason_against_images(overlay, one.stack)
        if reason is not None:
            reasons.append(reason)
            continue
        frames = frames_touched(overlay, one.stack)
        because = f"It names {_images(named.frames[one.stack.id])} of this series; {_extent(frames, one.stack)}."
        lies_on.append(LiesOn(one.stack.id, "referenced_images", False, frames, because))
    missing = [named.missing_issue] if named.missing else []
    if not lies_on:
        reason = reasons[0] if reasons else _reason_without_images(overlay, missing, registrations)
        return Binding(overlay.instance, (), reason, tuple(one for one in (*reasons, *missing) if one != reason))
    usable = [one for one in named_ones if one.stack.id in {entry.stack_id for entry in lies_on}]
    default = best_candidate(overlay, usable, named)
    lies_on = [replace(entry, default=entry.stack_id == default.stack.id) for entry in lies_on]
    issues = (*_patient_issues(overlay, usable), *missing, *dict.fromkeys(reasons))
    nameless = _frames_without_image(overlay)
    if nameless:
        issues += (issue("frames_name_no_image", "warning", count=nameless),)
    return Binding(overlay.instance, tuple(lies_on), None, issues)


def _reason_against_images(overlay: Overlay, stack: Stack) -> Issue | None:
    """Return why an object must not be laid on a stack whose images it names, or None."""
    content = overlay.content
    if (
        overlay.frame_of_reference_uids
        and stack.in_patient_space
        and stack.frame_of_reference_uid
        and _has_positions(overlay)
    ):
        return issue("frame_of_reference_conflict", "warning")
    if overlay.meshes:
        # A surface is nothing but coordinates: without the space they are in, an image that it names says nothing.
        return issue("no_place_stated", "warning")
    if isinstance(content, StructureSet):
        return None if stack.in_patient_space else issue("no_position", "warning")
    if isinstance(content, ParametricMap):
        return issue("map_no_position", "warning")
    if not isinstance(content, Segmentation):
        return None
    nameless = _frames_without_image(overlay)
    if nameless and nameless == len(content.frames.sources):
        return issue("frames_name_no_image", "warning", count=nameless)
    if any(reference.spatial_locations_preserved in _NOT_ONTO_PIXELS for reference in _all_references(overlay)):
        return issue("spatial_locations_not_preserved", "warning")
    if (content.rows, content.columns) != (stack.rows, stack.columns):
        return issue(
            "rows_columns_differ",
            "warning",
            rows=content.rows,
            columns=content.columns,
            image_rows=stack.rows,
            image_columns=stack.columns,
        )
    return None


def _frames_without_image(overlay: Overlay) -> int:
    """Return how many frames of a segmentation name no image: without a Frame of Reference they have no place."""
    content = overlay.content
    return sum(not images for images in content.frames.sources) if isinstance(content, Segmentation) else 0


def _all_references(overlay: Overlay) -> Iterator[ImageReference]:
    yield from overlay.references
    for images in overlay.places.images if overlay.places else ():
        yield from images


def _reason_without_images(overlay: Overlay, missing: Sequence[Issue], registrations: Sequence[Overlay]) -> Issue:
    """Return why an object lies on nothing that is open."""
    own = set(overlay.frame_of_reference_uids)
    linking = [one for one in registrations if own & set(one.frame_of_reference_uids)]
    if any(one.registration_off for one in linking):
        return issue("registration_switched_off", "info")
    if linking:
        refused = linking[-1].registration.refused if linking[-1].registration else ""
        reason = refused or "only rigid registrations are used"
        return issue("registration_not_applied", "warning", reason=reason)
    if missing:
        return missing[0]
    if isinstance(overlay.content, ParametricMap):
        return issue("map_alone", "info")
    return issue("frame_of_reference_not_loaded" if own else "no_place_stated", "warning")


def _bind_marks(overlay: Overlay, found: Sequence[Candidate], named: NamedImages) -> Binding:
    """Bind a report or presentation state: on the images it names, and by Frame of Reference where marks are in 3D."""
    lies_on: list[LiesOn] = []
    targets: list[Candidate] = []
    moved: list[Candidate] = []
    for one in found:
        move = move_to(overlay, one.stack.frame_of_reference_uid)
        shares_space = one.stack.in_patient_space and (
            one.stack.frame_of_reference_uid in overlay.frame_of_reference_uids or move is not None
        )
        if one.stack.id not in named.frames and not shares_space:
            continue
        touched = frames_touched(overlay, one.stack)
        if one.stack.id in named.frames:
            frames = touched or first_and_last(referenced_frames(overlay.references, one.stack))
            because = f"It names {_images(named.frames[one.stack.id])} of this series."
            lies_on.append(LiesOn(one.stack.id, "referenced_images", False, frames, because))
        elif touched and move is not None:
            because = f"Its marks are placed through {move.because}."
            lies_on.append(LiesOn(one.stack.id, "registration", False, touched, because))
            moved.append(one)
        elif touched:
            because = "Its marks are in the same Frame of Reference."
            lies_on.append(LiesOn(one.stack.id, "frame_of_reference", False, touched, because))
        else:
            continue
        targets.append(one)
    missing = [named.missing_issue] if named.missing else []
    if not lies_on:
        if missing:
            return Binding(overlay.instance, (), missing[0])
        if not overlay.draws:
            listed = [one for one in overlay.issues if one.code in _LISTED_BECAUSE]
            return Binding(overlay.instance, (), listed[-1] if listed else issue("opens_apart", "info"))
        reason = (
            issue("text_about_other_objects", "info", count=named.present)
            if named.present
            else issue("names_no_images", "info")
        )
        return Binding(overlay.instance, (), reason)
    default = best_candidate(overlay, targets, named)
    lies_on = [replace(entry, default=entry.stack_id == default.stack.id) for entry in lies_on]
    return Binding(
        overlay.instance,
        tuple(lies_on),
        None,
        (*_patient_issues(overlay, targets), *registered_issues(overlay, [one.stack for one in moved]), *missing),
    )


def _bind_values(overlay: Overlay, content: RealWorldMap, found: Sequence[Candidate], named: NamedImages) -> Binding:
    """Bind a Real World Value Mapping to the images it names: it says what their stored values mean, and nothing else."""
    targets = [one for one in found if one.stack.id in named.frames]
    missing = [named.missing_issue] if named.missing else []
    if not targets:
        return Binding(overlay.instance, (), missing[0] if missing else issue("no_place_stated", "warning"))
    default = best_candidate(overlay, targets, named)
    lies_on = tuple(
        LiesOn(
            one.stack.id,
            "referenced_images",
            one is default,
            first_and_last(referenced_frames(overlay.references, one.stack)),
            f"It gives {', '.join(content.names)} to {_images(named.frames[one.stack.id])} of this series.",
        )
        for one in targets
    )
    return Binding(overlay.instance, lies_on, None, (*_patient_issues(overlay, targets), *missing))


def _patient_issues(overlay: Overlay, on: Sequence[Candidate]) -> list[Issue]:
    """Anonymisers change Patient IDs, so a difference is said and not refused: of whatever it lies on."""
    return [issue("patient_differs", "warning")] if any(_is_foreign(overlay, one) for one in on) else []


def _is_foreign(overlay: Overlay, candidate: Candidate) -> bool:
    return bool(overlay.patient_id and candidate.patient.patient_id) and candidate.patient.patient_id != overlay.patient_id


def _differing_references(overlay: Overlay, stacks: Sequence[Stack]) -> list[Issue]:
    parts = parts_naming_other_slices(overlay, stacks)
    if not parts:
        return []
    if isinstance(overlay.content, StructureSet):
        return [issue("contour_reference_differs", "warning", name=overlay.part(number).label) for number in parts]
    return [issue("reference_position_differs", "warning")]


def _images(number: int) -> str:
    return "1 image" if number == 1 else f"{number} images"


def _extent(frames: tuple[int, int] | None, stack: Stack) -> str:
    if frames is None:
        return "it touches none of its slices"
    if frames == (0, len(stack.frames) - 1):
        return "it reaches through all slices" if frames[1] else "it lies on its one slice"
    if frames[0] == frames[1]:
        return f"it lies on slice {frames[0] + 1} of {len(stack.frames)}"
    return f"it covers slices {frames[0] + 1} to {frames[1] + 1} of {len(stack.frames)}"
