"""``overread probe``: what the status line says of a point, and every part there, whether it is switched on or not."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from typing import Any

from viewer.app.commands.opening import Refused, open_library, stack_named
from viewer.app.commands.output import print_json, print_text, print_trouble, printable
from viewer.app.commands.points import allow_negative_values, point_patient, position_image
from viewer.app.commands.rendering import default_stack, place_of_instance, place_of_point
from viewer.domain.stack import Stack
from viewer.imaging.probe import Probe
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.layers import set_all_parts_visible, set_overlay_visible
from viewer.reading.changes.looks import fuse
from viewer.reading.changes.workspace import show_stack
from viewer.reading.fusing import refusal
from viewer.reading.state import Content, ReadingState
from viewer.scene.cursor import CursorInfo, PartHit, cursor_info
from viewer.scene.inputs import Unavailable

_REACH_PIXELS = 0.5
"""How near a line or a point must be: half a pixel of the image."""

_STATES = {"no_number": "not_a_number"}


@dataclass(frozen=True)
class Place:
    """Where to look: a place in a stack, and (column, row) with the origin at the corner of the first pixel."""

    stack: Stack
    place: int
    position: tuple[float, float]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    allow_negative_values(parser)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--at", type=point_patient, metavar="X,Y,Z", help="a patient point, mm (LPS)")
    where.add_argument("--instance", metavar="UID[:F]", help="a frame of a file, with --position")
    parser.add_argument(
        "--position",
        type=position_image,
        metavar="C,R",
        help="column and row; 0,0 is the corner of the first pixel, 0.5,0.5 its centre",
    )
    parser.add_argument("--stack", metavar="ID", help="stack for --at; default: the one shown first, else any at the point")
    parser.add_argument("--fuse", metavar="ID", help="a stack laid over the image, whose value at the point is told too")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Print what is at the point; returns 1 when what was asked for is not there or the image cannot be read."""
    if (arguments.instance is None) != (arguments.position is None):
        print_trouble("probe", "--instance and --position go together.")
        return 2
    library = open_library(arguments.paths, sample=arguments.sample)
    with EagerInputs(library, {}) as first:
        content = read_content(library, first.readers)
    try:
        place = _place(content, arguments)
    except Refused as reason:
        print_trouble("probe", str(reason))
        return 1
    if place is None:
        _tell(_nowhere(arguments.at), as_json=arguments.json)
        return 0
    with EagerInputs(library, dict(content.overlays)) as inputs:
        state = show_stack(ReadingState(content=content), 0, place.stack.id, place.place)
        if arguments.fuse is not None:
            try:
                state = _laid_over(state, stack_named(library, arguments.fuse))
            except Refused as reason:
                print_trouble("probe", str(reason))
                return 1
        info = cursor_info(_with_everything(state), 0, inputs, place.position, reach=_REACH_PIXELS)
        shown = cursor_info(state, 0, inputs, place.position, reach=_REACH_PIXELS)
        frame = place.stack.frames[place.place]
        answers = (inputs.attributes(frame.instance), inputs.frame(frame))
    assert info is not None
    assert shown is not None
    found = _as_json(content, place, info, shown.parts)
    unreadable = next((one.issue.text for one in answers if isinstance(one, Unavailable)), None)
    if unreadable is not None:
        found |= {"state": "unreadable", "because": unreadable}
    _tell(found, as_json=arguments.json)
    return 0 if unreadable is None else 1


def _laid_over(state: ReadingState, over: Stack) -> ReadingState:
    """Return the state with a stack laid over the image; raises ``Refused`` with the reason where it cannot be."""
    stack = state.stack_of(state.pane)
    if stack is None or stack.id == over.id:
        raise Refused("A stack is not laid over itself.")
    refused = refusal(state.content, stack, over)
    if refused is not None:
        raise Refused(f"{over.id}: {refused.text}")
    return fuse(state, 0, over.id)


def _place(content: Content, arguments: argparse.Namespace) -> Place | None:
    """Return where to look; None for a point outside everything that is open."""
    if arguments.instance is not None:
        stack, place = place_of_instance(content, arguments.instance, arguments.stack)
        return Place(stack, place, arguments.position)
    if arguments.stack is not None:
        return _at(stack_named(content.library, arguments.stack), arguments.at)
    first = default_stack(content)
    candidates = [found for stack in (first, *content.library.stacks) if (found := _at(stack, arguments.at)) is not None]
    return next((one for one in candidates if _is_inside(one)), candidates[0] if candidates else None)


def _at(stack: Stack, point: tuple[float, float, float]) -> Place | None:
    try:
        place = place_of_point(stack, point)
    except Refused:
        return None
    column, row = stack.planes[place].position_image(point).tolist()
    return Place(stack, place, (float(column), float(row)))


def _is_inside(found: Place) -> bool:
    column, row = found.position
    return 0 <= column < found.stack.columns and 0 <= row < found.stack.rows


def _with_everything(state: ReadingState) -> ReadingState:
    """Return the state with every overlay and part of the stack switched on."""
    stack = state.stack_of(state.pane)
    for overlay in state.content.overlays_on(stack.id) if stack is not None else ():
        state = set_all_parts_visible(state, overlay.instance, visible=True)
        state = set_overlay_visible(state, overlay.instance, visible=True)
    return state


def _as_json(content: Content, place: Place, info: CursorInfo, shown: tuple[PartHit, ...]) -> dict[str, Any]:
    stack, frame = place.stack, place.stack.frames[place.place]
    header = content.library.instance(frame.instance)
    probe = info.probe or Probe("missing")
    visible = {(hit.part, hit.label) for hit in shown}
    return {
        "stack": stack.id,
        "frame": place.place + 1,
        "instance": header.sop_instance_uid,
        "frame_number": frame.index + 1,
        "index": list(info.index),
        "point_patient": None if info.point_patient is None else [round(one, 6) for one in info.point_patient],
        "stored": _stored(probe.stored),
        "value": _finite(probe.value),
        "unit": probe.unit,
        "state": _STATES.get(probe.state, probe.state),
        "rgb": None if probe.rgb is None else list(probe.rgb),
        "real_world": [
            {
                "value": _finite(one.value),
                "unit": one.unit,
                "label": one.label,
                "doubt": one.doubt.text if one.doubt is not None else None,
            }
            for one in probe.real_world
        ],
        "region": [{"value": _finite(one.value), "unit": one.unit} for one in info.region],
        "suv": next((_finite(one.value) for one in probe.suv if one.name == "SUVbw"), None),
        "suv_forms": [
            {"name": one.name, "value": _finite(one.value), "unit": one.unit, "formula": one.formula} for one in probe.suv
        ],
        "suv_missing": probe.suv_missing.text if probe.suv_missing is not None else None,
        "maps": [
            {
                "object": content.overlays[one.overlay].sop_instance_uid,
                "label": one.label,
                "name": one.name,
                "value": _finite(one.value),
                "unit": one.unit,
            }
            for one in info.fused
            if one.overlay is not None
        ],
        "fused": [
            {
                "stack": one.stack_id,
                "label": one.label,
                "name": one.name,
                "value": _finite(one.value),
                "unit": one.unit,
                "modality_value": _finite(one.modality_value),
            }
            for one in info.fused
            if one.overlay is None
        ],
        "parts": [
            {
                "object": content.overlays[hit.part.overlay].sop_instance_uid,
                "part": hit.part.part,
                "label": hit.label,
                "fraction": 1.0 if hit.fraction is None else hit.fraction,
                "visible": (hit.part, hit.label) in visible,
            }
            for hit in info.parts
        ],
    }


def _nowhere(point: tuple[float, float, float]) -> dict[str, Any]:
    """Return the answer for a point that no image reaches."""
    empty: dict[str, Any] = dict.fromkeys(
        ("stack", "frame", "instance", "frame_number", "index", "point_patient", "stored", "value")
    )
    empty |= {"point_patient": list(point), "unit": "", "state": "outside", "rgb": None, "real_world": []}
    return empty | {"region": [], "suv": None, "suv_forms": [], "suv_missing": None, "maps": [], "fused": [], "parts": []}


def _stored(value: float | None) -> float | int | None:
    known = _finite(value)
    return int(known) if known is not None and known.is_integer() else known


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    lines = [f"{found['stack']}  frame {found['frame']}" if found["stack"] else "no image is at the point"]
    if found["index"] is not None:
        lines.append(f"row {found['index'][0]}  column {found['index'][1]}  point {found['point_patient'] or 'not known'}")
    if found["value"] is not None:
        lines.append(f"value {found['value']:g} {found['unit']}  (stored {found['stored']})")
    elif found["rgb"] is not None:
        lines.append(f"red, green, blue {found['rgb']}")
    else:
        lines.append(f"no value: {found['state']} {found.get('because', '')}".rstrip())
    if found["region"]:
        lines.append("in the region: " + "  ".join(f"{one['value']:.4g} {one['unit']}" for one in found["region"]))
    lines += [f"{one['name']} {one['value']:.4g} {one['unit']} ({one['formula']})" for one in found["suv_forms"]]
    lines += [found["suv_missing"]] if found["suv_missing"] else []
    for one in found["real_world"]:
        value = "outside the mapping" if one["value"] is None else f"{one['value']:.6g} {one['unit']}"
        lines.append(" ".join(filter(None, (f"{one['label']}: {value}", one["doubt"]))))
    lines += [
        f"{one['label']}: {'no value' if one['value'] is None else format(one['value'], '.6g')} {one['unit']}".rstrip()
        for one in (*found["maps"], *found["fused"])
    ]
    lines += [
        f"part {one['part']} {one['label']}  {one['fraction']:.2f}{'' if one['visible'] else '  (off)'}  {one['object']}"
        for one in found["parts"]
    ]
    print_text("\n".join(map(printable, lines)) + "\n")
