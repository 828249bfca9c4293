"""What a turn of the wheel amounts to: fine wheels and touch pads tell many small turns, which add up to whole steps."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QWheelEvent

ONE_STEP: Final = 120
"""Eighths of a degree: a step of a wheel that has steps, as Qt counts."""


def turn_of(event: QWheelEvent) -> int:
    """Return how far a wheel was turned, away from the hand positive; a turn sideways counts where there is no other."""
    return event.angleDelta().y() or event.angleDelta().x()


class WheelSteps:
    """Adds up turns; what is no whole step is kept for the next one."""

    def __init__(self) -> None:
        self._rest = 0

    def take(self, event: QWheelEvent) -> int:
        """Return the whole steps that are turned by now, away from the hand positive."""
        self._rest += turn_of(event)
        steps = int(self._rest / ONE_STEP)
        self._rest -= steps * ONE_STEP
        return steps
