"""Reviews that are among the opened objects: what readers decided before, read from the records that this program writes.

Decided
    A record of a review is no claim about the patient: its groups are not findings, they say what was said of findings.
    A decision is found again by the id of its finding, which is written beside it; the Tracking UID is the second way, for
    objects that were written anew with other UIDs.
    Prior decisions are never taken over as the reader's own: a second reader decides for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from viewer.domain import report_codes as codes
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.decision import DecidedPart, Decision, Verdict
from viewer.domain.finding import Finding, with_members
from viewer.domain.instance import InstanceKey
from viewer.domain.report import ContentItem, Report
from viewer.domain.review_codes import (
    DIGEST,
    DISPOSITION,
    FINDING_ID,
    ITEM,
    PART_NUMBER,
    REASON,
    REVIEWED_OBJECT,
    SCHEME,
    VERDICTS,
    is_review,
)
from viewer.reading.content import Content

_VERDICT_OF: Mapping[tuple[str, str], Verdict] = {code.current: verdict for verdict, code in VERDICTS.items()}


@dataclass(frozen=True)
class PriorDecision:
    """A decision of an opened review. ``reader`` as written, ``written`` digits of date and time of the record."""

    decision: Decision
    reader: str
    written: str
    verified: bool
    tracking_uid: str = ""


@dataclass(frozen=True)
class PriorReview:
    """An opened review record of a study."""

    instance: InstanceKey
    study_instance_uid: str
    reader: str
    written: str
    decisions: tuple[PriorDecision, ...]


def prior_reviews(content: Content) -> tuple[PriorReview, ...]:
    """Return the reviews among the opened objects, oldest first."""
    found = []
    for key, overlay in content.overlays.items():
        report = overlay.content
        if not isinstance(report, Report) or not is_review(overlay):
            continue
        study = content.library.study_of(key).study_instance_uid
        reader, written = overlay.provenance.creator, overlay.provenance.content_date
        verified = report.flags.verification == "VERIFIED"
        decisions = (_decision(group, study) for group in report.root.walk() if group.is_concept(*codes.MEASUREMENT_GROUP))
        priors = tuple(
            PriorDecision(decision, reader, written, verified, tracking) for decision, tracking in filter(None, decisions)
        )
        found.append(PriorReview(key, study, reader, written, priors))
    return tuple(sorted(found, key=lambda one: one.written))


def same_reader(one: str, other: str) -> bool:
    """Say whether two ways of writing a name, "Doe^Jane" and "Jane Doe", mean one reader."""
    return bool(_words(one)) and _words(one) == _words(other)


def _words(name: str) -> list[str]:
    return sorted(filter(None, re.split(r"[\s,^=]+", name.casefold())))


def prior_decisions(
    content: Content, findings: Sequence[Finding], *, readers: Iterable[str] | None = None
) -> Mapping[str, tuple[PriorDecision, ...]]:
    """Return what opened reviews say of findings, by the id of the finding, newest last.

    Parameters
    ----------
    readers
        Only reviews of these; None: of all. A second reader may be shown nobody else's.
    """
    allowed = None if readers is None else tuple(readers)
    listed = [one for one in with_members(findings) if not one.members]
    ids = {one.id for one in listed}
    by_tracking = {(one.study_instance_uid, one.tracking_uid): one.id for one in listed if one.tracking_uid}
    found: dict[str, list[PriorDecision]] = {}
    for review in prior_reviews(content):
        if allowed is not None and not any(same_reader(review.reader, one) for one in allowed):
            continue
        for prior in review.decisions:
            finding = prior.decision.finding
            if finding not in ids:
                finding = by_tracking.get((review.study_instance_uid, prior.tracking_uid), "")
            if finding:
                found.setdefault(finding, []).append(prior)
    return {finding: tuple(priors) for finding, priors in found.items()}


def _decision(group: ContentItem, study: str) -> tuple[Decision, str] | None:
    """Return the decision of a group with its Tracking UID; None for a group without a decision."""
    disposition = next((item for item in group.children if _is(item, DISPOSITION)), None)
    verdict = _VERDICT_OF.get(disposition.code.current) if disposition is not None and disposition.code else None
    if disposition is None or verdict is None:
        return None
    tracking = _text(group, *codes.TRACKING_UID)
    decision = Decision(
        finding=next((item.value for item in group.children if _is(item, FINDING_ID)), ""),
        study_instance_uid=study,
        verdict=verdict,
        reasons=tuple(_reason(item) for item in group.children if _is(item, REASON)),
        note=_text(group, *codes.COMMENT),
        at=_iso(disposition.datetime),
        parts=tuple(_part(item) for item in group.children if _is(item, REVIEWED_OBJECT) and item.references),
        label=_text(group, *codes.TRACKING_IDENTIFIER),
    )
    return decision, tracking


def _reason(item: ContentItem) -> str:
    return item.code.value if item.code is not None and item.code.scheme == SCHEME else item.value


def _part(item: ContentItem) -> DecidedPart:
    number = _modifier(item, PART_NUMBER)
    return DecidedPart(
        item.references[0].sop_instance_uid,
        int(number) if number.isdecimal() else 0,
        _modifier(item, ITEM),
        _modifier(item, DIGEST),
    )


def _modifier(item: ContentItem, name: CodedConcept) -> str:
    return next((child.value for child in item.children if _is(child, name)), "")


def _text(group: ContentItem, scheme: str, value: str) -> str:
    return next((item.value for item in group.children if item.is_concept(scheme, value)), "")


def _is(item: ContentItem, concept: CodedConcept) -> bool:
    return item.is_concept(concept.scheme, concept.value)


def _iso(written: str) -> str:
    """Return a DICOM date and time (DT) as ISO 8601, as far as it is one."""
    digits = written.partition("+")[0].partition(".")[0]
    if len(digits) != 14 or not digits.isdigit():
        return written
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:]}+00:00"
