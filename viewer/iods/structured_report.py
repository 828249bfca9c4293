"""Structured reports and key object selections: a content tree becomes an overlay (PS3.3 A.35, C.17).

Every SR class is read by the same code; the template decides nothing but which items are findings (``report_marks``).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from viewer.dicom.datasets import read_dataset
from viewer.dicom.sop_classes import sop_class_name
from viewer.domain import report_codes as codes
from viewer.domain.content_words import concept_text, person_text
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay, Part, Places
from viewer.domain.provenance import Provenance
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report, ReportFlags
from viewer.domain.review_codes import is_review_tree
from viewer.iods.content_items import ContentTree, read_reference, read_tree
from viewer.iods.elements import items, text
from viewer.iods.report_marks import Marks, key_object_part, marks_of

KEY_OBJECTS: Final = "1.2.840.10008.5.1.4.1.1.88.59"

_KINDS: Final[dict[str, str]] = {
    "1.2.840.10008.5.1.4.1.1.88.11": "Basic Text",
    "1.2.840.10008.5.1.4.1.1.88.22": "Enhanced",
    "1.2.840.10008.5.1.4.1.1.88.33": "Comprehensive",
    "1.2.840.10008.5.1.4.1.1.88.34": "Comprehensive 3D",
    "1.2.840.10008.5.1.4.1.1.88.35": "Extensible",
    "1.2.840.10008.5.1.4.1.1.88.40": "Procedure Log",
    "1.2.840.10008.5.1.4.1.1.88.50": "Mammography CAD",
    KEY_OBJECTS: "Key Objects",
    "1.2.840.10008.5.1.4.1.1.88.65": "Chest CAD",
    "1.2.840.10008.5.1.4.1.1.88.67": "X-Ray Radiation Dose",
    "1.2.840.10008.5.1.4.1.1.88.68": "Radiopharmaceutical Radiation Dose",
    "1.2.840.10008.5.1.4.1.1.88.69": "Colon CAD",
    "1.2.840.10008.5.1.4.1.1.88.70": "Implantation Plan",
    "1.2.840.10008.5.1.4.1.1.88.71": "Acquisition Context",
    "1.2.840.10008.5.1.4.1.1.88.72": "Simplified Adult Echo",
    "1.2.840.10008.5.1.4.1.1.88.73": "Patient Radiation Dose",
    "1.2.840.10008.5.1.4.1.1.88.74": "Planned Imaging Agent Administration",
    "1.2.840.10008.5.1.4.1.1.88.75": "Performed Imaging Agent Administration",
    "1.2.840.10008.5.1.4.1.1.88.76": "Enhanced X-Ray Radiation Dose",
    "1.2.840.10008.5.1.4.1.1.88.1": "Text (trial)",
    "1.2.840.10008.5.1.4.1.1.88.2": "Audio (trial)",
    "1.2.840.10008.5.1.4.1.1.88.3": "Detail (trial)",
    "1.2.840.10008.5.1.4.1.1.88.4": "Comprehensive (trial)",
}

SOP_CLASSES: Final[tuple[str, ...]] = tuple(_KINDS)
"""SOP classes that this file reads (PS3.4 B.5, the retired trial classes with them)."""

_NOT_IMAGES: Final = (
    "1.2.840.10008.5.1.4.1.1.88.",
    "1.2.840.10008.5.1.4.1.1.11.",
    "1.2.840.10008.5.1.4.1.1.66.",
    "1.2.840.10008.5.1.4.1.1.67",
    "1.2.840.10008.5.1.4.1.1.9.",
    "1.2.840.10008.5.1.4.1.1.104.",
    "1.2.840.10008.5.1.4.1.1.481.3",
    "1.2.840.10008.5.1.4.1.1.481.5",
    "1.2.840.10008.5.1.4.1.1.481.8",
)
"""Beginnings of SOP classes that reports refer to and that are no images."""


def read(header: InstanceHeader) -> Overlay:
    """Read a structured report or key object selection.

    Raises
    ------
    UnreadableDataset
        When the file cannot be parsed at all. What is wrong inside the tree is an Issue of the overlay.
    """
    return report_overlay(read_dataset(header), header)


def report_overlay(document: Dataset, header: InstanceHeader) -> Overlay:
    """Return the overlay of a parsed report."""
    tree = read_tree(document)
    evidence = _evidence(document)
    flags = _flags(document)
    key_objects = header.sop_class_uid == KEY_OBJECTS
    provenance = _provenance(document, header, tree)
    marks = _key_object_marks(tree) if key_objects else marks_of(tree, provenance.origin)
    title = concept_text(tree.root.concept) or "Report without a title"
    uids = dict.fromkeys(graphic.frame_of_reference_uid for graphic in marks.graphics)
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind="key_objects" if key_objects else "report",
        subtype=title if key_objects else _KINDS.get(header.sop_class_uid, ""),
        label=title,
        provenance=provenance,
        parts=marks.parts,
        content=Report(title, tree.root, flags, marks.graphics, evidence),
        frame_of_reference_uids=tuple(uid for uid in uids if uid),
        references=_image_references(tree, evidence),
        referenced_series=tuple(dict.fromkeys(uid for reference in evidence if (uid := reference.series_instance_uid))),
        places=marks.places,
        issues=header.issues + tree.issues + marks.issues + _standing_issues(flags, key_objects=key_objects),
        # A review repeats the marks that it is about: one set of lines is enough to begin with.
        visible_by_default=not is_review_tree(tree.root),
        outcome=None if key_objects else _outcome(tree, marks.parts, flags),
    )


def _key_object_marks(tree: ContentTree) -> Marks:
    listed = [item for item in tree.root.walk() if item.value_type in ("IMAGE", "COMPOSITE", "WAVEFORM")]
    parts = tuple(
        key_object_part(item, number, sop_class_name(item.references[0].sop_class_uid) if item.references else "")
        for number, item in enumerate(listed, start=1)
    )
    images = tuple(item.references[:1] for item in listed)
    numbers = np.array([part.number for part in parts], dtype=np.int32)
    return Marks(parts, (), Places(numbers, np.full((len(parts), 4, 3), np.nan), images), ())


def _flags(document: Dataset) -> ReportFlags:
    observers = tuple(
        ", ".join(filter(None, (person_text(text(item, "VerifyingObserverName")), text(item, "VerifyingOrganization"))))
        for item in items(document, "VerifyingObserverSequence")
    )
    return ReportFlags(
        completion=text(document, "CompletionFlag"),
        completion_description=text(document, "CompletionFlagDescription"),
        verification=text(document, "VerificationFlag"),
        preliminary=text(document, "PreliminaryFlag"),
        predecessors=_references_by_study(document, "PredecessorDocumentsSequence"),
        verifying_observers=observers,
    )


def _evidence(document: Dataset) -> tuple[ImageReference, ...]:
    current = _references_by_study(document, "CurrentRequestedProcedureEvidenceSequence")
    return current + _references_by_study(document, "PertinentOtherEvidenceSequence")


def _references_by_study(document: Dataset, keyword: str) -> tuple[ImageReference, ...]:
    """Return the references of a Hierarchical SOP Instance Reference Macro (PS3.3 C.17.2.1)."""
    return tuple(
        read_reference(instance, text(series, "SeriesInstanceUID"))
        for study in items(document, keyword)
        for series in items(study, "ReferencedSeriesSequence")
        for instance in items(series, "ReferencedSOPSequence")
    )


def _image_references(tree: ContentTree, evidence: tuple[ImageReference, ...]) -> tuple[ImageReference, ...]:
    """Return every image that the report names, in the tree or as evidence; each once."""
    in_tree = (reference for item in tree.root.walk() for reference in item.references)
    images = (reference for reference in (*in_tree, *evidence) if not reference.sop_class_uid.startswith(_NOT_IMAGES))
    return tuple({(r.sop_instance_uid, r.frames): r for r in images if r.sop_instance_uid}.values())


def _provenance(document: Dataset, header: InstanceHeader, tree: ContentTree) -> Provenance:
    """Return maker and observers; an observer context below the root counts only when the root has none."""
    context = _observers(tree.root)
    return Provenance(
        manufacturer=header.manufacturer or text(document, "Manufacturer"),
        model=header.model or text(document, "ManufacturerModelName"),
        software_versions=header.software_versions or text(document, "SoftwareVersions"),
        algorithm_name=_first_value(tree.root, codes.ALGORITHM_NAME),
        algorithm_version=_first_value(tree.root, codes.ALGORITHM_VERSION),
        creator=context.get("person", ""),
        device_observer=context.get("device", ""),
        content_date=text(document, "ContentDate") + text(document, "ContentTime").partition(".")[0],
    )


def _observers(root: ContentItem) -> dict[str, str]:
    found: dict[str, str] = {}
    unnamed_device = ""
    for item in root.children:
        if item.is_concept(*codes.PERSON_OBSERVER_NAME):
            found.setdefault("person", person_text(item.value))
        elif item.is_concept(*codes.DEVICE_OBSERVER_NAME):
            found["device"] = item.value
        elif item.is_concept(*codes.DEVICE_OBSERVER_UID):
            found.setdefault("device", item.value)
        elif item.is_concept(*codes.OBSERVER_TYPE) and item.code is not None and item.code.is_code(*codes.DEVICE):
            unnamed_device = item.value
    if unnamed_device:
        found.setdefault("device", unnamed_device)
    return found


def _first_value(root: ContentItem, code: codes.Code) -> str:
    return next((item.value for item in root.walk() if item.is_concept(*code)), "")


def _standing_issues(flags: ReportFlags, *, key_objects: bool) -> tuple[Issue, ...]:
    found: list[Issue] = []
    if flags.completion == "PARTIAL":
        found.append(issue("partial", "warning"))
    if flags.preliminary == "PRELIMINARY":
        found.append(issue("preliminary", "warning"))
    if flags.verification == "UNVERIFIED" and not key_objects:
        found.append(issue("unverified", "warning"))
    return tuple(found)


def _outcome(tree: ContentTree, parts: tuple[Part, ...], flags: ReportFlags) -> str | None:
    """Return what a CAD or measurement report says of itself; None where it says nothing."""
    coded = [item for item in tree.root.walk() if item.value_type == "CODE" and item.code is not None]
    stated = [item.code.current for item in coded if item.code and any(item.is_concept(*one) for one in codes.CAD_STATUS)]
    status = {codes.STATUS_OUTCOMES.get(one) for one in stated}
    if status == {"not_evaluated"}:
        return "not_evaluated"
    for item in coded:
        if item.code is not None and item.is_concept(*codes.CAD_SUMMARY):
            return codes.CAD_OUTCOMES.get(item.code.current)
    if status & {"failed", "partial", "not_evaluated"}:
        # Of several, one that went well leaves a part done.
        return "failed" if status <= {"failed", "not_evaluated"} else "partial"
    if not tree.root.is_concept(*codes.IMAGING_MEASUREMENT_REPORT):
        return None
    if parts:
        return "findings"
    if flags.completion == "PARTIAL":
        return "partial"
    return None if _says_anything(tree.root) else "no_findings"


def _says_anything(root: ContentItem) -> bool:
    """Say whether a measurement report states anything beside what it looked at, such as a qualitative evaluation."""
    contained = [item for item in root.children if item.relationship == "CONTAINS"]
    return any(
        item.value_type in ("CODE", "NUM", "TEXT") and item.relationship == "CONTAINS"
        for top in contained
        if not top.is_concept(*codes.IMAGE_LIBRARY)
        for item in top.walk()
    )
