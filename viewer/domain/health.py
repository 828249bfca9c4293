"""What a maker of results would want to know of them: checks of an object against its images and against itself.

A reader is only told what changes the picture; here, what breaks the standard is an error even where it was repaired.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from viewer.domain import report_codes as codes
from viewer.domain.binding import Binding
from viewer.domain.bulk_annotations import BulkAnnotations
from viewer.domain.dose import Dose
from viewer.domain.instance import FrameKey
from viewer.domain.issues import Issue, issue
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.provenance import Origin
from viewer.domain.report import Report
from viewer.domain.segmentation import Segment, Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.domain.surface_segmentation import SurfaceSegmentation

_ERRORS: Final = frozenset(
    {
        "frame_of_reference_conflict",
        "frames_name_no_image",
        "no_place_stated",
        "rows_columns_differ",
        "bad_orientation",
        "undescribed_value",
        "value_above_maximum",
        "overlap_not_declared",
        "overlap_in_labelmap",
        "repaired_segmentation_type",
        "repaired_segment_reference",
        "segment_described_twice",
        "per_frame_padding",
        "contour_point_count",
        "contours_without_roi",
        "contour_type_unknown",
        "roi_number_repeated",
        "reference_dangling",
        "reference_cycle",
        "missing_uid",
    }
)
"""Issues that a reader survives, and that break a rule of the standard all the same."""

_WARNINGS: Final = frozenset({"colour_repaired"})
_PLACES: Final = (
    ("position", "item {}"),
    ("name", "{}"),
    ("number", "segment {}"),
    ("frame", "frame {}"),
    ("value", "value {}"),
)
_NAMES_SHOWN = 6
_MORE_THAN_A_BIN = 1.02


@dataclass(frozen=True)
class Health:
    """One thing about an object. ``where`` names the part, item or frame; empty: the object as a whole."""

    issue: Issue
    where: str = ""


def known_health(found: Issue) -> Health:
    """Return an issue of reading or binding as a maker should see it: with its place, and as bad as the standard has it."""
    parameters = dict(found.parameters)
    where = next((words.format(parameters[name]) for name, words in _PLACES if parameters.get(name)), "")
    if found.code in _ERRORS:
        return Health(replace(found, severity="error"), where)
    if found.code in _WARNINGS and found.severity == "info":
        return Health(replace(found, severity="warning"), where)
    return Health(found, where)


def object_health(
    overlay: Overlay, binding: Binding, measures: Mapping[int, PartMeasure], library: Library
) -> Iterator[Health]:
    """Yield what an object, the images it lies on and its parts' measures say of its health.

    Parameters
    ----------
    overlay
        As read and surveyed.
    binding
        Of the overlay.
    measures
        Of its parts.
    library
        What is open.
    """
    yield from _frame_of_reference(overlay, library)
    yield from _place(overlay, binding, library)
    if not isinstance(overlay.content, Dose):
        # The levels of a dose are ours, and not what its maker describes.
        yield from _empty_parts(overlay, measures)
    yield from _colours(overlay)
    if overlay.registration is not None and len(overlay.registration.spaces) > 1 and overlay.registration.moves_nothing:
        yield Health(issue("registration_without_effect", "warning"))
    if isinstance(overlay.content, SurfaceSegmentation):
        yield from _surfaces(overlay.content)
    elif isinstance(overlay.content, BulkAnnotations):
        yield from _annotations(overlay, overlay.content, binding, library)
    elif isinstance(overlay.content, Segmentation):
        yield from _segments(overlay.content)
    elif isinstance(overlay.content, Dose):
        yield from _histograms(overlay.content)
    elif overlay.origin is Origin.AI and not overlay.provenance.algorithm_name:
        yield Health(issue("algorithm_not_named", "warning"))


def report_health(overlay: Overlay, others: Mapping[str, Overlay]) -> Iterator[Health]:
    """Yield references of a report to segments that are not there, or that have another Tracking UID than its group.

    ``others`` are the opened overlays by SOP Instance UID.
    """
    report = overlay.content
    if not isinstance(report, Report):
        return
    for item in report.root.walk():
        for reference in item.references:
            target = others.get(reference.sop_instance_uid)
            if target is None or not isinstance(target.content, Segmentation):
                continue
            segments = {segment.number: segment for segment in target.content.segments}
            for number in reference.segments:
                if number not in segments:
                    missing = issue("segment_reference_missing", "error", position=item.position, number=number)
                    yield Health(missing, f"item {item.position}")
                elif _tracked_otherwise(segments[number], _tracking_uids_beside(item.position, report)):
                    name = segments[number].label
                    yield Health(
                        issue("tracking_differs", "warning", position=item.position, name=name), f"item {item.position}"
                    )


def _tracking_uids_beside(position: str, report: Report) -> set[str]:
    above = report.by_position.get(position.rpartition(".")[0])
    children = above.children if above is not None else ()
    return {child.value for child in children if child.is_concept(*codes.TRACKING_UID)}


def _tracked_otherwise(segment: Segment, uids: set[str]) -> bool:
    return bool(segment.tracking_uid and uids) and segment.tracking_uid not in uids


def _frame_of_reference(overlay: Overlay, library: Library) -> Iterator[Health]:
    content = overlay.content
    if not isinstance(content, Segmentation | StructureSet | SurfaceSegmentation) or overlay.frame_of_reference_uids:
        return
    named = [key for one in overlay.references for key in library.instances_with_uid(one.sop_instance_uid)]
    if any(library.instance(key).frame_of_reference_uid for key in named):
        yield Health(issue("no_frame_of_reference", "warning" if isinstance(content, Segmentation) else "error"))
    if not overlay.references:
        yield Health(issue("no_frame_of_reference_at_all", "error"))


def _place(overlay: Overlay, binding: Binding, library: Library) -> Iterator[Health]:
    if not isinstance(overlay.content, Segmentation | StructureSet):
        return
    if isinstance(overlay.content, Segmentation) and not overlay.referenced_series:
        yield Health(issue("no_series_reference", "warning"))
    default = next((entry for entry in binding.lies_on if entry.default), None)
    if default is None or default.frames is not None or default.by != "frame_of_reference":
        return
    places = (
        library.place_of(FrameKey(key, number - 1))
        for one in overlay.references
        for key in library.instances_with_uid(one.sop_instance_uid)
        for number in one.frames or (1,)
    )
    if any(place is not None and place[0] == default.stack_id for place in places):
        yield Health(issue("geometry_outside_source", "error"))


def _empty_parts(overlay: Overlay, measures: Mapping[int, PartMeasure]) -> Iterator[Health]:
    for part in overlay.parts:
        measure = measures.get(part.number)
        if part.state == "empty" or (part.state == "ok" and measure is not None and measure.state == "empty"):
            yield Health(issue("part_empty", "warning", name=part.label), part.label)


def _colours(overlay: Overlay) -> Iterator[Health]:
    if not isinstance(overlay.content, Segmentation | StructureSet | SurfaceSegmentation):
        return
    same: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for part in overlay.parts:
        if part.color_stated and part.state != "background":
            same[part.color].append(part.label)
    for names in same.values():
        if len(names) > 1:
            shown = ", ".join(names[:_NAMES_SHOWN]) + (
                f" and {len(names) - _NAMES_SHOWN} more" if names[_NAMES_SHOWN:] else ""
            )
            yield Health(issue("colours_identical", "warning", names=shown), ", ".join(names[:_NAMES_SHOWN]))


def _histograms(content: Dose) -> Iterator[Health]:
    """Say so where DVH Maximum Dose is not in the unit of its own curve: percentages that are said to be Gy."""
    found = [
        one
        for one in content.histograms
        if one.maximum is not None and one.maximum > _MORE_THAN_A_BIN * float(one.dose[-1]) + float(one.dose[1])
    ]
    if found:
        worst = max(found, key=lambda one: one.maximum or 0.0)
        stated, reached = f"{worst.maximum:.4g} {worst.dose_unit}", f"{worst.dose[-1]:.4g} {worst.dose_unit}"
        contradicts = issue("histograms_contradict", "warning", count=len(found), stated=stated, reached=reached)
        yield Health(contradicts, ", ".join(f"ROI {number}" for one in found for number in one.rois[:1]))


def _annotations(overlay: Overlay, content: BulkAnnotations, binding: Binding, library: Library) -> Iterator[Health]:
    for part in overlay.parts:
        if part.algorithm_type in ("AUTOMATIC", "SEMIAUTOMATIC"):
            group = next((one for one in content.groups if one.number == part.number), None)
            if group is not None and not group.provenance.algorithm_name:
                unnamed = issue("algorithm_not_identified", "error", name=part.label, type=part.algorithm_type)
                yield Health(unnamed, part.label)
    stack = library.stack(binding.default_stack_id or "")
    level = stack.pyramid.level_of(content.images[0]) if stack is not None and stack.pyramid and content.images else None
    if not content.on_matrix or level is None:
        return
    for group in content.groups:
        beside = ((group.points < 0) | (group.points > (level.columns, level.rows))).any(axis=1)
        touched = np.add.reduceat(beside, group.starts[:-1]) > 0 if len(group) else np.zeros(0, bool)
        if touched.any():
            label = overlay.part(group.number).label
            yield Health(issue("annotations_outside", "warning", name=label, count=int(touched.sum())), label)


def _surfaces(content: SurfaceSegmentation) -> Iterator[Health]:
    for one in content.surfaces:
        name, where = one.segment.label, f"segment {one.segment.number}"
        made_by = one.segment.provenance
        if made_by.algorithm_type in ("AUTOMATIC", "SEMIAUTOMATIC") and not made_by.algorithm_name:
            yield Health(issue("algorithm_not_identified", "error", name=name, type=made_by.algorithm_type), where)
        if one.says_finite and not one.mesh.is_closed:
            yield Health(issue("surface_not_closed", "error", name=name), where)
        if one.mesh.is_closed and one.mesh.volume_ml < 0:
            yield Health(issue("surface_turned", "warning", name=name), where)


def _segments(content: Segmentation) -> Iterator[Health]:
    numbers = sorted(segment.number for segment in content.segments)
    if content.type != "LABELMAP" and numbers != list(range(1, len(numbers) + 1)):
        shown = ", ".join(map(str, numbers[:_NAMES_SHOWN])) + (", …" if numbers[_NAMES_SHOWN:] else "")
        yield Health(issue("segment_numbers_have_gaps", "error", numbers=shown))
    for segment in content.segments:
        if content.type == "LABELMAP" and segment.number == content.padding_value:
            continue
        name = segment.label or f"Segment {segment.number}"
        where = f"segment {segment.number}"
        kind = segment.provenance.algorithm_type
        if kind in ("AUTOMATIC", "SEMIAUTOMATIC") and not segment.provenance.algorithm_name:
            yield Health(issue("algorithm_not_identified", "error", name=name, type=kind), where)
        stated = {
            "Segment Label": segment.label,
            "Segment Algorithm Type": kind,
            "Segmented Property Category": segment.category,
            "Segmented Property Type": segment.type,
        }
        for attribute, value in stated.items():
            if not value:
                yield Health(issue("segment_incomplete", "error", name=name, attribute=attribute), where)
    zero = next((segment for segment in content.segments if segment.number == 0), None)
    if content.type == "LABELMAP" and content.padding_value is None and zero is not None:
        yield Health(issue("padding_missing", "warning", name=zero.label), "segment 0")
