"""What the report panel asks of documents and waveforms: questions are answered in the background, one after another."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.instance import InstanceHeader
from viewer.domain.waveform import Samples
from viewer.iods.encapsulated_document import document_bytes
from viewer.iods.waveform import read_samples
from viewer.loading.document_questions import Answer, Question, Unread
from viewer.loading.document_worker import DocumentWorker
from viewer.loading.runner import Job, Runner


class Documents:
    """Asks the document worker on a thread of its own, so that no image waits for a document.

    Parameters
    ----------
    wake
        Called from that thread when an answer is there; the owner must call ``deliver`` soon, on the window's thread.
    worker
        Reads documents; closed together with this.
    """

    def __init__(self, wake: Callable[[], None], worker: DocumentWorker) -> None:
        self._wake, self._worker = wake, worker
        self._started: Runner | None = None

    @property
    def _runner(self) -> Runner:
        """The thread, which starts with the first question."""
        if self._started is None:
            self._started = Runner(self._wake, threads=1)
        return self._started

    def ask(self, slot: Hashable, question: Question, answered: Callable[[Answer], None], *, priority: int = 0) -> None:
        """Ask for something; a newer question in the same slot replaces one that waits. Lower priorities go first."""
        self._runner.submit(Job(slot, priority, lambda _: self._worker.ask(question), answered, _raise))

    def ask_samples(self, header: InstanceHeader, group: int, answered: Callable[[Samples | Unread], None]) -> None:
        """Ask for the samples of a group of a waveform (0-based)."""

        def work(_: object) -> Samples | Unread:
            try:
                return read_samples(header, group)
            except UnreadableDataset as error:
                return Unread(error.reason)

        self._runner.submit(Job(("samples", header.key, group), 0, work, answered, _raise))

    def ask_copy(self, header: InstanceHeader, answered: Callable[[bytes | Unread], None]) -> None:
        """Ask for the bytes of a document, to save a copy of it."""

        def work(_: object) -> bytes | Unread:
            try:
                return document_bytes(header)
            except UnreadableDataset as error:
                return Unread(error.reason)

        self._runner.submit(Job(("copy", header.key), 0, work, answered, _raise))

    def keep(self, wanted: Callable[[Hashable], bool]) -> None:
        """Drop waiting questions whose slot is no longer wanted."""
        if self._started is not None:
            self._started.drop_waiting(wanted)

    def is_busy_with(self, slot: Hashable) -> bool:
        """Say whether a question of a slot waits or is being answered."""
        return self._started is not None and self._started.is_busy_with(slot)

    @property
    def idle(self) -> bool:
        """Whether nothing is asked or to be delivered."""
        return self._started is None or self._started.idle

    def deliver(self) -> None:
        """Hand out the answers, on the calling thread."""
        if self._started is not None:
            self._started.deliver()

    def close(self) -> None:
        """Stop; questions that wait get no answer."""
        self._worker.close()
        if self._started is not None:
            self._started.close()


def _raise(error: Exception) -> None:
    """Raise what nobody foresaw: a bug, which goes to the crash report as any on this thread."""
    raise error
