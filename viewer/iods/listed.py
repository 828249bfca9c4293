"""Objects that are listed with a reason instead of being drawn: dose, plans, registrations, unknown ones.

Whatever a study holds stands somewhere on the screen; an object of an unknown class is no exception.
"""

from __future__ import annotations

from typing import Final

from pydicom.dataset import Dataset

from viewer.dicom.datasets import read_dataset
from viewer.dicom.sop_classes import sop_class_name
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay, OverlayKind
from viewer.domain.provenance import Provenance
from viewer.domain.references import ImageReference
from viewer.domain.registration import Registration
from viewer.domain.roles import overlay_kind
from viewer.iods.elements import items, text
from viewer.iods.registration import DEFORMABLE_REGISTRATION, SPATIAL_REGISTRATION, read_deformable, read_registration

_LABELS: Final = (
    "ContentLabel",
    "RTPlanLabel",
    "DocumentTitle",
    "ContentDescription",
    "SeriesDescription",
    "DoseComment",
    "RTPlanName",
)
_IMAGE_SEQUENCES: Final = (
    "SourceImageSequence",
    "ReferencedImageSequence",
    "ReferencedInstanceSequence",
    "SourceInstanceSequence",
    "ReferencedRTPlanSequence",
    "ReferencedStructureSetSequence",
    "ReferencedDoseSequence",
)
_SUBTYPES: Final[dict[OverlayKind, tuple[str, ...]]] = {
    "dose": ("DoseSummationType", "DoseType"),
    "plan": ("RTPlanGeometry",),
}


def read(header: InstanceHeader) -> Overlay:
    """Return an object that is listed without being drawn, with the reason as an issue; raises ``UnreadableDataset``."""
    dataset = read_dataset(header)
    kind: OverlayKind = overlay_kind(header.sop_class_uid) or "other"
    references = references_of(dataset)
    stated = [text(item, "FrameOfReferenceUID") for item in items(dataset, "RegistrationSequence")]
    stated += [text(item, "SourceFrameOfReferenceUID") for item in items(dataset, "DeformableRegistrationSequence")]
    frames_of_reference = dict.fromkeys(uid for uid in (header.frame_of_reference_uid or "", *stated) if uid)
    registration = None
    if header.sop_class_uid == SPATIAL_REGISTRATION:
        registration = read_registration(dataset, header.frame_of_reference_uid or "")
    elif header.sop_class_uid == DEFORMABLE_REGISTRATION:
        little_endian = dataset.original_encoding[1] is not False
        registration = read_deformable(dataset, header.frame_of_reference_uid or "", little_endian=little_endian)
    subtype = next((text(dataset, keyword) for keyword in _SUBTYPES.get(kind, ()) if text(dataset, keyword)), "")
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind=kind,
        subtype=subtype or sop_class_name(header.sop_class_uid),
        label=next((text(dataset, keyword) for keyword in _LABELS if text(dataset, keyword)), ""),
        provenance=Provenance(
            header.manufacturer,
            header.model,
            header.software_versions,
            content_date=header.content_date + header.content_time,
        ),
        parts=(),
        content=None,
        frame_of_reference_uids=tuple(frames_of_reference),
        references=references,
        referenced_series=tuple(dict.fromkeys(one.series_instance_uid for one in references if one.series_instance_uid)),
        issues=(*header.issues, *_reasons(kind, header, registration)),
        registration=registration,
    )


def _reasons(kind: OverlayKind, header: InstanceHeader, registration: Registration | None) -> tuple[Issue, ...]:
    """Return why the object is listed and not drawn; a registration has another use, if it can be used."""
    if registration is None:
        return (_reason(kind, header),)
    joins = len(registration.spaces)
    used = (issue("registration_joins", "info", count=joins),) if joins > 1 else ()
    if used and not registration.refused:
        return used
    reason = registration.refused or "it names no other Frame of Reference than its own"
    return (*used, issue("registration_not_used", "warning", reason=reason))


def _reason(kind: OverlayKind, header: InstanceHeader) -> Issue:
    if kind == "parametric_map":
        return issue("map_without_overlay", "info")
    return issue("not_rendered", "info", what=_what(kind, header))


def _what(kind: OverlayKind, header: InstanceHeader) -> str:
    """Return what the object is, as the subject of a sentence."""
    name = sop_class_name(header.sop_class_uid)
    if kind == "plan":
        return f"The radiotherapy object ({name})"
    if kind == "other":
        known = name != header.sop_class_uid
        pixels = "" if header.pixels else " without pixel data"
        return (
            f"An object of the class {name}{pixels}" if known else f"An object of an unknown class ({name or 'none stated'})"
        )
    return {
        "dose": "The dose distribution",
        "surface_segmentation": "The surface segmentation",
        "registration": "The registration",
        "real_world_value_map": "The table of real world values",
        "bulk_annotations": "The set of annotation groups",
        "color_palette": "The colour palette",
        "presentation_state": f"The presentation state ({name})",
        "report": f"The report ({name})",
    }.get(kind, f"The object ({name})")


def references_of(dataset: Dataset) -> tuple[ImageReference, ...]:
    """Return the instances named at object level, with their series where that is stated."""
    found: dict[str, ImageReference] = {}
    for series in items(dataset, "ReferencedSeriesSequence"):
        for instance in (*items(series, "ReferencedInstanceSequence"), *items(series, "ReferencedImageSequence")):
            _add(found, instance, text(series, "SeriesInstanceUID"))
    owners = [
        dataset,
        *items(dataset, "ReferencedImageRealWorldValueMappingSequence"),
        *items(dataset, "RegistrationSequence"),
        *items(dataset, "DeformableRegistrationSequence"),
    ]
    for owner in owners:
        for keyword in _IMAGE_SEQUENCES:
            for instance in items(owner, keyword):
                _add(found, instance, "")
    return tuple(found.values())


def _add(found: dict[str, ImageReference], instance: Dataset, series_uid: str) -> None:
    uid = text(instance, "ReferencedSOPInstanceUID")
    if uid:
        found.setdefault(uid, ImageReference(uid, text(instance, "ReferencedSOPClassUID"), series_uid))
