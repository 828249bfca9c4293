"""What the findings panel lists: a pure function from the reading state to rows, lesions and measurements first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from viewer.domain.decision import Verdict, is_stale, status_of
from viewer.domain.finding import Finding
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin
from viewer.reading.coverage import Outcome, outcome_of
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_shown
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import NO_BREAK_SPACE, area_text, count, plain, volume
from viewer.ui.findings.coverage import object_line
from viewer.ui.findings.words import KIND_WORDS, reported_text, tr, verdict_text
from viewer.ui.plain_text import tooltip

RowKind = Literal["finding", "group", "outcome"]
Grouping = Literal["none", "object", "site", "state", "algorithm"]
Sorting = Literal["importance", "name", "slice", "size", "difference"]


@dataclass(frozen=True)
class FindingFilter:
    """What of the list is shown, and how it is arranged. ``state`` None: whatever was decided."""

    search: str = ""
    state: Verdict | None = None
    grouping: Grouping = "none"
    sorting: Sorting = "importance"


@dataclass(frozen=True)
class FindingRow:
    """One row. ``finding`` is None for heads of groups and for objects that say that they found nothing."""

    key: Hashable
    kind: RowKind
    name: str
    tip: str = ""
    finding: Finding | None = None
    status: Verdict = "undecided"
    stale: bool = False
    noted: bool = False
    flagged: bool = False
    origin: Origin = Origin.NOT_STATED
    value: str = ""
    objects: str = ""
    place: str = ""
    second: str = ""
    outcome: Outcome | None = None
    overlay: InstanceKey | None = None
    children: tuple[FindingRow, ...] = ()


def finding_rows(state: ReadingState, chosen: FindingFilter) -> tuple[FindingRow, ...]:
    """Return the rows of the patient of the active viewport."""
    found = sorted(findings_shown(state).findings, key=_sorted_by(state, chosen.sorting))
    rows = [row for row in (_row(state, one, chosen) for one in found) if row is not None]
    outcomes = tuple(_outcome_rows(state)) if chosen.state is None and not chosen.search else ()
    return (*_grouped(state, rows, chosen.grouping), *outcomes)


def findings_in(rows: Sequence[FindingRow], opened: Callable[[FindingRow], bool]) -> tuple[Finding, ...]:
    """Return the findings of rows from top to bottom: in the order in which N walks them.

    Parameters
    ----------
    opened
        Says whether the rows below a set are seen: then they are walked, not the set.
    """
    found: list[Finding] = []
    for row in rows:
        if row.kind == "group" or (row.children and opened(row)):
            found += findings_in(row.children, opened)
        elif row.finding is not None:
            found.append(row.finding)
    return tuple(found)


def _row(state: ReadingState, finding: Finding, chosen: FindingFilter) -> FindingRow | None:
    children = tuple(row for row in (_row(state, one, chosen) for one in finding.members) if row is not None)
    status = status_of(finding, state.decisions)
    matches = _matches(finding, chosen.search) and chosen.state in (None, status)
    if not matches and not children:
        return None
    decision, checks = state.decisions.get(finding.id), state.content.checks
    name = finding_name(finding)
    side = " · ".join(plain(one) for one in (finding.site, finding.laterality) if one)
    stale = decision is not None and is_stale(decision, finding, state.content.digests)
    ids = [finding.id, *(one.id for one in finding.members)]
    flagged = any(checks.flagged(one) for one in ids)
    said = [verdict_text(status)]
    if stale:
        said.append(tr("Changed since it was decided."))
    if flagged:
        said.append(tr("Look twice: see the card."))
    value = value_text(state, finding)
    return FindingRow(
        key=("finding", finding.id),
        kind="finding",
        name=name,
        tip=tooltip(name, side, value, finding.origin.value, *said),
        finding=finding,
        status=status,
        stale=stale,
        noted=decision is not None and bool(decision.note or decision.reasons),
        flagged=flagged,
        origin=finding.origin,
        value=value,
        objects=_objects(state, finding),
        place=str(finding.location.frame + 1) if finding.location is not None and not finding.members else "—",
        second=_set_words(state, finding) if finding.members else "",
        children=children,
    )


def finding_name(finding: Finding) -> str:
    """Return what a finding is called in the list: with its side where that is not in the name already."""
    name = plain(finding.label) or tr("Not named")
    side = plain(finding.laterality)
    return f"{name}, {side.lower()}" if side and side.casefold() not in name.casefold() else name


def value_text(state: ReadingState, finding: Finding) -> str:
    """Return the main measurement: what a report says, else the volume of what carries it; else how much there is."""
    if finding.members:
        return ""
    if finding.empty:
        return tr("nothing there")
    if finding.measurements:
        first = finding.measurements[0]
        return reported_text(first.value, first.unit, first.qualifier)
    source = finding.sources[0]
    measure = state.content.measures.get(source.overlay, {}).get(source.part)
    if measure is not None and measure.volume_ml is not None:
        return f"{volume(measure.volume_ml)}{NO_BREAK_SPACE}mL"
    if measure is not None and measure.on_slide_mm2 is not None:
        return area_text(measure.on_slide_mm2)
    words = {"key_image": tr("image"), "mark": tr("mark"), "map": tr("map")}
    return words.get(finding.kind, "")


def _set_words(state: ReadingState, finding: Finding) -> str:
    decided = sum(status_of(one, state.decisions) != "undecided" for one in finding.members)
    return tr("{decided} of {all}").format(decided=count(decided), all=count(len(finding.members)))


def _objects(state: ReadingState, finding: Finding) -> str:
    kinds: dict[str, None] = {}
    for source in finding.sources:
        overlay = state.content.overlays.get(source.overlay)
        if overlay is not None:
            kinds[KIND_WORDS.get(overlay.kind, "")] = None
    return " ".join(word for word in kinds if word)


def _matches(finding: Finding, search: str) -> bool:
    text = " ".join((finding.label, finding.site, finding.laterality, finding.provenance.algorithm_name)).casefold()
    return all(word in text for word in search.casefold().split())


def _sorted_by(state: ReadingState, sorting: Sorting) -> Callable[[Finding], tuple[float, str]]:
    checks = state.content.checks

    def key(finding: Finding) -> tuple[float, str]:
        if sorting == "name":
            return 0.0, finding.label.casefold()
        if sorting == "slice":
            return float(finding.location.frame if finding.location is not None else 1 << 30), ""
        if sorting == "size":
            source = finding.sources[0]
            measure = state.content.measures.get(source.overlay, {}).get(source.part)
            return -(measure.volume_ml or 0.0) if measure is not None else 0.0, ""
        if sorting == "difference":
            numbers = [n.difference_percent for n in checks.numbers.get(finding.id, ()) if n.difference_percent]
            worst = max(map(abs, numbers), default=0.0)
            return -(worst + 1000.0 * checks.flagged(finding.id)), ""
        return 0.0, ""

    return key


def _grouped(state: ReadingState, rows: list[FindingRow], grouping: Grouping) -> tuple[FindingRow, ...]:
    if grouping == "none":
        return tuple(rows)
    groups: dict[str, list[FindingRow]] = {}
    for row in rows:
        assert row.finding is not None
        groups.setdefault(_group_of(state, row.finding, row.status, grouping), []).append(row)
    return tuple(
        FindingRow(
            ("group", grouping, name), "group", name or tr("not stated"), second=count(len(members)), children=tuple(members)
        )
        for name, members in groups.items()
    )


def _group_of(state: ReadingState, finding: Finding, status: Verdict, grouping: Grouping) -> str:
    if grouping == "state":
        return verdict_text(status)
    if grouping == "site":
        return plain(finding.site)
    if grouping == "algorithm":
        said = finding.provenance
        return plain(" ".join(filter(None, (said.algorithm_name, said.algorithm_version))))
    overlay = state.content.overlays.get(finding.sources[0].overlay)
    return overlay_name(state.content, overlay, tr).whole if overlay is not None else ""


def _outcome_rows(state: ReadingState) -> list[FindingRow]:
    """Return a row for every object that says it found nothing, did not look, or failed: none looks like another."""
    patient = state.patient
    content = state.content
    found: list[FindingRow] = []
    for key, overlay in content.overlays.items():
        if patient is None or content.library.patient_of(key).key != patient.key:
            continue
        outcome = outcome_of(overlay)
        if outcome is not None:
            found.append(_outcome_row(state, overlay, outcome))
    for key, reason in content.unreadable.items():
        if patient is not None and content.library.patient_of(key).key == patient.key:
            series = content.library.series_of(key)
            name = plain(series.description) or plain(series.modality)
            row = FindingRow(("outcome", key), "outcome", name, tooltip(name, plain(reason)), outcome="unreadable")
            found.append(replace(row, value=tr("could not be read"), second=plain(reason)))
    return found


def _outcome_row(state: ReadingState, overlay: Overlay, outcome: Outcome) -> FindingRow:
    name = overlay_name(state.content, overlay, tr).whole
    words = {
        "no_findings": (tr("nothing found"), tr("It looked, and reports no finding.")),
        "not_evaluated": (tr("not evaluated"), tr("It did not look. That nothing is listed means nothing.")),
        "failed": (tr("failed"), tr("It could not finish. That nothing is listed means nothing.")),
        "partial": (tr("partly evaluated"), tr("It finished a part of its work. What it did not look at is not listed.")),
    }[outcome]
    return FindingRow(
        ("outcome", overlay.instance),
        "outcome",
        name,
        tooltip(name, *words, object_line(state, overlay)),
        outcome=outcome,
        value=words[0],
        second=words[1],
        overlay=overlay.instance,
        origin=overlay.origin,
    )
