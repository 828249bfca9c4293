"""Refreshing one thing at a time: between two panels the window paints what there is and answers the reader.

What a study brings concerns every panel. Were all of them made anew in one go, the window would stand still for as long as
all of them take together.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from shiboken6 import isValid

IMAGES, PANELS = 0, 1
"""Ranks: the images go before everything beside them."""

_NEXT_MS = 1
"""Not zero: a timer of zero may fire in the same pass of the event loop."""


class Later(QObject):
    """A call that follows a change a little later, once however often it was asked for, and by turns with others.

    Parameters
    ----------
    parent
        Whose call it is; it ends with it.
    call
        Called on the window's thread.
    wait_ms
        How long changes are collected.
    rank
        Of those that are due the lowest goes first.
    """

    def __init__(self, parent: QObject, call: Callable[[], None], *, wait_ms: int = 0, rank: int = PANELS) -> None:
        super().__init__(parent)
        self._call, self.rank = call, rank
        self._due = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(wait_ms)
        self._wait.timeout.connect(self._line_up)
        self.destroyed.connect(partial(_leave, id(self)))

    @property
    def is_waiting(self) -> bool:
        """Whether the call is still to come."""
        return self._due or self._wait.isActive()

    def ask(self) -> None:
        """Ask for the call, unless it is to come anyway."""
        if not self.is_waiting:
            self._wait.start()

    def drop(self) -> None:
        """Forget that it was asked for."""
        self._wait.stop()
        self._due = False

    def take_turn(self) -> bool:
        """Call now if that is still wanted; says whether it was."""
        if not self._due:
            return False
        self._due = False
        self._call()
        return True

    def _line_up(self) -> None:
        self._due = True
        _turns().add(self)


class _Turns(QObject):
    """Those whose turn is to come. After each call one pass of the event loop goes to painting alone."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._line: list[tuple[int, int, Later]] = []
        self._numbers = itertools.count()
        self._painting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_NEXT_MS)
        self._timer.timeout.connect(self._go_on)

    def add(self, later: Later) -> None:
        heapq.heappush(self._line, (later.rank, next(self._numbers), later))
        if self._painting:
            self._timer.start()
        elif not self._timer.isActive():
            self._go_on()

    def leave(self, number: int) -> None:
        """Take one that is gone out of the line; with the last one the waiting ends."""
        self._line = [entry for entry in self._line if id(entry[2]) != number and isValid(entry[2])]
        heapq.heapify(self._line)
        if not self._line:
            self._timer.stop()
            self._painting = False

    def _go_on(self) -> None:
        if self._painting:
            self._painting = False
        else:
            while self._line and not self._painting:
                later = heapq.heappop(self._line)[2]
                self._painting = isValid(later) and later.take_turn()
        if self._line:
            self._timer.start()


_of_application: dict[int, _Turns] = {}


def _leave(number: int) -> None:
    for turns in _of_application.values():
        if isValid(turns):
            turns.leave(number)


def _turns() -> _Turns:
    """Return those of the application, which ends with it."""
    application = QCoreApplication.instance()
    assert application is not None
    found = _of_application.get(id(application))
    if found is None or not isValid(found):
        found = _of_application[id(application)] = _Turns(application)
    return found
