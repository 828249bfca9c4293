"""Writes reviews and finding sheets for the window, on job threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from viewer.app.review_writing import save_finding_sheet, write_whole_review
from viewer.domain.finding import Finding
from viewer.domain.library import Library
from viewer.export.new_objects import CannotWrite
from viewer.export.review_files import ReviewOrder, Written, opened_folders, why_not_here
from viewer.export.review_record import Signature
from viewer.loading.eager import EagerInputs
from viewer.loading.runner import Job, JobControl, Runner
from viewer.reading.reading import Reading

_PRIORITY = 50


class ReviewWork:
    """Fulfils ``ui.review_work.ReviewWork``. Lives on the window's thread.

    Parameters
    ----------
    reader
        Whose review it is.
    open_paths
        Opens files and folders in place of what is open; a file is that file and nothing beside it.
    words
        What the progress says while a review, and while a sheet, is written.
    """

    def __init__(
        self,
        reading: Reading,
        runner: Runner,
        reader: str,
        open_paths: Callable[[Sequence[Path]], None],
        words: tuple[str, str],
    ) -> None:
        self._reading, self._runner, self.reader, self._open_paths = reading, runner, reader, open_paths
        self._writing, self._saving = words
        self._opened: tuple[Path, ...] = ()
        self._own: set[Path] = set()
        self._known: tuple[Library, object, frozenset[Path]] | None = None

    def note_opened(self, opened: Sequence[Path]) -> None:
        """Take note of what is opened now: nothing is written into it."""
        self._opened = tuple(opened)

    def why_not_here(self, folder: Path) -> str:
        """Return why nothing is written into a folder, as a sentence; empty when it may be."""
        # What a blind read hides is open all the same.
        library = self._reading.state.whole.library
        asked = (self._opened, len(self._own))
        if self._known is None or self._known[0] is not library or self._known[1] != asked:
            # Asked at every letter of a name: thousands of files are not looked at each time.
            self._known = (library, asked, opened_folders(self._opened, library, self._own))
        return why_not_here(folder, self._known[2])

    def write(self, order: ReviewOrder, tell: Callable[[Written | str], None]) -> None:
        """Write a review; ``tell`` gets what was written, or the sentence that says why nothing was."""
        state = self._reading.state

        def work(control: JobControl) -> Written | str:
            try:
                return write_whole_review(state, order, control.went_on)
            except CannotWrite as reason:
                return str(reason)

        self._submit("review", work, tell, self._writing)

    def save_sheet(self, finding: Finding, path: Path, tell: Callable[[Written | str], None]) -> None:
        """Save the sheet of a finding; the ending says PDF or PNG."""
        state, signature = self._reading.state, Signature(self.reader)

        def work(control: JobControl) -> Written | str:
            control.check()
            with EagerInputs(state.content.library, dict(state.content.overlays)) as inputs:
                save_finding_sheet(state, finding, signature, path, inputs)
            return Written((path,))

        self._submit("finding sheet", work, tell, self._saving)

    def show(self, files: tuple[Path, ...]) -> None:
        """Open written files beside what is open."""
        self._own.update(files)
        self._open_paths([*self._opened, *(path for path in files if path.suffix == ".dcm")])

    def _submit(
        self, slot: str, work: Callable[[JobControl], Written | str], tell: Callable[[Written | str], None], label: str
    ) -> None:
        def failed(error: Exception) -> None:
            if not isinstance(error, OSError):
                raise error
            tell(error.strerror or str(error))

        self._runner.submit(Job(slot, _PRIORITY, work, tell, failed, label))
