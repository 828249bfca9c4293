"""``overread scan``: what is there, and what was skipped and why."""

from __future__ import annotations

import argparse
from typing import Any

from viewer.app.commands.opening import open_library
from viewer.app.commands.output import print_json, print_text, printable
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.library import Library, Series
from viewer.domain.stack import Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments besides PATH and --sample."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print what is there; returns 1 when something asked for is not there or an object has an error, else 0."""
    library = open_library(arguments.paths, sample=arguments.sample)
    if arguments.json:
        print_json(as_json(library))
    else:
        print_text(as_table(library))
    missing = [path for path in arguments.paths if not path.exists()]
    return 1 if missing or _has_error(library) else 0


def as_json(library: Library) -> dict[str, Any]:
    """Return the library as the JSON document of the command-line contract."""
    return {
        "patients": [
            {
                "patient_id": patient.patient_id,
                "patient_name": patient.name,
                "studies": [
                    {
                        "study_instance_uid": study.study_instance_uid,
                        "study_date": study.date,
                        "study_description": study.description,
                        "series": [_series(series) for series in study.series],
                    }
                    for study in patient.studies
                ],
            }
            for patient in library.patients
        ],
        "skipped": [{"path": skipped.path, "reason": skipped.reason} for skipped in library.skipped],
        "files": library.files,
        "seconds": library.seconds,
    }


def issues_of(series: Series) -> tuple[Issue, ...]:
    """Return the issues of a series, its instances and its stacks, each once."""
    return tuple(dict.fromkeys([*series.issues, *(found for stack in series.stacks for found in stack.issues)]))


def _series(series: Series) -> dict[str, Any]:
    uid_of = {instance.key: instance.sop_instance_uid for instance in series.instances}
    return {
        "series_instance_uid": series.series_instance_uid,
        "series_number": series.series_number,
        "modality": series.modality,
        "series_description": series.description,
        "sop_class_uid": series.sop_class_uid,
        "role": series.role,
        "instances": len(series.instances),
        "for_processing": series.for_processing,
        "stacks": [_stack(stack, uid_of) for stack in series.stacks],
        "issues": [{"code": found.code, "severity": found.severity, "text": found.text} for found in issues_of(series)],
        "sop_instance_uids": [instance.sop_instance_uid for instance in series.instances],
    }


def _stack(stack: Stack, uid_of: dict[Any, str]) -> dict[str, Any]:
    return {
        "id": stack.id,
        "label": stack.label,
        "frames": len(stack.frames),
        "rows": stack.rows,
        "columns": stack.columns,
        "frame_of_reference_uid": stack.frame_of_reference_uid,
        "orientation": stack.orientation,
        "regular": stack.regular,
        "spacing_mm": list(stack.spacing_mm),
        "origin_mm": list(stack.origin) if stack.origin else None,
        "dimensions": [{"keyword": one.keyword, "value": one.value, "unit": one.unit} for one in stack.dimensions],
        "sop_instance_uids": list(dict.fromkeys(uid_of[key] for key in _instances(stack))),
    }


def _instances(stack: Stack) -> list[InstanceKey]:
    """Return the instances of a stack in display order; those of a slide from its largest level to its smallest."""
    if stack.pyramid is not None:
        return [key for level in stack.pyramid.levels for key in level.instances]
    return [frame.instance for frame in stack.frames]


def _has_error(library: Library) -> bool:
    return any(
        found.severity == "error"
        for patient in library.patients
        for study in patient.studies
        for series in study.series
        for found in issues_of(series)
    )


def as_table(library: Library) -> str:
    """Return the library as a readable table."""
    lines = []
    for patient in library.patients:
        lines.append(f"{printable(patient.name) or '(no name)'}  {printable(patient.patient_id)}".rstrip())
        for study in patient.studies:
            lines.append(f"  {printable(study.date) or '(no date)'}  {printable(study.description)}".rstrip())
            for series in study.series:
                lines.extend(_series_lines(series))
    if library.skipped:
        lines.append(f"skipped: {len(library.skipped)}")
        lines.extend(f"  {printable(skipped.path)}: {printable(skipped.reason)}" for skipped in library.skipped)
    instances = library.files - len(library.skipped)
    lines.append(f"{library.files} files, {instances} objects, {len(library.skipped)} skipped, {library.seconds:.2f} s")
    return "\n".join(lines) + "\n"


def _series_lines(series: Series) -> list[str]:
    number = "-" if series.series_number is None else str(series.series_number)
    marks = "".join(
        f" [{mark}]" for mark, on in (("for processing", series.for_processing), ("localizer", series.localizer)) if on
    )
    lines = [
        f"    {number:>5}  {printable(series.modality):<8} {series.role:<12} {len(series.instances):>5}  "
        f"{printable(series.description)}{marks}".rstrip()
    ]
    for stack in series.stacks:
        gap, *pixel = stack.spacing_mm
        spacing = " x ".join("-" if value is None else f"{value:.4g}" for value in (gap, *pixel))
        lines.append(
            f"           {len(stack.frames):>5} frames  {stack.columns} x {stack.rows}  {stack.orientation}  "
            f"{spacing} mm  {printable(stack.label)}".rstrip()
        )
    lines.extend(f"           ! {printable(found.text)}" for found in issues_of(series) if found.severity != "info")
    return lines
