"""One window at a time writes the review of a study: a lock file beside it, which a window that died does not keep."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile


class ReviewLocks:
    """The locks that this window holds, by the path of the review.

    Qt's lock file works on every system and on shared folders: it names process and computer, and is taken over when that
    process is gone. It never grows stale by age alone: a study may be open for days.
    """

    def __init__(self) -> None:
        self._held: dict[Path, QLockFile] = {}

    def take(self, review: Path) -> bool:
        """Take the lock of a review; returns False when another window holds it.

        Where no lock can be made, the folder cannot be written to: saving will say so, and nobody else writes there either.
        """
        if review in self._held:
            return True
        try:
            review.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True
        lock = QLockFile(str(review.with_suffix(".lock")))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            self._held[review] = lock
            return True
        return lock.error() != QLockFile.LockError.LockFailedError

    def release(self, review: Path) -> None:
        """Give a lock back, if it is held."""
        lock = self._held.pop(review, None)
        if lock is not None:
            lock.unlock()

    def release_all(self) -> None:
        """Give every lock back."""
        for review in tuple(self._held):
            self.release(review)
