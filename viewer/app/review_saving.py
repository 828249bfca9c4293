"""Saves what the reader made of a study shortly after it changed, one file a study, and brings it back when it is opened."""

from __future__ import annotations

import getpass
import json
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path
from typing import Literal

from viewer.app.review_lock import ReviewLocks
from viewer.export.whole_files import write_atomically
from viewer.reading.changes.editing import take_edits
from viewer.reading.changes.measuring import set_read_only, take_measurements
from viewer.reading.changes.review import take_blind_reads, take_decisions
from viewer.reading.reading import Reading
from viewer.reading.review_file import (
    NotAReview,
    Review,
    blind_reads_of,
    decisions_of,
    edits_of_parts,
    ids_of,
    joined,
    measurements_of,
    parsed,
    review_of,
)
from viewer.reading.state import ReadingState

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReviewNews:
    """What the reader must hear of the saving.

    ``not_saved``, ``not_read``: ``reason`` says why. ``saved_again``: after it had failed. ``set_aside``: what stood in the
    file was no review, and is kept under the name ``reason``. ``elsewhere``: another window holds the review.
    ``here_again``: that window has closed.
    """

    kind: Literal["not_saved", "saved_again", "not_read", "set_aside", "elsewhere", "here_again"]
    reason: str = ""


@dataclass(frozen=True)
class ReviewCalls:
    """How the saver reaches its owner.

    ``save_soon``, ``load_soon``: there is something to save or to load; must make the owner call ``save`` or ``load`` soon.
    ``tell``: there is news; called from any thread.
    """

    save_soon: Callable[[], None]
    load_soon: Callable[[], None]
    tell: Callable[[ReviewNews], None]


def reader_name(chosen: str) -> str:
    """Return whose review it is: the name in the settings, else that of the account on this computer."""
    if chosen.strip():
        return chosen.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


class ReviewSaver:
    """Writes one file a reader and study into ``folder``, never into that of the study.

    Parameters
    ----------
    reader
        Whose review it is: another reader has files of their own.
    """

    def __init__(self, reading: Reading, folder: Path, reader: str, calls: ReviewCalls) -> None:
        self._reading, self._folder, self._reader, self._calls = reading, folder, reader, calls
        self._dirty: set[str] = set()
        self._failed: set[str] = set()
        self._told: set[str] = set()
        """Studies of which it was said that they could not be saved: not with every change again."""
        self._unread: set[str] = set()
        self._loaded: set[str] = set()
        self._loading = False
        self._known: dict[str, frozenset[str]] = {}
        self._locks = ReviewLocks()
        # A slow disk must not hold up the window.
        self._writer = ThreadPoolExecutor(1, "review")
        self._written: list[Future[None]] = []
        self._stop = reading.connect(self._note)

    def load(self) -> None:
        """Take the saved measurements of the studies that have been opened since the last time."""
        opened = _studies(self._reading.state)
        self._wait()
        elsewhere = set(self._reading.state.content.read_only_studies) & opened
        for study in sorted(opened - self._loaded):
            self._loaded.add(study)
            if not self._locks.take(self._path(study)):
                elsewhere.add(study)
                self._calls.tell(ReviewNews("elsewhere"))
            self._load(study)
        self._reading.apply(set_read_only, elsewhere)

    def save(self) -> None:
        """Write the reviews that changed since the last time, on a thread of its own."""
        state = self._reading.state
        for study in sorted(self._dirty | self._failed):
            self._written.append(self._writer.submit(self._write, study, review_of(state, study, self._reader)))
        self._dirty.clear()

    def try_again(self) -> None:
        """Save and read what could not be, and take the reviews that another window has given back."""
        self._wait()
        for study in sorted(self._unread & self._loaded):
            self._load(study)
        held = set(self._reading.state.content.read_only_studies)
        free = {study for study in held if self._locks.take(self._path(study))}
        for study in sorted(free):
            self._load(study)
        if free:
            self._reading.apply(set_read_only, held - free)
            self._calls.tell(ReviewNews("here_again"))
        if held - free:
            self._calls.tell(ReviewNews("elsewhere"))
        self._told.clear()
        self.save()

    def close(self) -> None:
        """Save and stop listening; what is being written is waited for."""
        self.save()
        self._stop()
        self._writer.shutdown()
        self._locks.release_all()

    def _load(self, study: str) -> None:
        self._unread.discard(study)
        try:
            review = self._read(study)
        except OSError as error:
            self._unread.add(study)
            _log.warning("a review could not be read: %s", error.strerror)
            self._calls.tell(ReviewNews("not_read", error.strerror or ""))
            review = None
        self._known[study] = ids_of(review) if review is not None else frozenset()
        before = self._reading.state
        if review is not None:
            self._loading = True
            self._reading.apply(take_measurements, measurements_of(review))
            self._reading.apply(take_decisions, decisions_of(review))
            self._reading.apply(take_edits, edits_of_parts(review))
            self._reading.apply(take_blind_reads, study, blind_reads_of(review))
            self._loading = False
        if self._reading.state is not before:
            # An older state has no saved measurements: to go back to it would delete them.
            self._reading.forget_history()

    def _note(self, old: ReadingState, new: ReadingState) -> None:
        if old.whole.library is not new.whole.library:
            opened = _studies(new)
            for study in self._loaded - opened:
                # After what is still being written of it.
                self._written.append(self._writer.submit(self._locks.release, self._path(study)))
            self._loaded &= opened
            if opened - self._loaded:
                self._calls.load_soon()
        changed = _changed(old, new)
        # What left with its study was not deleted.
        if changed and not self._loading and changed & (opened := _studies(new)):
            self._dirty |= changed & opened
            self._calls.save_soon()

    def _write(self, study: str, review: Review) -> None:
        known = self._known.get(study, frozenset())
        try:
            on_disk = self._read(study)
            whole = review if on_disk is None else joined(review, on_disk, known)
            write_atomically(self._path(study), json.dumps(whole, indent=1))
        except OSError as error:
            _log.warning("the review could not be saved: %s", error.strerror)
            self._failed.add(study)
            if study not in self._told:
                self._told.add(study)
                self._calls.tell(ReviewNews("not_saved", error.strerror or ""))
            return
        if study in self._failed:
            self._failed.discard(study)
            self._told.discard(study)
            self._calls.tell(ReviewNews("saved_again"))
        # What only the file has stays unknown: otherwise it would be taken for deleted the next time.
        self._known[study] = known | ids_of(review)

    def _read(self, study: str) -> Review | None:
        """Return the review in the file; None when there is none. What is no review is kept under another name, and said."""
        path = self._path(study)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            text = ""
        try:
            return parsed(text, study, self._reader)
        except NotAReview as reason:
            aside = _free_name(path)
            path.rename(aside)
            _log.warning("a review could not be read and was set aside: %s", reason)
            self._calls.tell(ReviewNews("set_aside", str(aside)))
            return None

    def _path(self, study: str) -> Path:
        # The name must not tell whose study it is.
        name = blake2s(f"{self._reader}\0{study}".encode(), digest_size=16).hexdigest()
        return self._folder / f"{name}.json"

    def _wait(self) -> None:
        for written in self._written:
            written.result()
        self._written.clear()


def _changed(old: ReadingState, new: ReadingState) -> set[str]:
    """Return the studies, by UID, of which the reader made something else now."""
    changed: set[str] = set()
    if old.measurements is not new.measurements:
        images = {*old.measurements, *new.measurements}
        changed |= {one.study_instance_uid for one in images if old.measurements.get(one) != new.measurements.get(one)}
    if old.decisions is not new.decisions:
        ids = {*old.decisions, *new.decisions}
        differing = [name for name in ids if old.decisions.get(name) != new.decisions.get(name)]
        changed |= {(new.decisions.get(name) or old.decisions[name]).study_instance_uid for name in differing}
    if old.edits is not new.edits:
        names = {*old.edits, *new.edits}
        changed |= {one.study_instance_uid for one in names if old.edits.get(one) != new.edits.get(one)}
    if old.blind_reads is not new.blind_reads:
        studies = {*old.blind_reads, *new.blind_reads}
        changed |= {one for one in studies if old.blind_reads.get(one) != new.blind_reads.get(one)}
    return changed


def _studies(state: ReadingState) -> set[str]:
    """Return the UIDs of the opened studies that have one."""
    found = {study.study_instance_uid for patient in state.whole.library.patients for study in patient.studies}
    return found - {""}


def _free_name(path: Path) -> Path:
    """Return a name beside a file that is not taken."""
    names: Iterable[Path] = (path.with_name(f"{path.stem}.set-aside-{number}.json") for number in range(1, 1_000_000))
    return next(one for one in names if not one.exists())
