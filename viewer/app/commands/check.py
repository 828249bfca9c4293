"""``overread check``: health of results for those who make them, each with the section of the standard that is not met."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from viewer.app.commands.layers import Layer, issues_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.app.commands.output import print_json, print_text, printable
from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.health import Health, known_health, object_health, report_health
from viewer.domain.issues import issue
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.standard_sections import SECTIONS
from viewer.iods.attribute_health import attribute_health

_MARKS = {"error": "E", "warning": "W", "info": "-"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print the health of every derived object; returns 1 when any of it is an error."""
    library = open_library(arguments.paths, sample=arguments.sample)
    layers = list(read_layers(library))
    overlays = {layer.header.sop_instance_uid: layer.overlay for layer in layers if layer.overlay is not None}
    found = [(layer, health) for layer in layers for health in dict.fromkeys(_health(layer, library, overlays))]
    if arguments.json:
        print_json({"issues": [_as_json(layer, health) for layer, health in found]})
    else:
        print_text(_as_table(layers, found))
    return int(any(health.issue.severity == "error" for _, health in found))


def _health(layer: Layer, library: Library, overlays: Mapping[str, Overlay]) -> Iterator[Health]:
    yield from map(known_health, issues_of(layer))
    if layer.overlay is None or layer.binding is None:
        return
    yield from object_health(layer.overlay, layer.binding, layer.measures, library)
    yield from report_health(layer.overlay, overlays)
    try:
        yield from attribute_health(layer.header, layer.overlay)
    except UnreadableDataset as failure:
        yield Health(issue("damaged", "error", reason=failure.reason))


def _as_json(layer: Layer, health: Health) -> dict[str, Any]:
    return {
        "code": health.issue.code,
        "severity": health.issue.severity,
        "text": health.issue.text,
        "object": layer.header.sop_instance_uid,
        "where": health.where,
        "standard": SECTIONS.get(health.issue.code, ""),
        "path": layer.header.source.shown,
    }


def _as_table(layers: Sequence[Layer], found: Sequence[tuple[Layer, Health]]) -> str:
    lines: list[str] = []
    for layer in layers:
        of_layer = [health for one, health in found if one is layer]
        label = (layer.overlay.label if layer.overlay else "") or layer.header.series_description or "(no label)"
        lines.append(printable(f"{label}  {layer.header.sop_instance_uid}  {layer.header.source.shown}"))
        for health in of_layer:
            standard = SECTIONS.get(health.issue.code, "")
            end = f"  [{health.issue.code}{', ' + standard if standard else ''}]"
            lines.append(printable(f"  {_MARKS[health.issue.severity]} {health.issue.text}{end}"))
        if not of_layer:
            lines.append("    nothing found")
    errors, warnings = (sum(one.issue.severity == severity for _, one in found) for severity in ("error", "warning"))
    lines.append(f"{len(layers)} objects: {errors} errors, {warnings} warnings")
    return "\n".join(lines) + "\n"
