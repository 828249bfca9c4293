"""Key object selections of a review: the images that a reader looked at, or marked (PS3.3 A.35.4).

The title is Of Interest. Titles that reject are never written: archives hide or delete what these list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydicom.dataset import Dataset

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.library import Library
from viewer.export.new_objects import (
    CHARACTER_SET,
    MAKER,
    CannotWrite,
    about_study,
    contributing_equipment,
    evidence_of,
    new_uid,
    person_name,
    program_version,
    written_code,
)
from viewer.export.review_record import ReviewRecord
from viewer.export.review_report import SERIES_NUMBER

_OF_INTEREST = CodedConcept("113000", "DCM", "Of Interest")


def reviewed_images(record: ReviewRecord) -> tuple[FrameKey, ...]:
    """Return the frames on which the decided findings were looked at, each once, in the order of the findings."""
    library = record.content.library
    frames: dict[FrameKey, None] = {}
    for one in record.decided:
        place = one.finding.location
        stack = library.stack(place.stack_id) if place is not None else None
        if place is not None and stack is not None:
            frames[stack.frames[place.frame]] = None
    return tuple(frames)


def key_object_selection(
    library: Library, study_instance_uid: str, frames: Sequence[FrameKey], *, reader: str, description: str
) -> Dataset:
    """Return a selection of images.

    Parameters
    ----------
    frames
        Of images of the study; several frames of one instance are named together, those of other studies are left out.
    description
        Why these, in words.

    Raises
    ------
    CannotWrite
        There is no image to name.
    """
    from highdicom import ko, sr

    subject = about_study(library, study_instance_uid)
    of_instance: dict[InstanceKey, list[int]] = {}
    for frame in frames:
        if library.instance(frame.instance).study_instance_uid == study_instance_uid:
            of_instance.setdefault(frame.instance, []).append(frame.index + 1)
    if not of_instance:
        raise CannotWrite("No image of the study was marked or looked at.")
    evidence = [evidence_of(library.instance(key), subject) for key in of_instance]
    observer = sr.ObserverContext(
        observer_type=written_code(CodedConcept("121006", "DCM", "Person")),
        observer_identifying_attributes=sr.PersonObserverIdentifyingAttributes(person_name(reader)),
    )
    content = ko.KeyObjectSelection(
        document_title=written_code(_OF_INTEREST),
        referenced_objects=[_like_an_image(one) for one in evidence],
        observer_person_context=observer,
        description=description,
    )
    _name_frames(content[0], library, of_instance)
    made: Dataset = ko.KeyObjectSelectionDocument(
        evidence=evidence,
        content=content,
        series_instance_uid=new_uid(),
        series_number=SERIES_NUMBER + 1,
        sop_instance_uid=new_uid(),
        instance_number=1,
        manufacturer=MAKER,
        manufacturer_model_name=MAKER,
        software_versions=program_version(),
        series_description="Images of the review",
        contributing_equipment=contributing_equipment(),
        specific_character_set=CHARACTER_SET,
        transfer_syntax_uid="1.2.840.10008.1.2.1",
    )
    del made.PatientName
    made.PatientName = subject.patient_name
    return made


def _like_an_image(evidence: Dataset) -> Dataset:
    """Return an object to refer to that highdicom takes for an image: it looks whether there are Rows and Columns."""
    evidence.Rows = evidence.Columns = 1
    return evidence


def _name_frames(root: Any, library: Library, of_instance: dict[InstanceKey, list[int]]) -> None:
    """Name the frames of multi-frame images in the items that refer to them."""
    numbers = {
        library.instance(key).sop_instance_uid.partition("@")[0]: sorted(set(frames))
        for key, frames in of_instance.items()
        if library.instance(key).number_of_frames > 1
    }
    for item in root.ContentSequence:
        for reference in item.get("ReferencedSOPSequence", ()):
            frames = numbers.get(str(reference.ReferencedSOPInstanceUID))
            if frames:
                reference.ReferencedFrameNumber = frames
