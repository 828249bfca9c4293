"""What stands around a window in its tests, in place of the program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from pathlib import Path
from typing import Any

from viewer.app.settings import Settings
from viewer.loading.document_worker import DocumentWorker
from viewer.loading.documents import Documents
from viewer.loading.runner import Progress
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_shown
from viewer.ui.main_window import MainWindow


class NoPartWork:
    """Measures and compares nothing."""

    def numbers(self, overlay: Any, part: int | None, done: Any) -> None:
        del overlay, part
        done(())

    def compare(self, a: Any, b: Any, done: Any) -> None:
        del a, b
        done("They share no space.")


class NoReviewWork:
    """Writes nothing; remembers what it was asked for."""

    reader = "Jane Doe"

    def __init__(self) -> None:
        self.orders: list[Any] = []

    def why_not_here(self, folder: Path) -> str:
        return "" if folder.is_absolute() else "Not there."

    def write(self, order: Any, tell: Any) -> None:
        del tell
        self.orders.append(order)

    def save_sheet(self, finding: Any, path: Path, tell: Any) -> None:
        del tell
        self.orders.append((finding, path))

    def show(self, files: tuple[Path, ...]) -> None:
        self.orders.append(files)


class Program:
    """The program around the window, as far as the window asks."""

    def __init__(self) -> None:
        self.opened: list[list[Path]] = []
        self.samples = 0
        self.cancelled: list[Hashable] = []
        self.running: tuple[Progress, ...] = ()
        self.settings = Settings()
        self.window: MainWindow | None = None

    def open_paths(self, opened: Sequence[Path]) -> None:
        self.opened.append(list(opened))

    def open_sample(self) -> None:
        self.samples += 1

    def list_findings(self, state: ReadingState) -> None:
        findings_shown(state)

    def change_settings(self, settings: Any) -> None:
        self.settings = settings
        if self.window is not None:
            self.window.show_settings(settings)

    def progress(self) -> tuple[Progress, ...]:
        return self.running

    def export_measurements(self, path: Path) -> None:
        self.opened.append([path])

    documents = Documents(lambda: None, DocumentWorker())

    part_work = NoPartWork()
    review_work = NoReviewWork()

    def look_for(self, folders: Sequence[str], tell_gone: Callable[[Collection[str]], None]) -> None:
        tell_gone([folder for folder in folders if not Path(folder).exists()])

    def cancel(self, slot: Hashable) -> None:
        self.cancelled.append(slot)
