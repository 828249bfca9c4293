"""What a test must not leave behind: threads, processes, widgets, running timers."""

from __future__ import annotations

import gc
import multiprocessing
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

_PATIENCE_S = 3.0
_THAWED_EVERY = 200
_frozen = 0


@dataclass(frozen=True)
class Alive:
    """What is alive at one moment, by identity."""

    threads: frozenset[int]
    processes: frozenset[int]
    widgets: frozenset[int]
    timers: frozenset[int]


def freeze() -> None:
    """Set aside everything that lives, so that only what a test makes is looked through: of all objects that took longer
    than most tests. Now and then what was set aside is looked through after all.
    """
    global _frozen
    _frozen += 1
    if _frozen % _THAWED_EVERY == 0:
        gc.unfreeze()
        gc.collect()
    gc.freeze()


def alive(*, qt: bool) -> Alive:
    """Look around; widgets and timers only when the test uses Qt, for finding them takes a walk over all objects."""
    return Alive(
        frozenset(thread.ident or 0 for thread in threading.enumerate()),
        frozenset(process.pid or 0 for process in multiprocessing.active_children()),
        frozenset(id(widget) for widget in _widgets()) if qt else frozenset(),
        frozenset(id(timer) for timer in _timers()) if qt else frozenset(),
    )


def left_behind(before: Alive, *, qt: bool) -> list[str]:
    """Name what is alive now and was not before; waits a moment for what is just ending."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        if qt:
            _settle()
        now = alive(qt=qt)
        found = [
            *[f"thread {t.name}" for t in threading.enumerate() if (t.ident or 0) in now.threads - before.threads],
            *[f"process {pid}" for pid in now.processes - before.processes],
            *[f"widget {_name(widget)}" for widget in _widgets() if qt and id(widget) in now.widgets - before.widgets],
            *[
                f"running timer of {_name(timer.parent())}"
                for timer in _timers()
                if qt and id(timer) in now.timers - before.timers
            ],
        ]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def _settle() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()
    gc.collect()


def _widgets() -> list[Any]:
    module = sys.modules.get("PySide6.QtWidgets")
    application = module.QApplication.instance() if module else None
    return [] if application is None else [w for w in application.topLevelWidgets() if w.isVisible()]


def _timers() -> list[Any]:
    from PySide6.QtCore import QTimer
    from shiboken6 import isValid

    return [o for o in gc.get_objects() if type(o) is QTimer and isValid(o) and o.isActive()]


def _name(thing: Any) -> str:
    return type(thing).__name__
