"""The actions that edit a segment: a part of the registry."""

from __future__ import annotations

from viewer.reading.edited import original_is_shown
from viewer.reading.state import EditTool
from viewer.ui.action_spec import ActionSpec, Need, T


def _tool(tool: EditTool, text: str, key: str, icon: str) -> ActionSpec:
    return ActionSpec(f"tool_{tool}", "Edit", text, (key,), icon, "segments", checked=lambda state: state.tool == tool)


def _act(action_id: str, text: str, keys: tuple[str, ...], icon: str, need: Need = "segment") -> ActionSpec:
    return ActionSpec(action_id, "Edit", text, keys, icon, need, repeats=False)


EDITING: tuple[ActionSpec, ...] = (
    ActionSpec(
        "tool_brush",
        "Edit",
        T("Brush"),
        ("Shift+B",),
        "brush",
        "segments",
        checked=lambda state: state.tool == "brush",
        after_line=True,
    ),
    _tool("eraser", T("Eraser"), "Shift+X", "eraser"),
    ActionSpec(
        "brush_ball",
        "Edit",
        T("Brush through slices"),
        ("Shift+D",),
        "",
        "segments",
        checked=lambda state: state.brush.reach == "ball",
    ),
    ActionSpec("brush_larger", "Edit", T("Larger brush"), ("+", "="), "", "segments", "viewport", in_menu=False),
    ActionSpec("brush_smaller", "Edit", T("Smaller brush"), ("-",), "", "segments", "viewport", in_menu=False),
    _tool("keep_island", T("Keep one piece"), "Alt+K", "puzzle"),
    _tool("remove_island", T("Remove a piece"), "Alt+X", "scissors"),
    _act("keep_values", T("Keep values in a range…"), ("Alt+T",), "sliders-horizontal"),
    _act("fill_holes", T("Fill holes"), ("Alt+G",), "paint-bucket"),
    _act("smooth_part", T("Smooth"), ("Alt+S",), "waves"),
    _act("between_slices", T("Fill slices in between"), ("Alt+B",), "square-stack"),
    ActionSpec(
        "tool_points",
        "Edit",
        T("Move points of contours and lines"),
        ("Shift+M",),
        "pen-tool",
        "lines",
        checked=lambda state: state.tool == "points",
        after_line=True,
    ),
    ActionSpec("delete_point", "Edit", T("Delete the point"), ("Backspace",), "", "held_point", "viewport", repeats=False),
    ActionSpec(
        "show_original",
        "Edit",
        T("Show the original"),
        ("Alt+O",),
        "history",
        "edited",
        checked=original_is_shown,
        after_line=True,
        repeats=False,
    ),
    _act("discard_edits", T("Discard the edits"), (), "undo-dot", "edited"),
)
