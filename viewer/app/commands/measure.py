"""``overread measure``: volumes of every segment and region; reported numbers against what they were measured in."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from viewer.app.commands.layers import Layer, read_layers
from viewer.app.commands.opening import open_library
from viewer.app.commands.output import print_json, print_text, printable
from viewer.domain.content_words import concept_text
from viewer.domain.library import Library
from viewer.domain.overlay import PartMeasure
from viewer.domain.references import ImageReference
from viewer.domain.report import Report
from viewer.representations.recompute import TOLERANCE_PERCENT, recompute
from viewer.representations.reported_values import ReportedValue, reported_values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print volumes and checks; returns 1 when an object that has volumes cannot be read."""
    library = open_library(arguments.paths, sample=arguments.sample)
    layers = list(read_layers(library))
    document = {"parts": list(_parts(layers)), "checks": list(_checks(layers, library))}
    if arguments.json:
        print_json(document)
    else:
        print_text(_as_table(document))
    return int(any(layer.unreadable for layer in layers))


def _measured(layers: Sequence[Layer]) -> Iterator[tuple[Layer, int, str, PartMeasure]]:
    for layer in layers:
        for part in layer.overlay.parts if layer.overlay is not None else ():
            measure = layer.measures.get(part.number)
            if measure is not None:
                yield layer, part.number, part.label, measure


def _parts(layers: Sequence[Layer]) -> Iterator[dict[str, Any]]:
    for layer, number, label, measure in _measured(layers):
        assert layer.overlay is not None
        state = layer.overlay.part(number).state
        yield {
            "object": layer.header.sop_instance_uid,
            "part": number,
            "label": label,
            "voxels": measure.voxels,
            "volume_ml": measure.volume_ml,
            "method": measure.method,
            "state": measure.state if state == "ok" else state,
        }


def _checks(layers: Sequence[Layer], library: Library) -> Iterator[dict[str, Any]]:
    known = _Known(layers, library)
    for layer in layers:
        overlay = layer.overlay
        if overlay is None or not isinstance(overlay.content, Report):
            continue
        for value in reported_values(overlay.content):
            found = recompute(value, overlay.content, known.spacing_of, known.measures_of)
            yield {
                "finding": f"{layer.header.sop_instance_uid}/{value.finding_position}",
                "label": value.finding,
                "measurement": concept_text(value.item.concept),
                "item": value.item.position,
                "reported": value.item.value,
                "unit": value.item.unit.value if value.item.unit is not None else "",
                "recomputed": found.value,
                "difference_percent": found.difference_percent,
                "agrees": found.agrees,
                "method": found.method,
            }


@dataclass(frozen=True)
class _Known:
    """What is open, as far as reported numbers can be computed from it."""

    layers: Sequence[Layer]
    library: Library

    def spacing_of(self, image: ImageReference) -> tuple[float, float] | None:
        """Return the pixel spacing of a referenced frame; none when files that share the UID disagree about it."""
        frame = (image.frames or (1,))[0] - 1
        found = {
            self.library.instance(key).frame_header(frame).pixel_spacing_mm
            for key in self.library.instances_with_uid(image.sop_instance_uid)
        }
        return found.pop() if len(found) == 1 else None

    def measures_of(self, value: ReportedValue) -> list[tuple[str, PartMeasure]]:
        """Return the measures of the segments that a value names, else of the parts that have its Tracking UID."""
        if value.segments:
            wanted = {(one.sop_instance_uid, number) for one in value.segments for number in one.segments}
            found = {
                (layer.header.sop_instance_uid, number): (f"segment {number} ({label})", measure)
                for layer, number, label, measure in _measured(self.layers)
                if (layer.header.sop_instance_uid, number) in wanted
            }
            return list(found.values()) if len(found) == len(wanted) else []
        if not value.tracking_uid:
            return []
        return [
            (f"part {number} ({label})", measure)
            for layer, number, label, measure in _measured(self.layers)
            if layer.overlay is not None and layer.overlay.part(number).tracking_uid == value.tracking_uid
        ]


def _as_table(document: dict[str, Any]) -> str:
    lines: list[str] = []
    last = ""
    for part in document["parts"]:
        if part["object"] != last:
            last = part["object"]
            lines.append(printable(last))
        voxels = "" if part["voxels"] is None else str(part["voxels"])
        volume = "" if part["volume_ml"] is None else f"{part['volume_ml']:.2f} ml"
        state = "" if part["state"] == "ok" else part["state"]
        lines.append(printable(f"  {part['part']:>4}  {part['label']:<32} {voxels:>10} {volume:>14}  {state}").rstrip())
    last = ""
    for check in document["checks"]:
        report = check["finding"].partition("/")[0]
        if report != last:
            last = report
            lines.append(printable(f"reported in {report}"))
        lines.append(printable(_check_line(check)))
    differing = sum(check["agrees"] is False for check in document["checks"])
    agreeing = sum(check["agrees"] is True for check in document["checks"])
    left = len(document["checks"]) - differing - agreeing
    lines.append(
        f"{len(document['parts'])} parts; reported numbers: {agreeing} agree within {TOLERANCE_PERCENT:g} %, "
        f"{differing} differ, {left} not computed"
    )
    return "\n".join(lines) + "\n"


def _check_line(check: dict[str, Any]) -> str:
    name = ", ".join(filter(None, (check["label"], check["measurement"])))
    reported = f"{check['reported']} {check['unit']}".strip()
    if check["agrees"] is None:
        return f"    {name:<44} {reported:>16}  {check['method']}"
    mark = "  " if check["agrees"] else "! "
    difference = "" if check["difference_percent"] is None else f" ({check['difference_percent']:+.1f} %)"
    method = check["method"].partition(";")[0]
    return f"  {mark}{name:<44} {reported:>16}  {check['recomputed']:.4g}{difference}  {method}"
