"""What a computer-aided detection of lung nodules says of the CT: a Chest CAD SR with one candidate (PS3.16 TID 4100)."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom.dataset import Dataset

from tests.synthetic.content_items import Code, coded, container, item, number
from tests.synthetic.identity import as_file, uid
from tests.synthetic.segmentation import Algorithm

THIRD = Algorithm("Lung Marks C", "1.3", "AUTOMATIC", "Sample Algorithms")
NODULE: Code = ("27925004", "SCT", "Nodule")
SLICE, POINT, RADIUS = 48, (99.5, 181.5), 5.0
"""The slice, counted from 0, and where on it the candidate is: (column, row) from the corner, pixels."""

_CHEST_CAD = "1.2.840.10008.5.1.4.1.1.88.65"
_PERCENT: Code = ("%", "UCUM", "Percent")


def lung_candidate(images: Sequence[Dataset]) -> Dataset:
    """Make the report: one candidate that its maker leaves to the reader to look at (Presentation Optional)."""
    looked_at = images[SLICE - 1 : SLICE + 2]
    library = container(("111028", "DCM", "Image Library"), *(_entry(one) for one in looked_at))
    language = coded(("121049", "DCM", "Language of Content Item and Descendants"), ("en", "RFC5646", "English"))
    impression = container(("111034", "DCM", "Individual Impression/Recommendation"), _intent(), _finding())
    made = container(
        ("112000", "DCM", "Chest CAD Report"),
        _as("HAS CONCEPT MOD", language),
        library,
        coded(
            ("111017", "DCM", "CAD Processing and Findings Summary"),
            ("111242", "DCM", "All algorithms succeeded; with findings"),
            _as("INFERRED FROM", impression),
        ),
        coded(
            ("111064", "DCM", "Summary of Detections"),
            ("111222", "DCM", "Succeeded"),
            _as("INFERRED FROM", container(("111063", "DCM", "Successful Detections"), _detection())),
        ),
        coded(("111065", "DCM", "Summary of Analyses"), ("111225", "DCM", "Not Attempted")),
    )
    del made.RelationshipType
    _identify(made, images[0], looked_at)
    return as_file(made)


def _finding() -> Dataset:
    x, y = POINT
    center = _region(("111010", "DCM", "Center"), "POINT", (x, y))
    outline = _region(("111041", "DCM", "Outline"), "CIRCLE", (x, y, x + RADIUS, y))
    certainty = _as("HAS PROPERTIES", number(("111012", "DCM", "Certainty of Finding"), "41", _PERCENT))
    return coded(("111059", "DCM", "Single Image Finding"), NODULE, _intent(), *_algorithm(), certainty, center, outline)


def _intent() -> Dataset:
    intent = coded(("111056", "DCM", "Rendering Intent"), ("111151", "DCM", "Presentation Optional"))
    return _as("HAS CONCEPT MOD", intent)


def _detection() -> Dataset:
    return coded(("111022", "DCM", "Detection Performed"), NODULE, *_algorithm())


def _algorithm() -> tuple[Dataset, Dataset]:
    name, version = (
        item("TEXT", concept, relationship="HAS PROPERTIES")
        for concept in (("111001", "DCM", "Algorithm Name"), ("111003", "DCM", "Algorithm Version"))
    )
    name.TextValue, version.TextValue = THIRD.name, THIRD.version
    return name, version


def _region(concept: Code, shape: str, data: Sequence[float]) -> Dataset:
    """Return a region on the middle entry of the image library, which it names by its place in the report."""
    chosen = item("", None, relationship="SELECTED FROM")
    chosen.ReferencedContentItemIdentifier = [1, 2, 2]
    made = item("SCOORD", concept, chosen, relationship="HAS PROPERTIES")
    made.GraphicType, made.GraphicData = shape, list(data)
    return made


def _entry(image: Dataset) -> Dataset:
    made = item("IMAGE", None)
    made.ReferencedSOPSequence = [_reference(image)]
    return made


def _as(relationship: str, made: Dataset) -> Dataset:
    made.RelationshipType = relationship
    return made


def _reference(of: Dataset) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = of.SOPClassUID, of.SOPInstanceUID
    return made


def _identify(made: Dataset, first: Dataset, looked_at: Sequence[Dataset]) -> None:
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate"):
        setattr(made, keyword, first[keyword].value)
    for keyword in ("StudyTime", "StudyID", "StudyDescription", "ReferringPhysicianName", "AccessionNumber"):
        setattr(made, keyword, first[keyword].value)
    made.SOPClassUID = _CHEST_CAD
    made.SOPInstanceUID = uid(made.StudyInstanceUID, "lung marks", "instance")
    made.SeriesInstanceUID = uid(made.StudyInstanceUID, "lung marks", "series")
    made.Modality, made.SeriesNumber, made.InstanceNumber = "SR", 109, 1
    made.SeriesDescription = "Lung marks C (AI)"
    made.Manufacturer, made.ManufacturerModelName = THIRD.manufacturer, THIRD.name
    made.DeviceSerialNumber, made.SoftwareVersions = "0", THIRD.version
    made.ContentDate, made.ContentTime = "20260115", "100000"
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "UNVERIFIED"
    made.ContinuityOfContent = "SEPARATE"
    made.ReferencedPerformedProcedureStepSequence, made.PerformedProcedureCodeSequence = [], []
    study, series = Dataset(), Dataset()
    study.StudyInstanceUID, series.SeriesInstanceUID = first.StudyInstanceUID, first.SeriesInstanceUID
    series.ReferencedSOPSequence = [_reference(one) for one in looked_at]
    study.ReferencedSeriesSequence = [series]
    made.CurrentRequestedProcedureEvidenceSequence = [study]
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "4100"
    made.ContentTemplateSequence = [template]
    _separate(made)


def _separate(made: Dataset) -> None:
    """Say of every container that its items stand for themselves."""
    for child in made.get("ContentSequence", []):
        if child.get("ValueType") == "CONTAINER":
            child.ContinuityOfContent = "SEPARATE"
        _separate(child)
