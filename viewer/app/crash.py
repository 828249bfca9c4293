"""What happens when a bug strikes: the reading is saved, and the user gets a report that holds no patient data."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from types import TracebackType

from viewer.app.logs import without_patient_data

_log = logging.getLogger(__name__)


def crash_report(error: BaseException) -> str:
    """Return versions and the traceback of our own code: file names, lines and functions, never values or messages."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
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
        report = crash_report(error)
        _log.error("%s", without_patient_data(report))
        try:
            save()
        except Exception as second:  # noqa: BLE001 - nothing may stand between a bug and its report
            _log.error("saving failed: %s", type(second).__name__)
        show(report)

    sys.excepthook = handle


def _module(filename: str) -> str:
    parts = filename.replace("\\", "/").split("/")
    return "/".join(parts[parts.index("viewer") :]) if "viewer" in parts else parts[-1]
