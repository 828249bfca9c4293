"""Reading documents in a process of its own: with a memory cap, a time limit, and a restart when it dies.

Beside the decode worker: a page that takes long must not keep images waiting. The process starts with the first question.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from viewer.loading import document_process
from viewer.loading.document_questions import Answer, Question, Unread

MEMORY_LIMIT_BYTES = 2 << 30
TIME_LIMIT_S = 30.0


class DocumentWorker:
    """Answers questions about documents, one at a time. Thread-safe; a context manager.

    Parameters
    ----------
    memory_limit_bytes
        Cap on the address space of the process.
    time_limit_s
        Longest time for one answer; then the process is ended.
    """

    def __init__(self, *, memory_limit_bytes: int = MEMORY_LIMIT_BYTES, time_limit_s: float = TIME_LIMIT_S) -> None:
        # A file of the current folder that is named like a module must not run; see the decode worker.
        os.environ["PYTHONSAFEPATH"] = "1"
        self._memory_limit_bytes, self._time_limit_s = memory_limit_bytes, time_limit_s
        self._lock = threading.Lock()
        self._closed = False
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> DocumentWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Of the running process; None when there is none."""
        process = self._process
        return process.pid if process is not None else None

    def ask(self, question: Question) -> Answer:
        """Return the answer, or ``Unread`` with the reason; waits for it."""
        slim = replace(question, header=replace(question.header, frames=(), issues=()))
        with self._lock:
            if self._closed:
                return Unread("the program is closing")
            try:
                connection = self._running()
                connection.send(slim)
                if not connection.poll(self._time_limit_s):
                    self._end()
                    return Unread(f"it took more than {self._time_limit_s:g} seconds")
                answer: Answer = connection.recv()
            except (EOFError, OSError):
                self._end()
                return Unread("the reader of documents broke down on it")
            return answer

    def close(self) -> None:
        """End the process; a question still waited for is answered with why not."""
        self._closed = True
        process = self._process
        if process is not None:
            with contextlib.suppress(ValueError):
                process.kill()
        with self._lock:
            self._end()

    def _running(self) -> Connection:
        """Return the connection to the process, starting one if there is none."""
        if self._process is not None and self._connection is not None and self._process.is_alive():
            return self._connection
        self._end()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=document_process.run, args=(theirs, self._memory_limit_bytes), name="overread-document", daemon=True
        )
        try:
            process.start()
        finally:
            theirs.close()
        self._process, self._connection = process, ours
        return ours

    def _end(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.join()
            process.close()
