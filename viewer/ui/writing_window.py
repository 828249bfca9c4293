"""Writing a review as the window sees it: the dialogs that ask, and the notices that tell how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from viewer.domain.decision import status_of
from viewer.domain.finding import Finding
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.export.review_files import Written
from viewer.reading.changes.review import single
from viewer.reading.edited import edits_open
from viewer.reading.findings import findings_of
from viewer.reading.reading import Reading
from viewer.scene.findings_shown import finding_with_id
from viewer.ui.notices import Notice, Severity
from viewer.ui.review_work import ReviewWork
from viewer.ui.write_review import WriteReviewDialog, WritingFacts, tr

Tell = Callable[[Notice, Callable[[], None] | None], None]


class WritingInWindow:
    """What of writing a review needs the window.

    Parameters
    ----------
    parent
        Over which the dialogs open.
    tell
        Shows a notice, with what its link does.
    """

    def __init__(self, reading: Reading, parent: QWidget, work: ReviewWork, tell: Tell) -> None:
        self._reading, self._parent, self._work, self._tell = reading, parent, work, tell

    @property
    def acts(self) -> Mapping[str, Callable[[], None]]:
        """What to do for the actions."""
        return {"write_review": self.ask, "finding_sheet": self.ask_where_to_save_sheet}

    def ask(self) -> None:
        """Ask what to write and where, and write it."""
        state = self._reading.state
        findings = single(findings_of(state.content))
        decided = sum(status_of(one, state.decisions) != "undecided" for one in findings)
        facts = WritingFacts(
            self._work.reader,
            self._proposed(),
            decided,
            len(findings),
            bool(state.measurements),
            any(isinstance(state.content.overlays[key].content, Segmentation | StructureSet) for key in edits_open(state)),
        )
        dialog = WriteReviewDialog(
            facts, self._work.why_not_here, lambda order: self._work.write(order, self._tell_written), self._parent
        )
        dialog.open()

    def ask_where_to_save_sheet(self) -> None:
        """Ask for a file and save the sheet of the selected finding in it."""
        finding = self._selected()
        if finding is None:
            return
        named, _ = QFileDialog.getSaveFileName(
            self._parent,
            tr("Save a sheet of the finding"),
            str(self._proposed() / tr("finding.pdf")),
            tr("Sheet (*.pdf);;Picture (*.png)"),
        )
        if not named:
            return
        path = Path(named)
        path = path if path.suffix.lower() in (".pdf", ".png") else path.with_name(f"{path.name}.pdf")
        refused = self._work.why_not_here(path.parent)
        if refused:
            self._tell(Notice(tr("The sheet was not saved."), refused, "error"), None)
            return
        self._work.save_sheet(finding, path, self._tell_saved)

    def _selected(self) -> Finding | None:
        state = self._reading.state
        return finding_with_id(state, state.selection.finding) if state.selection.finding else None

    def _proposed(self) -> Path:
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())

    def _tell_written(self, found: Written | str) -> None:
        if isinstance(found, str):
            self._tell(Notice(tr("The review was not written."), found, "error"), None)
            return
        place = str(found.files[0].parent) if found.files else ""
        words = tr("{number} files in {folder}.").format(number=len(found.files), folder=place)
        text = " ".join((words, *map(tr, found.left_out)))
        objects = any(path.suffix == ".dcm" for path in found.files)
        severity: Severity = "warning" if found.left_out else "ok"
        notice = Notice(tr("The review was written."), text, severity, tr("Show them") if objects else "")
        self._tell(notice, (lambda: self._work.show(found.files)) if objects else None)

    def _tell_saved(self, found: Written | str) -> None:
        if isinstance(found, str):
            self._tell(Notice(tr("The sheet was not saved."), found, "error"), None)
        else:
            self._tell(Notice(tr("The sheet was saved."), str(found.files[0]), "ok"), None)
