"""The findings of the patient on the screen, worked out once for all who ask: the list, the walk, the strips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from viewer.domain.decision import Verdict, status_of
from viewer.domain.finding import Finding, with_members
from viewer.reading.findings import FindingsList, findings_list
from viewer.reading.state import ReadingState, Selection
from viewer.scene.remembered import Remembered

_lists: Remembered[FindingsList] = Remembered(4)


def findings_shown(state: ReadingState) -> FindingsList:
    """Return the findings of the patient of the active viewport, and what is left out of them; works them out if need be."""
    objects, key = _made_of(state)
    return _lists.recall(objects, key, lambda: findings_list(state.content, state.patient))


def findings_at_hand(state: ReadingState) -> FindingsList | None:
    """Return the same if it is worked out already: what a window may ask on its own thread."""
    return _lists.known(*_made_of(state))


def _made_of(state: ReadingState) -> tuple[tuple[object, ...], str | None]:
    content, patient = state.content, state.patient
    objects = (content.library, content.overlays, content.bindings, content.measures, content.unreadable)
    return objects, patient.key if patient is not None else None


def finding_with_id(state: ReadingState, finding_id: str) -> Finding | None:
    """Return a finding of the list, or one in a set, by its id."""
    return next((one for one in with_members(findings_shown(state).findings) if one.id == finding_id), None)


def finding_chosen(state: ReadingState) -> Finding | None:
    """Return the finding that was gone to, else the first one that the selected part carries; None for neither."""
    if state.selection.finding:
        return finding_with_id(state, state.selection.finding)
    return finding_of_part(state, state.selection)


def finding_of_part(state: ReadingState, selection: Selection) -> Finding | None:
    """Return the first finding that a part of an overlay carries; a member rather than its set."""
    if selection.overlay is None or selection.part is None:
        return None
    for finding in with_members(findings_shown(state).findings):
        if not finding.members and any(
            (one.overlay, one.part) == (selection.overlay, selection.part) for one in finding.sources
        ):
            return finding
    return None


def neighbour(state: ReadingState, walked: Sequence[Finding], by: int, *, undecided: bool = False) -> Finding | None:
    """Return the finding that comes ``by`` places after (before) the chosen one; the first or last when none is.

    Parameters
    ----------
    walked
        The list in the order in which it stands on the screen.
    undecided
        Pass over those that are decided.
    """
    if not walked:
        return None
    chosen = finding_chosen(state)
    ids = [one.id for one in walked]
    here = next((n for n, one in enumerate(walked) if chosen is not None and chosen.id == one.id), None)
    if here is None and chosen is not None:
        here = next((n for n, one in enumerate(walked) if chosen.id in {member.id for member in one.members}), None)
    place = (here + by) if here is not None else (0 if by > 0 else len(ids) - 1)
    while 0 <= place < len(walked):
        if not undecided or status_of(walked[place], state.decisions) == "undecided":
            return walked[place]
        place += 1 if by > 0 else -1
    return None


def ticks_on(state: ReadingState, stack_id: str) -> Mapping[int, Verdict]:
    """Return the frames (0-based places) of a stack at which findings lie, with how they stand; undecided wins.

    None of what is hidden, and none of sets: their parts are everywhere. None while the findings are being worked out.
    """
    listed = findings_at_hand(state)
    if state.overlays_hidden or listed is None:
        return {}
    found: dict[int, Verdict] = {}
    for finding in listed.findings:
        place = finding.location
        if place is None or finding.members or place.stack_id != stack_id:
            continue
        status = status_of(finding, state.decisions)
        if found.get(place.frame) != "undecided":
            found[place.frame] = status
    return found
