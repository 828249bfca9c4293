"""Rows of the layers panel for what is laid over the active image: on or off, opacity, from which value on it is seen."""

from __future__ import annotations

from viewer.domain.instance import InstanceKey
from viewer.reading.state import ReadingState
from viewer.scene.fused import fused_label
from viewer.scene.inputs import SceneInputs
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal
from viewer.scene.slice_scene import slice_scene
from viewer.ui.layers.tree import LayerFilter, LayerRow, tr
from viewer.ui.plain_text import tooltip
from viewer.ui.theme.rows import Badge

NO_OVERLAY = InstanceKey("")


def fused_rows(state: ReadingState, wanted: LayerFilter, inputs: SceneInputs) -> tuple[LayerRow, ...]:
    """Return a row for each series that is laid over, with its threshold below it."""
    if not state.pane.fused:
        return ()
    bars = {bar.stack_id: bar for bar in slice_scene(state, state.active_pane, inputs).color_bars}
    rows = []
    for fused in reversed(state.pane.fused):
        name = fused_label(state.content, fused.stack_id)
        if any(word not in name.casefold() for word in wanted.search.casefold().split()):
            continue
        bar = bars.get(fused.stack_id)
        said = tr("nothing")
        if fused.floor and bar is not None:
            value = bar.scale.of(bar.low + fused.floor * (bar.high - bar.low))
            said = NO_BREAK_SPACE.join(filter(None, (decimal(value, 2 if abs(value) < 100 else 0), bar.scale.unit)))
        elif fused.floor:
            said = f"{round(fused.floor * 100)}{NO_BREAK_SPACE}%"
        floor = LayerRow(
            ("fused_floor", fused.stack_id),
            "fused_floor",
            tr("Transparent below"),
            NO_OVERLAY,
            item=fused.stack_id,
            threshold=fused.floor,
            value=said,
            tip=tooltip(tr("Below this value the image under it is seen alone. Drag the bar.")),
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
                children=(floor,),
            )
        )
    return tuple(rows)
