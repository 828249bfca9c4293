"""The program of the document worker: answers questions about documents, one after another.

Runs in a process of its own with a cap on its memory: a hostile document takes down this process and no other.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from multiprocessing.connection import Connection

from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.document import Document
from viewer.domain.instance import InstanceHeader, InstanceKey
from viewer.iods.document_text import NotAText, text_blocks
from viewer.iods.encapsulated_document import document_bytes, read
from viewer.loading.decode_process import be_quiet, limit_memory
from viewer.loading.document_questions import (
    Answer,
    AskLetters,
    AskPages,
    AskPicture,
    AskText,
    Question,
    Text,
    Unread,
)
from viewer.loading.pdf_reading import NotAPdf, Pdf

_OPEN_AT_ONCE = 3


def run(questions: Connection, memory_limit_bytes: int) -> None:
    """Serve until the other end closes."""
    be_quiet()
    limit_memory(memory_limit_bytes)
    opened: OrderedDict[InstanceKey, Pdf] = OrderedDict()
    with contextlib.suppress(EOFError, OSError):
        while True:
            questions.send(_answer(questions.recv(), opened))


def _answer(question: Question, opened: OrderedDict[InstanceKey, Pdf]) -> Answer:
    try:
        if isinstance(question, AskText):
            return _text(question.header)
        pdf = _opened(question.header, opened)
        if isinstance(question, AskPages):
            return pdf.pages()
        if isinstance(question, AskPicture):
            return pdf.picture(question.page, question.scale)
        if isinstance(question, AskLetters):
            return pdf.letters(question.page)
        return pdf.hits(question.words)
    except (UnreadableDataset, NotAPdf, NotAText) as error:
        return Unread(error.reason)
    except MemoryError:
        return Unread("there is not enough memory for it")
    except Exception as bug:  # noqa: BLE001 - the border of one document: whatever broke, the others go on
        return Unread(f"the reader of documents stopped ({type(bug).__name__})")


def _opened(header: InstanceHeader, opened: OrderedDict[InstanceKey, Pdf]) -> Pdf:
    found = opened.get(header.key)
    if found is None:
        while len(opened) >= _OPEN_AT_ONCE:
            opened.popitem(last=False)[1].close()
        found = opened[header.key] = Pdf(document_bytes(header))
    opened.move_to_end(header.key)
    return found


def _text(header: InstanceHeader) -> Text:
    content = read(header).content
    form, mime = (content.form, content.mime_type) if isinstance(content, Document) else ("text", "")
    blocks, cut = text_blocks(document_bytes(header), form, mime)
    return Text(blocks, cut)
