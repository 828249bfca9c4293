"""A whole review of the sample study in the real window, by keyboard alone: read, decided, written, and read again."""

from __future__ import annotations

import shutil
import time
from hashlib import sha256
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import Comprehensive3DSRStorage, KeyObjectSelectionDocumentStorage
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLineEdit, QPushButton, QWidget

from tests.end_to_end.driven import Driven
from tests.export.witnesses import dumped, groups_read_by_highdicom, iod_errors
from viewer.app.paths import sample_data
from viewer.domain.decision import status_of
from viewer.domain.finding import Finding
from viewer.reading.prior_reviews import prior_decisions
from viewer.scene.findings_shown import findings_shown
from viewer.ui.write_review import WriteReviewDialog

pytestmark = pytest.mark.window


@pytest.fixture
def opened(driven: Driven, tmp_path: Path) -> Driven:
    shutil.copytree(sample_data(), tmp_path / "study")
    driven.open(tmp_path / "study")
    driven.focus_images()
    driven.until(lambda: driven.state.content.checks.done)
    driven.wait_idle()
    return driven


def listed(driven: Driven) -> tuple[Finding, ...]:
    return findings_shown(driven.state).findings


def digests(folder: Path) -> dict[str, str]:
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def key(driven: Driven, code: Qt.Key) -> None:
    """Press a key and go on at once, as one who knows the keys does."""
    QTest.keyClick(driven._focus(), code)


def test_twenty_findings_are_decided_in_less_than_a_minute(opened: Driven) -> None:
    started = time.monotonic()
    for finding in listed(opened)[:20]:
        key(opened, Qt.Key.Key_N)
        assert opened.state.selection.finding == finding.id
        flagged = opened.state.content.checks.flagged(finding.id)
        key(opened, Qt.Key.Key_X if flagged else Qt.Key.Key_A)
    opened.wait_idle()
    # What the program takes of it; the reader needs the rest to look.
    assert time.monotonic() - started < 15
    assert sum(status_of(one, opened.state.decisions) != "undecided" for one in listed(opened)) == 20
    head = opened.window.panels.findings.head._words.text()
    assert head == f"20 of {len(listed(opened))} decided"


def test_the_sample_study_is_reviewed_written_and_read_again_by_keyboard_alone(opened: Driven, tmp_path: Path) -> None:
    before = digests(tmp_path / "study")
    flagged = []
    for finding in listed(opened):
        opened.key(Qt.Key.Key_N)
        state = opened.state
        assert state.selection.finding == finding.id
        if finding.location is not None:
            assert (state.pane.stack_id, state.pane.frame) == (finding.location.stack_id, finding.location.frame)
        assert opened.window.review.bar.isVisible()
        if not state.content.checks.flagged(finding.id):
            opened.key(Qt.Key.Key_A)
            continue
        flagged.append(finding.label)
        opened.key(Qt.Key.Key_X)
        opened.key(Qt.Key.Key_M)
        opened.type("seen ")
        opened.key(Qt.Key.Key_Return)
    assert sorted(flagged) == ["Liver lesion", "Right kidney", "Spleen"], "the three mistakes, and no other flag"
    decisions = dict(opened.state.decisions)
    assert {one.note for one in decisions.values() if one.verdict == "rejected"} == {"seen"}

    # A slip is taken back, and made good.
    opened.key(Qt.Key.Key_U)
    opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert {name: one.verdict for name, one in opened.state.decisions.items()} == {
        name: one.verdict for name, one in decisions.items()
    }

    written = tmp_path / "written"
    written.mkdir()
    write(opened, written)
    assert digests(tmp_path / "study") == before, "what was opened is as it was"
    objects = sorted(written.glob("*.dcm"))
    assert {path.suffix for path in written.iterdir()} == {".dcm", ".csv", ".pdf"}
    classes = {dcmread(path).SOPClassUID: path for path in objects}
    assert set(classes) == {Comprehensive3DSRStorage, KeyObjectSelectionDocumentStorage}
    for path in objects:
        assert iod_errors(path) == []
        dumped(path)
    report = classes[Comprehensive3DSRStorage]
    assert groups_read_by_highdicom(report) == len(listed(opened))
    assert dumped(report).count("Reviewer disposition") == len(listed(opened))

    verdicts = {finding.id: status_of(finding, decisions) for finding in listed(opened)}
    opened.open(tmp_path / "study", written)
    said = prior_decisions(opened.state.whole, listed(opened))
    assert {finding: prior[-1].decision.verdict for finding, prior in said.items()} == verdicts
    assert {prior[-1].decision.note for prior in said.values()} == {"", "seen"}


def write(driven: Driven, folder: Path) -> None:
    """Ctrl+E, the folder into its field, everything checked with the space bar, Return."""
    driven.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, WriteReviewDialog)
    go_to(dialog, dialog.folder)
    QTest.keyClick(dialog.folder, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(dialog.folder, str(folder))
    go_to(dialog, dialog.forms["images"])
    QTest.keyClick(dialog.forms["images"], Qt.Key.Key_Space)
    go_to(dialog, dialog.write_button)
    QTest.keyClick(dialog.write_button, Qt.Key.Key_Return)
    driven.until(lambda: not dialog.isVisible())
    driven.wait_idle()
    assert driven.window.notices.titles[-1] == "The review was written."


def go_to(dialog: QDialog, wanted: QWidget) -> None:
    """Walk with Tab until a field has the keyboard."""
    for _ in range(40):
        at = dialog.focusWidget()
        if at is wanted:
            return
        assert isinstance(at, QLineEdit | QCheckBox | QPushButton | QWidget)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {wanted.accessibleName() or wanted}")
