"""The measurement groups of a review report (PS3.16 TID 1410, 1411, 1501): one a decided finding.

Decided
    A group repeats what was reviewed so that it can be read alone: tracking, finding, site and side, the numbers as they are
    written, the regions. Numbers computed again stand beside them with a method that says so.
    A segment is named as Referenced Segment (TID 1411), unless it is one of a label map; one region as Image Region
    (TID 1410), anything else only as a Reviewed object, which every group names for each object that carries the finding.
    A region that the templates do not allow (a point measured as an outline) stays in the reviewed report, which is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.content_words import concept_text
from viewer.domain.decision import DecidedPart
from viewer.domain.finding import Finding, FindingSource
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.domain.review_codes import (
    CORRECTED_OBJECT,
    DIGEST,
    DISPOSITION,
    FINDING_ID,
    ITEM,
    PART_NUMBER,
    REASON,
    REASON_CODES,
    RECOMPUTED,
    REVIEWED_OBJECT,
    VERDICTS,
)
from viewer.export.corrected_regions import corrected_number, corrected_regions
from viewer.export.new_objects import CannotWrite, written_code
from viewer.export.review_record import CorrectedObject, Reviewed, ReviewRecord
from viewer.export.reviewed_claim import REGIONS, ReviewedClaim
from viewer.reading.state import Content
from viewer.representations.reported_values import images_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_COMMENT: Final = CodedConcept("121106", "DCM", "Comment")
_NO_UNIT: Final = CodedConcept("1", "UCUM", "no units")
_SINGLE_FRAME: Final = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{one}" for one in ("1", "1.1", "1.2", "1.3", "2", "4", "6.1", "7", "128")
)
"""CR, DX, mammography, intra-oral, CT, MR, single-frame US, SC and PET images."""
_LONGEST_DS: Final = 16


@dataclass
class Named:
    """What groups refer to: opened objects, images that reports name, corrected objects. Grows while groups are made."""

    opened: dict[InstanceKey, None] = field(default_factory=dict)
    images: dict[str, ImageReference] = field(default_factory=dict)
    corrected: dict[InstanceKey, None] = field(default_factory=dict)


def tracking_uid_of(finding: Finding) -> str:
    """Return the Tracking UID of a finding; one made of its id where it states none, the same in every review of it."""
    return finding.tracking_uid or f"2.25.{int.from_bytes(sha256(finding.id.encode()).digest()[:15], 'big')}"


def group_of(one: Reviewed, record: ReviewRecord, named: Named) -> Any:
    """Return the measurement group of a decided finding, a template of highdicom.

    Parameters
    ----------
    named
        Takes what the group refers to.
    """
    said = ReviewedClaim(one.finding, record.content)
    made = _framed(said, record, named)
    items = made[0].ContentSequence
    assert one.decision is not None
    items += _without_value(said)
    items.append(_code(DISPOSITION, VERDICTS[one.decision.verdict], one.decision.at))
    for reason in one.decision.reasons:
        coded = REASON_CODES.get(reason)
        items.append(_code(REASON, coded) if coded is not None else _text(REASON, reason))
    if one.decision.note:
        items.append(_text(_COMMENT, one.decision.note))
    items.append(_text(FINDING_ID, one.finding.id))
    decided = {(part.sop_instance_uid, part.part, part.item): part for part in one.decision.parts}
    for source in one.finding.sources:
        named.opened[source.overlay] = None
        items.append(_reviewed_object(source, record.content, decided))
        corrected = record.corrected.get(source.overlay)
        if corrected is not None and source.part in corrected.part_of:
            named.corrected[source.overlay] = None
            items.append(_corrected_object(corrected, source.part))
        edited = record.edited.get((source.overlay, source.part))
        if edited is not None:
            items += corrected_regions(edited, lambda item, report: _region(item, said, report, named))
    return made


def _framed(said: ReviewedClaim, record: ReviewRecord, named: Named) -> Any:
    """Return the group with everything that was reviewed, by the template that fits."""
    from highdicom import sr

    finding = said.finding
    tracking = sr.TrackingIdentifier(uid=tracking_uid_of(finding), identifier=said.identifier)
    fields: dict[str, Any] = {
        "tracking_identifier": tracking,
        "finding_type": _written(said.type),
        "finding_category": _written(said.category),
        "finding_sites": _sites(said),
        "measurements": [*_measurements(said, record, named)] or None,
    }
    segment = _referenced_segment(said, named)
    if segment is not None:
        return sr.VolumetricROIMeasurementsAndQualitativeEvaluations(referenced_segment=segment, **fields)
    regions = [
        region for report, item in said.regions for region in [_region(item, said, report, named)] if region is not None
    ]
    if len(regions) == 1:
        try:
            return sr.PlanarROIMeasurementsAndQualitativeEvaluations(referenced_region=regions[0], **fields)
        except (ValueError, TypeError):
            # The template takes no point and no open line; the group without a template for regions takes every item.
            pass
    made = sr.MeasurementsAndQualitativeEvaluations(**fields, source_images=_place_of(said, named))
    for region in regions:
        made[0].ContentSequence.append(region)
    return made


def _sites(said: ReviewedClaim) -> list[Any] | None:
    from highdicom import sr

    if said.site is None:
        return None
    site, side = _written(said.site[0]), _written(said.site[1])
    return [sr.FindingSite(site, laterality=side)] if site is not None else None


def _referenced_segment(said: ReviewedClaim, named: Named) -> Any:
    from highdicom import sr

    for overlay, segment in said.segments:
        if overlay.subtype == "LABELMAP":
            # Readers older than Supplement 243 (DCMTK 3.6.7) refuse a whole document that refers to a segment of one.
            continue
        header = said.content.library.instance(overlay.instance)
        series = next(iter(overlay.referenced_series), "") or _series_below(overlay, said.content)
        if series:
            named.opened[overlay.instance] = None
            return sr.ReferencedSegment(
                header.sop_class_uid,
                header.sop_instance_uid.partition("@")[0],
                segment.number,
                source_series=sr.SourceSeriesForSegmentation(series),
            )
    return None


def _series_below(overlay: Overlay, content: Content) -> str:
    """Return the Series Instance UID of what an overlay lies on, where it names no series itself."""
    binding = content.bindings.get(overlay.instance)
    stack = content.library.stack(binding.default_stack_id) if binding and binding.default_stack_id else None
    series = content.library.series_by_key(stack.series_key) if stack is not None else None
    return series.series_instance_uid if series is not None else ""


def _place_of(said: ReviewedClaim, named: Named) -> list[Any] | None:
    """Return the image on which the finding was looked at."""
    from highdicom import sr

    location = said.finding.location
    stack = said.content.library.stack(location.stack_id) if location is not None else None
    if location is None or stack is None:
        return None
    frame = stack.frames[location.frame]
    header = said.content.library.instance(frame.instance)
    named.opened[frame.instance] = None
    frames = [frame.index + 1] if header.number_of_frames > 1 else None
    uid = header.sop_instance_uid.partition("@")[0]
    return [sr.SourceImageForMeasurementGroup(header.sop_class_uid, uid, frames)]


# --- numbers --------------------------------------------------------------------------------------------------------


def _measurements(said: ReviewedClaim, record: ReviewRecord, named: Named) -> Iterator[Any]:
    for report, key, item in said.numbers:
        name, unit = _written(item.concept), _written(item.unit) or written_code(_NO_UNIT)
        if name is None or not _has_value(item):
            continue
        yield _as_written(name, unit, item, _coordinates(item, said, report, named))
        again = record.checks.get((key, item.position))
        if again is not None and again.recomputed is not None:
            yield _computed_again(name, unit, again.recomputed)
        edited = _edited_of(said, record, key, item)
        if edited is not None:
            report, value = edited
            number = report.by_position[item.position]
            yield corrected_number(name, unit, value, [*_coordinates(number, said, report, named)])


def _edited_of(
    said: ReviewedClaim, record: ReviewRecord, key: InstanceKey, item: ContentItem
) -> tuple[Report, float] | None:
    """Return the report with the reader's own lines, and what they give for a number; None where there is none."""
    for source in said.finding.sources:
        edited = record.edited.get((source.overlay, source.part)) if source.overlay == key else None
        check = edited.numbers.get(item.position) if edited is not None else None
        if edited is not None and check is not None and check.recomputed is not None:
            report = edited.alone.content
            return (report, check.recomputed) if isinstance(report, Report) else None
    return None


def _without_value(said: ReviewedClaim) -> Iterator[Any]:
    """Yield the numbers without a value, with the reason, as texts: programs stumble over empty numbers."""
    for _, _, item in said.numbers:
        if item.concept is not None and item.concept.value and item.concept.scheme and not _has_value(item):
            why = concept_text(item.qualifier)
            yield _text(item.concept, " · ".join(filter(None, ("no value", why, item.value))))


def _has_value(item: ContentItem) -> bool:
    try:
        return bool(np.isfinite(float(item.value))) and len(item.value.strip()) <= _LONGEST_DS
    except ValueError:
        return False


def _as_written(name: Any, unit: Any, item: ContentItem, coordinates: Iterable[Any]) -> Any:
    """Return a number with the digits of the reviewed report."""
    from highdicom import sr

    qualifier = _written(item.qualifier)
    made = sr.Measurement(name, float(item.value), unit, qualifier=qualifier, referenced_coordinates=[*coordinates] or None)
    made[0].MeasuredValueSequence[0].NumericValue = item.value.strip()
    return made


def _computed_again(name: Any, unit: Any, value: float) -> Any:
    from highdicom import sr

    # By method alone: an algorithm that is identified would make the group the word of an AI.
    return sr.Measurement(name, float(f"{value:.6g}"), unit, method=written_code(RECOMPUTED))


# --- regions --------------------------------------------------------------------------------------------------------


def _coordinates(number: ContentItem, said: ReviewedClaim, report: Report, named: Named) -> Iterator[Any]:
    """Yield the regions that a number was measured in, written below it (TID 320)."""
    from highdicom import sr

    for child in number.children:
        item = report.by_position.get(child.by_reference) if child.by_reference else child
        if item is None or item.value_type not in REGIONS or not item.graphic_data:
            continue
        try:
            if item.value_type == "SCOORD3D":
                points = _points(item, 3)
                yield sr.CoordinatesForMeasurement3D(item.graphic_type, points, item.frame_of_reference_uid)
            elif (source := _source(item, said, report, named)) is not None:
                yield sr.CoordinatesForMeasurement(item.graphic_type, _points(item, 2), source)
        except (ValueError, TypeError):
            continue


def _region(item: ContentItem, said: ReviewedClaim, report: Report, named: Named) -> Any:
    """Return a region as Image Region; None when it names no image that is known, or is no region at all."""
    from highdicom import sr

    try:
        if item.value_type == "SCOORD3D":
            return sr.ImageRegion3D(item.graphic_type, _points(item, 3), item.frame_of_reference_uid)
        source = _source(item, said, report, named)
        return sr.ImageRegion(item.graphic_type, _points(item, 2), source) if source is not None else None
    except (ValueError, TypeError):
        return None


def _points(item: ContentItem, size: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    data = np.array(item.graphic_data, dtype=float)
    return data[: len(data) // size * size].reshape(-1, size)


def _source(region: ContentItem, said: ReviewedClaim, report: Report, named: Named) -> Any:
    from highdicom import sr

    images = images_of(region, report)
    if not images or not images[0].sop_class_uid:
        return None
    image = images[0]
    known = {one.sop_instance_uid: one for one in report.evidence}
    named.images.setdefault(image.sop_instance_uid, known.get(image.sop_instance_uid, image))
    opened = said.content.library.instances_with_uid(image.sop_instance_uid)
    single = (
        said.content.library.instance(opened[0]).number_of_frames == 1 if opened else image.sop_class_uid in _SINGLE_FRAME
    )
    # Writers name frame 1 of images that have no frames, which the standard forbids (PS3.3 C.18.4.1).
    frames = None if single else list(image.frames) or None
    return sr.SourceImageForRegion(image.sop_class_uid, image.sop_instance_uid, frames)


# --- single items ---------------------------------------------------------------------------------------------------


def _reviewed_object(source: FindingSource, content: Content, decided: dict[tuple[str, int, str], DecidedPart]) -> Dataset:
    from highdicom.sr import CompositeContentItem, ContentSequence, RelationshipTypeValues

    header = content.library.instance(source.overlay)
    made: Dataset = CompositeContentItem(
        written_code(REVIEWED_OBJECT),
        header.sop_class_uid,
        header.sop_instance_uid.partition("@")[0],
        RelationshipTypeValues.CONTAINS,
    )
    modifiers = [_modifier(PART_NUMBER, str(source.part))]
    if source.item:
        modifiers.append(_modifier(ITEM, source.item))
    then = decided.get((source.sop_instance_uid, source.part, source.item))
    digest = (then.digest if then is not None else "") or content.digests.get(source.overlay, "")
    if digest:
        modifiers.append(_modifier(DIGEST, digest))
    made.ContentSequence = ContentSequence(modifiers)
    return made


def _corrected_object(corrected: CorrectedObject, part: int) -> Dataset:
    from highdicom.sr import CompositeContentItem, ContentSequence, RelationshipTypeValues

    made: Dataset = CompositeContentItem(
        written_code(CORRECTED_OBJECT),
        corrected.dataset.SOPClassUID,
        corrected.dataset.SOPInstanceUID,
        RelationshipTypeValues.CONTAINS,
    )
    made.ContentSequence = ContentSequence([_modifier(PART_NUMBER, str(corrected.part_of[part]))])
    return made


def _modifier(name: CodedConcept, text: str) -> Any:
    from highdicom.sr import RelationshipTypeValues, TextContentItem

    return TextContentItem(written_code(name), text, RelationshipTypeValues.HAS_CONCEPT_MOD)


def _text(name: CodedConcept, text: str) -> Any:
    from highdicom.sr import RelationshipTypeValues, TextContentItem

    return TextContentItem(written_code(name), text, RelationshipTypeValues.CONTAINS)


def _code(name: CodedConcept, value: CodedConcept, at: str = "") -> Any:
    from highdicom.sr import CodeContentItem, RelationshipTypeValues

    made = CodeContentItem(written_code(name), written_code(value), RelationshipTypeValues.CONTAINS)
    if at:
        made.ObservationDateTime = dicom_time(at)  # type: ignore[assignment]
    return made


def dicom_time(at: str) -> str:
    """Return a time that is ISO 8601 in UTC as DICOM writes it (PS3.5 Section 6.2, DT)."""
    digits = "".join(one for one in at.partition("+")[0].partition(".")[0] if one.isdigit())
    return f"{digits[:14]}.000000+0000"


def _written(concept: CodedConcept | None) -> Any:
    try:
        return written_code(concept) if concept is not None else None
    except CannotWrite:
        return None
