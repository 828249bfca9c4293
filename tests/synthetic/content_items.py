"""Content items and small reports as pydicom datasets, for trees that highdicom would refuse to write."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom.dataset import Dataset

from viewer.domain.instance import InstanceHeader, Source

COMPREHENSIVE_3D = "1.2.840.10008.5.1.4.1.1.88.34"
KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"

Code = tuple[str, str, str]
"""Value, scheme, meaning."""

GROUP: Code = ("125007", "DCM", "Measurement Group")
TRACKING_ID: Code = ("112039", "DCM", "Tracking Identifier")
TRACKING_UID: Code = ("112040", "DCM", "Tracking Unique Identifier")
FINDING: Code = ("121071", "DCM", "Finding")
SITE: Code = ("363698007", "SCT", "Finding Site")
DIAMETER: Code = ("81827009", "SCT", "Diameter")
REGION: Code = ("111030", "DCM", "Image Region")
SEGMENT: Code = ("121191", "DCM", "Referenced Segment")
SOURCE: Code = ("111040", "DCM", "Original Source")
REPORT: Code = ("126000", "DCM", "Imaging Measurement Report")
MILLIMETRE: Code = ("mm", "UCUM", "millimeter")


def code_item(code: Code) -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = code
    return made


def item(value_type: str, concept: Code | None, *children: Dataset, relationship: str = "CONTAINS") -> Dataset:
    made = Dataset()
    made.RelationshipType = relationship
    if value_type:
        made.ValueType = value_type
    if concept is not None:
        made.ConceptNameCodeSequence = [code_item(concept)]
    if children:
        made.ContentSequence = list(children)
    return made


def container(concept: Code, *children: Dataset) -> Dataset:
    return item("CONTAINER", concept, *children)


def text(concept: Code, value: str) -> Dataset:
    made = item("TEXT", concept, relationship="HAS OBS CONTEXT")
    made.TextValue = value
    return made


def uid_reference(concept: Code, value: str) -> Dataset:
    made = item("UIDREF", concept, relationship="HAS OBS CONTEXT")
    made.UID = value
    return made


def coded(concept: Code, value: Code, *children: Dataset) -> Dataset:
    made = item("CODE", concept, *children)
    made.ConceptCodeSequence = [code_item(value)]
    return made


def number(concept: Code, value: str | None, unit: Code, *children: Dataset, qualifier: Code | None = None) -> Dataset:
    made = item("NUM", concept, *children)
    made.MeasuredValueSequence = []
    if value is not None:
        measured = Dataset()
        measured.NumericValue = value
        measured.MeasurementUnitsCodeSequence = [code_item(unit)]
        made.MeasuredValueSequence = [measured]
    if qualifier is not None:
        made.NumericValueQualifierCodeSequence = [code_item(qualifier)]
    return made


def image(
    uid: str, *, frames: Sequence[int] = (), segments: Sequence[int] = (), concept: Code = SOURCE, sop_class: str = CT_IMAGE
) -> Dataset:
    made = item("IMAGE", concept, relationship="SELECTED FROM")
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = sop_class, uid
    if frames:
        reference.ReferencedFrameNumber = list(frames)
    if segments:
        reference.ReferencedSegmentNumber = list(segments)
    made.ReferencedSOPSequence = [reference]
    return made


def region(graphic_type: str, data: Sequence[float], *children: Dataset, concept: Code = REGION) -> Dataset:
    made = item("SCOORD", concept, *children, relationship="INFERRED FROM")
    made.GraphicType, made.GraphicData = graphic_type, list(data)
    return made


def region_in_space(graphic_type: str, data: Sequence[float], frame_of_reference: str) -> Dataset:
    made = item("SCOORD3D", REGION, relationship="CONTAINS")
    made.GraphicType, made.GraphicData = graphic_type, list(data)
    made.ReferencedFrameOfReferenceUID = frame_of_reference
    return made


def by_reference(position: str, relationship: str = "INFERRED FROM") -> Dataset:
    made = item("", None, relationship=relationship)
    made.ReferencedContentItemIdentifier = [int(ordinal) for ordinal in position.split(".")]
    return made


def document(title: Code, *children: Dataset, completion: str = "COMPLETE", verification: str = "VERIFIED") -> Dataset:
    made = container(title, *children)
    del made.RelationshipType
    made.CompletionFlag, made.VerificationFlag = completion, verification
    made.set_original_encoding(False, True, "iso8859")
    return made


def report_header(sop_class: str = COMPREHENSIVE_3D) -> InstanceHeader:
    return InstanceHeader(
        source=Source("file", "/made/report"),
        file_size=1,
        sop_instance_uid="1.2.3.9",
        sop_class_uid=sop_class,
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid="1.2.3",
        series_instance_uid="1.2.3.8",
        manufacturer="Maker",
    )
