"""The bar under the viewports during a walk: which finding of how many, what it is, and the buttons that decide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from viewer.domain.decision import status_of
from viewer.domain.finding import Finding
from viewer.domain.provenance import Origin
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import finding_with_id
from viewer.scene.plain_words import MINUS, count
from viewer.ui.findings.decision_buttons import DecisionButtons
from viewer.ui.findings.rows import finding_name
from viewer.ui.findings.words import difference_text, tr
from viewer.ui.live_actions import Actions
from viewer.ui.parts import icon_button, label, paint_own_ground

HEIGHT = 48
_WORDS_FROM = 900
"""Width (logical pixels) below which the name of the finding goes: the card has it."""


class WalkBar(QWidget):
    """The bar. ``asked`` tells the id of an action."""

    asked = Signal(str)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        paint_own_ground(self)
        self.setFixedHeight(HEIGHT)
        self._previous = icon_button("chevron-left", tr("Previous finding"))
        self._next = icon_button("chevron-right", tr("Next finding"))
        self._previous.clicked.connect(lambda: self.asked.emit("previous_finding"))
        self._next.clicked.connect(lambda: self.asked.emit("next_finding"))
        self._previous_key, self._next_key = label("", "key"), label("", "key")
        self._place = label("", "head")
        self._name = label("", "head")
        self._ai = label(tr("AI"), "ai")
        self._flag = label("", "warning")
        self._actions = actions
        self.buttons = DecisionButtons(actions, keys=True)
        self.buttons.asked.connect(self.asked)
        for button in (self._previous, self._next):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(8)
        for widget in (self._previous, self._previous_key, self._place, self._next_key, self._next):
            line.addWidget(widget)
        line.addSpacing(12)
        line.addWidget(self._name)
        line.addWidget(self._ai, alignment=Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._flag)
        line.addStretch(1)
        line.addWidget(self.buttons)
        self.hide()

    def show_state(self, state: ReadingState, walked: Sequence[Finding]) -> None:
        """Show the finding that was gone to; the bar goes when there is none."""
        chosen = finding_with_id(state, state.selection.finding) if state.selection.finding else None
        self.setVisible(chosen is not None)
        if chosen is None:
            return
        place = next((n for n, one in enumerate(walked) if one.id == chosen.id), None)
        words = tr("Finding {number} of {all}") if place is not None else tr("Finding, {all} listed")
        self._place.setText(words.format(number=count((place or 0) + 1), all=count(len(walked))))
        self._previous_key.setText(next(iter(self._actions.keys("previous_finding")), ""))
        self._next_key.setText(next(iter(self._actions.keys("next_finding")), ""))
        self._name.setText(finding_name(chosen))
        self._name.setToolTip(self._place.text())
        self._ai.setVisible(chosen.origin in (Origin.AI, Origin.AI_ASSISTED))
        self._flag.setText(flag_words(state, chosen))
        writable = chosen.study_instance_uid not in state.content.read_only_studies
        self.buttons.show_status(status_of(chosen, state.decisions), writable=writable)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= _WORDS_FROM
        self._name.setVisible(wide)
        self._flag.setVisible(wide and bool(self._flag.text()))


def flag_words(state: ReadingState, finding: Finding) -> str:
    """Return in a few words why a finding is to be looked at twice; empty when nothing was noticed."""
    checks = state.content.checks
    for check in checks.numbers.get(finding.id, ()):
        words = difference_text(check) if check.agrees is False else None
        if words is not None:
            return tr("⚠ {name} differs by {percent}").format(name=check.name, percent=words.lstrip(f"+-{MINUS}"))
    return tr("⚠ look twice") if checks.flagged(finding.id) else ""
