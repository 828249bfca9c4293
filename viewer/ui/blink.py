"""Blinking overlays: off and on again at a steady pace, so that the eye compares image and result."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from viewer.reading.changes.workspace import hide_overlays
from viewer.reading.reading import Reading
from viewer.ui.window_acts import toggle_hidden

BLINK_MS = 400


class Blink(QObject):
    """Blinks the overlays of a reading while it is on; they are shown again when it ends."""

    def __init__(self, reading: Reading, parent: QObject) -> None:
        super().__init__(parent)
        self._reading = reading
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(lambda: toggle_hidden(reading))

    def toggle(self) -> None:
        """Begin or end."""
        if self._timer.isActive():
            self._timer.stop()
            self._reading.apply(hide_overlays, "shown")
        else:
            self._timer.start()

    def stop(self) -> None:
        """End, and leave the overlays as they are."""
        self._timer.stop()
