"""Encapsulated documents (PS3.3 A.45, A.85, A.88): what they are, the surface of an STL or OBJ, and their bytes.

Decided
    The MIME type says what a document is; where it is empty or general the SOP class does. Nothing in it is run, followed or
    fetched; what cannot be shown can be saved as a copy.
    A surface without a Frame of Reference, or one that says it is mirrored, is described and laid on nothing.
"""

from __future__ import annotations

from typing import Final

from pydicom.dataset import Dataset

from viewer.dicom.byte_reader import BytesUnavailable, open_bytes
from viewer.dicom.datasets import UnreadableDataset, parse, read_dataset
from viewer.domain.document import Document, DocumentForm
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.mesh import Mesh
from viewer.domain.overlay import Overlay, Part
from viewer.domain.palette import part_color, visible_color
from viewer.domain.provenance import Provenance
from viewer.imaging.cielab import color_of_cielab
from viewer.iods.coded_concepts import concept_of
from viewer.iods.elements import data, integer, integers, text
from viewer.iods.listed import references_of
from viewer.iods.mesh_formats import NotAMesh, read_obj, read_stl

_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.104."
_FORM_OF_CLASS: Final[dict[str, DocumentForm]] = {
    _STORAGE + "1": "pdf",
    _STORAGE + "2": "cda",
    _STORAGE + "3": "mesh",
    _STORAGE + "4": "mesh",
    _STORAGE + "5": "text",
}
SOP_CLASSES: Final[tuple[str, ...]] = tuple(_FORM_OF_CLASS)
"""Encapsulated PDF, CDA, STL, OBJ and MTL Storage."""

_OBJ_CLASS: Final = _STORAGE + "4"
_FORM_OF_MIME: Final[dict[str, DocumentForm]] = {
    "application/pdf": "pdf",
    "text/xml": "cda",
    "application/xml": "cda",
    "application/hl7-v3+xml": "cda",
    "text/plain": "text",
    "text/csv": "text",
    "text/html": "text",
    "model/mtl": "text",
    "model/stl": "mesh",
    "model/x.stl-binary": "mesh",
    "application/sla": "mesh",
    "application/vnd.ms-pki.stl": "mesh",
    "model/obj": "mesh",
}
_NO_MIME: Final = ("", "application/octet-stream")
_MILLIMETRES: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "um": 0.001, "[in_i]": 25.4}
LARGEST_BYTES: Final = 512 << 20
_DEFERRED_BYTES: Final = 1 << 16
_ENCAPSULATED: Final = 0x00420011


def read(header: InstanceHeader) -> Overlay:
    """Return an encapsulated document as an overlay; a surface is its one part. Raises ``UnreadableDataset``."""
    dataset, size = _read_without_payload(header)
    mime = text(dataset, "MIMETypeOfEncapsulatedDocument").lower()
    form = _form(header.sop_class_uid, mime)
    issues = list(header.issues)
    mesh, unit = None, ""
    if form == "mesh":
        mesh, unit, said = _surface(header, dataset, mime)
        issues += said
    elif form == "other":
        issues.append(issue("document_not_shown", "info", form=mime or "no stated form"))
    title = text(dataset, "DocumentTitle")
    label = title or text(dataset, "ContentDescription") or header.series_description or text(dataset, "ContentLabel")
    frame_of_reference = header.frame_of_reference_uid or ""
    mirrored = text(dataset, "ModelMirroring").upper() == "YES"
    if mirrored:
        issues.append(issue("surface_mirrored", "warning"))
    references = references_of(dataset)
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind="document",
        subtype=mime or "document",
        label=label,
        provenance=_provenance(header, dataset),
        parts=(_part(label, header, dataset),) if mesh is not None else (),
        content=Document(title, mime, form, size, mesh, unit),
        frame_of_reference_uids=(frame_of_reference,) if frame_of_reference and not mirrored else (),
        references=references,
        referenced_series=tuple(dict.fromkeys(one.series_instance_uid for one in references if one.series_instance_uid)),
        issues=tuple(issues),
    )


def document_bytes(header: InstanceHeader) -> bytes:
    """Return the bytes of the document, without the padding to an even length.

    Raises
    ------
    UnreadableDataset
        The file is gone or damaged, or the document is larger than the limit.
    """
    if header.file_size > LARGEST_BYTES:
        raise UnreadableDataset(f"it is larger than {LARGEST_BYTES >> 20} MiB")
    dataset = read_dataset(header)
    content = data(dataset, "EncapsulatedDocument")
    length = integer(dataset, "EncapsulatedDocumentLength")
    if length is not None and 0 <= length < len(content):
        return content[:length]
    return content.removesuffix(b"\0") if length is None else content


def _read_without_payload(header: InstanceHeader) -> tuple[Dataset, int]:
    """Return the data set and the size of the document, without holding a large one."""
    try:
        with open_bytes(header.source) as reader:
            dataset, _ = parse(reader, stop_before_pixels=True, defer_bytes=_DEFERRED_BYTES)
    except BytesUnavailable as error:
        raise UnreadableDataset(error.reason) from error
    element: object = dataset.get_item(_ENCAPSULATED, keep_deferred=True) if _ENCAPSULATED in dataset else None
    value = getattr(element, "value", None)
    size = len(value) if isinstance(value, bytes) else max(int(getattr(element, "length", 0) or 0), 0)
    stated = integer(dataset, "EncapsulatedDocumentLength")
    return dataset, stated if stated is not None and 0 <= stated <= size else size


def _form(sop_class_uid: str, mime: str) -> DocumentForm:
    if mime in _NO_MIME:
        return _FORM_OF_CLASS.get(sop_class_uid, "other")
    return _FORM_OF_MIME.get(mime, "other")


def _surface(header: InstanceHeader, dataset: Dataset, mime: str) -> tuple[Mesh | None, str, list[Issue]]:
    """Return the surface in millimetres, its unit as written, and what is wrong with it."""
    concept = concept_of(dataset, "MeasurementUnitsCodeSequence")
    unit = concept.value if concept is not None else ""
    if unit and unit not in _MILLIMETRES:
        return None, unit, [issue("surface_not_read", "warning", reason=f"its unit ({unit}) is no length that is known")]
    try:
        content = document_bytes(header)
        is_obj = mime == "model/obj" or (mime in _NO_MIME and header.sop_class_uid == _OBJ_CLASS)
        vertices, triangles = read_obj(content) if is_obj else read_stl(content)
    except NotAMesh as error:
        return None, unit, [issue("surface_not_read", "warning", reason=error.reason)]
    said = [] if unit else [issue("surface_without_unit", "warning")]
    return Mesh(vertices * _MILLIMETRES.get(unit, 1.0), triangles), unit, said


def _part(label: str, header: InstanceHeader, dataset: Dataset) -> Part:
    stated = color_of_cielab(integers(dataset, "RecommendedDisplayCIELabValue"))
    made_by = _provenance(header, dataset)
    return Part(
        number=1,
        label=label or "Surface",
        color=visible_color(stated, 0) if stated is not None else part_color(0),
        color_stated=stated is not None,
        type="surface",
        origin=made_by.origin,
    )


def _provenance(header: InstanceHeader, dataset: Dataset) -> Provenance:
    return Provenance(
        header.manufacturer,
        header.model,
        header.software_versions,
        creator=text(dataset, "ContentCreatorName"),
        content_date=header.content_date + header.content_time,
    )
