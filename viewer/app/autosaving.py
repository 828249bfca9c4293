"""Saves the workspace of a study shortly after it changed, and brings it back when the study is opened again."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2s
from pathlib import Path

from viewer.domain.library import Study
from viewer.export.whole_files import write_atomically
from viewer.reading.autosave import prepare_checks, study_of, with_workspace, workspace_of
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState

_log = logging.getLogger(__name__)


class Autosaver:
    """Writes one file a study into ``folder``; the owner calls ``save`` when ``schedule`` said that there is something.

    Parameters
    ----------
    schedule
        Called after a change worth saving; must make the owner call ``save`` soon.
    """

    def __init__(self, reading: Reading, folder: Path, schedule: Callable[[], None]) -> None:
        self._reading = reading
        self._folder = folder
        self._schedule = schedule
        self._dirty = False
        # A slow disk must not hold up the window.
        self._writer = ThreadPoolExecutor(1, "autosave")
        self._written: Future[None] | None = None
        self._stop = reading.connect(self._note)

    def prepare(self) -> None:
        """Make ready for ``restore``: a study is being opened."""
        self._writer.submit(prepare_checks)

    def restore(self) -> None:
        """Apply the saved workspace of the study on the screen, if there is one."""
        if self._written is not None:
            self._written.result()
        study = study_of(self._reading.state)
        if study is None:
            return
        try:
            saved = json.loads(self._path(study).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(saved, dict):
            self._reading.apply(with_workspace, saved)

    def save(self) -> None:
        """Write the workspace, on a thread of its own, if it changed since the last time."""
        study = study_of(self._reading.state)
        if not self._dirty or study is None or self._reading.state.content.scanning:
            return
        self._dirty = False
        self._written = self._writer.submit(self._write, self._path(study), json.dumps(workspace_of(self._reading.state)))

    def close(self) -> None:
        """Save and stop listening; what is being written is waited for, and tried once more when that failed."""
        if self._written is not None:
            self._written.result()
        self.save()
        self._stop()
        self._writer.shutdown()
        self._dirty = False

    def _note(self, old: ReadingState, new: ReadingState) -> None:
        if old.layers is not new.layers or _arrangement(old) != _arrangement(new):
            self._dirty = True
            self._schedule()

    def _path(self, study: Study) -> Path:
        # The name must not tell whose study it is.
        name = blake2s((study.study_instance_uid or study.key).encode(), digest_size=16).hexdigest()
        return self._folder / f"{name}.json"

    def _write(self, path: Path, text: str) -> None:
        try:
            write_atomically(path, text)
        except OSError as error:
            # The next change, or the end of the program, tries again.
            self._dirty = True
            _log.warning("the workspace could not be saved: %s", error.strerror)


def _arrangement(state: ReadingState) -> tuple[object, ...]:
    """Return what of a state, besides its layers, a saved workspace holds."""
    return (
        *(state.panes, state.layout, state.active_pane, state.linked, state.links, state.pins),
        *(state.reference_lines, state.reference_ends),
    )
