"""What the actions of segments and regions do to the reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from viewer.reading.changes.comparing import end_comparing, show_compared
from viewer.reading.changes.crosshair import leave_to_window
from viewer.reading.changes.layers import NEXT_STYLE, select, set_part_style
from viewer.reading.edited import overlays_at
from viewer.reading.reading import Reading
from viewer.reading.state import DrawStyle, PartStyle, ReadingState, Selection
from viewer.representations.on_plane import OnPlane
from viewer.scene.inputs import SceneInputs
from viewer.ui.layers.group_menu import invert, show_all, show_none
from viewer.ui.layers.object_menu import move_object

Act = Callable[[], None]
_NEXT_STYLE: Final[Mapping[DrawStyle | None, DrawStyle | None]] = {**NEXT_STYLE, "both": None}
"""As of an object; behind the last of its own, a part looks like its object again."""


def tr(text: str) -> str:
    """Translate a text about segments and regions."""
    return QCoreApplication.translate("Parts", text)


def parts_acts(reading: Reading, inputs: SceneInputs) -> Mapping[str, Act]:
    """Return what to do for every action of parts that only changes the reading."""
    return {
        "parts_all": lambda: show_all(reading),
        "parts_none": lambda: show_none(reading),
        "parts_invert": lambda: invert(reading),
        "part_next": lambda: _step(reading, inputs, 1),
        "part_previous": lambda: _step(reading, inputs, -1),
        "part_style": lambda: _next_style(reading),
        "layer_up": lambda: _move(reading, -1),
        "layer_down": lambda: _move(reading, 1),
        "compare_shown": lambda: _turn(reading),
        "compare_end": lambda: reading.apply_undoable("", end_comparing),
        "tool_window": lambda: leave(reading),
    }


def leave(reading: Reading) -> None:
    """End what is under way: the tool first, then the comparison."""
    if reading.state.tool == "window" and reading.state.compared is not None:
        reading.apply_undoable("", end_comparing)
    else:
        reading.apply(leave_to_window)


def parts_on_slice(state: ReadingState, inputs: SceneInputs) -> tuple[Selection, ...]:
    """Return every visible part on the slice of the active viewport, in the order of the list."""
    stack = state.stack_of(state.pane)
    if stack is None or not stack.planes:
        return ()
    place = min(state.pane.frame, len(stack.planes) - 1)
    found: list[Selection] = []
    for overlay in overlays_at(state, stack, place):
        answer = inputs.on_plane(overlay.instance, stack.planes[place])
        if isinstance(answer, OnPlane) and state.overlay_visible(overlay):
            found += [
                Selection(overlay.instance, part.number)
                for part in overlay.parts
                if part.number in answer.parts_here and state.part_visible(overlay, part.number)
            ]
    return tuple(found)


def _step(reading: Reading, inputs: SceneInputs, by: int) -> None:
    here = parts_on_slice(reading.state, inputs)
    if not here:
        return
    chosen = Selection(reading.state.selection.overlay, reading.state.selection.part)
    place = here.index(chosen) + by if chosen in here else (0 if by > 0 else -1)
    reading.apply(select, here[place % len(here)])


def _next_style(reading: Reading) -> None:
    overlay, part = reading.state.selection.overlay, reading.state.selection.part
    if overlay is not None and part is not None:
        own = reading.state.layer(overlay).parts.get(part, PartStyle()).style
        reading.apply_undoable("", set_part_style, overlay, part, _NEXT_STYLE[own])


def _move(reading: Reading, by: int) -> None:
    overlay = reading.state.selection.overlay
    if overlay is not None:
        move_object(reading, overlay, by)


def _turn(reading: Reading) -> None:
    compared = reading.state.compared
    if compared is not None:
        reading.apply_undoable("", show_compared, "side_by_side" if compared.shown == "difference" else "difference")
