"""What the actions of editing a segment do, and what to do with each of its tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QCoreApplication

from viewer.domain.edit import BetweenSlices, Edit, FillHoles, Smooth
from viewer.domain.issues import Issue
from viewer.reading.changes.editing import discard_edits, edit_part, resize_brush, set_brush, show_original
from viewer.reading.changes.workspace import set_tool
from viewer.reading.edited import original_is_shown, why_not_edited
from viewer.reading.reading import Reading
from viewer.reading.state import EditTool, Tool
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
        "show_original": lambda: _toggle_original(reading),
        "discard_edits": lambda: _discard(reading),
    }


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
    why = why_not_edited(state, overlay, part)
    if why is not None:
        refuse(why)
    if why is not None or overlay is None or part is None:
        return False
    finding = finding_of_part(state, state.selection)
    reading.apply_undoable(merge_key, edit_part, (overlay, part), edit, instead, finding, now())
    return True


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
        reading.apply_undoable("", discard_edits, chosen.overlay, chosen.part)
