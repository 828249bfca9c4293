"""Which series may be laid over the image of a pane, and where a plane of that image lies in their own space.

Decided
    Only what is one place by evidence is laid over: the same Frame of Reference, or two that a rigid registration joins.
    A series of another patient never is. What is refused is listed with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viewer.domain.image_attributes import Palette
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.reading.color_maps import palette_of
from viewer.reading.spaces import Passage, passage
from viewer.reading.state import Content, FusedStack, Pane, ReadingState
from viewer.reading.value_layers import value_layers


@dataclass(frozen=True)
class Candidate:
    """A stack that might be laid over an image. ``refused``: why not; ``registered``: a registration joins them."""

    stack: Stack
    refused: Issue | None = None
    registered: bool = False


@dataclass(frozen=True)
class Laid:
    """A stack that is laid over a plane: how, and where the plane lies in the stack's own space."""

    fused: FusedStack
    stack: Stack
    plane: Plane
    overlay: Overlay | None = None
    """The object that brings it; None for a series that the reader laid over."""
    value_range: tuple[float, float] | None = None
    mapping: int = 0
    palette: Palette | None = None
    """The colours of its map; None: grey."""


def candidates(state: ReadingState, pane: Pane) -> tuple[Candidate, ...]:
    """Return the other image stacks of the pane's patient: those that may be laid over its image first."""
    under = state.stack_of(pane)
    if under is None:
        return ()
    library = state.content.library
    patient = library.patient_of(under.frames[0].instance)
    stacks = [stack for study in patient.studies for series in study.series for stack in series.stacks]
    found = [_candidate(state.content, under, stack) for stack in stacks if stack.id != under.id]
    return tuple(sorted(found, key=lambda one: one.refused is not None))


def refusal(content: Content, under: Stack, over: Stack) -> Issue | None:
    """Return why one stack cannot be laid over another; None when it can."""
    return _candidate(content, under, over).refused


def stacks_over(state: ReadingState, pane: Pane, plane: Plane) -> tuple[Laid, ...]:
    """Return what is switched on over a plane of a pane, bottom to top; what cannot be laid there is left out."""
    if not plane.in_patient_space:
        return ()
    found = []
    for layer in value_layers(state, pane):
        way = passage(state.content, plane.frame_of_reference_uid, layer.stack.frame_of_reference_uid)
        if way is not None:
            palette = palette_of(state.content, layer.fused.color_map)
            at = way.plane(plane)
            found.append(Laid(layer.fused, layer.stack, at, layer.overlay, layer.value_range, layer.mapping, palette))
    for fused in pane.fused:
        stack = state.content.library.stack(fused.stack_id)
        if stack is None or not fused.visible or not stack.in_patient_space:
            continue
        way = passage(state.content, plane.frame_of_reference_uid, stack.frame_of_reference_uid)
        if way is not None:
            found.append(Laid(fused, stack, way.plane(plane), palette=palette_of(state.content, fused.color_map)))
    return tuple(found)


def _candidate(content: Content, under: Stack, over: Stack) -> Candidate:
    header = content.library.instance(over.frames[0].instance)
    if header.samples_per_pixel > 1 or header.photometric_interpretation == "PALETTE COLOR":
        return Candidate(over, issue("fusion_colour", "info"))
    if not (under.in_patient_space and over.in_patient_space):
        return Candidate(over, issue("fusion_no_position", "info"))
    if over.pyramid is not None or under.pyramid is not None:
        return Candidate(over, issue("fusion_slide", "info"))
    if over.temporal:
        return Candidate(over, issue("fusion_moments", "info"))
    way = passage(content, under.frame_of_reference_uid, over.frame_of_reference_uid)
    if way is None:
        return Candidate(over, issue("fusion_other_space", "info"))
    if not _overlap(under, over, way):
        return Candidate(over, issue("fusion_apart", "info"))
    return Candidate(over, registered=way.registered)


def _overlap(under: Stack, over: Stack, way: Passage) -> bool:
    """Say whether any slice of one stack comes near the other: two regions of one patient share a space, too."""
    lowest, highest = _reach(over, over.planes)
    mine = _reach(over, [way.plane(plane) for plane in (under.planes[0], under.planes[-1])])
    return mine[0] <= highest and lowest <= mine[1]


def _reach(over: Stack, planes: Sequence[Plane]) -> tuple[float, float]:
    """Return the range (mm) of planes along the normal of a stack, each with its thickness."""
    normal = over.planes[0].normal
    depths = [
        float(sum(a * b for a, b in zip(corner, normal, strict=True)))
        for plane in (planes[0], planes[-1])
        for corner in plane.corners_patient().tolist()
    ]
    room = max(plane.thickness_mm for plane in (planes[0], planes[-1])) / 2
    return min(depths) - room, max(depths) + room
