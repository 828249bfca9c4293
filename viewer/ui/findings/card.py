"""The card of the finding that is looked at: reported beside recomputed, doubts, earlier dates, decision and note."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from viewer.domain.checked import NumberCheck
from viewer.domain.decision import is_stale, status_of
from viewer.domain.finding import Finding
from viewer.domain.provenance import Origin
from viewer.reading.edited_numbers import edited_numbers
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import finding_chosen
from viewer.scene.plain_words import date, plain
from viewer.ui.findings.coverage import coverage_line
from viewer.ui.findings.decision_buttons import DecisionButtons
from viewer.ui.findings.earlier import earlier_lines
from viewer.ui.findings.prior import prior_lines
from viewer.ui.findings.rows import finding_name
from viewer.ui.findings.words import (
    difference_text,
    join_text,
    reason_text,
    recomputed_text,
    reported_text,
    tr,
    verdict_text,
)
from viewer.ui.live_actions import Actions
from viewer.ui.parts import IconMark, label
from viewer.ui.plain_text import sentence, tooltip

_NUMBERS_SHOWN = 8


class FindingCard(QScrollArea):
    """The card. ``asked`` tells the id of an action."""

    asked = Signal(str)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        body.setProperty("role", "panel")
        self.setWidget(body)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(8)
        self._title = label("", "card-title", wrap=True)
        self._ai = label("AI", "ai")
        self._state = label("", "second")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._ai, alignment=Qt.AlignmentFlag.AlignTop)
        self._second = label("", "third", wrap=True)
        self._coverage = label("", "third", wrap=True)
        self._numbers = QGridLayout()
        self._numbers.setHorizontalSpacing(10)
        self._numbers.setVerticalSpacing(4)
        self._numbers.setColumnStretch(0, 1)
        self._notices = QVBoxLayout()
        self._notices.setSpacing(6)
        self._note = QPushButton("")
        self._note.setProperty("kind", "field")
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._note.clicked.connect(lambda: self.asked.emit("note"))
        self.buttons = DecisionButtons(actions, keys=False)
        self.buttons.asked.connect(self.asked)
        self._column.addLayout(head)
        self._column.addWidget(self._second)
        self._column.addWidget(self._coverage)
        self._column.addLayout(self._numbers)
        self._column.addLayout(self._notices)
        self._column.addWidget(self._state)
        self._column.addWidget(self._note)
        self._column.addWidget(self.buttons)
        self._column.addStretch(1)

    def show_state(self, state: ReadingState, *, with_buttons: bool) -> None:
        """Show the chosen finding; nothing when there is none."""
        finding = finding_chosen(state)
        self.setVisible(finding is not None)
        if finding is None:
            return
        self._title.setText(finding_name(finding))
        self._ai.setVisible(finding.origin in (Origin.AI, Origin.AI_ASSISTED))
        self._ai.setText(tr("AI") if finding.origin is Origin.AI else tr("AI-assisted"))
        self._second.setText(second_line(finding))
        self._second.setVisible(bool(self._second.text()))
        self._coverage.setText(coverage_line(state, finding))
        self._coverage.setVisible(bool(self._coverage.text()))
        self._show_numbers(state, finding)
        self._show_notices(state, finding)
        decision = state.decisions.get(finding.id)
        status = status_of(finding, state.decisions)
        self._state.setText(verdict_text(status))
        self._state.setVisible(status != "undecided")
        said = [reason_text(one) for one in decision.reasons] if decision is not None else []
        note = " · ".join(filter(None, (*said, plain(decision.note) if decision is not None else "")))
        self._note.setText(note or tr("Add a note"))
        self._note.setToolTip(tooltip(note or tr("Add a note")))
        writable = finding.study_instance_uid not in state.content.read_only_studies
        self._note.setEnabled(writable)
        self.buttons.setVisible(with_buttons)
        self.buttons.show_status(status, writable=writable)

    def _show_numbers(self, state: ReadingState, finding: Finding) -> None:
        _empty(self._numbers)
        checks, own = state.content.checks.numbers.get(finding.id, ()), edited_numbers(state)
        row = 0
        if finding.measurements:
            for column, word in enumerate(("", tr("Reported"), tr("Recomputed"), tr("Difference"))):
                self._cell(row, column, word, role="caption")
            row += 1
        for number in finding.measurements[:_NUMBERS_SHOWN]:
            check = next((one for one in checks if (one.overlay, one.item) == (number.overlay, number.item)), None)
            self._cell(row, 0, plain(number.name), tip=check.method if check is not None else "")
            self._cell(row, 1, reported_text(number.value, number.unit, number.qualifier))
            if check is not None and check.recomputed is not None:
                self._cell(row, 2, recomputed_text(check.recomputed, number.value, number.unit), role="head")
                self._difference(row, check)
            else:
                self._cell(row, 2, "—", tip=check.method if check is not None else tr("Not computed yet."), role="third")
            row += 1
            mine = own.get((number.overlay, number.item))
            if mine is not None and mine.recomputed is not None:
                self._cell(row, 0, tr("as you drew it"), tip=mine.method, role="second")
                self._cell(row, 2, recomputed_text(mine.recomputed, number.value, number.unit), role="head")
                row += 1
        left = len(finding.measurements) - _NUMBERS_SHOWN
        if left > 0:
            self._cell(row, 0, tr("and {number} more in the report").format(number=left), role="third")
            row += 1
        for when, value, change in earlier_lines(state, finding):
            self._cell(row, 0, date(when) or tr("no date"), role="second")
            self._cell(row, 1, value, role="second")
            self._cell(row, 3, change)
            row += 1

    def _difference(self, row: int, check: NumberCheck) -> None:
        if check.agrees:
            self._cell(row, 3, f"✓ {tr('agrees')}", tip=check.method, role="second")
        elif (words := difference_text(check)) is not None:
            self._cell(row, 3, f"⚠ {words}", tip=check.method, role="differs")
        else:
            self._cell(row, 3, f"⚠ {tr('differs')}", tip=check.method, role="differs")

    def _cell(self, row: int, column: int, text: str, *, tip: str = "", role: str = "") -> None:
        # Names give way to the numbers beside them.
        cell = label(text, role, wrap=column == 0)
        cell.setToolTip(tooltip(tip) if tip else "")
        if column == 0:
            self._numbers.addWidget(cell, row, column)
        else:
            self._numbers.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)

    def _show_notices(self, state: ReadingState, finding: Finding) -> None:
        while (item := self._notices.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        decision = state.decisions.get(finding.id)
        if decision is not None and is_stale(decision, finding, state.content.digests):
            self._notice(
                tr("Changed since it was decided."), tr("What carries it is not what was decided on. Decide again.")
            )
        for title, text in prior_lines(state, finding):
            self._notice(title, text, severity="info")
        for check in state.content.checks.numbers.get(finding.id, ()):
            if check.agrees is False:
                title = tr("The reported {name} is not what it was measured in.").format(name=plain(check.name).lower())
                self._notice(title, plain(check.method))
        for doubt in state.content.checks.doubts.get(finding.id, ()):
            self._notice(sentence(doubt), "")
        if made_on_another_series(state, finding):
            self._notice(tr("Made on another series than the one shown."), tr("It lies here by its place in the patient."))
        if finding.tracking_differs:
            self._notice(tr("Report and segment state different Tracking UIDs."), tr("They are joined by the reference."))

    def _notice(self, title: str, text: str, *, severity: Literal["info", "warning"] = "warning") -> None:
        frame = QFrame()
        frame.setProperty("severity", severity)
        line = QHBoxLayout(frame)
        line.setContentsMargins(10, 8, 8, 8)
        line.setSpacing(10)
        line.addWidget(
            IconMark("info" if severity == "info" else "triangle-alert", color=severity), alignment=Qt.AlignmentFlag.AlignTop
        )
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(label(title, "head", wrap=True))
        if text:
            words.addWidget(label(text, "second", wrap=True))
        line.addLayout(words, 1)
        self._notices.addWidget(frame)


def made_on_another_series(state: ReadingState, finding: Finding) -> bool:
    """Say whether what shows a finding names images of other series, and none of the one in the active viewport."""
    stack = state.stack_of(state.pane)
    key = state.selection.overlay or finding.sources[0].overlay
    overlay = state.content.overlays.get(key)
    if (
        stack is None
        or overlay is None
        or overlay.kind != "segmentation"
        or not overlay.referenced_series
        or not stack.frames
    ):
        return False
    shown = state.content.library.series_of(stack.frames[0].instance).series_instance_uid
    return shown not in overlay.referenced_series


def second_line(finding: Finding) -> str:
    """Return site, side, and why its sources are one finding."""
    place = " · ".join(plain(one) for one in (finding.site, finding.laterality) if one)
    joins = dict.fromkeys(join_text(one.joined_by) for one in finding.sources if one.joined_by is not None)
    said = finding.provenance
    algorithm = plain(" ".join(filter(None, (said.algorithm_name, said.algorithm_version))))
    return "\n".join(filter(None, (place, algorithm, "; ".join(joins))))


def _empty(grid: QGridLayout) -> None:
    while (item := grid.takeAt(0)) is not None:
        widget = item.widget()
        if isinstance(widget, QLabel):
            widget.hide()
            widget.deleteLater()
