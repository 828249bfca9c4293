"""``overread findings``: what there is to review, one entry a claim, whatever objects carry it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from viewer.app.commands.layers import content_of, provenance_as_json, read_layers
from viewer.app.commands.opening import open_library
from viewer.app.commands.output import print_json, print_text, printable
from viewer.domain.checked import Checks, NumberCheck
from viewer.domain.content_words import sensible_digits
from viewer.domain.finding import Finding, ReportedNumber, with_members
from viewer.loading.checking import checks_of
from viewer.loading.eager import EagerInputs
from viewer.reading.coverage import Covered, FindingCoverage, Outcome, finding_coverage, object_coverage, outcome_of
from viewer.reading.findings import FindingsList, findings_list
from viewer.reading.prior_reviews import prior_decisions
from viewer.reading.state import Content
from viewer.scene.strip import coverage_of

_LEFT_OUT = {
    "superseded": "superseded",
    "rejected_by_key_object": "rejected by a key object selection",
    "rejects_others": "listed as rejected",
    "not_for_presentation": "not for presentation",
    "surroundings": "of the outline of the patient, the couch or the table",
    "review": "in reviews",
    "corrected": "corrected by a reader",
    "empty_layer": "layers with nothing in them",
    "unreadable": "in objects that cannot be read",
}

_OUTCOMES: Mapping[Outcome, str] = {
    "no_findings": "It looked, and reports no finding.",
    "not_evaluated": "It did not look. That nothing is listed means nothing.",
    "failed": "It could not finish. That nothing is listed means nothing.",
    "partial": "It finished a part of its work. What it did not look at is not listed.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; returns 1 when an object cannot be read, so that some may be missing."""
    library = open_library(arguments.paths, sample=arguments.sample)
    layers = list(read_layers(library))
    content = content_of(layers, library)
    found = findings_list(content)
    with EagerInputs(library, {}) as inputs:
        checks = checks_of(content, inputs.readers)
    if arguments.json:
        print_json(
            {
                "findings": [_as_json(one, content, checks) for one in found.findings],
                "outcomes": list(_outcomes(content)),
                "left_out": dict(found.left_out),
                "prior_reviews": _prior_as_json(content, found),
            },
        )
    else:
        print_text(_as_table(found, content, checks))
    return int(any(layer.unreadable for layer in layers))


def _as_json(finding: Finding, content: Content, checks: Checks) -> dict[str, Any]:
    location = finding.location
    numbers = {(one.overlay, one.item): one for one in checks.numbers.get(finding.id, ())}
    return {
        "id": finding.id,
        "kind": finding.kind,
        "label": finding.label,
        "sources": [
            {
                "sop_instance_uid": source.sop_instance_uid,
                "part": source.part,
                "item": source.item or None,
                "joined_by": source.joined_by,
            }
            for source in finding.sources
        ],
        "tracking_uid": finding.tracking_uid or None,
        "tracking_differs": finding.tracking_differs,
        "site": finding.site,
        "laterality": finding.laterality,
        "measurements": [
            {
                "name": one.name,
                "value": one.value,
                "unit": one.unit,
                "qualifier": one.qualifier or None,
                "item": one.item,
                **_check_as_json(numbers.get((one.overlay, one.item))),
            }
            for one in finding.measurements
        ],
        "location": {
            "stack": location.stack_id,
            "frame": location.frame + 1,
            "point_patient": list(location.point_patient) if location.point_patient else None,
        }
        if location is not None
        else None,
        "coverage": _coverage_as_json(finding_coverage(content, finding, coverage_of)),
        "provenance": provenance_as_json(finding.provenance),
        "origin": finding.origin.value,
        "patient_id": content.library.patient_of(finding.sources[0].overlay).patient_id,
        "study_instance_uid": finding.study_instance_uid,
        "empty": finding.empty,
        "optional": finding.optional,
        "status": finding.status,
        "doubts": [
            {"code": one.code, "severity": one.severity, "text": one.text} for one in checks.doubts.get(finding.id, ())
        ],
        "flagged": any(checks.flagged(one.id) for one in (finding, *finding.members)),
        "members": [_as_json(member, content, checks) for member in finding.members],
    }


def _outcomes(content: Content) -> Iterator[dict[str, Any]]:
    """Yield what objects without findings say: that nothing was found, or that nobody looked, or that it failed."""
    for overlay in content.overlays.values():
        outcome = outcome_of(overlay)
        if outcome is not None:
            yield {
                "sop_instance_uid": overlay.sop_instance_uid,
                "label": overlay.label,
                "outcome": outcome,
                "text": _OUTCOMES[outcome],
                "coverage": _coverage_as_json(object_coverage(content, overlay)),
            }
    for key, reason in content.unreadable.items():
        header = content.library.instance(key)
        yield {
            "sop_instance_uid": header.sop_instance_uid,
            "label": header.series_description,
            "outcome": "unreadable",
            "text": reason,
            "coverage": None,
        }


def _coverage_as_json(made: FindingCoverage) -> dict[str, Any]:
    """Return where something is drawn and what its objects looked at; frames are numbered from 1."""

    def frames(covered: Covered | None) -> dict[str, int] | None:
        return (
            {"first": covered.first + 1, "last": covered.last + 1, "frames": covered.count} if covered is not None else None
        )

    return {
        "stack": made.stack.id if made.stack is not None else None,
        "of_frames": len(made.stack.frames) if made.stack is not None else None,
        "drawn_on": frames(made.drawn_on),
        "looked_at": frames(made.spoken_of),
        "images_named": made.named,
        "images_not_open": made.missing,
        "nothing_there": made.empty,
        "partial": made.partial,
    }


def _check_as_json(check: NumberCheck | None) -> dict[str, Any]:
    """Return the keys that a number computed again adds."""
    return {
        "recomputed": check.recomputed if check is not None else None,
        "difference": check.difference if check is not None else None,
        "difference_percent": check.difference_percent if check is not None else None,
        "agrees": check.agrees if check is not None else None,
        "method": check.method if check is not None else "",
    }


def _prior_as_json(content: Content, found: FindingsList) -> list[dict[str, Any]]:
    """Return what opened reviews say of findings."""
    return [
        {
            "finding": finding,
            "decision": prior.decision.verdict,
            "reasons": list(prior.decision.reasons),
            "comment": prior.decision.note,
            "reviewer": prior.reader,
            "decided_at": prior.decision.at,
            "verified": prior.verified,
        }
        for finding, priors in prior_decisions(content, found.findings).items()
        for prior in priors
    ]


def _as_table(found: FindingsList, content: Content, checks: Checks) -> str:
    lines: list[str] = []
    patient = ""
    several = len({finding.patient_key for finding in found.findings}) > 1
    for finding in found.findings:
        if several and finding.patient_key != patient:
            patient = finding.patient_key
            lines.append(
                printable(f"patient {next(p.patient_id or p.name for p in content.library.patients if p.key == patient)}")
            )
        lines.append(printable("  ".join(_cells(finding, content))).rstrip())
        lines += [printable(f"  ! {words}") for one in with_members([finding]) for words in _flags(one, checks)]
    lines += [printable(f"{one['outcome']:<16}  {one['label']}: {one['text']}") for one in _outcomes(content)]
    lines.append(f"{len(found.findings)} findings" + "".join(_left_out(found)))
    return "\n".join(lines) + "\n"


def _flags(finding: Finding, checks: Checks) -> Iterator[str]:
    """Yield why a finding is one to look at twice."""
    for number in checks.numbers.get(finding.id, ()):
        if number.agrees is False:
            recomputed = f"{number.recomputed:.4g} {number.unit}".strip()
            yield f"{number.name} {sensible_digits(number.reported)} {number.unit}: {recomputed} by {number.method}"
    for doubt in checks.doubts.get(finding.id, ()):
        if doubt.severity != "info":
            yield f"{finding.label}: {doubt.text}"


def _cells(finding: Finding, content: Content) -> Iterator[str]:
    yield finding.id
    side = ", ".join(filter(None, (finding.site, finding.laterality)))
    yield f"{finding.label + (f' ({side})' if side else ''):<40}"
    numbers = [_number(one) for one in finding.measurements]
    more = f" (+{len(numbers) - 2})" if len(numbers) > 2 else ""
    yield f"{'; '.join(numbers[:2]) + more or ('nothing there' if finding.empty else ''):<32}"
    yield f"{finding.origin.value:<17}"
    stack = content.library.stack(finding.location.stack_id) if finding.location is not None else None
    place = (
        f"{finding.location.frame + 1} of {len(stack.frames)}"
        if finding.location is not None and stack is not None
        else "not placed"
    )
    yield f"{place:<11}"
    objects = len({source.overlay for source in finding.sources})
    yield f"{objects} object{'s' if objects != 1 else ''}"


def _number(number: ReportedNumber) -> str:
    # A table is for reading; the digits as written are in the JSON document.
    if not number.value:
        return f"{number.name}: {number.qualifier or 'no value'}"
    return f"{number.name} {sensible_digits(number.value)} {number.unit}".strip()


def _left_out(found: FindingsList) -> Iterator[str]:
    for reason, count in found.left_out.items():
        yield f"; {count} {_LEFT_OUT[reason]}"
