"""The dialog that writes a review: where, what, by whom. Nothing is written before the reader says so here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from viewer.export.review_files import FORMS, ReviewForm, ReviewOrder
from viewer.export.review_record import Signature
from viewer.ui.parts import divider, label

_LONGEST: Final = 64
_LONGEST_PATH = 4096

_FORMS: Final[Mapping[ReviewForm, tuple[str, str]]] = {
    "report": ("Report (DICOM SR)", "Every decided finding with its decision, as other systems read it."),
    "segments": (
        "Corrected segments and contours (DICOM SEG, RTSTRUCT)",
        "Whole results as you edited them, as new objects that name their source.",
    ),
    "images": ("Key images (DICOM KO)", "The images on which the decided findings lie."),
    "marks": ("Your measurements and marks (DICOM GSPS)", "Lines and words as they stand on the images."),
    "table": ("Table (CSV)", "One line for each finding, decided or not."),
    "sheet": ("Sheet (PDF)", "Each decided finding with its picture."),
}
_FIRST: Final[frozenset[ReviewForm]] = frozenset(("report", "table", "sheet"))


def tr(text: str) -> str:
    """Translate a text of writing a review."""
    return QCoreApplication.translate("WriteReview", text)


@dataclass(frozen=True)
class WritingFacts:
    """What the dialog starts with.

    ``folder`` is a proposal; ``marks``: whether there are measurements to write; ``edited``: whether segments or
    contours were.
    """

    reader: str
    folder: Path
    decided: int
    findings: int
    marks: bool
    edited: bool = False


class WriteReviewDialog(QDialog):
    """Asks what to write, and hands the order over.

    Parameters
    ----------
    why_not
        Returns why nothing may be written into a folder; empty when it may.
    write
        Takes the order.
    """

    def __init__(
        self,
        facts: WritingFacts,
        why_not: Callable[[Path], str],
        write: Callable[[ReviewOrder], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Write the review"))
        self._why_not, self._write = why_not, write
        self.folder = _field(str(facts.folder), tr("Folder"), longest=_LONGEST_PATH)
        self.browse = QPushButton(tr("Choose…"))
        self.browse.clicked.connect(self._ask_folder)
        self.reader = _field(facts.reader, tr("Reader"))
        self.organization = _field("", tr("Institution"))
        self.organization.setPlaceholderText(tr("May stay empty"))
        self.forms: dict[ReviewForm, QCheckBox] = {}
        self.verified = QCheckBox(tr("I have verified this record and answer for it"))
        self.warning = label("", "error", wrap=True)
        self.write_button = QPushButton(tr("Write"))
        self.write_button.setProperty("kind", "primary")
        self.write_button.setDefault(True)
        self.write_button.clicked.connect(self._done)
        self._build(facts)
        for field in (self.folder, self.reader):
            field.textChanged.connect(self._follow)
        for box in self.forms.values():
            box.toggled.connect(self._follow)
        self._follow()

    def _build(self, facts: WritingFacts) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(tr("Write the review"), "dialog-title"))
        column.addWidget(label(_summary(facts), "second", wrap=True))
        fields = QGridLayout()
        fields.setHorizontalSpacing(12)
        fields.setVerticalSpacing(8)
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        fields.addWidget(label(tr("Folder")), 0, 0)
        fields.addLayout(where, 0, 1)
        fields.addWidget(label(tr("Reader")), 1, 0)
        fields.addWidget(self.reader, 1, 1)
        fields.addWidget(label(tr("Institution")), 2, 0)
        fields.addWidget(self.organization, 2, 1)
        fields.setColumnStretch(1, 1)
        column.addLayout(fields)
        column.addWidget(self.warning)
        column.addWidget(divider())
        column.addLayout(self._what(facts))
        column.addWidget(divider())
        signing = QVBoxLayout()
        signing.setSpacing(2)
        signing.addWidget(self.verified)
        words = tr("Without it the report says that it is not verified, and is preliminary.")
        signing.addWidget(_indented(label(words, "second")))
        column.addLayout(signing)
        column.addWidget(divider())
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(label(tr("Opened files are never changed."), "second"))
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self.write_button)
        column.addLayout(foot)
        self.setMinimumWidth(560)

    def _what(self, facts: WritingFacts) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(2)
        for form in FORMS:
            name, words = _FORMS[form]
            box = QCheckBox(tr(name))
            box.setChecked(form in _FIRST)
            if form == "marks":
                box.setEnabled(facts.marks)
                box.setChecked(facts.marks)
                words = words if facts.marks else "Nothing has been measured."
            if form == "segments":
                box.setEnabled(facts.edited)
                box.setChecked(facts.edited)
                words = words if facts.edited else "No segment or contour was edited."
            self.forms[form] = box
            rows.addWidget(box)
            rows.addWidget(_indented(label(tr(words), "second")))
            rows.addSpacing(4)
        return rows

    def _follow(self) -> None:
        """Say what stands in the way of writing."""
        text = self.folder.text().strip()
        wrong = self._why_not(Path(text).expanduser()) if text else tr("Choose a folder.")
        if not wrong and text and not Path(text).expanduser().is_absolute():
            wrong = tr("Name the folder with its whole path.")
        if not wrong and not self.reader.text().strip():
            wrong = tr("A review needs the name of its reader.")
        if not wrong and not any(box.isChecked() for box in self.forms.values()):
            wrong = tr("Choose at least one thing to write.")
        self.warning.setText(wrong)
        self.warning.setVisible(bool(wrong))
        self.write_button.setEnabled(not wrong)

    def _ask_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("Folder for the review"), self.folder.text())
        if found:
            self.folder.setText(found)

    def _done(self) -> None:
        signature = Signature(self.reader.text().strip(), self.organization.text().strip(), self.verified.isChecked())
        forms = frozenset(form for form, box in self.forms.items() if box.isChecked())
        self._write(ReviewOrder(Path(self.folder.text().strip()).expanduser(), signature, forms))
        self.accept()


def _summary(facts: WritingFacts) -> str:
    if facts.decided == facts.findings == 1:
        return tr("The only finding is decided.")
    if facts.decided == facts.findings:
        return tr("All {findings} findings are decided.").format(findings=facts.findings)
    words = tr("{decided} of {findings} findings decided. The report holds these, and says that it is partial.")
    return words.format(decided=facts.decided, findings=facts.findings)


def _field(text: str, name: str, *, longest: int = _LONGEST) -> QLineEdit:
    made = QLineEdit()
    made.setMaxLength(longest)
    made.setText(text)
    made.setAccessibleName(name)
    return made


def _indented(widget: QWidget) -> QWidget:
    """Return a widget that begins below the text of a check box."""
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(27, 0, 0, 0)
    line.addWidget(widget)
    return made
