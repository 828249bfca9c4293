"""Decisions and blind reads as entries of a review file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final, get_args

from viewer.domain.decision import BlindRead, DecidedPart, Decision, Verdict

_VERDICTS: Final[frozenset[Verdict]] = frozenset(get_args(Verdict))


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """Return a decision, ready for JSON; the study is said once for the whole file."""
    entry = asdict(decision)
    del entry["study_instance_uid"]
    if decision.before_edit is None:
        del entry["before_edit"]
    return {**entry, "reasons": list(decision.reasons), "parts": [asdict(one) for one in decision.parts]}


def decision_from_json(entry: Any, study_instance_uid: str) -> Decision | None:
    """Return the decision of an entry; None for one that is not understood."""
    try:
        verdict: Verdict = entry.get("verdict", "")
        if verdict not in _VERDICTS:
            return None
        parts = tuple(
            DecidedPart(str(one["sop_instance_uid"]), int(one["part"]), str(one["item"]), str(one["digest"]))
            for one in entry.get("parts", ())
        )
        reasons = tuple(str(one) for one in entry.get("reasons", ()))
        return Decision(
            str(entry["finding"]),
            study_instance_uid,
            verdict,
            reasons,
            str(entry.get("note", "")),
            str(entry.get("at", "")),
            parts,
            str(entry.get("label", "")),
            next((one for one in _VERDICTS if one == entry.get("before_edit")), None),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def blind_read_from_json(entry: Any) -> BlindRead | None:
    """Return the blind read of an entry; None for one that is not understood."""
    try:
        return BlindRead(str(entry["began"]), str(entry.get("revealed", "")))
    except (KeyError, TypeError, AttributeError):
        return None
