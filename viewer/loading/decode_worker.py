"""Decoding in a process of its own: with a memory cap, a time limit, and a restart when it dies.

Compressed, deflated and zipped input is decoded there; plain frames are read where they are needed. The process starts in
the background. When it dies or hangs, each frame it was at is tried once more, alone: only the guilty one gets an Issue.
When it cannot even start several times in a row, no frame is guilty: all get the same Issue, and it is not tried again.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.shared_memory import SharedMemory

import numpy as np

from viewer.dicom.frames import LARGEST_FRAME_BYTES
from viewer.domain.image_attributes import DecodedFrame, FrameValues, ImageAttributes
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import issue
from viewer.domain.overlay import FrameNotRead
from viewer.loading import decode_process
from viewer.loading.decode_process import READY, KeepAtMost, Reply, Request

MEMORY_LIMIT_BYTES = 4 << 30
"""Address space of the worker: two of the largest frames at once, and the libraries."""
KEPT_BYTES = 128 << 20
"""What the worker keeps for reuse while nobody has said how much that may be."""
TIME_LIMIT_S = 60.0
STARTS_TRIED = 4
"""So many processes in a row may end before they stand; after that none is started."""

_FLOAT_BYTES = {"FloatPixelData": 4, "DoubleFloatPixelData": 8}


class _WorkerDied(Exception):
    """The process ended before it answered."""


@dataclass
class _Process:
    """A running worker process and what it has been asked."""

    process: SpawnProcess
    connection: Connection
    waiting: dict[int, Future[Reply]] = field(default_factory=dict)
    pid: int | None = None
    alive: bool = True
    ready: bool = False
    ended: bool = False
    listener: threading.Thread | None = None


@dataclass(frozen=True)
class _Wanted:
    """Frames to decode, with no more of their instance than that takes: everything is pickled for each request."""

    header: InstanceHeader
    attributes: ImageAttributes
    indices: tuple[int, ...]

    @property
    def result_bytes(self) -> int:
        """The most bytes that the stored values of a frame can take."""
        attributes = self.attributes
        keyword = self.header.pixels.keyword if self.header.pixels else "PixelData"
        sample = _FLOAT_BYTES.get(keyword, max(attributes.bits_allocated // 8, 1))
        return attributes.rows * attributes.columns * attributes.samples_per_pixel * sample

    def failed(self, reason: str) -> FrameNotRead:
        """Return the exception to raise."""
        return FrameNotRead(issue("decode_failed", "error", frame=self.indices[0] + 1, reason=reason))


def _slim_header(header: InstanceHeader) -> InstanceHeader:
    return replace(header, frames=(), tiling=None, issues=())


def _slim_attributes(attributes: ImageAttributes) -> ImageAttributes:
    return replace(
        attributes,
        frames=(FrameValues(),),
        modality_lut=None,
        voi_luts=(),
        palette=None,
        icc_profile=b"",
        overlay_planes=(),
    )


class DecodeWorker:
    """Decodes frames in a worker process. Thread-safe; a context manager.

    Parameters
    ----------
    memory_limit_bytes
        Cap on the address space of the process.
    time_limit_s
        Longest time for one frame; then the process is ended.
    threads
        Frames decoded at once; 0 takes one a core.
    """

    def __init__(
        self,
        *,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        time_limit_s: float = TIME_LIMIT_S,
        threads: int = 0,
    ) -> None:
        # The processes that multiprocessing starts would look for modules in the current folder, which may be a folder of
        # somebody's data: a file named pickle.py there must not run.
        os.environ["PYTHONSAFEPATH"] = "1"
        self._memory_limit_bytes = memory_limit_bytes
        self._time_limit_s = time_limit_s
        self._kept_bytes = KEPT_BYTES
        self._threads = threads or os.cpu_count() or 1
        self._lock = threading.Lock()
        self._alone = threading.Lock()
        self._running: _Process | None = None
        self._number = READY
        self._failed_starts = 0
        self._closed = False
        self._slot_count = self._threads + 1
        self._slots = threading.Semaphore(self._slot_count)

    def __enter__(self) -> DecodeWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the process now, in the background, so that the first frame does not wait for it."""
        with self._lock:
            if not self._closed:
                with contextlib.suppress(_WorkerDied, FrameNotRead):
                    self._process()

    def decode(self, header: InstanceHeader, attributes: ImageAttributes, index: int) -> DecodedFrame:
        """Decode frame ``index`` (0-based).

        Raises
        ------
        FrameNotRead
            When the frame cannot be read, the process died at it twice, it took too long, or no process can be started.
        """
        return self.decode_several(header, attributes, (index,))[0]

    def decode_several(
        self, header: InstanceHeader, attributes: ImageAttributes, indices: Sequence[int]
    ) -> tuple[DecodedFrame, ...]:
        """Decode at least one frame, in one request: for many small ones most of the time goes into asking.

        Raises
        ------
        FrameNotRead
            When one of them cannot be read; see ``decode``. Then nothing is said of the others.
        """
        wanted = _Wanted(_slim_header(header), _slim_attributes(attributes), tuple(indices))
        try:
            with self._slots:
                return self._attempt(wanted)
        except _WorkerDied:
            pass
        try:
            with self._nobody_else():
                return self._attempt(wanted)
        except _WorkerDied:
            raise wanted.failed("the decoder broke down on it") from None

    def keep_at_most(self, kept_bytes: int) -> None:
        """Bound what the process keeps for reuse (inflated objects, frames of videos), this one and those after it."""
        with self._lock:
            self._kept_bytes = kept_bytes
            if self._running is not None and self._running.alive:
                with contextlib.suppress(OSError, ValueError):  # It is ending; the next one is told when it starts.
                    self._running.connection.send(KeepAtMost(kept_bytes))

    @property
    def process_id(self) -> int | None:
        """Of the running process; None when there is none."""
        with self._lock:
            return self._running.pid if self._running is not None and self._running.alive else None

    def kill(self) -> None:
        """End the process as a crash would; the next frame starts another."""
        with self._lock:
            running = self._running
        if running is not None:
            self._stop(running)

    def close(self) -> None:
        """End the process. Frames still waited for become unreadable."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, None
        if running is not None:
            self._stop(running)
            if running.listener is not None:
                running.listener.join()

    @contextlib.contextmanager
    def _nobody_else(self) -> Iterator[None]:
        """Hold every slot: whoever is at work finishes, and nobody starts."""
        with self._alone, contextlib.ExitStack() as held:
            for _ in range(self._slot_count):
                held.enter_context(self._slots)
            yield

    def _attempt(self, wanted: _Wanted) -> tuple[DecodedFrame, ...]:
        size = wanted.result_bytes * len(wanted.indices)
        if size > LARGEST_FRAME_BYTES:
            limit = f"{LARGEST_FRAME_BYTES >> 20} MiB"
            raise FrameNotRead(issue("too_large", "error", what="A frame", limit=limit))
        memory = SharedMemory(create=True, size=max(size, 1))
        try:
            running, answer = self._ask(wanted, memory.name)
            try:
                reply = answer.result(self._time_limit_s)
            except WaitedTooLong:
                self._stop(running)
                raise wanted.failed(f"it took more than {self._time_limit_s:g} seconds") from None
            if reply.failure is not None:
                raise FrameNotRead(reply.failure)
            return tuple(
                DecodedFrame(np.ndarray(one.shape, np.dtype(one.dtype), memory.buf, one.start).copy(), one.whole, one.issues)
                for one in reply.frames
            )
        finally:
            memory.close()
            memory.unlink()

    def _ask(self, wanted: _Wanted, memory: str) -> tuple[_Process, Future[Reply]]:
        answer: Future[Reply] = Future()
        with self._lock:
            if self._closed:
                raise wanted.failed("the program is closing")
            running = self._process()
            self._number += 1
            running.waiting[self._number] = answer
            try:
                running.connection.send(Request(self._number, wanted.header, wanted.attributes, wanted.indices, memory))
            except (OSError, ValueError):
                running.waiting.pop(self._number, None)
                self._note_end(running)
                raise _WorkerDied from None
        return running, answer

    def _process(self) -> _Process:
        """Return the running process, starting one if there is none. Called with the lock held."""
        if self._running is not None and self._running.alive:
            return self._running
        if self._failed_starts >= STARTS_TRIED:
            raise FrameNotRead(issue("decoder_not_started", "error", count=STARTS_TRIED))
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=decode_process.run,
            args=(theirs, self._memory_limit_bytes, self._threads, self._kept_bytes),
            name="overread-decode",
            daemon=True,
        )
        try:
            process.start()
        except OSError:
            self._failed_starts += 1
            ours.close()
            raise _WorkerDied from None
        finally:
            theirs.close()
        running = self._running = _Process(process, ours, pid=process.pid)
        running.listener = threading.Thread(target=self._listen, args=(running,), name="decode-replies", daemon=True)
        running.listener.start()
        return running

    def _listen(self, running: _Process) -> None:
        """Hand out replies until the process is gone; then tell everybody who still waits."""
        while True:
            try:
                reply: Reply = running.connection.recv()
            except (EOFError, OSError):
                break
            with self._lock:
                if reply.number == READY:
                    running.ready = True
                    self._failed_starts = 0
                answer = running.waiting.pop(reply.number, None)
            if answer is not None:
                answer.set_result(reply)
        with self._lock:
            self._note_end(running)
            left = list(running.waiting.values())
            running.waiting.clear()
        for answer in left:
            answer.set_exception(_WorkerDied())
        running.connection.close()
        running.process.join()
        # Where another thread waits for the same process, only one of the two learns that it has ended.
        with contextlib.suppress(ValueError):
            running.process.close()

    def _note_end(self, running: _Process) -> None:
        """Note that a process has ended, and that it failed to start if it did so by itself. Called with the lock held."""
        if not (running.ended or running.ready):
            self._failed_starts += 1
        running.ended, running.alive = True, False

    def _stop(self, running: _Process) -> None:
        with self._lock:
            running.ended, running.alive = True, False
        with contextlib.suppress(ValueError):  # It has ended by itself and is closed.
            running.process.kill()
