"""Segmentation objects: BINARY, FRACTIONAL and LABELMAP become an Overlay (PS3.3 A.51, A.90, C.8.20).

Decided
    Nothing of the pixels is read here; what only pixels can tell (values above the maximum, undescribed values, overlap)
    is found by ``representations.measure``. A fault of the file becomes an Issue and reading goes on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset

from viewer.dicom.datasets import read_dataset
from viewer.dicom.stored_values import frames_are_padded
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay, Part, Places
from viewer.domain.provenance import Provenance
from viewer.domain.segmentation import Segment, Segmentation, SegmentationType
from viewer.iods.elements import integer, items, text
from viewer.iods.object_references import object_references
from viewer.iods.segment_items import is_background, part_of, read_segments, undescribed_part
from viewer.iods.segment_palette import palette_colors
from viewer.iods.segmentation_geometry import FrameLayout, corners_patient, frame_layout, merged_references

SEGMENTATION_STORAGE = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP_SEGMENTATION_STORAGE = "1.2.840.10008.5.1.4.1.1.66.7"
SOP_CLASSES: tuple[str, ...] = (SEGMENTATION_STORAGE, LABEL_MAP_SEGMENTATION_STORAGE)

_LOSSY_SYNTAXES = frozenset(
    {
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.51",
        "1.2.840.10008.1.2.4.53",
        "1.2.840.10008.1.2.4.55",
        "1.2.840.10008.1.2.4.81",
    }
)
"""Syntaxes that cannot be lossless; those that may be either are judged by Lossy Image Compression."""

_SOURCE_SEGMENTATION = "128228"
"""DCM, Source segmentation."""
_BITS: dict[SegmentationType, tuple[int, ...]] = {"BINARY": (1,), "FRACTIONAL": (8,), "LABELMAP": (8, 16)}


def read(header: InstanceHeader) -> Overlay:
    """Return the overlay of a segmentation.

    Raises
    ------
    UnreadableDataset
        When the file cannot be parsed.
    """
    dataset = read_dataset(header)
    kind, issues = _type_of(dataset, header)
    segments, segment_issues = read_segments(dataset)
    padding = integer(dataset, "PixelPaddingValue") if kind == "LABELMAP" else None
    if kind == "LABELMAP" and text(dataset, "PhotometricInterpretation") == "PALETTE COLOR":
        colors = palette_colors(header, [segment.number for segment in segments])
        segments = tuple(replace(segment, color=colors.get(segment.number)) for segment in segments)
    rows, columns = integer(dataset, "Rows") or 0, integer(dataset, "Columns") or 0
    frame_count = max(1, integer(dataset, "NumberOfFrames") or 1)
    numbers = [segment.number for segment in segments]
    layout = frame_layout(
        dataset, min(frame_count, _most_frames(header)), segment_numbers=numbers, labelmap=kind == "LABELMAP"
    )
    layout, naming_issues = _with_segments_named(layout, numbers)
    length = header.pixels.length if header.pixels is not None else None
    padded = kind == "BINARY" and length is not None and frames_are_padded(rows * columns, frame_count, length)
    content = Segmentation(
        kind,
        rows,
        columns,
        layout.frames,
        segments,
        layout.spacing_mm,
        layout.slice_spacing_mm,
        text(dataset, "FrameOfReferenceUID") or None,
        text(dataset, "SegmentationFractionalType"),
        integer(dataset, "MaximumFractionalValue") or 255,
        padding,
        text(dataset, "SegmentsOverlap"),
        integer(dataset, "BitsAllocated") or 1,
        padded,
    )
    parts, part_issues = _parts(content)
    provenance = _provenance(dataset, segments)
    references = object_references(dataset)
    return Overlay(
        header.key,
        header.sop_instance_uid,
        header.series_instance_uid,
        header.patient_id,
        "segmentation",
        kind,
        text(dataset, "ContentLabel") or text(dataset, "SeriesDescription") or text(dataset, "ContentDescription"),
        provenance,
        parts,
        content,
        (content.frame_of_reference_uid,) if content.frame_of_reference_uid else (),
        merged_references((references, *layout.frames.sources)),
        tuple(dict.fromkeys(one.series_instance_uid for one in references if one.series_instance_uid)),
        Places(
            layout.frames.segment_number,
            corners_patient(layout.frames, (rows, columns), layout.spacing_mm),
            layout.frames.sources,
        ),
        (
            *header.issues,
            *issues,
            *segment_issues,
            *layout.issues,
            *naming_issues,
            *part_issues,
            *_pixel_issues(dataset, header, content),
        ),
        made_of=_segmentations_of(dataset),
    )


def _segmentations_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the segmentations that an object was made of (PS3.3 C.12.4.1.1, purpose of CID 7019)."""
    return tuple(
        text(item, "ReferencedSOPInstanceUID")
        for item in items(dataset, "SourceInstanceSequence")
        if any(text(code, "CodeValue") == _SOURCE_SEGMENTATION for code in items(item, "PurposeOfReferenceCodeSequence"))
    )


def _most_frames(header: InstanceHeader) -> int:
    """Return a bound for the number of frames: a header may claim any, and each needs at least a bit."""
    bits = 8 * header.file_size
    return max(1, bits)


def _type_of(dataset: Dataset, header: InstanceHeader) -> tuple[SegmentationType, list[Issue]]:
    stated = text(dataset, "SegmentationType").upper()
    known: tuple[SegmentationType, ...] = ("BINARY", "FRACTIONAL", "LABELMAP")
    for kind in known:
        if stated == kind:
            return kind, []
    taken: SegmentationType = "FRACTIONAL"
    if header.sop_class_uid == LABEL_MAP_SEGMENTATION_STORAGE:
        taken = "LABELMAP"
    elif integer(dataset, "BitsAllocated") == 1:
        taken = "BINARY"
    return taken, [issue("repaired_segmentation_type", "warning", used=taken)]


def _with_segments_named(layout: FrameLayout, numbers: list[int]) -> tuple[FrameLayout, list[Issue]]:
    """Give frames that name no segment the only one there is."""
    if not layout.unnamed or len(numbers) != 1:
        return layout, []
    segment_number = np.where(layout.frames.segment_number == 0, np.int32(numbers[0]), layout.frames.segment_number)
    frames = replace(layout.frames, segment_number=segment_number.astype(np.int32))
    return replace(layout, frames=frames), [
        issue("repaired_unnamed_segment", "warning", count=layout.unnamed, number=numbers[0])
    ]


def _parts(content: Segmentation) -> tuple[tuple[Part, ...], list[Issue]]:
    """Return one part a segment, and one a number that frames name and no item describes."""
    carried = set(content.frames.segment_number.tolist())
    labelmap = content.type == "LABELMAP"
    parts: list[Part] = []
    issues: list[Issue] = []
    listed = [segment for segment in content.segments if not labelmap or segment.number != content.padding_value]
    for index, segment in enumerate(listed):
        background = labelmap and content.padding_value is None and is_background(segment)
        part, found = part_of(segment, index, background=background, empty=not labelmap and segment.number not in carried)
        parts.append(part)
        issues.extend(found)
    described = {segment.number for segment in content.segments}
    for number in sorted(carried - described - {-1}):
        parts.append(undescribed_part(number, len(parts)))
        issues.append(issue("repaired_segment_reference", "warning", number=number))
    return tuple(sorted(parts, key=lambda part: part.number)), issues


def _pixel_issues(dataset: Dataset, header: InstanceHeader, content: Segmentation) -> list[Issue]:
    found: list[Issue] = []
    if content.frame_padded:
        found.append(issue("per_frame_padding", "warning"))
    if content.bits_allocated not in _BITS[content.type]:
        reason = f"{content.bits_allocated} bits are not allowed in a {content.type} segmentation"
        found.append(issue("damaged", "error", reason=reason))
    if header.pixels is None:
        found.append(issue("no_pixels", "error"))
    if text(dataset, "LossyImageCompression") == "01" or header.transfer_syntax_uid in _LOSSY_SYNTAXES:
        found.append(issue("lossy_segmentation", "warning"))
    return found


def _provenance(dataset: Dataset, segments: tuple[Segment, ...]) -> Provenance:
    made = [segment.provenance for segment in segments]

    def common(values: list[str]) -> str:
        named = list(dict.fromkeys(value for value in values if value))
        return named[0] if len(named) == 1 else ""

    return Provenance(
        text(dataset, "Manufacturer"),
        text(dataset, "ManufacturerModelName"),
        text(dataset, "SoftwareVersions"),
        common([one.algorithm_name for one in made]),
        common([one.algorithm_version for one in made]),
        common([one.algorithm_family for one in made]),
        common([one.algorithm_type for one in made]),
        text(dataset, "ContentCreatorName"),
        content_date=text(dataset, "ContentDate") + text(dataset, "ContentTime"),
    )
