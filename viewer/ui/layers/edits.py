"""What the rows of edited segments say: that they were edited, how large they are now, or that the original is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.overlay import PartMeasure
from viewer.reading.edited import edits_open, part_name
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import volume
from viewer.ui.layers.row import LayerRow, tr
from viewer.ui.plain_text import sentence, tooltip


class EditsShown(Protocol):
    """The store, as the rows see it."""

    def edited_measure(self, overlay: InstanceKey, part: int) -> PartMeasure | None:
        """Return how large an edited part is as it is shown; None for one that is shown as the file has it."""

    def edit_refused(self, overlay: InstanceKey, part: int) -> Issue | None:
        """Return why an edited part is not shown as it was edited; None where it is, or will be."""


def with_edits(state: ReadingState, rows: Iterable[LayerRow], shown: EditsShown) -> tuple[LayerRow, ...]:
    """Return the rows with those of edited parts marked."""
    edited = edits_open(state)
    return tuple(_marked(state, row, shown) if row.overlay in edited else row for row in rows)


def _marked(state: ReadingState, row: LayerRow, shown: EditsShown) -> LayerRow:
    children = tuple(_marked(state, child, shown) for child in row.children)
    if row.kind != "part" or row.part is None or row.part not in edits_open(state).get(row.overlay, {}):
        return replace(row, children=children) if children != row.children else row
    if part_name(state.content, row.overlay, row.part) in state.originals_shown:
        words = tr("Edited; the original of the file is shown.")
        return replace(row, second=tr("original"), tip=tooltip(*row.tip.splitlines(), words), children=children)
    refused = shown.edit_refused(row.overlay, row.part)
    if refused is not None:
        why = tooltip(*row.tip.splitlines(), tr("Edited, but shown as the file has it."), sentence(refused))
        return replace(row, second=tr("edit not shown"), tip=why, children=children)
    measure = shown.edited_measure(row.overlay, row.part)
    tip = tooltip(*row.tip.splitlines(), tr("Edited. Alt+O shows the original."))
    if measure is None or measure.volume_ml is None:
        return replace(row, second=tr("edited"), tip=tip, children=children)
    value, word = ("", tr("empty")) if measure.state == "empty" else (volume(measure.volume_ml), "")
    return replace(row, second=tr("edited"), value=value, state=word, busy=False, tip=tip, children=children)
