"""The workspace of a study as JSON with a version, so that a reading resumes where it was left.

What is saved is what the reader chose: layout, which stack and frame each pane shows, windows, views, how layers are
shown. Objects are named by SOP Instance UID, stacks by their id; what no longer exists is left out on the way back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from viewer.domain.instance import InstanceKey
from viewer.domain.library import Study
from viewer.geometry.slab import Slab
from viewer.reading.changes.crosshair import joins_planes
from viewer.reading.changes.layouts import PANES_OF
from viewer.reading.changes.planes import focus_of, gather
from viewer.reading.reslicing import Axes
from viewer.reading.state import (
    CineChoice,
    FusedStack,
    LayerStyle,
    Layout,
    Links,
    Pane,
    PaneKind,
    PartStyle,
    ReadingState,
    View,
    WindowChoice,
)
from viewer.reading.volume_view import VolumeView

VERSION = 1


@cache
def _checked(kind: Any) -> TypeAdapter[Any]:
    """Return what checks values of a kind: making it takes a thousand times as long as a check."""
    return TypeAdapter(kind)


def prepare_checks() -> None:
    """Make what checks a saved workspace; on a thread of its own, so that the window need not."""
    of_panes = (WindowChoice, View, CineChoice, bool | None, tuple[FusedStack, ...])
    for kind in (Layout, Links, *of_panes, tuple[tuple[str, int], ...], LayerStyle, PartStyle):
        _checked(kind)


def workspace_of(state: ReadingState) -> dict[str, Any]:
    """Return the reader's choices as JSON-ready values."""
    # How a result is shown stays known while it is hidden.
    uid_of = {key: overlay.sop_instance_uid for key, overlay in state.whole.overlays.items()}
    return {
        "version": VERSION,
        "layout": state.layout,
        "active_pane": state.active_pane,
        "linked": state.linked,
        "links": asdict(state.links),
        "pins": [list(pin) for pin in state.pins],
        "reference_lines": state.reference_lines,
        "reference_ends": state.reference_ends,
        "panes": [_pane_to_json(pane, uid_of) for pane in state.panes],
        "axes": state.axes,
        "before_planes": _before_to_json(state, uid_of),
        "layers": {uid_of[key]: _layer_to_json(layer) for key, layer in state.layers.items() if key in uid_of},
    }


def _pane_to_json(pane: Pane, uid_of: Mapping[InstanceKey, str]) -> dict[str, Any]:
    return {
        "stack": pane.stack_id,
        "frame": pane.frame,
        "window": asdict(pane.window),
        "view": asdict(pane.view),
        "presentation_state": uid_of.get(pane.presentation_state) if pane.presentation_state else None,
        "cine": asdict(pane.cine),
        "color_map": pane.color_map,
        "color_bar": pane.color_bar,
        "fused": [asdict(one) for one in pane.fused],
        "awaited": pane.awaited,
        "kind": pane.kind,
        "slab": asdict(pane.slab),
        "volume": asdict(pane.volume),
    }


def _before_to_json(state: ReadingState, uid_of: Mapping[InstanceKey, str]) -> dict[str, Any] | None:
    """Return the viewports that come back when planes are left."""
    if state.before_planes is None:
        return None
    layout, panes, active = state.before_planes
    return {"layout": layout, "panes": [_pane_to_json(pane, uid_of) for pane in panes], "active_pane": active}


def with_workspace(state: ReadingState, saved: Mapping[str, Any]) -> ReadingState:
    """Return the state with saved choices applied; the state unchanged when they are of another version or damaged."""
    if saved.get("version") != VERSION:
        return state
    try:
        return _restored(state, saved)
    except (ValidationError, KeyError, TypeError, ValueError, AttributeError):
        return state


def study_of(state: ReadingState) -> Study | None:
    """Return the study of the active pane: the workspace is saved under it."""
    frame = state.frame_of(state.pane)
    return state.content.library.study_of(frame.instance) if frame else None


def _restored(state: ReadingState, saved: Mapping[str, Any]) -> ReadingState:
    layout: Layout = _checked(Layout).validate_python(saved["layout"])
    key_of = {overlay.sop_instance_uid: key for key, overlay in state.content.overlays.items()}
    panes = tuple(_pane(state, entry, key_of) for entry in saved["panes"])
    if len(panes) != PANES_OF[layout] or all(pane.stack_id is None for pane in panes):
        return state
    known = {overlay.sop_instance_uid: key for key, overlay in state.whole.overlays.items()}
    layers = {known[uid]: _layer_from_json(layer) for uid, layer in saved["layers"].items() if uid in known}
    axes = _checked(Axes | None).validate_python(saved.get("axes"))
    state = replace(state, axes=axes)
    restored = replace(
        state,
        layout=layout,
        panes=tuple(_inside(state, pane) for pane in panes),
        active_pane=max(0, min(int(saved["active_pane"]), len(panes) - 1)),
        before_planes=_before(state, saved.get("before_planes"), key_of),
        linked=bool(saved["linked"]),
        links=_checked(Links).validate_python(saved.get("links", {})),
        pins=_pins(state, saved.get("pins", ())),
        reference_lines=bool(saved.get("reference_lines", True)),
        reference_ends=bool(saved.get("reference_ends", False)),
        layers=MappingProxyType(layers),
    )
    # Where planes meet is where they stand: the crosshair is not saved.
    return gather(restored, focus_of(restored)) if joins_planes(restored) else restored


def _before(
    state: ReadingState, saved: Any, key_of: Mapping[str, InstanceKey]
) -> tuple[Layout, tuple[Pane, ...], int] | None:
    """Return the viewports that come back when planes are left; None when they are not all there any more."""
    if saved is None:
        return None
    layout: Layout = _checked(Layout).validate_python(saved["layout"])
    panes = tuple(_inside(state, _pane(state, entry, key_of)) for entry in saved["panes"])
    if len(panes) != PANES_OF[layout] or all(pane.stack_id is None for pane in panes):
        return None
    return layout, panes, max(0, min(int(saved["active_pane"]), len(panes) - 1))


def _inside(state: ReadingState, pane: Pane) -> Pane:
    """Return a viewport whose place is one of the frames, or of the planes, that it shows."""
    stack = state.stack_of(pane)
    return pane if stack is None else replace(pane, frame=max(0, min(pane.frame, len(stack.frames) - 1)))


def _pane(state: ReadingState, entry: Mapping[str, Any], key_of: Mapping[str, InstanceKey]) -> Pane:
    stack = state.content.library.stack(entry["stack"]) if entry["stack"] else None
    if stack is None:
        return Pane(awaited=str(entry.get("awaited", "")))
    return Pane(
        stack_id=stack.id,
        frame=int(entry["frame"]),
        window=_checked(WindowChoice).validate_python(entry["window"]),
        view=_checked(View).validate_python(entry["view"]),
        presentation_state=key_of.get(entry["presentation_state"]),
        color_map=str(entry.get("color_map", "")),
        color_bar=_checked(bool | None).validate_python(entry.get("color_bar")),
        fused=_fused(state, entry.get("fused", ())),
        cine=replace(_checked(CineChoice).validate_python(entry.get("cine", {})), shown=False, backward=False),
        kind=_checked(PaneKind).validate_python(entry.get("kind", "stack")),
        slab=_checked(Slab).validate_python(entry.get("slab", {})),
        volume=_checked(VolumeView).validate_python(entry.get("volume", {})),
    )


def _fused(state: ReadingState, saved: Any) -> tuple[FusedStack, ...]:
    """Return what was laid over and is still there."""
    found = _checked(tuple[FusedStack, ...]).validate_python(saved)
    return tuple(one for one in found if state.content.library.stack(one.stack_id) is not None)


def _pins(state: ReadingState, saved: Any) -> tuple[tuple[str, int], ...]:
    """Return the pins whose stacks are still there; one alone links nothing."""
    pins = _checked(tuple[tuple[str, int], ...]).validate_python(saved)
    found = tuple(pin for pin in pins if state.content.library.stack(pin[0]) is not None)
    return found if len(found) > 1 else ()


def _layer_to_json(layer: LayerStyle) -> dict[str, Any]:
    values = {field.name: getattr(layer, field.name) for field in fields(layer)}
    values["window"] = asdict(layer.window)
    return {**values, "parts": {str(number): asdict(style) for number, style in layer.parts.items()}}


def _layer_from_json(saved: Mapping[str, Any]) -> LayerStyle:
    values = {name: value for name, value in saved.items() if name != "parts"}
    layer: LayerStyle = _checked(LayerStyle).validate_python(values)
    parts = {int(number): _checked(PartStyle).validate_python(style) for number, style in saved["parts"].items()}
    return replace(layer, parts=MappingProxyType(parts))
