"""Documents are read apart: pages, words and their places; what is broken, hostile or endless harms nobody else."""

from __future__ import annotations

import os
import signal
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from tests.synthetic.documents import CDA_STORAGE, PDF_STORAGE, DocumentResult, Line, assembled_pdf, encapsulated, pdf_bytes
from tests.synthetic.identity import Study
from tests.synthetic.image import Grid, Series, image_series
from viewer.domain.instance import InstanceHeader, Source
from viewer.loading.document_questions import (
    AskHits,
    AskLetters,
    AskPages,
    AskPicture,
    AskText,
    Hits,
    Letters,
    Pages,
    Picture,
    Text,
    Unread,
)
from viewer.loading.document_worker import DocumentWorker

PAGES = [
    [Line("Spleen 12.5 ml", 40, 100, 20), Line("liver", 40, 300, 12)],
    [Line("The LIVER again", 300, 700, 12)],
]


NOWHERE = InstanceHeader(
    source=Source("file", "/nowhere/document.dcm"),
    file_size=0,
    sop_instance_uid="1.2",
    sop_class_uid=PDF_STORAGE,
    transfer_syntax_uid="",
    study_instance_uid="1.3",
    series_instance_uid="1.4",
)


@pytest.fixture(scope="module")
def worker() -> Iterator[DocumentWorker]:
    """One process for all tests that do not harm it, started before the first of them."""
    with DocumentWorker() as made:
        made.ask(AskPages(NOWHERE))
        yield made


@pytest.fixture(scope="module")
def image() -> Dataset:
    grid = Grid((1, 6, 5), (2.0, 1.5, 1.0), (-2.0, -3.0, 1.0))
    return image_series(np.zeros(grid.shape, np.int16), grid, Series("ct", "CT", 1, "Images", Study()))[0]


@pytest.fixture
def in_dicom(image: Dataset, tmp_path: Path) -> Iterator[object]:
    def put(content: bytes, mime: str = "application/pdf", sop_class: str = PDF_STORAGE) -> InstanceHeader:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.dcm"
        dataset = encapsulated(content, mime, sop_class, [image], DocumentResult("document", "Made", 9))
        dataset.save_as(path, enforce_file_format=True)
        return header_of(path)

    yield put


def dark_rows_and_columns(picture: Picture) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last row, first and last column with anything dark."""
    pixels = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
    rows, columns = np.nonzero(pixels.max(axis=2) < 128)
    return (int(rows.min()), int(rows.max())), (int(columns.min()), int(columns.max()))


def test_pages_have_their_sizes_and_are_painted_at_the_scale_asked_for(worker: DocumentWorker, in_dicom) -> None:  # type: ignore[no-untyped-def]
    header = in_dicom(pdf_bytes(PAGES, size=(500, 800)))
    assert worker.ask(AskPages(header)) == Pages(((500.0, 800.0), (500.0, 800.0)))
    picture = worker.ask(AskPicture(header, 1, 2.0))
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height) == (1000, 1600)
    rows, columns = dark_rows_and_columns(picture)
    # The words stand on the baseline 700 points from the top and begin 300 points from the left.
    assert 1370 < rows[0] < rows[1] <= 1406
    assert 600 <= columns[0] < 610


@pytest.mark.parametrize("rotate", [0, 90, 270])
def test_words_are_found_where_they_are_painted(worker: DocumentWorker, in_dicom, rotate: int) -> None:  # type: ignore[no-untyped-def]
    header = in_dicom(pdf_bytes([[Line("needle", 100, 200, 20)]], size=(500, 800), rotate=rotate))
    hits = worker.ask(AskHits(header, "NEEDLE"))
    assert isinstance(hits, Hits)
    ((left, top, right, bottom),) = hits.found[0].places
    picture = worker.ask(AskPicture(header, 0, 1.0))
    assert isinstance(picture, Picture)
    rows, columns = dark_rows_and_columns(picture)
    assert left - 1 <= columns[0] <= columns[1] <= right + 1
    assert top - 1 <= rows[0] <= rows[1] <= bottom + 1
    assert (right - left) * (bottom - top) < 70 * 30
    letters = worker.ask(AskLetters(header, 0))
    assert isinstance(letters, Letters)
    assert letters.text.strip() == "needle"
    for place in letters.places[:6]:
        assert left - 2 <= place[0] <= place[2] <= right + 2
        assert top - 2 <= place[1] <= place[3] <= bottom + 2


def test_hits_are_counted_over_all_pages_without_regard_to_capitals(worker: DocumentWorker, in_dicom) -> None:  # type: ignore[no-untyped-def]
    header = in_dicom(pdf_bytes(PAGES))
    hits = worker.ask(AskHits(header, "Liver"))
    assert isinstance(hits, Hits)
    assert [hit.page for hit in hits.found] == [0, 1]
    assert worker.ask(AskHits(header, "kidney")) == Hits("kidney", ())


def _bomb() -> bytes:
    """One page whose content of 240 MB is packed twice into some kilobytes; what it draws takes several times that."""
    packer = zlib.compressobj(1)
    once = b"".join(packer.compress(b"0 0 m " * 200_000) for _ in range(200)) + packer.flush()
    twice = zlib.compress(once, 9)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /Contents 4 0 R >>"
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n" % len(twice) + twice + b"\nendstream"
    return assembled_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream])


def _encrypted() -> bytes:
    """A document for which PDFium asks a password: a standard handler with keys that no empty password opens."""
    key = b"<" + b"41" * 32 + b">"
    handler = b"<< /Filter /Standard /V 1 /R 2 /O %s /U %s /P -4 >>" % (key, key)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, handler]
    return assembled_pdf(objects, trailer="/Encrypt 4 0 R /ID [<00> <00>] ")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\0\0\0\0", "it is empty"),
        (b"no pdf at all", "it is broken, or no PDF"),
        (pdf_bytes(PAGES)[:200], "it is broken, or no PDF"),
        (pdf_bytes([]), "it is broken, or no PDF"),
        (_encrypted(), "it is encrypted and needs a password"),
    ],
)
def test_what_cannot_be_opened_says_why(worker: DocumentWorker, in_dicom, content: bytes, reason: str) -> None:  # type: ignore[no-untyped-def]
    assert worker.ask(AskPages(in_dicom(content))) == Unread(reason)


def test_a_page_that_unpacks_without_end_ends_with_a_reason_or_blank_and_the_next_document_opens(in_dicom) -> None:  # type: ignore[no-untyped-def]
    hostile, harmless = in_dicom(_bomb()), in_dicom(pdf_bytes(PAGES))
    with DocumentWorker(memory_limit_bytes=1 << 30, time_limit_s=2.5) as guarded:
        started = time.monotonic()
        answer = guarded.ask(AskPicture(hostile, 0, 1.0))
        assert isinstance(answer, Unread | Picture)
        assert time.monotonic() - started < 6
        assert isinstance(guarded.ask(AskPages(harmless)), Pages)


def test_a_page_of_an_impossible_size_is_painted_within_the_limit(worker: DocumentWorker, in_dicom) -> None:  # type: ignore[no-untyped-def]
    header = in_dicom(pdf_bytes(PAGES, size=(14_000, 14_000)))
    picture = worker.ask(AskPicture(header, 0, 8.0))
    assert isinstance(picture, Picture)
    assert picture.width * picture.height < 41_000_000


def test_a_process_that_dies_is_started_again(in_dicom) -> None:  # type: ignore[no-untyped-def]
    header = in_dicom(pdf_bytes(PAGES))
    with DocumentWorker() as made:
        assert isinstance(made.ask(AskPages(header)), Pages)
        first = made.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        answers = [made.ask(AskPages(header)) for _ in range(2)]
        assert isinstance(answers[-1], Pages)
        assert made.process_id not in (None, first)


def test_what_takes_too_long_is_ended(in_dicom) -> None:  # type: ignore[no-untyped-def]
    header = in_dicom(pdf_bytes(PAGES))
    with DocumentWorker(time_limit_s=0.001) as hasty:
        assert hasty.ask(AskPages(header)) == Unread("it took more than 0.001 seconds")
        assert hasty.process_id is None


def test_after_closing_nothing_is_started(in_dicom) -> None:  # type: ignore[no-untyped-def]
    made = DocumentWorker()
    made.close()
    assert made.ask(AskPages(in_dicom(pdf_bytes(PAGES)))) == Unread("the program is closing")
    assert made.process_id is None


def test_text_and_clinical_documents_come_as_blocks(worker: DocumentWorker, in_dicom) -> None:  # type: ignore[no-untyped-def]
    plain = worker.ask(AskText(in_dicom("Größe <b>".encode(), "text/plain")))
    assert isinstance(plain, Text)
    assert [block.text for block in plain.blocks] == ["Größe <b>"]
    clinical = worker.ask(
        AskText(in_dicom(b"<ClinicalDocument><title>T</title></ClinicalDocument>", "text/xml", CDA_STORAGE))
    )
    assert isinstance(clinical, Text)
    assert [block.text for block in clinical.blocks] == ["T"]
    broken = worker.ask(AskText(in_dicom(b"<a>", "text/xml", CDA_STORAGE)))
    assert isinstance(broken, Unread)


def test_a_file_that_is_gone_says_so(worker: DocumentWorker, in_dicom) -> None:  # type: ignore[no-untyped-def]
    header = in_dicom(pdf_bytes(PAGES))
    gone = replace(header, source=replace(header.source, path=header.source.path + ".gone"))
    assert isinstance(worker.ask(AskPages(gone)), Unread)


@pytest.mark.real_data
def test_the_real_pdf_has_its_words(worker: DocumentWorker, real_data: Path) -> None:
    header = header_of(real_data / "seg-sr-flair-wmh-ohif" / "8F7BEB22.dcm")
    hits = worker.ask(AskHits(header, "optic nerve"))
    assert isinstance(hits, Hits)
    assert len(hits.found) == 3
