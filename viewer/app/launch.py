"""The start of the window: an empty one at once, then, while it is on the screen, the import of everything else."""

from __future__ import annotations

import importlib
import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from viewer.app import paths
from viewer.ui.first_window import FirstWindow

_LOOK_EVERY_MS = 20
SWITCH_EVERY_S = 0.0002
"""How long a job may keep the interpreter from the window's thread. Qt hands it over at every call of a painter, and a
wait of the usual 5 ms at each of them would hold up a picture for a second."""


class _Import:
    """Imports the program on a thread of its own; the window goes on living."""

    def __init__(self) -> None:
        self.module: Any = None
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="import")
        self._thread.start()

    @property
    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def wait(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        try:
            self.module = importlib.import_module("viewer.app.window")
        except BaseException as error:  # noqa: BLE001 - raised again on the window's thread
            self.failure = error


def run(opened: Sequence[Path], *, sample: bool, blind: bool) -> int:
    """Show the window, open what was named, and return the exit status when the window is closed."""
    sys.setswitchinterval(SWITCH_EVERY_S)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("overread")
    application.setApplicationDisplayName("Overread")
    application.setDesktopFileName("overread")
    settings_path = paths.user_settings() / "settings.json"
    window = FirstWindow(*_first_look(settings_path))
    # Painted before anything else takes time.
    application.processEvents()
    importing = _Import()
    programs: list[Any] = []

    def look() -> None:
        if not importing.is_done:
            return
        timer.stop()
        if importing.failure is not None:
            window.close()
            return
        programs.append(importing.module.fill(window, settings_path, opened, sample=sample, blind=blind))

    timer = QTimer()
    timer.setInterval(_LOOK_EVERY_MS)
    timer.timeout.connect(look)
    timer.start()
    status = application.exec()
    timer.stop()
    importing.wait()
    for program in programs:
        program.close()
    if importing.failure is not None:
        raise importing.failure
    return status


@dataclass(frozen=True)
class _Place:
    window_geometry: str
    window_layout: str = ""


def _first_look(settings_path: Path) -> tuple[str, _Place]:
    """Return theme and place of the window from the settings file, which is read properly a moment later."""
    try:
        stored = json.loads(settings_path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stored = {}
    found = stored if isinstance(stored, dict) else {}
    return str(found.get("theme", "dark")), _Place(str(found.get("window_geometry", "")))
