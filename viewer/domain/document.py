"""An encapsulated document (PS3.3 C.24.2): a PDF, a text or a surface that travels as a DICOM object.

Its bytes are not held: they are read again when somebody looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.domain.mesh import Mesh

DocumentForm = Literal["pdf", "cda", "text", "mesh", "other"]


@dataclass(frozen=True, eq=False)
class Document:
    """What is known of a document before it is opened.

    ``form`` says how it is shown; ``other`` cannot be shown and can only be saved. ``stated_unit`` is the unit of a surface
    as written, empty when none is stated (then millimetres were taken).
    """

    title: str
    mime_type: str
    form: DocumentForm
    size_bytes: int
    mesh: Mesh | None = None
    stated_unit: str = ""


DOCUMENT_ENDINGS: dict[str, str] = {
    "application/pdf": "pdf",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/hl7-v3+xml": "xml",
    "text/plain": "txt",
    "text/html": "html",
    "text/rtf": "rtf",
    "application/rtf": "rtf",
    "model/stl": "stl",
    "application/sla": "stl",
    "application/vnd.ms-pki.stl": "stl",
    "model/obj": "obj",
    "model/mtl": "mtl",
}
"""The ending under which a copy of a document of a MIME type is saved; others become ``bin``."""
