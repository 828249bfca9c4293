"""What a card says of reviews among the opened files: the reader's own in words, those of others only that they are there.

A second reader decides without knowing what the first one said; the report panel shows it to whoever asks for it there.
"""

from __future__ import annotations

from viewer.domain.finding import Finding
from viewer.reading.prior_reviews import PriorDecision, prior_decisions, same_reader
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import plain
from viewer.ui.findings.words import reason_text, tr, verdict_text


def prior_lines(state: ReadingState, finding: Finding) -> tuple[tuple[str, str], ...]:
    """Return (title, text) for every opened review that speaks of a finding, oldest first."""
    found = prior_decisions(state.content, [finding]).get(finding.id, ())
    own = [one for one in found if same_reader(one.reader, state.reader)]
    lines = [_own_line(one) for one in own]
    if len(own) < len(found):
        lines.append((tr("Another reader's review of this finding is among the files."), tr("The report panel shows it.")))
    return tuple(lines)


def _own_line(prior: PriorDecision) -> tuple[str, str]:
    decision = prior.decision
    day = decision.at[:10] or prior.written[:8]
    title = tr("You decided before: {decision}.").format(decision=verdict_text(decision.verdict))
    said = [day, *(reason_text(reason) for reason in decision.reasons), decision.note]
    return title, plain(" · ".join(filter(None, said)))
