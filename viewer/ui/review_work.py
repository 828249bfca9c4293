"""What the window asks of the program to write a review: files are read for it, so it is done in the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from viewer.domain.finding import Finding
from viewer.export.review_files import ReviewOrder, Written


class ReviewWork(Protocol):
    """Writes reviews and sheets."""

    @property
    def reader(self) -> str:
        """The name of the reader."""

    def why_not_here(self, folder: Path) -> str:
        """Return why nothing is written into a folder, as a sentence; empty when it may be."""

    def write(self, order: ReviewOrder, tell: Callable[[Written | str], None]) -> None:
        """Write a review; ``tell`` gets what was written, or the sentence that says why nothing was."""

    def save_sheet(self, finding: Finding, path: Path, tell: Callable[[Written | str], None]) -> None:
        """Save the sheet of a finding; the ending says PDF or PNG."""

    def show(self, files: tuple[Path, ...]) -> None:
        """Open written files beside what is open."""
