"""Cine: panes that play go on by a frame at the file's own pace."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer

from viewer.domain.image_attributes import ImageAttributes
from viewer.reading.changes.workspace import play_on
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.inputs import Pending, SceneInputs

DEFAULT_MS = 100.0
_FASTEST_MS = 10.0


class Cine(QObject):
    """Moves playing panes on. A frame that is still being read is waited for: a cine may stutter, but skips nothing."""

    def __init__(self, reading: Reading, store: SceneInputs, parent: QObject) -> None:
        super().__init__(parent)
        self._reading, self._store = reading, store
        self._timers: dict[int, QTimer] = {}

    def on_changed(self, new: ReadingState) -> None:
        """Start and stop timers as panes begin and cease to play."""
        playing = {number for number, pane in enumerate(new.panes) if pane.playing}
        for number in set(self._timers) - playing:
            self._timers.pop(number).stop()
        for number in playing - set(self._timers):
            timer = QTimer(self)
            timer.setTimerType(Qt.TimerType.PreciseTimer)
            timer.timeout.connect(partial(self._go_on, number))
            self._timers[number] = timer
            timer.start(self._interval_ms(new, number))

    def _go_on(self, pane: int) -> None:
        state = self._reading.state
        shown = state.frame_of(state.panes[pane]) if pane < len(state.panes) else None
        if shown is None or isinstance(self._store.frame(shown), Pending):
            return
        self._timers[pane].setInterval(self._interval_ms(state, pane))
        self._reading.apply(play_on, pane)

    def _interval_ms(self, state: ReadingState, pane: int) -> int:
        frame = state.frame_of(state.panes[pane])
        attributes = self._store.attributes(frame.instance) if frame is not None else None
        stated = attributes.frame_time_ms if isinstance(attributes, ImageAttributes) else None
        return round(max(stated or DEFAULT_MS, _FASTEST_MS))
