"""Rows of maps and doses: the range their colours stand for, from which value on they are seen, and what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from viewer.domain.dose import Dose
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.parametric_map import ParametricMap
from viewer.reading.state import ReadingState, WindowChoice
from viewer.reading.value_layers import is_value_layer, value_layer
from viewer.scene.color_bar import ColorBar
from viewer.scene.inputs import SceneInputs
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal, plain
from viewer.scene.slice_scene import slice_scene
from viewer.ui.layers.row import LayerRow, tr
from viewer.ui.looks_menus import map_name
from viewer.ui.plain_text import tooltip


@dataclass(frozen=True)
class BarOf:
    """A bar beside the active image, and from which to which value its ends can be dragged."""

    bar: ColorBar
    span: tuple[float, float]


Bars = Mapping[InstanceKey | str, BarOf]
"""By the object or by the stack that they are of."""

_BEYOND = 0.5
"""The slider of a range reaches this part of the usual range beyond its ends; what has no negative values begins at 0."""
_LEAST = 1e-3


def bars_beside(state: ReadingState, inputs: SceneInputs) -> Bars:
    """Return the bars of what lies over the active image."""
    on_stack = state.content.overlays_on(state.pane.stack_id or "")
    if not state.pane.fused and not any(is_value_layer(one) and state.overlay_visible(one) for one in on_stack):
        return {}
    bars = slice_scene(state, state.active_pane, inputs).color_bars
    return {bar.overlay or bar.stack_id: BarOf(bar, _span(bar, inputs)) for bar in bars if bar.stack_id}


def with_value_rows(state: ReadingState, rows: Sequence[LayerRow], bars: Bars) -> tuple[LayerRow, ...]:
    """Return the rows of objects, those of maps and doses with what can be set of them."""
    return tuple(_with_values(state, row, bars.get(row.overlay)) for row in rows)


def _with_values(state: ReadingState, row: LayerRow, beside: BarOf | None) -> LayerRow:
    overlay = state.content.overlays.get(row.overlay)
    if row.kind != "object" or overlay is None or not is_value_layer(overlay):
        return row
    layer = value_layer(state, overlay)
    if layer is None:
        return row
    here = not any(child.kind == "reason" for child in row.children)
    note = facts_of(overlay)
    found = [LayerRow(("note", row.overlay), "note", note, row.overlay, tip=tooltip(note))] if note else []
    if here:
        if beside is not None:
            found.append(range_row(("map_range", row.overlay), row.overlay, "", beside))
        bar = beside.bar if beside is not None else None
        found.append(floor_row(("map_floor", row.overlay), row.overlay, "", layer.fused.floor, bar))
    kept = row.children
    if isinstance(overlay.content, ParametricMap):
        # It has one part, which is all of it.
        kept = tuple(child for child in kept if child.kind == "reason")
    return replace(
        row,
        opacity=layer.fused.opacity,
        map_name=map_name(layer.fused.color_map, state.content) if isinstance(overlay.content, ParametricMap) else "",
        value="",
        children=(*(child for child in kept if child.kind == "reason"), *found, *(c for c in kept if c.kind != "reason")),
    )


def facts_of(overlay: Overlay) -> str:
    """Return what must be known of a map or dose to read its numbers, in one line."""
    content = overlay.content
    if isinstance(content, ParametricMap):
        named = [
            f"{plain(name)} ({plain(unit)})" if unit not in ("", "1", name) else plain(name)
            for name, unit in content.mappings
        ]
        return ", ".join(one for one in named if one not in ("", "1"))
    if not isinstance(content, Dose):
        return ""
    unit = f"{NO_BREAK_SPACE}{content.unit}" if content.unit else ""
    words = [
        f"{plain(content.type).capitalize()} dose" if content.type else "",
        plain(content.summation).lower().replace("_", " "),
    ]
    if content.maximum is not None:
        words.append(tr("maximum {dose}").format(dose=f"{decimal(content.maximum, 2)}{unit}"))
    reference = content.reference
    if reference is not None and reference.basis == "prescription":
        words.append(
            tr("100 % is {dose}, prescribed by {plan}").format(
                dose=f"{reference.value:g}{unit}", plan=plain(content.prescribed_by)
            )
        )
    elif reference is not None:
        words.append(tr("100 % is the maximum: no plan that is open prescribes a dose"))
    if content.heterogeneity:
        words.append(
            tr("heterogeneity: {how}").format(how=", ".join(map(plain, content.heterogeneity)).lower().replace("_", " "))
        )
    if content.normalization_at is not None:
        at = ", ".join(decimal(one, 1) for one in content.normalization_at)
        words.append(tr("normalised at {at} mm").format(at=at))
    return " · ".join(filter(None, words))


def range_row(key: tuple[object, ...], overlay: InstanceKey, item: str, beside: BarOf) -> LayerRow:
    """Return the row with the two ends of what the colours stand for."""
    bar = beside.bar
    low, high = bar.ends
    unit = f"{NO_BREAK_SPACE}{plain(bar.scale.unit)}" if bar.scale.unit else ""
    return LayerRow(
        key,
        "map_range",
        tr("Range"),
        overlay,
        item=item,
        ends=(_part(bar.low, beside.span), _part(bar.high, beside.span)),
        span=beside.span,
        value=f"{_said(low)} – {_said(high)}{unit}",
        tip=tooltip(tr("The values that the first and the last colour stand for. Drag the ends.")),
    )


def floor_row(key: tuple[object, ...], overlay: InstanceKey, item: str, floor: float, bar: ColorBar | None) -> LayerRow:
    """Return the row with the value below which the image is seen alone."""
    said = tr("nothing")
    if floor and bar is not None:
        value = bar.scale.of(bar.low + floor * (bar.high - bar.low))
        said = NO_BREAK_SPACE.join(filter(None, (_said(value), plain(bar.scale.unit))))
    elif floor:
        said = f"{round(floor * 100)}{NO_BREAK_SPACE}%"
    tip = tooltip(tr("Below this value the image under it is seen alone. Drag the bar."))
    return LayerRow(key, "fused_floor", tr("Transparent below"), overlay, item=item, threshold=floor, value=said, tip=tip)


def _span(bar: ColorBar, inputs: SceneInputs) -> tuple[float, float]:
    usual = inputs.value_range(bar.stack_id) or (bar.low, bar.high)
    width = max(usual[1] - usual[0], 1e-9)
    low, high = usual[0] - _BEYOND * width, usual[1] + _BEYOND * width
    return min(0.0 if usual[0] >= 0 else low, bar.low), max(high, bar.high)


def _part(value: float, span: tuple[float, float]) -> float:
    return max(0.0, min(1.0, (value - span[0]) / (span[1] - span[0])))


def range_moved(row: LayerRow, part: float) -> WindowChoice:
    """Return the window after the nearer end of a range went to a part (0..1) of its slider."""
    start, end = row.span
    low, high = (start + one * (end - start) for one in row.ends)
    value = start + part * (end - start)
    if abs(part - row.ends[0]) < abs(part - row.ends[1]):
        low = min(value, high - _LEAST * (high - low))
    else:
        high = max(value, low + _LEAST * (high - low))
    return WindowChoice("user", center=(low + high) / 2, width=high - low)


def _said(value: float) -> str:
    size = abs(value)
    return decimal(value, 0 if size >= 100 or value == 0 else 1 if size >= 10 else 2 if size >= 0.1 else 4)
