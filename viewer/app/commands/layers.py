"""``overread layers``: every overlay object, its parts, where it lies and by which evidence, or why it does not."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from viewer.app.commands.opening import open_library
from viewer.app.commands.output import print_json, print_text, printable
from viewer.dicom.frames import is_plain
from viewer.domain.binding import Binding
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue
from viewer.domain.library import Library
from viewer.domain.overlay import FrameNotRead, Overlay, Part, PartMeasure
from viewer.domain.provenance import Provenance
from viewer.domain.roles import overlay_kind
from viewer.iods.on_plane import survey_overlay
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import bound_content
from viewer.reading.state import Content


@dataclass(frozen=True, eq=False)
class Layer:
    """An overlay object as the command says it. ``overlay`` is None, with ``unreadable``, when it could not be read."""

    header: InstanceHeader
    overlay: Overlay | None
    binding: Binding | None
    measures: Mapping[int, PartMeasure]
    unreadable: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print the overlay objects; returns 1 when one cannot be read or has an error."""
    library = open_library(arguments.paths, sample=arguments.sample)
    layers = list(read_layers(library))
    if arguments.json:
        print_json({"objects": [_as_json(layer) for layer in layers]})
    else:
        print_text(_as_table(layers, library))
    return 1 if any(found.severity == "error" for layer in layers for found in issues_of(layer)) else 0


def read_layers(library: Library) -> Iterator[Layer]:
    """Yield every overlay object of a library, in the order of the browser, read, bound and measured."""
    with EagerInputs(library, {}) as inputs:
        if any(not is_plain(header) for header in library.instances if overlay_kind(header.sop_class_uid) == "segmentation"):
            # Its frames are counted after all objects have been read; the decoder is up by then.
            inputs.start_decoder()
        content = bound_content(library, inputs.readers)
        for header in library.instances:
            overlay, unreadable = content.overlays.get(header.key), content.unreadable.get(header.key)
            if overlay is not None:
                yield _measured(header, overlay, content.bindings[header.key], inputs)
            elif unreadable is not None:
                yield Layer(header, None, None, {}, unreadable)


def _measured(header: InstanceHeader, overlay: Overlay, binding: Binding, inputs: EagerInputs) -> Layer:
    try:
        surveyed, measures = survey_overlay(overlay, inputs.readers.read_frame_of(overlay))
    except FrameNotRead as error:
        measures = {part.number: PartMeasure(None, None, str(error), None, "unreadable") for part in overlay.parts}
        return Layer(header, overlay, binding, measures, str(error))
    return Layer(header, surveyed, binding, measures)


def content_of(layers: Sequence[Layer], library: Library) -> Content:
    """Return what the files say, measured, as the window has it at rest."""
    read = {layer.header.key: layer for layer in layers if layer.overlay is not None}
    return Content(
        library=library,
        overlays=MappingProxyType({key: one.overlay for key, one in read.items() if one.overlay is not None}),
        bindings=MappingProxyType({key: one.binding for key, one in read.items() if one.binding is not None}),
        measures=MappingProxyType({key: one.measures for key, one in read.items()}),
        unreadable=MappingProxyType({one.header.key: one.unreadable for one in layers if one.overlay is None}),
    )


def issues_of(layer: Layer) -> tuple[Issue, ...]:
    """Return the issues of an object, of its binding, and the reason why it is not shown, each once."""
    found = [*(layer.overlay.issues if layer.overlay else layer.header.issues)]
    if layer.binding is not None:
        found += [*layer.binding.issues, *filter(None, [layer.binding.not_shown_because])]
    if layer.unreadable:
        found.append(issue("damaged", "error", reason=layer.unreadable.rstrip(".")))
    return tuple(dict.fromkeys(found))


def _as_json(layer: Layer) -> dict[str, Any]:
    overlay, binding, header = layer.overlay, layer.binding, layer.header
    provenance = overlay.provenance if overlay else None
    return {
        "sop_instance_uid": header.sop_instance_uid,
        "series_instance_uid": header.series_instance_uid,
        "kind": overlay.kind if overlay else overlay_kind(header.sop_class_uid) or "other",
        "subtype": overlay.subtype if overlay else "",
        "label": _label(layer),
        # A provenance says date and time.
        "content_date": ((provenance.content_date if provenance else "") or header.content_date)[:8],
        "provenance": provenance_as_json(
            provenance or Provenance(header.manufacturer, header.model, header.software_versions)
        ),
        "origin": overlay.origin.value if overlay else "",
        "lies_on": [
            {
                "stack": entry.stack_id,
                "by": entry.by,
                "default": entry.default,
                "frames": [entry.frames[0] + 1, entry.frames[1] + 1] if entry.frames else None,
                "because": entry.because,
            }
            for entry in (binding.lies_on if binding else ())
        ],
        "not_shown_because": _not_shown_because(layer),
        "outcome": overlay.outcome if overlay else None,
        "visible": overlay.visible_by_default if overlay else False,
        "parts": [_part_as_json(part, layer.measures.get(part.number)) for part in (overlay.parts if overlay else ())],
        "issues": [{"code": one.code, "severity": one.severity, "text": one.text} for one in issues_of(layer)],
    }


def provenance_as_json(provenance: Provenance) -> dict[str, str]:
    """Return who made something, as commands say it."""
    return {
        "manufacturer": provenance.manufacturer,
        "model": provenance.model,
        "software_versions": provenance.software_versions,
        "algorithm_name": provenance.algorithm_name,
        "algorithm_version": provenance.algorithm_version,
        "algorithm_type": provenance.algorithm_type,
    }


def _part_as_json(part: Part, measure: PartMeasure | None) -> dict[str, Any]:
    return {
        "number": part.number,
        "label": part.label,
        "color": list(part.color),
        "category": part.category,
        "type": part.type,
        "region": part.region,
        "laterality": part.laterality,
        "algorithm_type": part.algorithm_type,
        "tracking_uid": part.tracking_uid or None,
        "voxels": measure.voxels if measure else None,
        "volume_ml": measure.volume_ml if measure else None,
        "annotations": part.count,
        "area_mm2": measure.area_mm2 if measure else None,
        "volume_method": measure.method if measure else "",
        "state": measure.state if measure and part.state == "ok" else part.state,
        "visible": part.visible_by_default,
    }


def _not_shown_because(layer: Layer) -> str | None:
    if layer.unreadable:
        return layer.unreadable
    reason = layer.binding.not_shown_because if layer.binding else None
    return reason.text if reason else None


def _label(layer: Layer) -> str:
    stated = layer.overlay.label if layer.overlay else ""
    return stated or layer.header.content_label or layer.header.series_description


def _as_table(layers: list[Layer], library: Library) -> str:
    lines: list[str] = []
    for layer in layers:
        overlay, binding = layer.overlay, layer.binding
        kind = overlay.kind if overlay else overlay_kind(layer.header.sop_class_uid) or "other"
        subtype = f" {overlay.subtype}" if overlay and overlay.subtype else ""
        lines.append(printable(f"{_label(layer) or '(no label)'}  [{kind}{subtype}]  {layer.header.sop_instance_uid}"))
        for entry in binding.lies_on if binding else ():
            stack = library.stack(entry.stack_id)
            mark = "*" if entry.default else " "
            lines.append(printable(f"  {mark} {stack.label if stack else ''} {entry.stack_id}: {entry.because}"))
        reason = _not_shown_because(layer)
        if reason:
            lines.append(printable(f"    not shown: {reason}"))
        parts = overlay.parts if overlay else ()
        lines.extend(printable(_part_line(part, layer.measures.get(part.number))) for part in parts)
        lines.extend(
            printable(f"    {'!' if found.severity != 'info' else '-'} {found.text}")
            for found in issues_of(layer)
            if found.text != reason
        )
    lines.append(f"{len(layers)} objects")
    return "\n".join(lines) + "\n"


def _part_line(part: Part, measure: PartMeasure | None) -> str:
    volume = f"{measure.volume_ml:.2f} ml" if measure and measure.volume_ml is not None else ""
    volume = volume or (f"{part.count} annotations" if part.count is not None else "")
    state = measure.state if measure and part.state == "ok" else part.state
    return f"    {part.number:>4}  {part.label:<32} {volume:>12}  {'' if state == 'ok' else state}".rstrip()
