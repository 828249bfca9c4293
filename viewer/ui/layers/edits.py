"""What the rows of edited segments say: that they were edited, how large they are now, or that the original is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import PartMeasure
from viewer.reading.edited import edits_open, part_name
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import volume
from viewer.ui.layers.row import LayerRow, tr
from viewer.ui.plain_text import tooltip

MeasureOf = Callable[[InstanceKey, int], PartMeasure | None]
"""Returns how large an edited part is as it is shown; None for one that is shown as the file has it."""


def with_edits(state: ReadingState, rows: Iterable[LayerRow], measure_of: MeasureOf) -> tuple[LayerRow, ...]:
    """Return the rows with those of edited parts marked."""
    edited = edits_open(state)
    return tuple(_marked(state, row, measure_of) if row.overlay in edited else row for row in rows)


def _marked(state: ReadingState, row: LayerRow, measure_of: MeasureOf) -> LayerRow:
    children = tuple(_marked(state, child, measure_of) for child in row.children)
    if row.kind != "part" or row.part is None or row.part not in edits_open(state).get(row.overlay, {}):
        return replace(row, children=children) if children != row.children else row
    if part_name(state.content, row.overlay, row.part) in state.originals_shown:
        words = tr("Edited; the original of the file is shown.")
        return replace(row, second=tr("original"), tip=tooltip(*row.tip.splitlines(), words), children=children)
    measure = measure_of(row.overlay, row.part)
    tip = tooltip(*row.tip.splitlines(), tr("Edited. Alt+O shows the original."))
    if measure is None or measure.volume_ml is None:
        return replace(row, second=tr("edited"), tip=tip, children=children)
    value, word = ("", tr("empty")) if measure.state == "empty" else (volume(measure.volume_ml), "")
    return replace(row, second=tr("edited"), value=value, state=word, busy=False, tip=tip, children=children)
