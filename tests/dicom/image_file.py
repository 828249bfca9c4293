"""Writes image files whose bytes a test chooses: pixel words, fragments, elements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, CTImageStorage, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

GE_BIG_ENDIAN_PIXELS = UID("1.2.840.113619.5.2")
IMPLICIT = (ImplicitVRLittleEndian, GE_BIG_ENDIAN_PIXELS)
NATIVE = (ExplicitVRLittleEndian, ExplicitVRBigEndian, UID("1.2.840.10008.1.2.1.99"), *IMPLICIT)


def write_image(
    path: Path,
    pixels: bytes,
    *,
    syntax: str = ExplicitVRLittleEndian,
    added: Sequence[tuple[int, str, Any]] = (),
    **elements: Any,
) -> Path:
    """Write a 16-bit single-frame image of 2 rows and 3 columns, or what ``elements`` say instead; None leaves one out.

    ``pixels`` is the value of Pixel Data as it shall stand in the file; compressed syntaxes take encapsulated bytes.
    ``added`` are (tag, VR, value) of elements that have no keyword.
    """
    dataset = Dataset()
    defaults = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": "2.25.1",
        "StudyInstanceUID": "2.25.2",
        "SeriesInstanceUID": "2.25.3",
        "Modality": "OT",
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": 2,
        "Columns": 3,
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
    }
    for keyword, value in {**defaults, **elements}.items():
        if value is not None:
            setattr(dataset, keyword, value)
    for tag, vr, value in added:
        dataset.add_new(tag, vr, value)
    dataset.PixelData = pixels
    dataset["PixelData"].VR = "OW" if dataset.BitsAllocated > 8 or syntax == ExplicitVRBigEndian else "OB"
    if syntax not in NATIVE:
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(syntax)
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta = meta
    dataset.preamble = bytes(128)
    implicit, little = syntax in IMPLICIT, syntax != ExplicitVRBigEndian
    # Private and impossible syntaxes shall be written as well.
    dcmwrite(path, dataset, implicit_vr=implicit, little_endian=little, force_encoding=True, enforce_file_format=False)
    return path
