"""Collecting cycles of objects: on the window's thread alone, in small bites, never over everything that is open.

Left to itself the interpreter stops every thread for a tenth of a second and more, whenever a job has made many objects,
and may end widgets on a job's thread.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QTimer

_EVERY_MS = 200
_YOUNG = 2000
_OLD = 5


class GarbageCollection:
    """Takes over collection until ``close``.

    Parameters
    ----------
    is_idle
        Whether nothing is being loaded.
    """

    def __init__(self, is_idle: Callable[[], bool]) -> None:
        self._is_idle = is_idle
        gc.disable()
        gc.freeze()
        self._timer = QTimer()
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def forget(self) -> None:
        """Collect over everything: what was open is about to go."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """Give collection back to the interpreter."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        young, _, old = gc.get_count()
        if young > _YOUNG:
            gc.collect(1)
        if old > _OLD and self._is_idle():
            # What has been loaded stays until another folder is opened: to look through it again would be in vain.
            gc.freeze()
