"""What the actions of the registry do to the reading: one literal table. Acts of the window itself stand in main_window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from viewer.reading import key_images
from viewer.reading.changes import cine as cine_changes
from viewer.reading.changes import crosshair, layouts, linking, slides, volumes, workspace
from viewer.reading.changes import layers as layer_changes
from viewer.reading.navigate import go_to_part, next_series
from viewer.reading.reading import Reading
from viewer.reading.state import Layout, Tool
from viewer.scene.inputs import SceneInputs
from viewer.ui.depth_acts import depth_acts
from viewer.ui.looks_acts import looks_acts
from viewer.ui.measuring_acts import measuring_acts
from viewer.ui.notices import Notice
from viewer.ui.parts_acts import parts_acts
from viewer.ui.slice.playing import change_speed, next_sweep, toggle_playing
from viewer.ui.take_window import take_window
from viewer.ui.window_presets import windows_by_key, windows_to_choose

Act = Callable[[], None]


def reading_acts(
    reading: Reading, inputs: SceneInputs, tell: Callable[[Notice], None] = lambda _: None
) -> Mapping[str, Act]:
    """Return what to do for every action that only changes the reading; ``tell`` takes why one of them was refused."""

    def on_pane(change: Callable[..., object], *more: object) -> Act:
        return lambda: reading.apply_undoable("", change, reading.state.active_pane, *more)  # type: ignore[arg-type]

    def scroll(by: int) -> Act:
        return lambda: reading.apply(key_images.scroll, reading.state.active_pane, by)

    def series(by: int) -> Act:
        return lambda: reading.apply_undoable("", next_series, reading.state.active_pane, by)

    def layout(name: Layout) -> Act:
        return lambda: reading.apply_undoable("", layouts.set_layout, name)

    def tool(name: Tool) -> Act:
        return lambda: reading.apply(workspace.set_tool, name)

    table: dict[str, Act] = {
        **measuring_acts(reading, inputs),
        **looks_acts(reading, inputs),
        **depth_acts(reading, tell),
        **parts_acts(reading, inputs),
        "undo": reading.undo,
        "redo": reading.redo,
        **{f"layout_{name}": layout(name) for name in layouts.GRIDS},
        "maximise": lambda: reading.apply(layouts.toggle_maximised),
        "swap_next": lambda: reading.apply_undoable("", layouts.swap_with_next, 1),
        "swap_previous": lambda: reading.apply_undoable("", layouts.swap_with_next, -1),
        "next_pane": lambda: reading.apply(workspace.next_pane, 1),
        "previous_pane": lambda: reading.apply(workspace.next_pane, -1),
        "link": lambda: reading.apply_undoable("", linking.toggle_linked),
        "link_scroll": lambda: reading.apply_undoable("", linking.toggle_link, "scroll"),
        "link_view": lambda: reading.apply_undoable("", linking.toggle_link, "view"),
        "link_window": lambda: reading.apply_undoable("", linking.toggle_link, "window"),
        "link_here": lambda: reading.apply_undoable("", linking.toggle_pins),
        "reference_lines": lambda: reading.apply_undoable("", workspace.toggle_reference_lines),
        "reference_ends": lambda: reading.apply_undoable("", workspace.toggle_reference_ends),
        "slide_map": lambda: reading.apply_undoable("", slides.toggle_slide_map),
        "fit": on_pane(workspace.fit_view),
        "reset": on_pane(workspace.reset_view),
        "tool_pan": tool("pan"),
        "tool_zoom": tool("zoom"),
        "tool_scroll": tool("scroll"),
        "crosshair": lambda: reading.apply(crosshair.toggle_crosshair),
        "invert": on_pane(workspace.toggle_invert),
        "flip_horizontal": on_pane(workspace.flip_horizontal),
        "flip_vertical": on_pane(workspace.flip_vertical),
        "rotate_left": on_pane(workspace.rotate, -90),
        "rotate_right": on_pane(workspace.rotate, 90),
        "cine": lambda: toggle_playing(reading, inputs),
        "cine_close": on_pane(cine_changes.close_cine),
        "cine_faster": lambda: change_speed(reading, inputs, 1),
        "cine_slower": lambda: change_speed(reading, inputs, -1),
        "cine_sweep": lambda: next_sweep(reading, inputs),
        "cine_first": on_pane(cine_changes.trim, "first"),
        "cine_last": on_pane(cine_changes.trim, "last"),
        "cine_all": on_pane(cine_changes.play_all),
        "cine_volumes": lambda: reading.apply(volumes.toggle_playing_volumes, reading.state.active_pane),
        "volume_previous": lambda: reading.apply(volumes.step_volume, reading.state.active_pane, -1),
        "volume_next": lambda: reading.apply(volumes.step_volume, reading.state.active_pane, 1),
        "second_previous": lambda: reading.apply(volumes.step_volume, reading.state.active_pane, -1, 1),
        "second_next": lambda: reading.apply(volumes.step_volume, reading.state.active_pane, 1, 1),
        "slice_up": scroll(-1),
        "slice_down": scroll(1),
        "slice_up_10": scroll(-10),
        "slice_down_10": scroll(10),
        "key_image_next": lambda: reading.apply(key_images.step_key_image, reading.state.active_pane, 1),
        "key_image_previous": lambda: reading.apply(key_images.step_key_image, reading.state.active_pane, -1),
        "only_key_images": lambda: reading.apply(key_images.toggle_only_key_images, reading.state.active_pane),
        "slice_first": lambda: reading.apply(key_images.go_to, reading.state.active_pane, 0),
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


def _last_frame(reading: Reading) -> None:
    stack = reading.state.stack_of(reading.state.pane)
    if stack is not None:
        reading.apply(key_images.go_to, reading.state.active_pane, len(stack.frames) - 1)


def _largest_slice(reading: Reading) -> None:
    selection = reading.state.selection
    if selection.overlay is not None and selection.part is not None:
        reading.apply(go_to_part, selection.overlay, selection.part)


def _take_window(reading: Reading, inputs: SceneInputs, number: int) -> None:
    found = windows_by_key(windows_to_choose(reading.state, inputs)).get(number)
    if found is not None:
        take_window(reading, inputs, found.choice)
