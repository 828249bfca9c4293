"""Reasons to doubt a claim that can be found without a second opinion: sides, edges, emptiness, copies.

Decided
    Every doubt is a question to the reader, and says what was compared; nothing is corrected.
    A side is doubted only where the image shows the body from side to side and the part lies clearly off its middle.
Refused
    Doubting from names alone what codes do not say, but for the two words left and right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np

from viewer.domain.carriers import Carrier, CarrierKey
from viewer.domain.finding import Finding, FindingSource, with_members
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.registered import point_for
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet
from viewer.imaging.body_extent import BodyExtent
from viewer.reading.content import Content
from viewer.reading.exclusive_parts import Pair, Side, exclusive_pairs, stated_side
from viewer.reading.finding_places import place_on

BodyAt = Callable[[Stack, int], BodyExtent | None]
"""Where the body is on a frame (0-based place) of a stack; None where that cannot be said."""

PartsAt = Callable[[Overlay, Stack, int], frozenset[int]]
"""Numbers of the parts of an overlay that really lie on a frame (0-based place) of a stack."""

SharedBy = Callable[[Overlay, Sequence[Pair]], Mapping[Pair, int]]
"""How many voxels of an overlay's grid two of its parts share; pairs that share none are left out."""

_CLEARLY: Final = 0.05
"""Of the width of the body: nearer to its middle a part is on neither side."""
_FEWEST_ALIKE: Final = 2
_LEAST_SHARED: Final = 0.02
"""Of the smaller part's voxels: borders may run into each other by less."""
_FEWEST_SLICES: Final = 3
"""A series of fewer is no volume that could cut anything off."""
_NEAR_MM: Final = 10.0
_OTHER: Final[Mapping[Side, Side]] = {"left": "right", "right": "left"}


def doubts_of(
    content: Content, findings: Sequence[Finding], body_at: BodyAt, parts_at: PartsAt, shared_by: SharedBy
) -> Mapping[str, tuple[Issue, ...]]:
    """Return what is doubtful about findings, by id; those without doubts are left out.

    Parameters
    ----------
    content
        What the files say, measured.
    findings
        Of this content; members of sets are looked at too.
    """
    singles = [one for one in with_members(findings) if not one.members]
    copies = _copies(content)
    shared = _shared(content, shared_by)
    found: dict[str, tuple[Issue, ...]] = {}
    for finding in singles:
        issues = (
            *_about_place(content, finding, body_at),
            *_about_edges(content, finding, parts_at),
            *_about_emptiness(content, finding, singles),
            *(one for source in finding.sources for one in shared.get((source.overlay, source.part), ())),
            *(issue("identical_versions", "warning", other=copies[key]) for key in _overlays(finding) if key in copies),
        )
        if issues:
            found[finding.id] = issues
    return MappingProxyType(found)


def _overlays(finding: Finding) -> list[str]:
    return list(dict.fromkeys(source.overlay for source in finding.sources))


def _about_place(content: Content, finding: Finding, body_at: BodyAt) -> Iterator[Issue]:
    for source in finding.sources:
        placed = _placed(content, source)
        if placed is None:
            continue
        stack, place, point = placed
        body = body_at(stack, place)
        if body is None or not body.whole:
            return
        plane = stack.planes[place]
        column, row = plane.position_image(point)
        if not (body.columns[0] <= column <= body.columns[1] and body.rows[0] <= row <= body.rows[1]):
            yield issue("outside_body", "warning")
            return
        side = stated_side(finding.label, finding.laterality)
        ends = np.array([plane.point_patient((float(one), body.middle[1])) for one in body.columns])
        width = abs(float(ends[1, 0] - ends[0, 0]))
        off = point[0] - float(ends[:, 0].mean())
        # LPS: what is larger in x is farther to the left.
        lies: Side = "left" if off > 0 else "right"
        if side is not None and abs(off) > _CLEARLY * width and lies != side:
            yield issue("side_differs", "warning", side=side, other=_OTHER[side])
        return


def _placed(content: Content, source: FindingSource) -> tuple[Stack, int, tuple[float, float, float]] | None:
    """Return stack, place and a point (mm, in the space of the stack) of a part that was measured where it lies."""
    overlay = content.overlays.get(source.overlay)
    binding = content.bindings.get(source.overlay)
    measure = content.measures.get(source.overlay, {}).get(source.part)
    if overlay is None or binding is None or measure is None or measure.largest is None:
        return None
    stack = content.library.stack(binding.default_stack_id) if binding.default_stack_id else None
    if stack is None or not stack.in_patient_space:
        return None
    found = place_on(Carrier(overlay, overlay.part(source.part)), stack, content)
    if found is None:
        return None
    point = point_for(overlay, measure.largest, stack)
    # A slice far from it shows another part of the body.
    near = abs(float(stack.planes[found.frame].distance_mm(point))) <= _NEAR_MM
    return (stack, found.frame, point) if near else None


def _about_edges(content: Content, finding: Finding, parts_at: PartsAt) -> Iterator[Issue]:
    if finding.kind != "lesion" or finding.empty:
        return
    for source in finding.sources:
        overlay, binding = content.overlays.get(source.overlay), content.bindings.get(source.overlay)
        stack = content.library.stack(binding.default_stack_id or "") if binding is not None else None
        if overlay is None or stack is None or len(stack.frames) < _FEWEST_SLICES or not _has_extent(overlay):
            continue
        if any(source.part in parts_at(overlay, stack, place) for place in (0, len(stack.frames) - 1)):
            yield issue("cut_off", "warning")
        return


def _has_extent(overlay: Overlay) -> bool:
    """Say whether the parts of an overlay end somewhere: a probability may be above nothing everywhere."""
    content = overlay.content
    return isinstance(content, StructureSet) or (isinstance(content, Segmentation) and content.type != "FRACTIONAL")


def _about_emptiness(content: Content, finding: Finding, all_of_them: Sequence[Finding]) -> Iterator[Issue]:
    """Doubt what one object describes without showing it where another object of the study shows it."""
    if not finding.empty:
        return
    for other in all_of_them:
        same = (finding.label.casefold(), finding.laterality) == (other.label.casefold(), other.laterality)
        if other is finding or other.empty or not same or other.study_instance_uid != finding.study_instance_uid:
            continue
        measure = content.measures.get(other.sources[0].overlay, {}).get(other.sources[0].part)
        volume = f"{measure.volume_ml:.1f} ml" if measure is not None and measure.volume_ml else "it"
        yield issue("missed_here", "warning", other=other.provenance.algorithm_name or other.label, volume=volume)
        return


def _shared(content: Content, shared_by: SharedBy) -> Mapping[CarrierKey, Sequence[Issue]]:
    """Return what parts share with parts of the same object that cannot be in the same place."""
    found: defaultdict[CarrierKey, list[Issue]] = defaultdict(list)
    for key, overlay in content.overlays.items():
        measures = content.measures.get(key, {})
        pairs = exclusive_pairs(overlay) if measures else ()
        for pair, voxels in (shared_by(overlay, pairs) if pairs else {}).items():
            known = [measure.voxels for number in pair if (measure := measures.get(number)) is not None and measure.voxels]
            smaller = min(known) if len(known) == len(pair) else voxels
            if voxels < _LEAST_SHARED * smaller:
                continue
            for number, other in (pair, pair[::-1]):
                label = overlay.part(other).label
                found[key, number].append(issue("parts_overlap", "warning", other=label, voxels=str(voxels)))
    return found


def _copies(content: Content) -> Mapping[str, str]:
    """Return objects of one algorithm in two versions whose results are the same to the voxel, with the other version."""
    by_algorithm: defaultdict[tuple[str, str], list[Overlay]] = defaultdict(list)
    for overlay in content.overlays.values():
        name = overlay.provenance.algorithm_name or _segment_algorithm(overlay)[0]
        if name and overlay.instance in content.measures:
            patient = content.library.patient_of(overlay.instance).key
            by_algorithm[patient, name].append(overlay)
    found: dict[str, str] = {}
    for overlays in by_algorithm.values():
        for one in overlays:
            for other in overlays:
                if one is not other and _version(one) != _version(other) and _is_same(content, one, other):
                    found[one.instance] = _version(other) or other.label
    return found


def _segment_algorithm(overlay: Overlay) -> tuple[str, str]:
    if isinstance(overlay.content, Segmentation):
        for segment in overlay.content.segments:
            if segment.provenance.algorithm_name:
                return segment.provenance.algorithm_name, segment.provenance.algorithm_version
    return "", ""


def _version(overlay: Overlay) -> str:
    return overlay.provenance.algorithm_version or _segment_algorithm(overlay)[1] or overlay.provenance.software_versions


def _is_same(content: Content, one: Overlay, other: Overlay) -> bool:
    ours, theirs = _voxels(content.measures[one.instance]), _voxels(content.measures[other.instance])
    return len(ours) >= _FEWEST_ALIKE and ours == theirs


def _voxels(measures: Mapping[int, PartMeasure]) -> dict[int, tuple[int, tuple[float, float, float] | None]]:
    return {number: (one.voxels, one.largest) for number, one in measures.items() if one.voxels}
