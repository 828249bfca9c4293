"""``overread measure``: volumes of every segment and region; reported numbers against what they were measured in."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from viewer.app.commands.layers import Layer, content_of, read_layers
from viewer.app.commands.measured_dose import dose_in_regions, dose_lines
from viewer.app.commands.opening import open_library
from viewer.app.commands.output import print_json, print_text, printable
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import PartMeasure
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.domain.value_stack import stack_for_values
from viewer.export.part_numbers import Measured, PartNumbers, part_numbers
from viewer.export.two_objects import Compared
from viewer.loading.eager import EagerInputs
from viewer.loading.pixel_numbers import PixelNumbers
from viewer.reading.findings import findings_of
from viewer.reading.number_checks import number_checks
from viewer.scene.inputs import Unavailable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print volumes and checks; returns 1 when an object that has volumes cannot be read."""
    library = open_library(arguments.paths, sample=arguments.sample)
    layers = list(read_layers(library))
    document = {"parts": list(_parts(layers, library)), "checks": list(_checks(layers, library))}
    document["dose"] = list(dose_in_regions(layers, library))
    if arguments.json:
        print_json(document)
    else:
        print_text(_as_table(document))
    return int(any(layer.unreadable for layer in layers))


def _measured(layers: Sequence[Layer]) -> Iterator[tuple[Layer, int, str, PartMeasure]]:
    for layer in layers:
        for part in layer.overlay.parts if layer.overlay is not None and layer.overlay.kind != "dose" else ():
            measure = layer.measures.get(part.number)
            if measure is not None:
                yield layer, part.number, part.label, measure


def _parts(layers: Sequence[Layer], library: Library) -> Iterator[dict[str, Any]]:
    numbers = _numbers(layers, library)
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
            **numbers_as_json(numbers.get((layer.overlay.instance, number))),
        }


def _numbers(layers: Sequence[Layer], library: Library) -> Mapping[tuple[InstanceKey, int], PartNumbers]:
    found: dict[tuple[InstanceKey, int], PartNumbers] = {}
    with EagerInputs(library, {}) as inputs:
        for layer in layers:
            overlay, binding = layer.overlay, layer.binding
            if overlay is None or binding is None or layer.unreadable:
                continue
            if not isinstance(overlay.content, Segmentation | StructureSet):
                continue
            one = Compared(overlay, layer.measures, inputs.readers.read_frame_of(overlay))
            stack = stack_for_values(overlay, library, binding.default_stack_id)
            parts = [part.number for part in overlay.parts if part.state != "background" and part.number in layer.measures]

            def read(key: FrameKey) -> tuple[ImageAttributes | Unavailable, DecodedFrame | Unavailable]:
                return inputs.attributes(key.instance), inputs.frame(key)

            for numbers in part_numbers(Measured(one, stack), parts, read) if parts else ():
                found[overlay.instance, numbers.part] = numbers
    return found


def numbers_as_json(numbers: PartNumbers | None) -> dict[str, Any]:
    """Return the keys that shape and values of a part add; null where there is none."""
    shape = numbers.shape if numbers is not None else None
    values = numbers.values if numbers is not None else None
    return {
        "diameter_mm": shape.diameter_mm if shape else None,
        "in_plane_mm": shape.in_plane_mm if shape else None,
        "across_mm": shape.across_mm if shape else None,
        "box_mm": [list(shape.box_low), list(shape.box_high)] if shape else None,
        "size_mm": list(shape.size_mm) if shape else None,
        "largest_area_mm2": shape.largest_area_mm2 if shape else None,
        "slices": shape.slices if shape else None,
        "surface_mm2": shape.surface_mm2 if shape else None,
        "values": {
            "pixels": values.pixels,
            "mean": values.mean,
            "deviation": values.deviation,
            "lowest": values.lowest,
            "highest": values.highest,
            "unit": values.unit,
            "name": values.name,
        }
        if values
        else None,
        "not_measured_because": list(numbers.why) if numbers is not None else [],
    }


def _checks(layers: Sequence[Layer], library: Library) -> Iterator[dict[str, Any]]:
    content = content_of(layers, library)
    with EagerInputs(library, {}) as inputs:
        found = list(number_checks(content, findings_of(content), PixelNumbers(content, inputs.readers)))
    for check in found:
        yield {
            "finding": check.finding,
            "object": check.sop_instance_uid,
            "label": check.label,
            "measurement": check.name,
            "item": check.item,
            "reported": check.reported,
            "unit": check.unit,
            "recomputed": check.recomputed,
            "difference": check.difference,
            "difference_percent": check.difference_percent,
            "agrees": check.agrees,
            "method": check.method,
        }


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
    lines += dose_lines(document["dose"])
    last = ""
    for check in document["checks"]:
        report = check["object"]
        if report != last:
            last = report
            lines.append(printable(f"reported in {report}"))
        lines.append(printable(_check_line(check)))
    differing = sum(check["agrees"] is False for check in document["checks"])
    agreeing = sum(check["agrees"] is True for check in document["checks"])
    left = len(document["checks"]) - differing - agreeing
    lines.append(
        f"{len(document['parts'])} parts; reported numbers: {agreeing} agree, {differing} differ, {left} not computed"
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
