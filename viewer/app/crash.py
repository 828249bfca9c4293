"""What happens when a bug strikes: the reading is saved, and the user gets a report that holds no patient data.

A bug on a thread that is not the window's is only logged: what the thread was to do has its own border.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from importlib.metadata import version
from types import TracebackType

_log = logging.getLogger(__name__)


def crash_report(error: BaseException) -> str:
    """Return versions and where the error passed: modules, lines and functions, never values, messages or folders."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {_module(frame.filename)}, line {frame.lineno}, {frame.name}" for frame in frames]
    return "\n".join(
        [
            f"Overread {version('overread')}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
            f"{type(error).__name__} at",
            *places,
        ]
    )


def install(save: Callable[[], None], show: Callable[[str], None]) -> None:
    """Handle uncaught exceptions: save the reading first, then show the report; the program goes on.

    Parameters
    ----------
    save
        Saves the reading; whatever it raises is ignored here, for the report matters more.
    show
        Shows a report to the user.
    """

    def handle(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        try:
            save()
        except Exception as second:  # noqa: BLE001 - nothing may stand between a bug and its report
            _log.error("saving failed: %s", type(second).__name__)
        report = crash_report(error)
        _log.error("%s", report)
        show(report)

    def log_only(failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            _log.error("on a thread: %s", crash_report(failure.exc_value))

    sys.excepthook = handle
    threading.excepthook = log_only


def _module(filename: str) -> str:
    """Return the dotted name of a module of ours, else the name of the file: a folder may bear the name of a patient."""
    parts = filename.replace("\\", "/").removesuffix(".py").split("/")
    ours = len(parts) - 1 - parts[::-1].index("viewer") if "viewer" in parts else len(parts) - 1
    return ".".join(parts[ours:])
