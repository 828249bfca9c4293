"""Saves the reader's measurements shortly after they changed, one file a study, and brings them back when it is opened."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2s
from pathlib import Path

from viewer.app.settings import write_atomically
from viewer.reading.changes.measuring import take_measurements
from viewer.reading.reading import Reading
from viewer.reading.review_file import NotAReview, Review, ids_of, joined, measurements_of, parsed, review_of
from viewer.reading.state import ReadingState

_log = logging.getLogger(__name__)


class ReviewSaver:
    """Writes one file a study into ``folder``, never into that of the study. The user's data folder is the reader's own.

    Parameters
    ----------
    save_soon, load_soon
        Called when there is something to save or to load; must make the owner call ``save`` or ``load`` soon.
    """

    def __init__(
        self, reading: Reading, folder: Path, *, save_soon: Callable[[], None], load_soon: Callable[[], None]
    ) -> None:
        self._reading, self._folder = reading, folder
        self._save_soon, self._load_soon = save_soon, load_soon
        self._dirty: set[str] = set()
        self._loaded: set[str] = set()
        self._loading = False
        self._known: dict[str, frozenset[str]] = {}
        # A slow disk must not hold up the window.
        self._writer = ThreadPoolExecutor(1, "review")
        self._written: list[Future[None]] = []
        self._stop = reading.connect(self._note)

    def load(self) -> None:
        """Take the saved measurements of the studies that have been opened since the last time."""
        opened = _studies(self._reading.state)
        for written in self._written:
            written.result()
        self._written.clear()
        for study in sorted(opened - self._loaded):
            self._loaded.add(study)
            try:
                review = _read(self._path(study), study)
            except OSError as error:
                _log.warning("a review could not be read: %s", error.strerror)
                review = None
            found = measurements_of(review) if review is not None else ()
            self._known[study] = ids_of(found)
            if found:
                self._loading = True
                self._reading.apply(take_measurements, found)
                self._loading = False
                # An older state has no saved measurements: to go back to it would delete them.
                self._reading.forget_history()

    def save(self) -> None:
        """Write the reviews that changed since the last time, on a thread of its own."""
        state = self._reading.state
        for study in sorted(self._dirty):
            self._written.append(self._writer.submit(self._write, study, review_of(state, study)))
        self._dirty.clear()

    def close(self) -> None:
        """Save and stop listening; what is being written is waited for."""
        self.save()
        self._stop()
        self._writer.shutdown()

    def _note(self, old: ReadingState, new: ReadingState) -> None:
        if old.content.library is not new.content.library:
            opened = _studies(new)
            self._loaded &= opened
            if opened - self._loaded:
                self._load_soon()
        if old.measurements is not new.measurements:
            opened = _studies(new)
            images = {*old.measurements, *new.measurements}
            changed = {one.study_instance_uid for one in images if old.measurements.get(one) != new.measurements.get(one)}
            # What left with its study was not deleted.
            if not self._loading and changed & opened:
                self._dirty |= changed & opened
                self._save_soon()

    def _write(self, study: str, review: Review) -> None:
        path = self._path(study)
        known = self._known.get(study, frozenset())
        try:
            on_disk = _read(path, study)
            whole = review if on_disk is None else joined(review, on_disk, known)
            write_atomically(path, json.dumps(whole, indent=1))
        except OSError as error:
            _log.warning("the review could not be saved: %s", error.strerror)
            return
        # What only the file has stays unknown: otherwise it would be taken for deleted the next time.
        self._known[study] = known | ids_of(measurements_of(review))

    def _path(self, study: str) -> Path:
        # The name must not tell whose study it is.
        return self._folder / f"{blake2s(study.encode(), digest_size=16).hexdigest()}.json"


def _studies(state: ReadingState) -> set[str]:
    """Return the UIDs of the opened studies that have one."""
    found = {study.study_instance_uid for patient in state.content.library.patients for study in patient.studies}
    return found - {""}


def _read(path: Path, study: str) -> Review | None:
    """Return the review in a file; None when there is none. What is no review is set aside under another name, and kept."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        text = ""
    try:
        return parsed(text, study)
    except NotAReview as reason:
        number = 1
        while (aside := path.with_name(f"{path.stem}.set-aside-{number}.json")).exists():
            number += 1
        path.rename(aside)
        _log.warning("a review could not be read and was set aside: %s", reason)
        return None
