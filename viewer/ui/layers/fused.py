"""Rows of the layers panel for what is laid over the active image: on or off, opacity, from which value on it is seen."""

from __future__ import annotations

from viewer.domain.instance import InstanceKey
from viewer.reading.state import ReadingState
from viewer.scene.fused import fused_label
from viewer.scene.plain_words import NO_BREAK_SPACE
from viewer.ui.layers.maps import Bars, floor_row, range_row
from viewer.ui.layers.row import LayerFilter, LayerRow, tr
from viewer.ui.looks_menus import map_name
from viewer.ui.plain_text import tooltip
from viewer.ui.theme.rows import Badge

NO_OVERLAY = InstanceKey("")


def fused_rows(state: ReadingState, wanted: LayerFilter, bars: Bars) -> tuple[LayerRow, ...]:
    """Return a row for each series that is laid over, with its threshold below it."""
    if not state.pane.fused:
        return ()
    rows = []
    for fused in reversed(state.pane.fused):
        name = fused_label(state.content, fused.stack_id)
        if any(word not in name.casefold() for word in wanted.search.casefold().split()):
            continue
        beside = bars.get(fused.stack_id)
        floor = floor_row(
            ("fused_floor", fused.stack_id),
            NO_OVERLAY,
            fused.stack_id,
            fused.floor,
            beside.bar if beside is not None else None,
        )
        ranges = (
            (range_row(("fused_range", fused.stack_id), NO_OVERLAY, fused.stack_id, beside),) if beside is not None else ()
        )
        rows.append(
            LayerRow(
                ("fused", fused.stack_id),
                "fused",
                name or tr("Fused series"),
                NO_OVERLAY,
                item=fused.stack_id,
                tip=tooltip(name, tr("Laid over the image of the active viewport.")),
                badges=(Badge(tr("Fused")),),
                shown=fused.visible,
                dimmed=not fused.visible,
                opacity=fused.opacity,
                value=f"{round(fused.opacity * 100)}{NO_BREAK_SPACE}%",
                map_name=map_name(fused.color_map, state.content),
                children=(*ranges, floor),
            )
        )
    return tuple(rows)
