"""What every new DICOM object takes from the objects it is about: patient, study, references, coding schemes, its maker.

Nothing is invented: patient and study are copied from an opened object of that study; what is not stated there stays empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import generate_uid

from viewer.dicom.datasets import UnreadableDataset, read_dataset
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.instance import InstanceHeader
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.review_codes import SCHEME, SCHEME_NAME
from viewer.representations.volume_grid import Need

if TYPE_CHECKING:
    from highdicom.sr.coding import CodedConcept as WrittenCode

MAKER: Final = "Overread"
CHARACTER_SET: Final = "ISO_IR 192"
"""UTF-8: readers write notes in any script."""
PROCESSING: Final = CodedConcept("109102", "DCM", "Processing Equipment")
MODIFYING: Final = CodedConcept("109103", "DCM", "Modifying Equipment")

_STUDY_TEXTS: Final = (
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
)
_SEXES: Final = frozenset({"M", "F", "O", ""})
_LONGEST_MEANING: Final = 64
_LONGEST_NAME: Final = 64


class CannotWrite(Exception):
    """Something cannot be written; the text is a sentence for the reader, ``needs`` what would help."""

    def __init__(self, sentence: str, needs: Need = "") -> None:
        super().__init__(sentence)
        self.needs = needs


def program_version() -> str:
    """Return the version of the program."""
    try:
        return version("overread")
    except PackageNotFoundError:
        return "0"


def new_uid() -> str:
    """Return a UID of its own, below 2.25 (PS3.5 B.2)."""
    return str(generate_uid(prefix=None))


def read_original(library: Library, overlay: Overlay) -> FileDataset:
    """Return the data set of what a new object is made of, without its pixels; raises CannotWrite."""
    try:
        return read_dataset(library.instance(overlay.instance))
    except UnreadableDataset as error:
        what = overlay.kind.replace("_", " ")
        raise CannotWrite(f"The original {what} cannot be read: {error.reason}.") from error


@dataclass(frozen=True)
class Subject:
    """What new objects are about. ``attributes`` are those of patient and study but for the Patient's Name.

    highdicom warns of names of one component, which many files have, so the name is set when an object is made.
    """

    attributes: Dataset
    patient_name: str

    def complete(self, made: Dataset) -> Dataset:
        """Set what a new object still lacks, and declare the private codes that it may use."""
        made.PatientName = self.patient_name
        item = Dataset()
        item.CodingSchemeDesignator = SCHEME
        item.CodingSchemeName = SCHEME_NAME
        item.CodingSchemeResponsibleOrganization = MAKER
        made.CodingSchemeIdentificationSequence = [item]
        return made


def about_study(library: Library, study_instance_uid: str) -> Subject:
    """Return patient and study attributes for new objects, from the first object of the study that can be read.

    Raises
    ------
    CannotWrite
        When none can be.
    """
    for header in library.instances:
        if header.study_instance_uid == study_instance_uid:
            try:
                found = read_dataset(header)
            except UnreadableDataset:
                continue
            return about(found)
    raise CannotWrite("No file of the study can be read, so nothing can be written about it.")


def about(original: Dataset) -> Subject:
    """Return patient, study and identity of an object as highdicom takes them: what is missing or no value is empty."""
    made = Dataset()
    for keyword in _STUDY_TEXTS:
        setattr(made, keyword, str(original.get(keyword, "") or ""))
    if made.PatientSex not in _SEXES:
        made.PatientSex = ""
    for keyword in ("StudyDescription", "PatientAge", "PatientSize", "PatientWeight"):
        if original.get(keyword) not in (None, ""):
            setattr(made, keyword, original.get(keyword))
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPClassUID", "SOPInstanceUID"):
        setattr(made, keyword, str(original.get(keyword, "") or ""))
    for keyword, letters in (("StudyDate", 8), ("PatientBirthDate", 8)):
        text = made.get(keyword)
        if not (text.isdigit() and len(text) == letters):
            setattr(made, keyword, "")
    if not made.StudyTime.partition(".")[0].isdigit():
        made.StudyTime = ""
    name, made.PatientName = str(made.PatientName), ""
    return Subject(made, name)


def evidence_of(header: InstanceHeader, subject: Subject) -> Dataset:
    """Return an opened object as something to refer to."""
    made = deepcopy(subject.attributes)
    made.SOPClassUID = header.sop_class_uid
    made.SOPInstanceUID = header.sop_instance_uid.partition("@")[0]
    made.SeriesInstanceUID = header.series_instance_uid
    made.StudyInstanceUID = header.study_instance_uid
    return made


def evidence_named(reference: ImageReference, subject: Subject) -> Dataset:
    """Return an object that is not open but named by one that is, in the same study."""
    made = deepcopy(subject.attributes)
    made.SOPClassUID = reference.sop_class_uid
    made.SOPInstanceUID = reference.sop_instance_uid.partition("@")[0]
    made.SeriesInstanceUID = reference.series_instance_uid
    return made


def each_once(evidence: Iterable[Dataset]) -> list[Dataset]:
    """Return the objects to refer to, each once."""
    return list({str(one.SOPInstanceUID): one for one in evidence}.values())


def written_code(concept: CodedConcept) -> WrittenCode:
    """Return a code for writing; raises CannotWrite when it has no value or no scheme."""
    from highdicom.sr.coding import CodedConcept as WrittenCode

    if not concept.value or not concept.scheme:
        raise CannotWrite("A code without value or scheme cannot be written.")
    meaning = (concept.meaning or concept.value)[:_LONGEST_MEANING]
    return WrittenCode(concept.value, concept.scheme, meaning, concept.version or None)


def contributing_equipment(
    purpose: CodedConcept = PROCESSING, description: str = "Review of results by a reader"
) -> list[Any]:
    """Return the program as the equipment that processed or modified what others had made (PS3.3 C.12.1.1.5)."""
    from highdicom import ContributingEquipment

    return [
        ContributingEquipment(
            MAKER,
            written_code(purpose),
            manufacturer_model_name=MAKER,
            software_versions=program_version(),
            contribution_description=description,
        )
    ]


def person_name(text: str) -> str:
    """Return a name as DICOM writes it (PS3.5 Section 6.2, PN): "Jane Doe" and "Doe, Jane" become "Doe^Jane"."""
    plain = " ".join("".join(" " if one in "\\=" or not one.isprintable() else one for one in text).split())
    if "^" in plain:
        return plain[:_LONGEST_NAME]
    family, comma, given = plain.partition(",")
    if not comma:
        given, _, family = plain.rpartition(" ")
    return f"{family.strip()}^{given.strip()}"[:_LONGEST_NAME]
