"""Runs jobs on a few threads, most urgent first; results come back on the thread that calls ``deliver``."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

_DELIVERED_AT_ONCE_S = 0.008
"""Half a picture of a screen; what is not delivered by then lets the window paint and answer first."""


class JobCancelled(Exception):
    """Raised inside a job by ``JobControl.check`` once it is no longer wanted."""


class JobControl:
    """What a running job sees of its surroundings: whether to stop, and where to say how far it is."""

    def __init__(self, on_progress: Callable[[float | None, int | None], None], on_part: Callable[[Any], None]) -> None:
        self._cancelled = threading.Event()
        self._on_progress = on_progress
        self._on_part = on_part

    def cancel(self) -> None:
        """Ask the job to stop at its next check."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether the job should stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise JobCancelled when the job should stop."""
        if self.cancelled:
            raise JobCancelled

    def went_on(self, part: float) -> None:
        """Say how much is done, 0..1; raises JobCancelled when the job should stop."""
        self.check()
        self.progress(part)

    def progress(self, part: float | None, *, count: int | None = None) -> None:
        """Say how much is done: a part 0..1, or None with a count when the whole is not known."""
        self._on_progress(part, count)

    def deliver_part(self, value: Any) -> None:
        """Hand over what there is so far; the job's ``part_done`` is called with it on the delivering thread."""
        self._on_part(value)


@dataclass(frozen=True)
class Job:
    """One piece of background work.

    ``slot`` names what it is for: a newer job in the same slot replaces the waiting one. ``priority``: lower runs first.
    ``work`` runs on a job thread; ``done`` and ``failed`` on the delivering thread. ``label`` is shown to the reader while
    the job runs longer than a blink; empty for work that is never announced. ``waits``: for another process, most of the
    time; it begins at once on a thread of its own, so that nothing else waits with it.
    """

    slot: Hashable
    priority: int
    work: Callable[[JobControl], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    label: str = ""
    part_done: Callable[[Any], None] | None = None
    waits: bool = False


@dataclass(frozen=True)
class Progress:
    """A labelled job on its way. ``part`` is 0..1, or None when the length is unknown; ``count`` is how many so far."""

    slot: Hashable
    label: str
    part: float | None
    count: int | None = None


@dataclass(order=True)
class _Waiting:
    priority: int
    number: int
    job: Job = field(compare=False)


class Runner:
    """A few threads and a queue.

    Parameters
    ----------
    wake
        Called from a job thread when there is something to deliver; it must make the owner call ``deliver`` soon.
    threads
        Number of job threads.
    """

    def __init__(self, wake: Callable[[], None], *, threads: int = 2) -> None:
        self._wake = wake
        self._condition = threading.Condition()
        self._heap: list[_Waiting] = []
        self._latest: dict[Hashable, int] = {}
        self._running: dict[Hashable, JobControl] = {}
        self._progress: dict[Hashable, Progress] = {}
        self._results: deque[Callable[[], None]] = deque()
        self._numbers = itertools.count()
        self._closed = False
        self._threads = [threading.Thread(target=self._run, name=f"job-{n}", daemon=True) for n in range(threads)]
        self._beside: list[threading.Thread] = []
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job; a waiting one in the same slot is dropped, a running one goes on."""
        with self._condition:
            if self._closed:
                return
            if job.waits and job.slot not in self._running:
                thread = threading.Thread(target=self._perform, args=(job, self._begin(job)), name="job-beside", daemon=True)
                self._beside = [*(one for one in self._beside if one.is_alive()), thread]
                thread.start()
                return
            number = next(self._numbers)
            self._latest[job.slot] = number
            heapq.heappush(self._heap, _Waiting(job.priority, number, job))
            self._condition.notify()

    def is_busy_with(self, slot: Hashable) -> bool:
        """Say whether a slot's job waits or runs."""
        with self._condition:
            return slot in self._latest or slot in self._running

    def cancel(self, slot: Hashable) -> None:
        """Drop a slot's waiting job and ask its running one to stop."""
        with self._condition:
            self._latest.pop(slot, None)
            control = self._running.get(slot)
        if control is not None:
            control.cancel()

    def cancel_all(self) -> None:
        """Drop everything that waits or is to be delivered, and ask everything that runs to stop."""
        with self._condition:
            self._latest.clear()
            self._heap.clear()
            self._results.clear()
            controls = tuple(self._running.values())
        for control in controls:
            control.cancel()

    def drop_waiting(self, wanted: Callable[[Hashable], bool]) -> None:
        """Drop waiting jobs whose slot is no longer wanted."""
        with self._condition:
            self._latest = {slot: number for slot, number in self._latest.items() if wanted(slot)}

    @property
    def progress(self) -> tuple[Progress, ...]:
        """The labelled jobs that run now."""
        with self._condition:
            return tuple(self._progress.values())

    @property
    def idle(self) -> bool:
        """Whether nothing waits, runs or is to be delivered."""
        with self._condition:
            return not self._latest and not self._running and not self._results

    def deliver(self) -> None:
        """Call the ``done`` and ``failed`` of finished jobs, on the calling thread; after a few milliseconds later again."""
        until = time.monotonic() + _DELIVERED_AT_ONCE_S
        while self._results:
            self._results.popleft()()
            if self._results and time.monotonic() > until:
                self._wake()
                return

    def close(self) -> None:
        """Stop all threads; what still runs is asked to stop and waited for."""
        self.cancel_all()
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(timeout=10)
        for thread in self._beside:
            # A drive that does not answer is not waited for.
            thread.join(timeout=2)
        self._results.clear()

    def _run(self) -> None:
        while True:
            with self._condition:
                job = self._take()
                while job is None and not self._closed:
                    self._condition.wait()
                    job = self._take()
                if job is None:
                    return
                control = self._begin(job)
            self._perform(job, control)

    def _begin(self, job: Job) -> JobControl:
        """Take note of a job that runs from now on; the lock is held."""
        control = JobControl(
            lambda part, count: self._note_progress(job, part, count), lambda value: self._deliver_part(job, control, value)
        )
        self._running[job.slot] = control
        if job.label:
            self._progress[job.slot] = Progress(job.slot, job.label, None)
        return control

    def _perform(self, job: Job, control: JobControl) -> None:
        outcome = self._do(job, control)
        with self._condition:
            self._running.pop(job.slot, None)
            self._progress.pop(job.slot, None)
            if outcome is not None and not self._closed:
                self._results.append(outcome)
        if not self._closed:
            self._wake()

    def _deliver_part(self, job: Job, control: JobControl, value: Any) -> None:
        part_done = job.part_done
        if part_done is None or control.cancelled:
            return
        self._results.append(lambda: None if control.cancelled else part_done(value))
        self._wake()

    @staticmethod
    def _do(job: Job, control: JobControl) -> Callable[[], None] | None:
        try:
            result = job.work(control)
        except JobCancelled:
            return None
        except Exception as error:  # noqa: BLE001 - the border of a job: the owner decides what it means
            failure = error
            return lambda: job.failed(failure)
        return lambda: None if control.cancelled else job.done(result)

    def _take(self) -> Job | None:
        """Return the most urgent job that is still the latest of a slot that is not running; the lock is held."""
        postponed: list[_Waiting] = []
        found: Job | None = None
        while self._heap and found is None:
            waiting = heapq.heappop(self._heap)
            if self._latest.get(waiting.job.slot) != waiting.number:
                continue
            if waiting.job.slot in self._running:
                postponed.append(waiting)
                continue
            del self._latest[waiting.job.slot]
            found = waiting.job
        for waiting in postponed:
            heapq.heappush(self._heap, waiting)
        return found

    def _note_progress(self, job: Job, part: float | None, count: int | None) -> None:
        if not job.label:
            return
        with self._condition:
            if job.slot in self._progress:
                self._progress[job.slot] = Progress(job.slot, job.label, part, count)
        self._wake()


def raise_error(error: Exception) -> None:
    """Raise what a job failed of though nobody foresaw it: a bug, which goes to the crash report as any on this thread."""
    raise error
