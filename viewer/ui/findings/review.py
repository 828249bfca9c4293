"""Reviewing as the window does it: walking, deciding, notes, the blind read, and what is undecided before closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from viewer.domain.decision import Verdict, decided_number, status_of
from viewer.domain.finding import Finding
from viewer.reading.changes.review import decide, explain, hide_results, note_blind_studies, reveal
from viewer.reading.changes.workspace import set_window
from viewer.reading.finding_walk import go_to_finding
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, WindowChoice
from viewer.scene.findings_shown import (
    finding_chosen,
    finding_with_id,
    findings_at_hand,
    findings_shown,
    neighbour,
)
from viewer.scene.inputs import Pending, SceneInputs
from viewer.scene.plain_words import count
from viewer.scene.suited_window import suited_window
from viewer.ui.findings.decision_buttons import ACTION_OF
from viewer.ui.findings.note_editor import NoteEditor
from viewer.ui.findings.panel import CALM_MS, FindingsPanel
from viewer.ui.findings.walk_bar import WalkBar
from viewer.ui.findings.words import tr
from viewer.ui.live_actions import Actions
from viewer.ui.notices import Notice, Notices
from viewer.ui.record_time import now
from viewer.ui.turns import Later


@dataclass(frozen=True)
class ReviewCalls:
    """What reviewing asks of the window.

    ``say``: shows a hint, or takes it away when it is empty. ``reasons``: those to choose from. ``over``: the rectangle of
    the window, in its own coordinates, over which notes are written. ``bring``: brings the panel into sight.
    """

    say: Callable[[str], None]
    reasons: Callable[[], Sequence[str]]
    over: Callable[[], QRect]
    bring: Callable[[], None]


class ReviewInWindow:
    """What of reviewing needs the window."""

    def __init__(
        self,
        reading: Reading,
        inputs: SceneInputs,
        window: QWidget,
        actions: Actions,
        panel: FindingsPanel,
        calls: ReviewCalls,
    ) -> None:
        self._reading, self._panel, self._calls = reading, panel, calls
        self.bar = WalkBar(actions)
        self.editor = NoteEditor(window)
        self._actions = actions
        self._inputs = inputs
        self._closing = False
        self._waiting: list[Callable[[], None]] = []
        """What was asked of the list while it was being worked out."""
        self._unsuited = ""
        """Id of the finding for which a window is still to be chosen: its image is on its way."""
        self._suited = WindowChoice()
        """The last window that was chosen so: it is no choice of the reader's."""
        self._place = 0
        """Where in the list the chosen finding stood: one that a filter took away is walked on from there."""
        self.bar.asked.connect(self._do)
        panel.asked.connect(self._do)
        self.editor.kept.connect(self._keep_note)
        self._later = Later(panel, self._show_bar, wait_ms=15)
        self._calm = Later(panel, self._show_bar, wait_ms=CALM_MS)
        self._stop = reading.connect(self._follow)

    def end(self) -> None:
        """Stop following the reading."""
        self._stop()

    @property
    def acts(self) -> Mapping[str, Callable[[], None]]:
        """What to do for the actions."""
        of_list: dict[str, Callable[[], None]] = {
            "next_finding": partial(self.walk, 1),
            "previous_finding": partial(self.walk, -1),
            "next_undecided": partial(self.walk, 1, undecided=True),
            **{action: partial(self.decide, verdict) for verdict, action in ACTION_OF.items()},
            "undecide": partial(self.decide, "undecided"),
            "accept_listed": self.accept_listed,
            "note": self.write_note,
        }
        listed = {action: partial(self._when_listed, act) for action, act in of_list.items()}
        return {**listed, "blind": self.toggle_blind, "reveal": self.reveal}

    def _when_listed(self, act: Callable[[], None]) -> None:
        """Do what a key asks once the list is there: what was pressed before is done in its order."""
        if findings_at_hand(self._reading.state) is None:
            self._panel.refresh()
        if findings_at_hand(self._reading.state) is None or self._waiting:
            self._waiting.append(act)
        else:
            act()

    def _do_waiting(self) -> None:
        while self._waiting and findings_at_hand(self._reading.state) is not None:
            self._waiting.pop(0)()

    def walk(self, by: int, *, undecided: bool = False) -> None:
        """Go to the next (or previous) finding of the list."""
        walked, state = self._panel.walked, self._reading.state
        chosen = finding_chosen(state)
        gone = chosen is not None and all(
            chosen.id not in (one.id, *(member.id for member in one.members)) for one in walked
        )
        if gone and walked:
            # What a filter took away left its place to the one after it.
            place = self._place if by > 0 else self._place - 1
            target = walked[place] if 0 <= place < len(walked) else None
            if target is not None and undecided and status_of(target, state.decisions) != "undecided":
                target = next((one for one in walked[place:] if status_of(one, state.decisions) == "undecided"), None)
        else:
            target = neighbour(state, walked, by, undecided=undecided)
        if target is None:
            self._say_end(walked, by)
            return
        self._place = [one.id for one in walked].index(target.id)
        self._calls.say("")
        self._reading.apply(go_to_finding, target)
        self._answer()

    def decide(self, verdict: Verdict) -> None:
        """Decide the chosen finding, or a whole set."""
        finding = finding_chosen(self._reading.state)
        if finding is None:
            self._calls.say(tr("Choose a finding first: N goes to the next one."))
            return
        self._note_place(finding)
        self._reading.apply_undoable("", decide, (finding,), verdict, now())
        self._panel.refresh()
        self._show_bar()

    def accept_listed(self) -> None:
        """Accept everything that the list shows and that is undecided; one step of undo."""
        state = self._reading.state
        left = [one for one in self._panel.walked if status_of(one, state.decisions) == "undecided"]
        singles = [
            one for found in left for one in (found.members or (found,)) if status_of(one, state.decisions) == "undecided"
        ]
        if singles:
            self._reading.apply_undoable("", decide, tuple(singles), "accepted", now())
            self._calls.say(tr("Accepted: {number}. Undo takes all of it back.").format(number=count(len(singles))))

    def write_note(self) -> None:
        """Ask for reasons and a note for the chosen finding."""
        state = self._reading.state
        finding = finding_chosen(state)
        if finding is None or finding.study_instance_uid in state.content.read_only_studies:
            return
        first = finding.members[0] if finding.members else finding
        self.editor.open_for(finding, state.decisions.get(first.id), self._calls.reasons(), self._calls.over())

    def toggle_blind(self) -> None:
        """Begin a blind first read, or end it."""
        if self._reading.state.blind:
            self.reveal()
        else:
            self._reading.apply(hide_results, now())
            # An older state has results on the screen.
            self._reading.forget_history()

    def reveal(self) -> None:
        """Show the results; when is kept in the review."""
        if self._reading.state.blind:
            self._reading.apply(reveal, now())
            self._reading.forget_history()
            self._calls.bring()

    def may_close(self, notices: Notices, close: Callable[[], None]) -> bool:
        """Say whether the window may close; an unfinished review is said first, once: who closes again means it."""
        words = "" if self._closing else self.undecided_words()
        if words:
            self._closing = True
            notices.tell(Notice(tr("The review is not finished."), words, "info", tr("Close all the same")), close)
        return not words

    def undecided_words(self) -> str:
        """Return what is to be said of an unfinished review; empty when nothing was decided, or everything."""
        state = self._reading.state
        listed = findings_shown(state).findings
        decided = decided_number(listed, state.decisions)
        if not decided or decided == len(listed) or state.blind:
            return ""
        return tr("{left} of {all} findings are undecided. What you decided is saved.").format(
            left=count(len(listed) - decided), all=count(len(listed))
        )

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.decisions is not new.decisions:
            self._closing = False
        if new.blind and old.whole.library is not new.whole.library:
            self._reading.apply(note_blind_studies, now())
            return
        if old.whole.library is not new.whole.library:
            self._waiting.clear()
        if old.content.listings != new.content.listings:
            self._later.ask()
        if old.selection != new.selection or old.decisions is not new.decisions or old.patient is not new.patient:
            self._later.ask()
        elif old.content is not new.content:
            self._calm.ask()

    def _answer(self) -> None:
        """Show at once what a key did: surfaces and planes on their way must not hold it up."""
        self._unsuited = self._reading.state.selection.finding
        self._suit()
        self._panel.refresh()
        self._show_bar()

    def suit(self) -> None:
        """Show the finding that was gone to in a window that suits it, now that its image may be there."""
        if self._unsuited and findings_at_hand(self._reading.state) is not None:
            self._suit()

    def _suit(self) -> None:
        state = self._reading.state
        finding = finding_with_id(state, self._unsuited) if self._unsuited == state.selection.finding else None
        own = state.pane.window.source == "user" or (
            state.pane.window.source == "preset" and state.pane.window != self._suited
        )
        if finding is None or own:
            self._unsuited = ""
            return
        frame = state.frame_of(state.pane)
        if frame is None or not isinstance(self._inputs.frame(frame), Pending):
            self._unsuited = ""
        chosen = suited_window(state, self._inputs, finding)
        if chosen is not None:
            self._suited = chosen
            self._reading.apply(set_window, state.active_pane, chosen)

    def _show_bar(self) -> None:
        state = self._reading.state
        if findings_at_hand(state) is None:
            # It comes again with the list.
            return
        self._do_waiting()
        self.bar.show_state(state, self._panel.walked if state.selection.finding else ())

    def _note_place(self, finding: Finding) -> None:
        ids = [one.id for one in self._panel.walked]
        if finding.id in ids:
            self._place = ids.index(finding.id)

    def _keep_note(self, finding_id: str, reasons: object, note: str) -> None:
        def keep() -> None:
            finding = finding_with_id(self._reading.state, finding_id)
            if finding is not None and isinstance(reasons, tuple):
                self._reading.apply_undoable("", explain, finding, reasons, note, now())

        self._when_listed(keep)

    def _say_end(self, walked: Sequence[Finding], by: int) -> None:
        if not walked:
            self._calls.say(tr("There is no finding to go to."))
        else:
            self._calls.say(tr("That was the last finding.") if by > 0 else tr("This is the first finding."))

    def _do(self, action: str) -> None:
        self._actions[action].trigger()
