"""Saves the settings on a thread of its own: a slow disk must not hold up the window."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from viewer.app.settings import Settings, save_settings


class SettingsSaver:
    """Writes one file, in the order in which settings are handed over; what waits behind newer ones is not written.

    Parameters
    ----------
    on_failure
        Called on the writing thread with the reason when the file could not be written.
    """

    def __init__(self, path: Path, on_failure: Callable[[str], None]) -> None:
        self._path, self._on_failure = path, on_failure
        self._writer = ThreadPoolExecutor(1, "settings")
        self._latest: Settings | None = None

    def save(self, settings: Settings) -> None:
        """Write the settings soon."""
        self._latest = settings
        self._writer.submit(self._write, settings)

    def close(self) -> None:
        """Wait until everything is written."""
        self._writer.shutdown()

    def _write(self, settings: Settings) -> None:
        if settings is not self._latest:
            return
        try:
            save_settings(settings, self._path)
        except OSError as error:
            self._on_failure(error.strerror or "")
