"""Collecting cycles of objects: on the window's thread alone, in small bites, never over everything that is open.

Left to itself the interpreter stops every thread for a tenth of a second and more, whenever a job has made many objects,
and may end widgets on a job's thread.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QTimer

_EVERY_MS = 200
_YOUNG = 2000


class GarbageCollection:
    """Takes over collection until ``close``. What lives already, the program itself, is never looked through again."""

    def __init__(self) -> None:
        gc.disable()
        gc.freeze()
        self._timer = QTimer()
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def forget(self) -> None:
        """Collect over everything that was made since the start: what was open has gone."""
        gc.collect()

    def close(self) -> None:
        """Give collection back to the interpreter."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        # What survives twice waits for ``forget``: to look through a whole study again would be in vain.
        if gc.get_count()[0] > _YOUNG:
            gc.collect(1)
