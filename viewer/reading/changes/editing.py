"""Changes of what a reader makes of a part. Undoable, except what a review file brings back.

An edit of what a finding claims is a decision on it: the finding becomes ``modified`` in the same step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from viewer.domain.edit import Brush, Edit, PartEdits, PartName
from viewer.domain.finding import Finding
from viewer.domain.instance import InstanceKey
from viewer.reading.changes.review import modify_by_edit, take_back_modified
from viewer.reading.edited import part_name
from viewer.reading.state import BrushChoice, ReadingState

RADII_MM = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0)
"""The radii that keys and the wheel go through."""


def edit_part(
    state: ReadingState, target: tuple[InstanceKey, int], edit: Edit, instead: Edit | None, finding: Finding | None, at: str
) -> ReadingState:
    """Add an edit to those of a part. Nothing happens in a study whose review another window holds.

    Parameters
    ----------
    target
        Overlay and part number.
    instead
        The last edit, whose place the new one takes: a stroke that is drawn on, a range that is moved.
    finding
        What the part is claimed to be; None where no finding is made of it.
    at
        Now, ISO 8601 in UTC.
    """
    overlay, part = target
    name = part_name(state.content, overlay, part)
    if name.study_instance_uid in state.content.read_only_studies:
        return state
    known = state.edits.get(name) or PartEdits(threshold=state.layer(overlay).threshold)
    before = known.edits[:-1] if instead is not None and known.edits[-1:] == (instead,) else known.edits
    edits = MappingProxyType({**state.edits, name: replace(known, edits=(*before, edit))})
    state = replace(state, edits=edits, originals_shown=state.originals_shown - {name})
    return state if finding is None else modify_by_edit(state, finding, at)


def goes_on(before: Edit, edit: Edit) -> bool:
    """Say whether an edit is a stroke of the brush that another one is the beginning of."""
    return (
        isinstance(before, Brush)
        and isinstance(edit, Brush)
        and len(edit.path) > len(before.path)
        and edit.path[: len(before.path)] == before.path
        and replace(edit, path=before.path) == before
    )


def discard_edits(state: ReadingState, overlay: InstanceKey, part: int, at: str) -> ReadingState:
    """Forget what was made of a part, and that its finding is ``modified`` unless the reader said so or it is edited still.

    Parameters
    ----------
    at
        Now, ISO 8601 in UTC.
    """
    name = part_name(state.content, overlay, part)
    if name not in state.edits or name.study_instance_uid in state.content.read_only_studies:
        return state
    left = {one: edits for one, edits in state.edits.items() if one != name}
    state = replace(state, edits=MappingProxyType(left), originals_shown=state.originals_shown - {name})
    return take_back_modified(state, name, at)


def show_original(
    state: ReadingState, overlay: InstanceKey, part: int, shown: Literal["original", "edited"]
) -> ReadingState:
    """Show an edited part as the file has it, or as it was edited."""
    name = part_name(state.content, overlay, part)
    if name not in state.edits:
        return state
    others = state.originals_shown - {name}
    return replace(state, originals_shown=others | {name} if shown == "original" else others)


def hold_point(state: ReadingState, point: tuple[str, int] | None) -> ReadingState:
    """Take hold of a point of the selected part, or let go."""
    return state if state.held_point == point else replace(state, held_point=point)


def set_brush(state: ReadingState, brush: BrushChoice) -> ReadingState:
    """Choose how the brush is."""
    return replace(state, brush=brush)


def resize_brush(state: ReadingState, steps: int) -> ReadingState:
    """Make the brush larger, or smaller for negative steps, along ``RADII_MM``."""
    radius_mm = state.brush.radius_mm
    if steps > 0:
        found = [one for one in RADII_MM if one > radius_mm][:steps] or [radius_mm]
    else:
        found = [one for one in reversed(RADII_MM) if one < radius_mm][:-steps] or [radius_mm]
    return replace(state, brush=replace(state.brush, radius_mm=found[-1]))


def take_edits(state: ReadingState, edits: Mapping[PartName, PartEdits]) -> ReadingState:
    """Take saved edits; those of a part that was edited meanwhile stay as they are."""
    new = {name: one for name, one in edits.items() if name not in state.edits}
    return replace(state, edits=MappingProxyType({**state.edits, **new})) if new else state
