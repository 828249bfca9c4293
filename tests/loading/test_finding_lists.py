"""The list of findings is worked out on a job thread, and the reading says when it is there."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.ui.small_study import SEG, small_state
from viewer.loading import finding_lists
from viewer.loading.finding_lists import FindingLists
from viewer.loading.runner import Runner
from viewer.reading.blind import blinded
from viewer.reading.changes.library import findings_listed, measures_made
from viewer.reading.changes.review import hide_results
from viewer.reading.findings import FindingsList
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_at_hand, findings_shown, ticks_on
from viewer.scene.remembered import forget_everything


def test_the_window_s_thread_only_takes_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_everything()
    woken, threads = threading.Event(), []

    def noted(state: ReadingState) -> FindingsList:
        threads.append(threading.current_thread())
        return findings_shown(state)

    monkeypatch.setattr(finding_lists, "findings_shown", noted)
    reading, runner = Reading(small_state()), Runner(woken.set)
    try:
        assert findings_at_hand(reading.state) is None
        assert ticks_on(reading.state, "1.1#1") == {}
        FindingLists(reading, runner).ask(reading.state)
        assert woken.wait(10)
        runner.deliver()
    finally:
        runner.close()
    assert reading.state.content.listings == 1
    assert findings_at_hand(reading.state) is findings_shown(reading.state)
    assert [one.label for one in findings_shown(reading.state).findings]
    assert threading.main_thread() not in threads


def test_a_list_of_what_was_measured_before_is_not_taken_for_that_of_now() -> None:
    state = small_state()
    findings_shown(state)
    assert findings_at_hand(measures_made(state, SEG, MappingProxyType({}))) is None
    # That it was worked out changes nothing of what it was worked out from.
    assert findings_at_hand(findings_listed(state)) is not None


def test_in_a_blind_read_what_did_not_change_is_the_same_again() -> None:
    state = hide_results(small_state(), "2026-01-01T00:00:00Z")
    findings_shown(state)
    assert findings_at_hand(findings_listed(state)) is not None
    again = blinded(replace(state.whole, listings=7), state.whole, state.content)
    assert again.measures is state.content.measures
    assert again.bindings is state.content.bindings
