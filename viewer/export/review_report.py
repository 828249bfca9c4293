"""The review of a study as a Comprehensive 3D SR (PS3.16 TID 1500): one measurement group a decided finding.

Decided
    The observer is the reader; the program is named as contributing equipment and as the maker of the object, never as an
    observer: a device observer would make the decisions the word of a machine.
    COMPLETE means that every finding of the study is decided; VERIFIED only that the reader said so.
    An earlier review of the same reader that is open becomes a predecessor; it stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydicom.dataset import Dataset

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.instance import InstanceKey
from viewer.domain.report import Report
from viewer.domain.review_codes import BLIND_READ
from viewer.export.new_objects import (
    CHARACTER_SET,
    MAKER,
    CannotWrite,
    Subject,
    about_study,
    contributing_equipment,
    each_once,
    evidence_named,
    evidence_of,
    new_uid,
    person_name,
    program_version,
    written_code,
)
from viewer.export.review_groups import Named, group_of
from viewer.export.review_record import ReviewRecord
from viewer.reading.prior_reviews import prior_reviews, same_reader

SERIES_NUMBER: Final = 9901
"""Of what the program writes: out of the way of the numbers that scanners use."""

_PROCEDURE_REPORTED: Final = ("DCM", "121058")
_PROCEDURE_OF: Final[Mapping[str, CodedConcept]] = {
    "CT": CodedConcept("77477000", "SCT", "Computed tomography"),
    "MR": CodedConcept("113091000", "SCT", "Magnetic resonance imaging"),
    "PT": CodedConcept("82918005", "SCT", "Positron emission tomography"),
    "US": CodedConcept("16310003", "SCT", "Ultrasonography"),
    "MG": CodedConcept("71651007", "SCT", "Mammography"),
    "DX": CodedConcept("168537006", "SCT", "Plain X-ray"),
    "CR": CodedConcept("168537006", "SCT", "Plain X-ray"),
}
_IMAGING: Final = CodedConcept("363679005", "SCT", "Imaging")
_QUALITATIVE: Final = CodedConcept("C0034375", "UMLS", "Qualitative Evaluations")
_ORGANIZATION_NOT_STATED: Final = "Not stated"
"""Verifying Organization must have a value (PS3.3 C.17.2, type 1)."""


def review_report(record: ReviewRecord) -> Dataset:
    """Return the report of a review.

    Raises
    ------
    CannotWrite
        Nothing is decided, nobody is named as the reader, or the study cannot be read.
    """
    from highdicom import sr

    if not record.decided:
        raise CannotWrite("No finding is decided, so there is nothing to write.")
    if not record.signature.reader.strip():
        raise CannotWrite("A review needs the name of its reader.")
    subject = about_study(record.content.library, record.study_instance_uid)
    named = Named()
    groups = [group_of(one, record, named) for one in record.decided]
    reader = person_name(record.signature.reader)
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(
            observer_person_context=sr.ObserverContext(
                observer_type=_code("121006", "DCM", "Person"),
                observer_identifying_attributes=sr.PersonObserverIdentifyingAttributes(
                    reader, organization_name=record.signature.organization or None
                ),
            )
        ),
        procedure_reported=written_code(_procedure(record)),
        imaging_measurements=groups,
        language_of_content_item_and_descendants=sr.LanguageOfContentItemAndDescendants(_code("en", "RFC5646", "English")),
    )
    _put_blind_reads(content[0], record)
    made: Dataset = sr.Comprehensive3DSR(
        evidence=[subject.attributes, *_evidence(record, named, subject)],
        content=content[0],
        series_instance_uid=new_uid(),
        series_number=SERIES_NUMBER,
        sop_instance_uid=new_uid(),
        instance_number=1,
        manufacturer=MAKER,
        is_complete=record.is_complete,
        is_final=record.signature.verified,
        is_verified=record.signature.verified,
        verifying_observer_name=reader,
        verifying_organization=record.signature.organization or _ORGANIZATION_NOT_STATED,
        previous_versions=_predecessors(record, subject) or None,
        contributing_equipment=contributing_equipment(),
        specific_character_set=CHARACTER_SET,
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        manufacturer_model_name=MAKER,
        software_versions=program_version(),
        series_description="Review of results",
    )
    if not record.is_complete:
        made.CompletionFlagDescription = f"{len(record.decided)} of {len(record.reviewed)} findings decided"
    return subject.complete(made)


def _code(value: str, scheme: str, meaning: str) -> Any:
    return written_code(CodedConcept(value, scheme, meaning))


def _put_blind_reads(root: Dataset, record: ReviewRecord) -> None:
    """Say when the study was read without results, and when they were revealed."""
    from highdicom.sr import ContainerContentItem, ContentSequence, RelationshipTypeValues, TextContentItem

    if not record.blind_reads:
        return
    container = ContainerContentItem(written_code(_QUALITATIVE), relationship_type=RelationshipTypeValues.CONTAINS)
    container.ContentSequence = ContentSequence(
        [
            TextContentItem(
                written_code(BLIND_READ),
                f"From {one.began}" + (f" until {one.revealed}" if one.revealed else ", not ended"),
                RelationshipTypeValues.CONTAINS,
            )
            for one in record.blind_reads
        ]
    )
    root.ContentSequence.append(container)


def _procedure(record: ReviewRecord) -> CodedConcept:
    """Return the procedure that a reviewed report names, else what the modality of the images says."""
    content = record.content
    of_study = [one for one in content.library.instances if one.study_instance_uid == record.study_instance_uid]
    for header in of_study:
        overlay = content.overlays.get(header.key)
        for item in overlay.content.root.children if overlay and isinstance(overlay.content, Report) else ():
            if item.is_concept(*_PROCEDURE_REPORTED) and item.code is not None and item.code.value and item.code.scheme:
                return item.code
    modalities = (one.modality for one in of_study if one.pixels is not None and one.key not in content.overlays)
    return next((_PROCEDURE_OF[one] for one in modalities if one in _PROCEDURE_OF), _IMAGING)


def _evidence(record: ReviewRecord, named: Named, subject: Subject) -> list[Dataset]:
    """Return everything that the report names; images that only reports name are taken to be of the same study."""
    library = record.content.library
    keys: dict[InstanceKey, None] = dict(named.opened)
    missing = []
    for uid, reference in named.images.items():
        found = library.instances_with_uid(uid)
        if found:
            keys[found[0]] = None
        else:
            missing.append(evidence_named(reference, subject))
    corrected = [record.corrected[key].dataset for key in named.corrected]
    return each_once([*(evidence_of(library.instance(key), subject) for key in keys), *missing, *corrected])


def _predecessors(record: ReviewRecord, subject: Subject) -> list[Dataset]:
    """Return the reader's own newest review of the study that is open."""
    own = [
        one
        for one in prior_reviews(record.content)
        if one.study_instance_uid == record.study_instance_uid and same_reader(one.reader, record.signature.reader)
    ]
    if not own:
        return []
    newest = max(own, key=lambda one: one.written)
    return [evidence_of(record.content.library.instance(newest.instance), subject)]
