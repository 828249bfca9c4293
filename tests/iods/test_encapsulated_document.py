"""Encapsulated documents say what they are; surfaces come in millimetres and lie where their Frame of Reference says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from tests.synthetic.documents import (
    CDA_STORAGE,
    OBJ_STORAGE,
    PDF_STORAGE,
    DocumentResult,
    Line,
    encapsulated,
    pdf_bytes,
    stl_bytes,
    surface,
)
from tests.synthetic.identity import Study
from tests.synthetic.image import Grid, Series, image_series
from viewer.domain.binding import bind
from viewer.domain.document import Document
from viewer.domain.grouping import build_library
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.iods.encapsulated_document import document_bytes
from viewer.iods.mesh_formats import NotAMesh, read_obj, read_stl
from viewer.iods.registry import read_overlay

RESULT = DocumentResult("document", "Made document", 9)
BOX = np.array([(x, y, z) for x in (0.0, 3.0) for y in (0.0, 5.0) for z in (0.0, 7.0)])
FACES = np.array(
    [
        (0, 1, 3),
        (0, 3, 2),
        (4, 6, 7),
        (4, 7, 5),
        (0, 4, 5),
        (0, 5, 1),
        (2, 3, 7),
        (2, 7, 6),
        (0, 2, 6),
        (0, 6, 4),
        (1, 5, 7),
        (1, 7, 3),
    ],
    dtype=np.int64,
)


@pytest.fixture(scope="module")
def images() -> list[Dataset]:
    grid = Grid((4, 6, 5), (2.0, 1.5, 1.0), (-2.0, -3.0, 0.5))
    return image_series(np.zeros(grid.shape, np.int16), grid, Series("ct", "CT", 1, "Images", Study()))


def written(dataset: Dataset, folder: Path) -> Overlay:
    dataset.save_as(folder / "document.dcm", enforce_file_format=True)
    return read_overlay(header_of(folder / "document.dcm"))


def library_of(images: list[Dataset], folder: Path) -> Library:
    for number, image in enumerate(images):
        image.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return build_library([header_of(folder / f"{number}.dcm") for number in range(len(images))], [], seconds=0.0, files=4)


def document_of(overlay: Overlay) -> Document:
    assert isinstance(overlay.content, Document)
    return overlay.content


def test_a_pdf_is_read_by_itself_and_lies_on_the_images_it_was_made_from(images: list[Dataset], tmp_path: Path) -> None:
    content = pdf_bytes([[Line("Result", 50, 60)]])
    overlay = written(encapsulated(content, "application/pdf", PDF_STORAGE, images, RESULT), tmp_path)
    document = document_of(overlay)
    assert (document.form, document.title, document.size_bytes) == ("pdf", "Made document", len(content))
    assert overlay.readable
    assert not overlay.draws
    assert document_bytes(header_of(tmp_path / "document.dcm")) == content
    (on,) = bind(overlay, library_of(images, tmp_path)).lies_on
    assert on.by == "referenced_images"


def test_padding_to_an_even_length_is_no_part_of_the_document(images: list[Dataset], tmp_path: Path) -> None:
    dataset = encapsulated(b"odd", "text/plain", PDF_STORAGE, images, RESULT)
    written(dataset, tmp_path)
    assert document_bytes(header_of(tmp_path / "document.dcm")) == b"odd"
    del dataset.EncapsulatedDocumentLength
    written(dataset, tmp_path)
    assert document_bytes(header_of(tmp_path / "document.dcm")) == b"odd"


@pytest.mark.parametrize(
    ("mime_type", "sop_class", "form"),
    [
        ("application/pdf", PDF_STORAGE, "pdf"),
        ("", PDF_STORAGE, "pdf"),
        ("text/XML", CDA_STORAGE, "cda"),
        ("", CDA_STORAGE, "cda"),
        ("text/plain", PDF_STORAGE, "text"),
        ("application/msword", PDF_STORAGE, "other"),
    ],
)
def test_the_stated_form_goes_before_the_class(
    images: list[Dataset], tmp_path: Path, mime_type: str, sop_class: str, form: str
) -> None:
    overlay = written(encapsulated(b"some bytes", mime_type, sop_class, images, RESULT), tmp_path)
    assert document_of(overlay).form == form
    assert ("document_not_shown" in {one.code for one in overlay.issues}) == (form == "other")


def test_a_document_of_an_unknown_form_without_images_says_why_it_is_not_shown(
    images: list[Dataset], tmp_path: Path
) -> None:
    dataset = encapsulated(b"some bytes", "application/msword", PDF_STORAGE, images, RESULT)
    del dataset.SourceInstanceSequence
    reason = bind(written(dataset, tmp_path), Library()).not_shown_because
    assert reason is not None
    assert "application/msword" in reason.text


@pytest.mark.parametrize(("unit", "factor"), [("mm", 1.0), ("cm", 10.0)])
def test_a_surface_is_in_millimetres_and_lies_by_its_frame_of_reference(
    images: list[Dataset], tmp_path: Path, unit: str, factor: float
) -> None:
    overlay = written(surface(stl_bytes(BOX / factor, FACES), images, RESULT, unit=unit), tmp_path)
    mesh = document_of(overlay).mesh
    assert mesh is not None
    assert mesh.bounds is not None
    assert np.allclose([mesh.bounds.low, mesh.bounds.high], [[0, 0, 0], [3, 5, 7]], atol=1e-5)
    assert mesh.volume_ml == pytest.approx(0.105, rel=1e-5)
    assert len(mesh.points) == 8, "equal corners are one vertex"
    assert mesh.is_closed
    (on,) = bind(overlay, library_of(images, tmp_path)).lies_on
    assert (on.by, on.frames) == ("frame_of_reference", (0, 3))


def test_a_surface_without_a_unit_says_that_millimetres_were_taken(images: list[Dataset], tmp_path: Path) -> None:
    overlay = written(surface(stl_bytes(BOX, FACES), images, RESULT, unit=""), tmp_path)
    assert "surface_without_unit" in {one.code for one in overlay.issues}


def test_a_surface_in_a_unit_that_is_no_length_is_refused(images: list[Dataset], tmp_path: Path) -> None:
    overlay = written(surface(stl_bytes(BOX, FACES), images, RESULT, unit="g"), tmp_path)
    assert not overlay.draws
    assert [one.code for one in overlay.issues] == ["surface_not_read"]


def test_a_mirrored_surface_is_laid_on_nothing(images: list[Dataset], tmp_path: Path) -> None:
    dataset = surface(stl_bytes(BOX, FACES), images, RESULT)
    dataset.ModelMirroring = "YES"
    overlay = written(dataset, tmp_path)
    assert overlay.frame_of_reference_uids == ()
    assert "surface_mirrored" in {one.code for one in overlay.issues}


def test_an_obj_is_read_too(images: list[Dataset], tmp_path: Path) -> None:
    lines = [f"v {x:g} {y:g} {z:g}" for x, y, z in BOX]
    lines += ["mtllib http://evil.example/a.mtl", "vn 0 0 1", "f 1//1 2//1 4//1 3//1", "f -8 -6 -2 -4"]
    dataset = surface("\n".join(lines).encode(), images, RESULT)
    dataset.SOPClassUID, dataset.MIMETypeOfEncapsulatedDocument = OBJ_STORAGE, "model/obj"
    dataset.file_meta.MediaStorageSOPClassUID = OBJ_STORAGE
    mesh = document_of(written(dataset, tmp_path)).mesh
    assert mesh is not None
    assert mesh.triangles.tolist() == [[0, 1, 3], [0, 3, 2], [0, 2, 6], [0, 6, 4]]


def _by_vtk(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOGeometry import vtkSTLReader

    reader = vtkSTLReader()
    reader.SetFileName(str(path))
    reader.Update()
    made = reader.GetOutput()
    points = vtk_to_numpy(made.GetPoints().GetData()).astype(float)
    return points, vtk_to_numpy(made.GetPolys().GetConnectivityArray()).reshape(-1, 3)


def test_binary_and_ascii_stl_are_what_vtk_reads(tmp_path: Path) -> None:
    turned = BOX @ np.array([[0.8, 0.6, 0], [-0.6, 0.8, 0], [0, 0, 1.0]]) + [10.25, -7.5, 3.0]
    binary = stl_bytes(turned, FACES)
    facets = [f"facet normal 0 0 0\nouter loop\n{_vertices(turned[face])}\nendloop\nendfacet" for face in FACES]
    ascii_ = ("solid made\n" + "\n".join(facets) + "\nendsolid made\n").encode()
    for name, content in (("binary.stl", binary), ("ascii.stl", ascii_)):
        (tmp_path / name).write_bytes(content)
        points, triangles = read_stl(content)
        theirs, their_triangles = _by_vtk(tmp_path / name)
        assert np.allclose(points[triangles], theirs[their_triangles], atol=1e-5)


def _vertices(corners: NDArray[np.float64]) -> str:
    return "\n".join(f"vertex {x:.6f} {y:.6f} {z:.6f}" for x, y, z in corners)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\0" * 50, "empty"),
        (stl_bytes(BOX, FACES)[:300], "cut off"),
        (
            b"some other file that is long enough to have eighty-four bytes before what would be its triangles",
            "no STL|cut off",
        ),
        (b"solid a\nfacet\nvertex 1 2 x\nvertex 1 2 3\nvertex 1 2 3", "three numbers"),
        (b"solid a\nfacet\nvertex 1 2 3\nvertex 1 2 3", "cut off"),
        (stl_bytes(BOX * np.nan, FACES), "nowhere"),
        (b"x" * 80 + b"\xff\xff\xff\xff", "cut off"),
    ],
)
def test_a_broken_stl_says_what_is_wrong(content: bytes, reason: str) -> None:
    with pytest.raises(NotAMesh, match=reason):
        read_stl(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"v 1 2 3", "no faces"),
        (b"v 1 2 3\nf 1 2 3", "not there"),
        (b"v 1 2 3\nf 1 1 -9", "not there"),
        (b"v 1 2\nf 1 1 1", "cannot be read"),
        (b"hello", "no OBJ"),
    ],
)
def test_a_broken_obj_says_what_is_wrong(content: bytes, reason: str) -> None:
    with pytest.raises(NotAMesh, match=reason):
        read_obj(content)


@pytest.mark.real_data
def test_the_real_stl_that_is_empty_says_so(real_data: Path) -> None:
    overlay = read_overlay(header_of(real_data / "stl-ecg-waveform" / "Issue137.dcm"))
    assert overlay.issues[-1].text == "The surface cannot be read: it is empty."
