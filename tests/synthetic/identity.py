"""Who a synthetic object belongs to, and what makes it the same on every run: UIDs, dates, the writing program."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

NAMESPACE = uuid.UUID("6f1f33a5-7d0e-5d5c-9f2e-0f3b8f6f8a52")
HIGHDICOM_ROOT = "1.2.826.0.1.3680043.10.511."
OWN_ROOT = "2.25."
IMPLEMENTATION_UID = UID("2.25.302951749317512764935182095726420145732")
IMPLEMENTATION_NAME = "OVERREAD_SAMPLE"


def uid(*words: object) -> UID:
    """Make the same UID for the same words, under the root 2.25 (PS3.5 B.2)."""
    return UID(f"{OWN_ROOT}{uuid.uuid5(NAMESPACE, '/'.join(str(word) for word in words)).int}")


@dataclass(frozen=True)
class Study:
    """The patient and study that a synthetic object belongs to."""

    name: str = "test"
    patient_name: str = "Sample^Torso"
    patient_id: str = "SAMPLE-1"
    description: str = "Synthetic"
    date: str = "20260115"
    time: str = "093000"

    @property
    def instance_uid(self) -> UID:
        """Study Instance UID."""
        return uid(self.name, "study")

    def fill(self, dataset: Dataset) -> None:
        """Write the patient and general study attributes (PS3.3 C.7.1.1, C.7.2.1)."""
        dataset.PatientName = self.patient_name
        dataset.PatientID = self.patient_id
        dataset.PatientBirthDate = ""
        dataset.PatientSex = "O"
        dataset.StudyInstanceUID = self.instance_uid
        dataset.StudyDate = self.date
        dataset.StudyTime = self.time
        dataset.StudyID = "1"
        dataset.StudyDescription = self.description
        dataset.ReferringPhysicianName = ""
        dataset.AccessionNumber = ""


def as_file(dataset: Dataset, *, transfer_syntax: UID = ExplicitVRLittleEndian) -> FileDataset:
    """Give a data set built by hand the file meta information of PS3.10 7.1."""
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = IMPLEMENTATION_NAME
    return FileDataset("", dataset, preamble=b"\x00" * 128, file_meta=meta)


def settle(dataset: Dataset, name: str, *, date: str, time: str) -> None:
    """Make an object of highdicom the same on every run: its random UIDs and its clock are replaced by stated ones.

    Random UIDs are recognised by highdicom's own root; equal ones stay equal inside the object.
    """
    known: dict[str, UID] = {}
    pending = [dataset]
    while pending:
        for element in pending.pop():
            if element.VR == "SQ":
                pending.extend(element.value)
            elif element.VR == "UI" and isinstance(element.value, str) and element.value.startswith(HIGHDICOM_ROOT):
                element.value = known.setdefault(element.value, uid(name, "made by the library", len(known)))
            elif element.keyword in {"ContentDate", "InstanceCreationDate", "PresentationCreationDate", "SeriesDate"}:
                element.value = date
            elif element.keyword in {"ContentTime", "InstanceCreationTime", "PresentationCreationTime", "SeriesTime"}:
                element.value = time
            elif element.keyword in {"ContributionDateTime", "ObservationDateTime"}:
                element.value = date + time
    meta = dataset.file_meta
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = IMPLEMENTATION_NAME


def save(datasets: Sequence[Dataset], folder: Path, *, names: Sequence[str] | None = None) -> tuple[Path, ...]:
    """Write data sets as DICOM files and return their paths; the default names tell nothing of the order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, dataset in enumerate(datasets):
        name = names[number] if names is not None else f"{uuid.uuid5(NAMESPACE, dataset.SOPInstanceUID).hex[:10]}.dcm"
        dataset.save_as(folder / name, enforce_file_format=True)
        paths.append(folder / name)
    return tuple(paths)
