"""Works the list of findings out on a job thread: of a large object that takes longer than a window may stand still."""

from __future__ import annotations

from viewer.loading.runner import Job, Runner
from viewer.reading.changes.library import findings_listed
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_shown

_PRIORITY = 40
"""Before numbers and comparisons that were asked for: the reader waits for the list."""


class FindingLists:
    """What is found stays in the memory of ``findings_shown``; the reading tells everybody that it is there."""

    def __init__(self, reading: Reading, runner: Runner) -> None:
        self._reading, self._runner = reading, runner

    def ask(self, state: ReadingState) -> None:
        """Work the findings of a state out; a newer state takes the place of one that waits."""
        self._runner.submit(Job("findings", _PRIORITY, lambda _: findings_shown(state), self._take, _raise))

    def _take(self, _: object) -> None:
        self._reading.apply(findings_listed)


def _raise(error: Exception) -> None:
    raise error
