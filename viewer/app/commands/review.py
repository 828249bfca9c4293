"""``overread review``: decisions on findings written as a standard record, with a table and a sheet."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import Refused, open_library
from viewer.app.commands.output import print_json, print_text, print_trouble
from viewer.app.paths import resources, sample_data
from viewer.app.review_writing import now, write_whole_review
from viewer.domain.decision import Verdict
from viewer.domain.finding import Finding, with_members
from viewer.export.new_objects import CannotWrite
from viewer.export.review_files import ReviewForm, ReviewOrder, Written, opened_folders, why_not_here
from viewer.export.review_record import Signature
from viewer.reading.changes.review import decide, explain
from viewer.reading.findings import findings_of
from viewer.reading.state import ReadingState
from viewer.ui.printing import start_off_screen

_DECISIONS: Final[tuple[Verdict, ...]] = tuple(one for one in get_args(Verdict) if one != "undecided")
_USAGE_ERROR: Final = 2


class NotDecisions(Exception):
    """The file of decisions is not what it must be; the text is a sentence."""


@dataclass(frozen=True)
class Entry:
    """One decision as the file has it."""

    finding: str
    decision: Verdict
    comment: str
    reasons: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--decisions", type=Path, required=True, metavar="F.json", help="findings and what was decided")
    parser.add_argument("--reviewer", required=True, metavar="NAME", help="who decided")
    parser.add_argument("--organization", default="", metavar="NAME", help="for whom the reviewer answers")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write; never beside opened files")
    parser.add_argument("--verified", action="store_true", help="the reviewer attests to the record")
    parser.add_argument("--key-images", action="store_true", help="write a key object selection of the images as well")
    parser.add_argument("--json", action="store_true", help="print what was written as one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Write the record; returns 1 when a finding is not there or something could not be written, 2 on a bad file."""
    try:
        entries = read_decisions(arguments.decisions)
    except NotDecisions as reason:
        print_trouble("review", str(reason))
        return _USAGE_ERROR
    if not arguments.reviewer.strip():
        print_trouble("review", "--reviewer names nobody.")
        return _USAGE_ERROR
    try:
        return _write(arguments, entries)
    except (Refused, CannotWrite) as reason:
        print_trouble("review", str(reason))
    except OSError as failure:
        print_trouble("review", f"{arguments.out} cannot be written to: {failure.strerror or failure}.")
    return 1


def _write(arguments: argparse.Namespace, entries: Sequence[Entry]) -> int:
    library = open_library(arguments.paths, sample=arguments.sample)
    opened = [*arguments.paths, *([sample_data()] if arguments.sample else [])]
    refused = why_not_here(arguments.out, opened_folders(opened, library))
    if refused:
        raise Refused(refused)
    content = content_of(list(read_layers(library)), library)
    findings = {one.id: one for one in with_members(findings_of(content))}
    missing = [one.finding for one in entries if one.finding not in findings]
    for finding in missing:
        print_trouble("review", f"There is no finding {finding}; `overread findings` lists them.")
    if len(missing) == len(entries):
        raise Refused("None of the decisions is about what was opened; nothing was written.")
    state = _decided(ReadingState(content=content), findings, entries)
    start_off_screen(resources())
    forms: frozenset[ReviewForm] = frozenset(("report", "table", "sheet"))
    if arguments.key_images:
        forms |= {"images"}
    signature = Signature(arguments.reviewer.strip(), arguments.organization.strip(), arguments.verified)
    written = write_whole_review(state, ReviewOrder(arguments.out, signature, forms), lambda _: None)
    _tell(arguments, written, decided=len(state.decisions), missing=missing)
    return int(bool(missing or written.left_out))


def _decided(state: ReadingState, findings: Mapping[str, Finding], entries: Sequence[Entry]) -> ReadingState:
    at = now()
    for entry in entries:
        finding = findings.get(entry.finding)
        if finding is not None:
            state = decide(state, (finding,), entry.decision, at)
            state = explain(state, finding, entry.reasons, entry.comment, at)
    return state


def _tell(arguments: argparse.Namespace, written: Written, *, decided: int, missing: Sequence[str]) -> None:
    if arguments.json:
        files = [str(path) for path in written.files]
        print_json({"files": files, "decided": decided, "missing": [*missing], "left_out": [*written.left_out]})
    else:
        print_text("".join(f"{path}\n" for path in written.files))
    for sentence in written.left_out:
        print_trouble("review", sentence)


def read_decisions(path: Path) -> list[Entry]:
    """Return the decisions of a file; raises NotDecisions with a sentence."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotDecisions(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise NotDecisions(f"{path} is no JSON.") from error
    if not isinstance(found, list):
        raise NotDecisions(f"{path} must hold a list of decisions.")
    return [_entry(one, number, path) for number, one in enumerate(found, start=1)]


def _entry(found: Any, number: int, path: Path) -> Entry:
    if not isinstance(found, dict) or not isinstance(found.get("finding"), str):
        raise NotDecisions(f"Entry {number} of {path} names no finding.")
    decision: Verdict | None = next((one for one in _DECISIONS if one == found.get("decision")), None)
    if decision is None:
        raise NotDecisions(f"Entry {number} of {path} has no decision; it is one of {', '.join(_DECISIONS)}.")
    comment, reasons = found.get("comment", ""), found.get("reasons", [])
    if not isinstance(comment, str) or not isinstance(reasons, list) or not all(isinstance(one, str) for one in reasons):
        raise NotDecisions(f"Entry {number} of {path} has a comment or reasons that are no text.")
    return Entry(found["finding"], decision, comment, tuple(reasons))
