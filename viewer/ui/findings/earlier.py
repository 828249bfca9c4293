"""The same lesion at other dates: what shares its Tracking UID in other studies of the patient, with the change."""

from __future__ import annotations

from viewer.domain.finding import Finding, ReportedNumber
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_shown
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal, volume
from viewer.ui.findings.words import percent_text, reported_text, tr, unit_words, with_unit

Line = tuple[str, str, str]
"""DICOM date, what it measured then, and the change from then to the finding."""


def earlier_lines(state: ReadingState, finding: Finding) -> tuple[Line, ...]:
    """Return a line for every other date of a finding, oldest first; none without a Tracking UID."""
    if not finding.tracking_uid:
        return ()
    dates = {
        study.study_instance_uid: study.date
        for patient in state.content.library.patients
        if patient.key == finding.patient_key
        for study in patient.studies
    }
    others = [
        one
        for one in findings_shown(state).findings
        if one.tracking_uid == finding.tracking_uid and one.study_instance_uid != finding.study_instance_uid
    ]
    others.sort(key=lambda one: (dates.get(one.study_instance_uid, ""), one.id))
    return tuple((dates.get(one.study_instance_uid, ""), *_change(state, finding, one)) for one in others)


def _change(state: ReadingState, finding: Finding, other: Finding) -> tuple[str, str]:
    pair = _same_number(finding, other)
    if pair is not None:
        now, then = pair
        value = reported_text(then.value, then.unit, then.qualifier)
        return value, _difference_text(_number(now.value), _number(then.value), then.unit)
    now_ml, then_ml = _volume(state, finding), _volume(state, other)
    if then_ml is None:
        return tr("nothing measured"), ""
    return f"{volume(then_ml)}{NO_BREAK_SPACE}mL", _difference_text(now_ml, then_ml, "ml")


def _same_number(finding: Finding, other: Finding) -> tuple[ReportedNumber, ReportedNumber] | None:
    """Return the first number of the same name and unit that both have."""
    for now in finding.measurements:
        for then in other.measurements:
            if (now.name.casefold(), now.unit) == (then.name.casefold(), then.unit):
                return now, then
    return None


def _difference_text(now: float | None, then: float | None, unit: str) -> str:
    if now is None or then is None:
        return ""
    change = now - then
    text = with_unit(f"{'+' if change > 0 else ''}{decimal(change, 1)}", unit) if unit_words(unit) else decimal(change, 1)
    return f"{text} ({percent_text(100 * change / then)})" if then else text


def _number(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        return None


def _volume(state: ReadingState, finding: Finding) -> float | None:
    source = finding.sources[0]
    measure = state.content.measures.get(source.overlay, {}).get(source.part)
    return measure.volume_ml if measure is not None else None
