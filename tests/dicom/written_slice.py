"""One classic image slice as a pydicom data set, asymmetric and anisotropic, with any element changed."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)


def written_slice(*, number: int = 1, syntax: str = ExplicitVRLittleEndian, **elements: Any) -> FileDataset:
    """Return a CT slice of 3 rows and 5 columns; ``elements`` are set by keyword, None removes one."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    dataset = FileDataset("", {}, preamble=b"\0" * 128, file_meta=meta)
    stated = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": f"2.25.1.{number}",
        "StudyInstanceUID": "2.25.2",
        "SeriesInstanceUID": "2.25.3",
        "FrameOfReferenceUID": "2.25.4",
        "PatientName": "Doe^Jane",
        "PatientID": "P1",
        "StudyDate": "20260102",
        "Modality": "CT",
        "SeriesNumber": 4,
        "InstanceNumber": number,
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "ImagePositionPatient": [-10.0, 20.0, 2.5 * number],
        "ImageOrientationPatient": list(AXIAL),
        "PixelSpacing": [0.5, 0.25],
        "SliceThickness": 2.5,
        "Rows": 3,
        "Columns": 5,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "PixelData": bytes(range(30)),
        **elements,
    }
    for keyword, value in stated.items():
        if value is not None:
            setattr(dataset, keyword, value)
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", CTImageStorage)
    meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID") or "2.25.9"
    return dataset
