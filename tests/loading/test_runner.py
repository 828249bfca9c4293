"""The runner: urgent work first, the newest request of a slot only, results on the delivering thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from viewer.loading.runner import Job, JobControl, Runner


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(lambda: None, threads=1)
    yield made
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("job-")]


def job(slot: object, work: Callable[[JobControl], object], heard: list[object], **fields: object) -> Job:
    return Job(slot, fields.pop("priority", 0), work, heard.append, heard.append, **fields)  # type: ignore[arg-type]


def wait_for(runner: Runner) -> None:
    deadline = time.monotonic() + 10
    while not runner.idle:
        runner.deliver()
        assert time.monotonic() < deadline
        time.sleep(0.002)


def blocked(runner: Runner, heard: list[object]) -> threading.Event:
    """Keep the only thread busy until the event is set."""
    gate, running = threading.Event(), threading.Event()

    def work(_: JobControl) -> str:
        running.set()
        gate.wait(10)
        return "gate"

    runner.submit(job("gate", work, heard))
    assert running.wait(10)
    return gate


def test_urgent_work_runs_first(runner: Runner) -> None:
    heard: list[object] = []
    gate = blocked(runner, heard)
    runner.submit(job("a", lambda _: "later", heard, priority=9))
    runner.submit(job("b", lambda _: "first", heard, priority=1))
    gate.set()
    wait_for(runner)
    assert heard == ["gate", "first", "later"]


def test_a_newer_request_replaces_the_waiting_one(runner: Runner) -> None:
    heard: list[object] = []
    gate = blocked(runner, heard)
    runner.submit(job("slice", lambda _: "old", heard))
    runner.submit(job("slice", lambda _: "new", heard))
    gate.set()
    wait_for(runner)
    assert heard == ["gate", "new"]


def test_results_arrive_on_the_delivering_thread(runner: Runner) -> None:
    heard: list[object] = []
    here = threading.current_thread()
    runner.submit(
        Job(
            "a",
            0,
            lambda _: threading.current_thread(),
            lambda made: heard.extend([made, threading.current_thread()]),
            heard.append,
        )
    )
    wait_for(runner)
    assert heard[0] is not here
    assert heard[1] is here


def test_a_cancelled_job_stops_and_delivers_nothing(runner: Runner) -> None:
    heard: list[object] = []
    running = threading.Event()

    def endless(control: JobControl) -> None:
        running.set()
        while True:
            control.check()
            time.sleep(0.001)

    runner.submit(job("a", endless, heard))
    assert running.wait(10)
    runner.cancel("a")
    wait_for(runner)
    assert heard == []


def test_parts_come_before_the_whole(runner: Runner) -> None:
    heard: list[object] = []

    def work(control: JobControl) -> str:
        control.deliver_part(1)
        control.deliver_part(2)
        return "all"

    runner.submit(job("a", work, heard, part_done=heard.append))
    wait_for(runner)
    assert heard == [1, 2, "all"]


def test_a_failure_is_handed_over(runner: Runner) -> None:
    heard: list[object] = []
    runner.submit(job("a", lambda _: 1 / 0, heard))
    wait_for(runner)
    assert isinstance(heard[0], ZeroDivisionError)


def test_progress_is_told_only_of_labelled_jobs(runner: Runner) -> None:
    heard: list[object] = []
    seen: list[tuple[str, float | None]] = []

    def work(control: JobControl) -> None:
        control.progress(0.5)
        seen.extend((entry.label, entry.part) for entry in runner.progress)

    runner.submit(job("a", work, heard))
    runner.submit(job("b", work, heard, label="Reading"))
    wait_for(runner)
    assert seen == [("Reading", 0.5)]
    assert runner.progress == ()


def test_what_waited_for_delivery_when_everything_was_cancelled_never_arrives(runner: Runner) -> None:
    heard: list[object] = []
    done = threading.Event()

    def work(_: JobControl) -> str:
        return "late"

    runner.submit(job("a", work, heard))
    runner.submit(job("b", lambda _: done.set(), heard))
    assert done.wait(10)
    runner.cancel_all()
    wait_for(runner)
    assert heard == []


def test_a_heap_of_results_is_delivered_in_bites_with_a_wake_between() -> None:
    wakes: list[int] = []
    told: list[int] = []
    runner = Runner(lambda: wakes.append(1), threads=1)
    try:
        for number in range(4):

            def done(value: int) -> None:
                time.sleep(0.01)
                told.append(value)

            runner.submit(Job(number, 0, lambda _, number=number: number, done, lambda _: None))
        while len(wakes) < 4:
            time.sleep(0.001)
        runner.deliver()
        assert told == [0]
        assert len(wakes) == 5
        while not runner.idle:
            runner.deliver()
        assert told == [0, 1, 2, 3]
    finally:
        runner.close()


def test_work_that_waits_keeps_nothing_else_waiting(runner: Runner) -> None:
    heard: list[object] = []
    gate, go = blocked(runner, heard), threading.Event()
    for number in range(3):
        runner.submit(job(number, lambda _: go.wait(10), heard, waits=True))
        assert runner.is_busy_with(number)
    gate.set()
    runner.submit(job("quick", lambda _: "quick", heard))
    deadline = time.monotonic() + 10
    while heard != ["gate", "quick"]:
        runner.deliver()
        assert time.monotonic() < deadline
    go.set()
    wait_for(runner)
    assert heard == ["gate", "quick", True, True, True]
