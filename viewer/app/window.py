"""Joins everything behind the window: settings, reading, store, loader, autosave, crash handling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from viewer.app import background_files, crash, paths
from viewer.app.autosaving import Autosaver
from viewer.app.garbage import GarbageCollection
from viewer.app.logs import start_logging
from viewer.app.measured_dose import measure_dose
from viewer.app.part_export import export_parts
from viewer.app.part_work import PartWork
from viewer.app.presets import presets_in_force
from viewer.app.review_saving import ReviewCalls, ReviewNews, ReviewSaver, reader_name
from viewer.app.review_work import ReviewWork
from viewer.app.settings import Settings, load_settings
from viewer.app.settings_saving import SettingsSaver
from viewer.dicom.scan import expand_for_window
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.export.dose_table import RegionDose
from viewer.export.mesh_files import NamedMesh
from viewer.export.part_files import PartOrder
from viewer.imaging.window_presets import WindowPreset
from viewer.loading.checking import Checking
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.document_worker import DocumentWorker
from viewer.loading.documents import Documents
from viewer.loading.finding_lists import FindingLists
from viewer.loading.loader import Loader
from viewer.loading.memory_budget import share_out
from viewer.loading.runner import Job, JobControl, Progress, Runner
from viewer.loading.store import Store
from viewer.reading.changes.library import set_tolerances
from viewer.reading.changes.looks import set_window_presets
from viewer.reading.changes.review import set_reader
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.ui.dose_volumes import tr as tr_dose
from viewer.ui.export_parts import tr as tr_export
from viewer.ui.first_window import FirstWindow
from viewer.ui.main_window import MainWindow
from viewer.ui.measuring_acts import tr
from viewer.ui.parts_acts import tr as tr_parts
from viewer.ui.review_notices import review_notice
from viewer.ui.theme.apply import apply_theme, load_resources
from viewer.ui.welcome import IMAGE_SERIES
from viewer.ui.write_review import tr as tr_writing

_SAVE_AFTER_MS = 1000
_WORKER_AFTER_MS = 1500
"""The decode worker starts when what was opened at launch is on the screen; a frame that needs it sooner starts it."""
_LAST = 20_000
"""Priority of what may wait for everything else."""

_MIB = 1 << 20


class _Wake(QObject):
    """Carries the runner's call from a job thread to the window's thread."""

    called = Signal()


class _News(QObject):
    """Carries what the saving of reviews and settings has to say to the window's thread."""

    came = Signal(object)


class Program:
    """Everything one window needs, made and ended together."""

    def __init__(self, application: QApplication, *, settings_path: Path, data_folder: Path) -> None:
        self.settings = load_settings(settings_path)
        self._unsaved = _News()
        self._unsaved.came.connect(self._tell_unsaved, Qt.ConnectionType.QueuedConnection)
        self._settings_saver = SettingsSaver(settings_path, self._unsaved.came.emit)
        load_resources(paths.resources())
        apply_theme(application, self.settings)
        self.reading = Reading()
        self.reading.apply(set_window_presets, presets_in_force(self.settings))
        self.reading.apply(set_tolerances, self.settings.tolerances)
        self.reading.apply(set_reader, reader_name(self.settings.reader_name))
        self.store = Store(budget_bytes=0)
        self.worker = DecodeWorker()
        self._document_wake = _Wake()
        self.documents = Documents(self._document_wake.called.emit, DocumentWorker())
        self._document_wake.called.connect(self.documents.deliver, Qt.ConnectionType.QueuedConnection)
        share_out(self.settings.memory_budget_mib * _MIB, self.store, self.worker)
        self._wake = _Wake()
        self.runner = Runner(self._wake.called.emit)
        self.garbage = GarbageCollection()
        self.loader = Loader(self.reading, self.store, self.runner, self.worker)
        self.checking = Checking(self.reading, self.runner, self.worker)
        self.finding_lists = FindingLists(self.reading, self.runner)
        self.part_work = PartWork(
            self.reading, self.loader, self.runner, (tr_parts("Measuring parts"), tr_parts("Comparing two results"))
        )
        self._wake.called.connect(self.runner.deliver, Qt.ConnectionType.QueuedConnection)
        self._save_timer = QTimer()
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(_SAVE_AFTER_MS)
        self.autosaver = Autosaver(self.reading, data_folder / "workspaces", self._save_soon)
        self._load_timer = QTimer()
        self._load_timer.setSingleShot(True)
        self._load_timer.setInterval(0)
        self._news = _News()
        self._news.came.connect(self._show_news, Qt.ConnectionType.QueuedConnection)
        self.reviews = ReviewSaver(
            self.reading,
            data_folder / "reviews",
            reader_name(self.settings.reader_name),
            ReviewCalls(self._save_soon, self._load_timer.start, self._news.came.emit),
        )
        self._load_timer.timeout.connect(self.reviews.load)
        self._save_timer.timeout.connect(self.save)
        self.loader.on_opened(self.autosaver.restore)
        self.review_work = ReviewWork(
            self.reading,
            self.runner,
            reader_name(self.settings.reader_name),
            self._open,
            (tr_writing("Writing the review"), tr_writing("Saving a sheet")),
        )
        self._opened = ""
        self.reading.connect(self._note_contents)
        self.window = MainWindow(self.reading, self.store, self.settings, self)

    def open_paths(self, opened: Sequence[Path]) -> None:
        """Open files and folders; a single file opens the folder of its study."""
        self._open(expand_for_window(list(opened)))
        listed = len(opened) == 1 and opened[0].exists() and opened[0] != paths.sample_data()
        self._opened = str(opened[0].resolve()) if listed else ""
        if self._opened:
            self.change_settings(self.settings.with_recent(self._opened))

    def _open(self, opened: Sequence[Path]) -> None:
        """Open files and folders; a file is that file and nothing beside it."""
        self._opened = ""
        self.save()
        held_something = bool(self.reading.state.content.library.instances)
        self.part_work.forget()
        self.review_work.note_opened(opened)
        self.loader.open(opened)
        self.autosaver.prepare()
        if held_something:
            self.garbage.forget()

    def list_findings(self, state: ReadingState) -> None:
        """Work the findings of a state out in the background."""
        self.finding_lists.ask(state)

    def open_sample(self) -> None:
        """Open the bundled study."""
        self.open_paths([paths.sample_data()])

    def change_settings(self, settings: Settings) -> None:
        """Take and save other settings."""
        self.settings = settings
        share_out(settings.memory_budget_mib * _MIB, self.store, self.worker)
        self.window.show_settings(settings)
        self.reading.apply(set_window_presets, presets_in_force(settings))
        self.reading.apply(set_tolerances, settings.tolerances)
        self._settings_saver.save(settings)

    def change_window_presets(self, presets: tuple[WindowPreset, ...] | None) -> None:
        """Take and save other window presets; None for those that come with the program."""
        self.change_settings(self.settings.model_copy(update={"window_presets": presets}))

    def _note_contents(self, old: ReadingState, new: ReadingState) -> None:
        """Keep what a folder holds for the list of recent ones, when it has been read to its end."""
        if self._opened and old.content.scanning and not new.content.scanning:
            self.change_settings(self.settings.with_contents(self._opened, contents_of(new.whole.library)))

    def progress(self) -> tuple[Progress, ...]:
        """Return the labelled background jobs that run now."""
        running = self.loader.progress
        # In a blind read nobody is told that there are results to be read.
        return tuple(one for one in running if one.slot == "scan") if self.reading.state.blind else running

    def save_surfaces(self, surfaces: Sequence[NamedMesh], path: Path, tell: Callable[[OSError | None], None]) -> None:
        """Write named, coloured surfaces into a file, in the background; its ending says the format."""
        background_files.save_surfaces(self.runner, surfaces, path, label=tr("Saving surfaces"), tell=tell)

    def export_measurements(self, path: Path) -> None:
        """Write all measurements as a table into a file, in the background."""
        state, tell = self.reading.state, self.window.measuring.tell_exported
        background_files.export_measurements(self.runner, state, path, label=tr("Saving measurements"), tell=tell)

    def export_parts(self, order: PartOrder, tell: Callable[[str], None]) -> None:
        """Write parts of an object as a file, in the background; ``tell`` gets why not, or an empty text."""
        library, read_frame = self.reading.state.content.library, self.loader.readers.read_frame_of(order.overlay)
        export_parts(self.runner, library, order, read_frame, label=tr_export("Exporting a layer"), tell=tell)

    def measure_dose(self, dose: Overlay, structures: Overlay, take: Callable[[Sequence[RegionDose] | str], None]) -> None:
        """Work out the dose in the regions of a structure set, in the background."""
        read_frame, label = self.loader.readers.read_frame_of(dose), tr_dose("Working out the dose in regions")
        measure_dose(self.runner, dose, structures, read_frame=read_frame, take=take, label=label)

    def look_for(self, folders: Sequence[str], tell_gone: Callable[[Collection[str]], None]) -> None:
        """Look in the background which folders are not there: a drive that does not answer takes its time."""

        def work(_: JobControl) -> tuple[str, ...]:
            return tuple(folder for folder in folders if not Path(folder).exists())

        def failed(error: Exception) -> None:
            raise error

        self.runner.submit(Job("folders", _LAST, work, tell_gone, failed, waits=True))

    def cancel(self, slot: Hashable) -> None:
        """End a background job; what it has found so far stays."""
        self.loader.cancel(slot)

    def _save_soon(self) -> None:
        """Save a second from now. What goes on changing does not put that off: a second is the most that can be lost."""
        if not self._save_timer.isActive():
            self._save_timer.start()

    def _show_news(self, news: ReviewNews) -> None:
        notice = review_notice(news)
        self.window.notify(notice, self.reviews.try_again if notice.link else None)

    def _tell_unsaved(self, reason: str) -> None:
        self.window.notify_settings_not_saved(reason)

    def save(self) -> None:
        """Save what the reader made and how the study was left."""
        self.reviews.save()
        self.autosaver.save()

    def start_worker(self) -> None:
        """Start the decode worker on a job thread."""
        self.runner.submit(Job("worker", _LAST, lambda _: self.worker.start(), lambda _: None, lambda _: None))

    def close(self) -> None:
        """Save and stop everything."""
        self._save_timer.stop()
        self._load_timer.stop()
        self.reviews.close()
        self.autosaver.close()
        self.checking.close()
        self.loader.close()
        self._settings_saver.close()
        self.documents.close()
        self.garbage.close()


def contents_of(library: Library) -> dict[str, int]:
    """Return how many image series there are, and how many objects of each other modality."""
    found: Counter[str] = Counter()
    for series in library.series:
        if series.role == "image":
            found[IMAGE_SERIES] += 1
        else:
            found[series.modality or "?"] += len(series.instances)
    return dict(found)


def fill(first: FirstWindow, settings_path: Path, opened: Sequence[Path], *, sample: bool, blind: bool) -> Program:
    """Put everything into the window that is on the screen already, and open what was named."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    start_logging(paths.user_logs())
    program = Program(application, settings_path=settings_path, data_folder=paths.user_data())
    if blind:
        program.window.review.toggle_blind()
    crash.install(program.save, program.window.show_crash_report)
    first.hold(program.window)
    if sample:
        QTimer.singleShot(0, program.open_sample)
    elif opened:
        QTimer.singleShot(0, lambda: program.open_paths(opened))
    QTimer.singleShot(_WORKER_AFTER_MS, first, program.start_worker)
    return program
