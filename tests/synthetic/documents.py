"""Encapsulated documents built by hand (PS3.3 A.45, A.85): a PDF with words at known places, an STL, texts."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.synthetic.identity import as_file, uid

_STORAGE = "1.2.840.10008.5.1.4.1.1."
PDF_STORAGE, CDA_STORAGE = _STORAGE + "104.1", _STORAGE + "104.2"
STL_STORAGE, OBJ_STORAGE = _STORAGE + "104.3", _STORAGE + "104.4"


@dataclass(frozen=True)
class DocumentResult:
    """What a document calls itself, and who made it."""

    name: str
    title: str
    series_number: int
    manufacturer: str = "Overread"
    model: str = "Synthetic"
    software_versions: str = "1"
    modality: str = "DOC"


@dataclass(frozen=True)
class Line:
    """Words of a page with their left end and baseline in points from the top left, and their size."""

    text: str
    left: float
    baseline: float
    size: float = 11.0


def pdf_bytes(pages: Sequence[Sequence[Line]], *, size: tuple[float, float] = (595.0, 842.0), rotate: int = 0) -> bytes:
    """Write a PDF (ISO 32000-1) with words in Helvetica, without a date: the same on every run."""
    objects: list[bytes] = []
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(len(pages)))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for number, lines in enumerate(pages):
        words = "\n".join(
            f"BT /F1 {line.size:g} Tf {line.left:g} {size[1] - line.baseline:g} Td ({_escaped(line.text)}) Tj ET"
            for line in lines
        ).encode("cp1252")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]:g} {size[1]:g}] /Rotate {rotate} "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(words) + words + b"\nendstream")
    return assembled_pdf(objects)


def assembled_pdf(objects: Sequence[bytes], *, trailer: str = "") -> bytes:
    """Write numbered objects, their table and the trailer of a PDF; the first object is the catalogue."""
    made = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{table}\n%%EOF\n".encode()
    return made


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def stl_bytes(points: NDArray[np.float64], triangles: NDArray[np.int64]) -> bytes:
    """Write a binary STL."""
    corners = points[triangles].astype("<f4")
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    facets = np.zeros(len(triangles), [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    facets["normal"] = normals / np.where(lengths > 0, lengths, 1)
    facets["corners"] = corners
    return b"synthetic surface".ljust(80, b" ") + struct.pack("<I", len(triangles)) + facets.tobytes()


def encapsulated(
    content: bytes, mime_type: str, sop_class: str, source: Sequence[Dataset], result: DocumentResult
) -> Dataset:
    """Put a document into a DICOM object of the patient and study of the images it was made from."""
    first = source[0]
    made = Dataset()
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate"):
        setattr(made, keyword, getattr(first, keyword))
    for keyword in ("StudyTime", "StudyID", "StudyDescription", "ReferringPhysicianName", "AccessionNumber"):
        setattr(made, keyword, getattr(first, keyword))
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID = sop_class
    made.SOPInstanceUID = uid(made.StudyInstanceUID, result.name, "instance")
    made.SeriesInstanceUID = uid(made.StudyInstanceUID, result.name, "series")
    made.Modality = result.modality
    made.SeriesNumber, made.InstanceNumber = result.series_number, 1
    made.SeriesDescription = result.title
    made.Manufacturer, made.ManufacturerModelName = result.manufacturer, result.model
    made.SoftwareVersions, made.DeviceSerialNumber = result.software_versions, "1"
    made.ContentDate, made.ContentTime = "20260115", "101500"
    made.AcquisitionDateTime = "20260115093000"
    made.BurnedInAnnotation = "YES"
    made.DocumentTitle = result.title
    made.ConceptNameCodeSequence = []
    made.SourceInstanceSequence = [_reference(one) for one in source]
    made.MIMETypeOfEncapsulatedDocument = mime_type
    made.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
    made.EncapsulatedDocumentLength = len(content)
    return as_file(made)


def paper(content: bytes, source: Sequence[Dataset], result: DocumentResult) -> Dataset:
    """Put a PDF into a DICOM object."""
    made = encapsulated(content, "application/pdf", PDF_STORAGE, source, result)
    made.ConversionType = "SYN"
    return made


def surface(content: bytes, source: Sequence[Dataset], result: DocumentResult, *, unit: str = "mm") -> Dataset:
    """Put an STL into a DICOM object in the Frame of Reference of the images it was made from."""
    made = encapsulated(content, "model/stl", STL_STORAGE, source, result)
    made.FrameOfReferenceUID, made.PositionReferenceIndicator = source[0].FrameOfReferenceUID, ""
    made.Modality = "M3D"
    made.BurnedInAnnotation = "NO"
    made.ContentDescription = result.title
    series = Dataset()
    series.SeriesInstanceUID = source[0].SeriesInstanceUID
    series.ReferencedInstanceSequence = [_reference(one) for one in source]
    made.ReferencedSeriesSequence = [series]
    if unit:
        made.MeasurementUnitsCodeSequence = [coded(unit, "UCUM", {"mm": "millimeter", "cm": "centimeter"}.get(unit, unit))]
    made.ModelModification, made.ModelMirroring = "NO", "NO"
    made.ModelUsageCodeSequence = [coded("129014", "DCM", "Planning Intent")]
    made.InstanceCreationDate, made.InstanceCreationTime = "20260115", "101500"
    return made


def coded(value: str, scheme: str, meaning: str) -> Dataset:
    """Make an item of a code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def _reference(of: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = of.SOPClassUID, of.SOPInstanceUID
    return item
