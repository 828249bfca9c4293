"""What is checked in the background follows what is open, and up to where the reader lets numbers differ."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.loading.without_window import WithoutWindow
from viewer.app import paths
from viewer.domain.agreement import Tolerances
from viewer.domain.checked import NumberCheck
from viewer.loading.checking import Checking
from viewer.loading.decode_worker import DecodeWorker
from viewer.reading.changes.library import open_anew, set_tolerances
from viewer.reading.changes.review import hide_results
from viewer.reading.reading import Reading


@pytest.fixture
def program() -> Iterator[WithoutWindow]:
    """The sample study, opened and checked."""
    made, worker = WithoutWindow(), DecodeWorker()
    checking = Checking(made.reading, made.runner, worker)
    made.open(paths.sample_data())
    yield made
    checking.close()
    made.close()
    worker.close()


def volumes(program: WithoutWindow) -> list[NumberCheck]:
    checks = program.reading.state.whole.checks
    assert checks.done
    found = [one for of_finding in checks.numbers.values() for one in of_finding]
    return [one for one in found if one.unit in ("ml", "cm3") and one.recomputed is not None]


def test_other_tolerances_are_applied_to_what_is_open(program: WithoutWindow) -> None:
    before = volumes(program)
    wrong = {(one.finding, one.item) for one in before if one.agrees is False}
    assert wrong, "the sample study holds a wrong volume"
    assert all("agrees within 5 % or 0.1 ml" in one.method for one in before)
    program.reading.apply(set_tolerances, Tolerances(volume_percent=500.0, volume_ml=0.25))
    program.rest()
    after = volumes(program)
    assert len(after) == len(before)
    assert not [one for one in after if one.agrees is False]
    assert all("agrees within 500 % or 0.25 ml" in one.method for one in after)
    program.reading.apply(set_tolerances, Tolerances())
    program.rest()
    assert volumes(program) == before


def test_tolerances_are_no_step_of_undo_and_stay_for_what_is_opened_next() -> None:
    reading, chosen = Reading(), Tolerances(length_mm=3.0)
    reading.apply(hide_results, "2026-11-20T17:30:05+00:00")
    reading.apply(set_tolerances, chosen)
    assert not reading.can_undo
    reading.apply(open_anew)
    assert reading.state.content.tolerances == reading.state.whole.tolerances == chosen
