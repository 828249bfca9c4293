"""What the actions of editing a segment do, and what to do with each of its tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QCoreApplication

from viewer.domain.edit import BetweenSlices, DeletePoint, Edit, FillHoles, MovePoint, Smooth
from viewer.domain.issues import Issue
from viewer.reading.changes.editing import discard_edits, edit_part, hold_point, resize_brush, set_brush, show_original
from viewer.reading.changes.workspace import set_tool
from viewer.reading.edited import edits_of, original_is_shown, selected_points, why_no_points, why_not_edited
from viewer.reading.reading import Reading
from viewer.reading.state import EditTool, ReadingState, Tool
from viewer.representations.edited_part import refused
from viewer.representations.edited_points import part_with_points, point_count
from viewer.scene.findings_shown import finding_of_part
from viewer.ui.record_time import now

Act = Callable[[], None]
SMOOTHED_MM: Final = 2.0
"""What the key smooths by."""

HINTS: Final[Mapping[EditTool, str]] = {
    "brush": "Drag over what belongs to the segment. Shift+wheel, + and − change the size.",
    "eraser": "Drag over what does not belong to the segment. Shift+wheel, + and − change the size.",
    "keep_island": "Click the piece that is to stay alone.",
    "remove_island": "Click the piece that is to go.",
    "points": "Drag a point; Backspace deletes the one taken hold of last.",
}


def tr(text: str) -> str:
    """Translate a text of editing."""
    return QCoreApplication.translate("Editing", text)


def hint_of(tool: Tool) -> str:
    """Return what to do with a tool that edits; empty for the others."""
    found = next((one for one in HINTS if one == tool), None)
    return f"{tr(HINTS[found])} {tr('Esc ends.')}" if found is not None else ""


def editing_acts(reading: Reading, refuse: Callable[[Issue], None]) -> Mapping[str, Act]:
    """Return what to do for every action of editing but the one that asks for a range of values."""

    def tool(name: EditTool) -> Act:
        # The same key puts the tool away.
        return lambda: reading.apply(set_tool, "window" if reading.state.tool == name else name)

    def edit(made: Edit) -> Act:
        def act() -> None:
            apply_edit(reading, made, refuse)

        return act

    return {
        **{f"tool_{name}": tool(name) for name in HINTS},
        "brush_ball": lambda: _toggle_ball(reading),
        "brush_larger": lambda: reading.apply(resize_brush, 1),
        "brush_smaller": lambda: reading.apply(resize_brush, -1),
        "fill_holes": edit(FillHoles()),
        "smooth_part": edit(Smooth(SMOOTHED_MM)),
        "between_slices": edit(BetweenSlices()),
        "delete_point": lambda: _delete_point(reading, refuse),
        "show_original": lambda: _toggle_original(reading),
        "discard_edits": lambda: _discard(reading),
    }


def why_not(state: ReadingState) -> Issue | None:
    """Return why the tool in use can do nothing to what is selected; None when it can."""
    find = why_no_points if state.tool == "points" else why_not_edited
    return find(state, state.selection.overlay, state.selection.part)


def apply_edit(
    reading: Reading,
    edit: Edit,
    refuse: Callable[[Issue], None],
    *,
    instead: Edit | None = None,
    merge_key: str = "",
) -> bool:
    """Edit the selected segment, or say why not; returns whether it was. See ``edit_part``."""
    state = reading.state
    overlay, part = state.selection.overlay, state.selection.part
    find = why_no_points if isinstance(edit, MovePoint | DeletePoint) else why_not_edited
    why = find(state, overlay, part)
    if why is not None:
        refuse(why)
    if why is not None or overlay is None or part is None:
        return False
    finding = finding_of_part(state, state.selection)
    reading.apply_undoable(merge_key, edit_part, (overlay, part), edit, instead, finding, now())
    return True


def _delete_point(reading: Reading, refuse: Callable[[Issue], None]) -> None:
    """Delete the point that was taken hold of last; a part keeps as many as it needs."""
    state, held, target = reading.state, reading.state.held_point, selected_points(reading.state)
    if held is None or target is None:
        refuse(refused("edit_no_point_held").issue)
        return
    overlay, part = target
    edits = edits_of(state, overlay, part)
    done = edits.edits if edits is not None else ()
    before = part_with_points(state.content.overlays[overlay], part, done)
    after = part_with_points(state.content.overlays[overlay], part, (*done, DeletePoint(*held)))
    if point_count(before, held[0]) == point_count(after, held[0]):
        refuse(refused("edit_few_points").issue)
    elif apply_edit(reading, DeletePoint(*held), refuse):
        reading.apply(hold_point, None)


def _toggle_ball(reading: Reading) -> None:
    brush = reading.state.brush
    reading.apply(set_brush, replace(brush, reach="slice" if brush.reach == "ball" else "ball"))


def _toggle_original(reading: Reading) -> None:
    chosen = reading.state.selection
    if chosen.overlay is not None and chosen.part is not None:
        before = original_is_shown(reading.state)
        reading.apply(show_original, chosen.overlay, chosen.part, "edited" if before else "original")


def _discard(reading: Reading) -> None:
    chosen = reading.state.selection
    if chosen.overlay is not None and chosen.part is not None:
        reading.apply_undoable("", discard_edits, chosen.overlay, chosen.part, now())
