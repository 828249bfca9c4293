"""An InstanceHeader of a file by way of pydicom, for tests of pixels that must not depend on the scan."""

from __future__ import annotations

from pathlib import Path

import pydicom

from viewer.dicom.byte_reader import open_bytes
from viewer.dicom.datasets import top_level
from viewer.dicom.tag_reader import PIXEL_KEYWORDS
from viewer.domain.instance import InstanceHeader, PixelLocation, Source


def header_of(path: Path) -> InstanceHeader:
    """Return what frame reading needs of a file."""
    dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    source = Source("file", str(path))
    with open_bytes(source) as reader:
        found, parsed = top_level(reader, {0x00280010: None})
    pixels = None
    if found.pixels is not None:
        tag, offset, length = found.pixels
        pixels = PixelLocation(offset, length, PIXEL_KEYWORDS[tag])  # type: ignore[arg-type]
    implicit, little = parsed.original_encoding
    guessed = "1.2.840.10008.1.2" if implicit else "1.2.840.10008.1.2.1" if little else "1.2.840.10008.1.2.2"
    frames = str(dataset.get("NumberOfFrames") or 1)
    return InstanceHeader(
        source=source,
        file_size=path.stat().st_size,
        sop_instance_uid=str(dataset.get("SOPInstanceUID", "")),
        sop_class_uid=str(dataset.get("SOPClassUID", "")),
        transfer_syntax_uid=str(getattr(dataset, "file_meta", {}).get("TransferSyntaxUID", guessed)),
        study_instance_uid=str(dataset.get("StudyInstanceUID", "")),
        series_instance_uid=str(dataset.get("SeriesInstanceUID", "")),
        modality=str(dataset.get("Modality", "")),
        rows=dataset.get("Rows") or 0,
        columns=dataset.get("Columns") or 0,
        number_of_frames=int(frames) if frames.isdigit() else 1,
        samples_per_pixel=dataset.get("SamplesPerPixel") or 1,
        photometric_interpretation=str(dataset.get("PhotometricInterpretation", "")),
        bits_allocated=dataset.get("BitsAllocated") or 0,
        pixels=pixels,
    )
