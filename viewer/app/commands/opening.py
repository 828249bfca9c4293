"""Opening paths without a window: scan and build the library; the same for every command."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from viewer.app.paths import sample_data
from viewer.dicom.scan import ScanProgress, scan
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader, Skipped
from viewer.domain.library import Library
from viewer.domain.stack import Stack

_PROGRESS_EVERY_SECONDS = 0.2


class Refused(Exception):
    """What was asked for cannot be had; the text is a sentence for the user."""


def stack_named(library: Library, stack_id: str) -> Stack:
    """Return a stack by its id; raises ``Refused``."""
    stack = library.stack(stack_id)
    if stack is None:
        raise Refused(f"There is no stack {stack_id}; `overread scan` lists them.")
    return stack


def open_library(paths: Sequence[Path], *, sample: bool = False) -> Library:
    """Scan paths and return the library.

    Parameters
    ----------
    paths
        Files, folders, zip files, DICOMDIRs; a file means that file and nothing beside it.
    sample
        Open the bundled study as well.
    """
    started = time.perf_counter()
    wanted = [*paths, *([sample_data()] if sample else [])]
    progress = _Progress()
    headers: list[InstanceHeader] = []
    skipped: list[Skipped] = []
    for found in scan(wanted, on_progress=progress.show if sys.stderr.isatty() else None):
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            headers.append(found)
    progress.end()
    library = build_library(headers, skipped, files=len(headers) + len(skipped))
    return Library(library.patients, library.skipped, files=library.files, seconds=round(time.perf_counter() - started, 3))


def check_not_opened(library: Library, path: Path) -> None:
    """Refuse to write over a file that was opened; raises ``Refused``."""
    if any(Path(one.source.path).resolve() == path.resolve() for one in library.instances):
        raise Refused(f"{path} is one of the opened files; it is not overwritten.")


class _Progress:
    """One line on the terminal, rewritten a few times a second."""

    def __init__(self) -> None:
        self._last = 0.0
        self._shown = False

    def show(self, progress: ScanProgress) -> None:
        """Show how far the scan is."""
        now = time.monotonic()
        if now - self._last < _PROGRESS_EVERY_SECONDS:
            return
        self._last = now
        self._shown = True
        sys.stderr.write(f"\r{progress.files} files, {progress.instances} objects")
        sys.stderr.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r" + " " * 40 + "\r")
            sys.stderr.flush()
