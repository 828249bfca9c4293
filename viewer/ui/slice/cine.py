"""Cine: panes that play go on by a frame, at the reader's pace or the file's, and say how fast they really are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer

from viewer.reading.changes.cine import Course, play_on, set_playing
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.inputs import Pending, SceneInputs
from viewer.scene.playing import course_of, interval_ms

_MEASURED_OVER_S = 1.5
_LOOK_AGAIN_MS = 8
"""How soon to look again for a frame that was not there in time."""


class Cine(QObject):
    """Moves playing panes on.

    A frame that is still being read, or not yet painted, is waited for: a cine may stutter, but skips nothing.

    Parameters
    ----------
    is_painted
        Says whether a pane has painted the frame that it shows.
    """

    def __init__(
        self, reading: Reading, store: SceneInputs, parent: QObject, is_painted: Callable[[int], bool] = lambda _: True
    ) -> None:
        super().__init__(parent)
        self._reading, self._store, self._is_painted = reading, store, is_painted
        self._timers: dict[int, QTimer] = {}
        self._shown_at: dict[int, deque[float]] = {}

    def real_frames_per_second(self, pane: int) -> float | None:
        """Return how many frames a pane really showed in each of the last seconds; None while that is not known."""
        times = self._shown_at.get(pane, deque())
        if len(times) < 2 or times[-1] - times[0] < _MEASURED_OVER_S / 3:
            return None
        return (len(times) - 1) / (times[-1] - times[0])

    def on_changed(self, new: ReadingState) -> None:
        """Start and stop timers as panes begin and cease to play."""
        playing = {number for number, pane in enumerate(new.panes) if pane.playing}
        for number in set(self._timers) - playing:
            self._timers.pop(number).stop()
            self._shown_at.pop(number, None)
        for number in playing - set(self._timers):
            timer = QTimer(self)
            timer.setTimerType(Qt.TimerType.PreciseTimer)
            timer.timeout.connect(partial(self._go_on, number))
            self._timers[number] = timer
            self._shown_at[number] = deque()
            timer.start(self._interval_ms(new, number))

    def _go_on(self, pane: int) -> None:
        state = self._reading.state
        shown = state.frame_of(state.panes[pane]) if pane < len(state.panes) else None
        if shown is None or isinstance(self._store.frame(shown), Pending) or not self._is_painted(pane):
            self._timers[pane].setInterval(_LOOK_AGAIN_MS)
            return
        course = course_of(state, pane, self._store) or Course(0, 0)
        if course.last == course.first and state.panes[pane].plays == "frames":
            self._reading.apply(set_playing, pane, "paused")
            return
        self._note(pane)
        self._reading.apply(play_on, pane, course)
        if pane in self._timers:
            interval = self._interval_ms(self._reading.state, pane)
            if interval != self._timers[pane].interval():
                self._timers[pane].setInterval(interval)

    def _note(self, pane: int) -> None:
        times, now = self._shown_at[pane], monotonic()
        times.append(now)
        while now - times[0] > _MEASURED_OVER_S:
            times.popleft()

    def _interval_ms(self, state: ReadingState, pane: int) -> int:
        return max(round(interval_ms(state, pane, self._store)), 1)
