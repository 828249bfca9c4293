"""What the actions of the registry do to the reading: one literal table. Acts of the window itself stand in main_window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from viewer.reading.changes import layers as layer_changes
from viewer.reading.changes import workspace
from viewer.reading.changes.measuring import delete_measurement
from viewer.reading.navigate import go_to_part, next_series
from viewer.reading.reading import Reading
from viewer.reading.state import Layout, Tool
from viewer.scene.inputs import SceneInputs
from viewer.ui.window_presets import windows_to_choose

Act = Callable[[], None]


def reading_acts(reading: Reading, inputs: SceneInputs) -> Mapping[str, Act]:
    """Return what to do for every action that only changes the reading."""

    def on_pane(change: Callable[..., object], *more: object) -> Act:
        return lambda: reading.apply_undoable("", change, reading.state.active_pane, *more)  # type: ignore[arg-type]

    def scroll(by: int) -> Act:
        return lambda: reading.apply(workspace.step_frame, reading.state.active_pane, by)

    def series(by: int) -> Act:
        return lambda: reading.apply_undoable("", next_series, reading.state.active_pane, by)

    def layout(name: Layout) -> Act:
        return lambda: reading.apply_undoable("", workspace.set_layout, name)

    def tool(name: Tool) -> Act:
        return lambda: reading.apply(workspace.set_tool, name)

    table: dict[str, Act] = {
        "undo": reading.undo,
        "redo": reading.redo,
        "layout_1x1": layout("1x1"),
        "layout_1x2": layout("1x2"),
        "layout_2x2": layout("2x2"),
        "maximise": lambda: reading.apply(workspace.toggle_maximised),
        "next_pane": lambda: reading.apply(workspace.next_pane, 1),
        "previous_pane": lambda: reading.apply(workspace.next_pane, -1),
        "link": lambda: reading.apply(workspace.toggle_linked),
        "fit": on_pane(workspace.fit_view),
        "reset": on_pane(workspace.reset_view),
        "tool_window": tool("window"),
        "tool_pan": tool("pan"),
        "tool_zoom": tool("zoom"),
        "tool_scroll": tool("scroll"),
        "tool_length": tool("length"),
        "tool_angle": tool("angle"),
        "tool_ellipse": tool("ellipse"),
        "tool_rectangle": tool("rectangle"),
        "tool_polygon": tool("polygon"),
        "tool_probe": tool("probe"),
        "delete_measurement": lambda: reading.apply_undoable("", delete_measurement, reading.state.selection.measurement),
        "invert": on_pane(workspace.toggle_invert),
        "flip_horizontal": on_pane(workspace.flip_horizontal),
        "flip_vertical": on_pane(workspace.flip_vertical),
        "rotate_left": on_pane(workspace.rotate, -90),
        "rotate_right": on_pane(workspace.rotate, 90),
        "cine": lambda: _toggle_playing(reading),
        "slice_up": scroll(-1),
        "slice_down": scroll(1),
        "slice_up_10": scroll(-10),
        "slice_down_10": scroll(10),
        "slice_first": lambda: reading.apply(workspace.set_frame, reading.state.active_pane, 0),
        "slice_last": lambda: _last_frame(reading),
        "series_previous": series(-1),
        "series_next": series(1),
        "hide_overlays": lambda: toggle_hidden(reading),
        "style": lambda: reading.apply_undoable("", layer_changes.cycle_style),
        "toggle_row": lambda: reading.apply_undoable("", layer_changes.toggle_selected),
        "solo": lambda: reading.apply_undoable("", layer_changes.toggle_solo),
        "largest_slice": lambda: _largest_slice(reading),
    }
    for number in range(1, 10):
        table[f"window_{number}"] = lambda number=number: _take_window(reading, inputs, number)  # type: ignore[misc]
    return table


def toggle_hidden(reading: Reading) -> None:
    """Hide every overlay, or bring them back."""
    reading.apply(workspace.hide_overlays, "shown" if reading.state.overlays_hidden else "hidden")


def _toggle_playing(reading: Reading) -> None:
    state = reading.state
    reading.apply(workspace.set_playing, state.active_pane, "paused" if state.pane.playing else "playing")


def _last_frame(reading: Reading) -> None:
    stack = reading.state.stack_of(reading.state.pane)
    if stack is not None:
        reading.apply(workspace.set_frame, reading.state.active_pane, len(stack.frames) - 1)


def _largest_slice(reading: Reading) -> None:
    selection = reading.state.selection
    if selection.overlay is not None and selection.part is not None:
        reading.apply(go_to_part, selection.overlay, selection.part)


def _take_window(reading: Reading, inputs: SceneInputs, number: int) -> None:
    found = windows_to_choose(reading.state, inputs)
    if number <= len(found):
        reading.apply_undoable("", workspace.set_window, reading.state.active_pane, found[number - 1].choice)
