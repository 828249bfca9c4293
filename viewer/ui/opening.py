"""Ways to open: dialogs for a folder or files, folders that were open lately, and what is dropped on the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from viewer.domain.library import Library
from viewer.domain.overlay import OverlayKind
from viewer.domain.roles import overlay_kind
from viewer.scene.plain_words import plain
from viewer.ui.docks import Docks, PanelName
from viewer.ui.host import Host
from viewer.ui.notices import Notice, Notices

_READ: frozenset[OverlayKind] = frozenset({"report", "document", "waveform"})


def tr(text: str) -> str:
    """Translate a text of the opening dialogs."""
    return QCoreApplication.translate("Opening", text)


def tell_what_is_missing(library: Library, notices: Notices, docks: Docks) -> None:
    """Say after a scan that it brought no image; where it brought something to be read instead, bring that into sight."""
    if library.stacks:
        return
    if not _READ.isdisjoint(overlay_kind(one.sop_class_uid) for one in library.instances):
        docks.show_panel("report")
        return
    notice, panel = _nothing_found(library)
    notices.tell(notice, (lambda: docks.show_panel(panel)) if notice.link else None)


def _nothing_found(library: Library) -> tuple[Notice, PanelName]:
    """Return what to say of a scan that brought no image, with the panel that its link opens."""
    if library.instances:
        text = tr("What was opened is listed under Studies.")
        return Notice(tr("There is no image in what was opened."), text, "info", tr("Studies")), "studies"
    title = tr("There are no images or results to show.")
    if not library.skipped:
        return Notice(title, tr("There is no file in what was opened."), "warning"), "health"
    text = tr("Nothing there could be read as DICOM. The Health panel names each file and says why.")
    return Notice(title, text, "warning", tr("Health")), "health"


class Opening:
    """Asks the user what to open and hands it to the program."""

    def __init__(self, window: QWidget, host: Host, *, recent: Callable[[], Sequence[str]]) -> None:
        self._window, self._host, self._recent = window, host, recent

    def ask_folder(self) -> None:
        """Let the user choose a folder."""
        chosen = QFileDialog.getExistingDirectory(self._window, tr("Open folder"), self._last_place())
        if chosen:
            self.open_path(chosen)

    def ask_files(self) -> None:
        """Let the user choose files."""
        chosen, _ = QFileDialog.getOpenFileNames(self._window, tr("Open files"), self._last_place())
        if chosen:
            self._host.open_paths([Path(path) for path in chosen])

    def open_path(self, path: str) -> None:
        """Open a folder or file."""
        self._host.open_paths([Path(path)])

    def fill_recent(self, menu: QMenu) -> None:
        """List the folders that were open lately."""
        for path in self._recent():
            menu.addAction(plain(path)).triggered.connect(lambda _=False, path=path: self.open_path(path))

    @staticmethod
    def take_drag(event: QDragEnterEvent) -> None:
        """Accept files and folders that are dragged over the window."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def take_drop(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._host.open_paths(paths)

    def _last_place(self) -> str:
        recent = self._recent()
        return str(Path(recent[0]).parent) if recent else str(Path.home())
