"""The program of the decode worker: decodes the frames it is asked for and writes them into shared memory.

Runs in a process of its own with a cap on its memory, so that a hostile codestream takes down this process and no other.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory

import numpy as np

from viewer.dicom.frames import FrameReader
from viewer.dicom.inflated import inflated_streams
from viewer.dicom.video import recent_frames
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import InstanceHeader, InstanceKey
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import FrameNotRead

_READERS_KEPT = 16

READY = 0
"""Number of the first reply, which answers no request: the process stands and will serve."""


@dataclass(frozen=True)
class Request:
    """Decode the frames ``indices``; ``memory`` names the shared memory that takes the results, one after another."""

    number: int
    header: InstanceHeader
    attributes: ImageAttributes
    indices: tuple[int, ...]
    memory: str


@dataclass(frozen=True)
class KeepAtMost:
    """Bound the bytes that the process keeps for reuse: inflated objects and frames of videos."""

    kept_bytes: int


@dataclass(frozen=True)
class Written:
    """Where in the shared memory a frame was written, and what else is known of it."""

    start: int
    shape: tuple[int, ...]
    dtype: str
    whole: int
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Reply:
    """The frames that were written, or why none was (the Issue of the first one that cannot be read)."""

    number: int
    frames: tuple[Written, ...] = ()
    failure: Issue | None = None


def run(requests: Connection, memory_limit_bytes: int, threads: int, kept_bytes: int) -> None:
    """Serve until the other end closes."""
    _keep_at_most(kept_bytes)
    be_quiet()
    limit_memory(memory_limit_bytes)
    readers: dict[InstanceKey, FrameReader] = {}
    sending = threading.Lock()

    def serve(request: Request) -> None:
        reply = _decode(request, readers)
        with sending, contextlib.suppress(OSError):
            requests.send(reply)

    with ThreadPoolExecutor(threads) as pool:
        with contextlib.suppress(OSError):
            requests.send(Reply(READY))
        while True:
            try:
                request: Request | KeepAtMost = requests.recv()
            except (EOFError, OSError):
                # The main process is gone or has closed: nobody waits for what is still being decoded.
                os._exit(0)
            if isinstance(request, KeepAtMost):
                _keep_at_most(request.kept_bytes)
            else:
                pool.submit(serve, request)


def _keep_at_most(kept_bytes: int) -> None:
    inflated_streams.limit_to(kept_bytes // 2)
    recent_frames.limit_to(kept_bytes // 2)


def be_quiet() -> None:
    """Leave the terminal to the main process: decoders print, and an interrupt from the keyboard is its business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def limit_memory(limit_bytes: int) -> None:
    """Cap the address space where the system can; elsewhere the checks before allocation must do."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = limit_bytes if hard == resource.RLIM_INFINITY else min(limit_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _decode(request: Request, readers: dict[InstanceKey, FrameReader]) -> Reply:
    index = request.indices[0]
    try:
        reader = readers.get(request.header.key)
        if reader is None:
            while len(readers) >= _READERS_KEPT:
                readers.pop(next(iter(readers)), None)
            reader = FrameReader(request.header, request.attributes)
            readers[request.header.key] = reader
        written: list[Written] = []
        start = 0
        for index in request.indices:
            frame = reader.read(index)
            _write(frame, request.memory, start)
            written.append(Written(start, frame.stored.shape, frame.stored.dtype.str, frame.whole, frame.issues))
            start += frame.stored.nbytes
    except FrameNotRead as unreadable:
        return Reply(request.number, failure=unreadable.issue)
    except MemoryError:
        return Reply(request.number, failure=_failed(index, "there is not enough memory for it"))
    except Exception as bug:  # noqa: BLE001 - the border of one frame: whatever broke, the others go on
        return Reply(request.number, failure=_failed(index, f"the decoder stopped ({type(bug).__name__})"))
    return Reply(request.number, tuple(written))


def _failed(index: int, reason: str) -> Issue:
    return issue("decode_failed", "error", frame=index + 1, reason=reason)


def _write(frame: DecodedFrame, name: str, start: int) -> None:
    memory = SharedMemory(name)
    try:
        if start + frame.stored.nbytes > memory.size:
            raise ValueError("the frame is larger than its header says")
        target = np.ndarray(frame.stored.shape, frame.stored.dtype, memory.buf, start)
        target[...] = frame.stored
        del target
    finally:
        memory.close()
