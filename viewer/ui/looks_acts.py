"""What the actions of colour, fusion and automatic windows do to the reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from viewer.imaging.colour_maps import COLOUR_MAPS, GREY
from viewer.reading.changes import looks
from viewer.reading.changes.workspace import set_tool
from viewer.reading.reading import Reading
from viewer.reading.state import WindowChoice
from viewer.scene.auto_window import region_window, selected_region, slice_window
from viewer.scene.inputs import SceneInputs
from viewer.scene.slice_scene import slice_scene
from viewer.ui.take_window import take_window

Act = Callable[[], None]


def looks_acts(reading: Reading, inputs: SceneInputs) -> Mapping[str, Act]:
    """Return what to do for every action of colour and fusion that only changes the reading."""

    def on_pane(change: Callable[..., object], *more: object) -> Act:
        return lambda: reading.apply_undoable("", change, reading.state.active_pane, *more)  # type: ignore[arg-type]

    return {
        "slice_window": lambda: _take(reading, inputs, slice_window(reading.state, reading.state.pane, inputs)),
        "region_window": lambda: _window_of_region(reading, inputs),
        "color_bar": lambda: _toggle_bar(reading, inputs),
        "fused_shown": on_pane(looks.toggle_fused),
        "fused_more": lambda: _more_opaque(reading, 1),
        "fused_less": lambda: _more_opaque(reading, -1),
        "swap_fused": on_pane(looks.swap_fused),
        **{f"color_map_{one.id}": on_pane(looks.set_color_map, one.id) for one in COLOUR_MAPS},
        "color_map_grey": on_pane(looks.set_color_map, GREY),
    }


def _take(reading: Reading, inputs: SceneInputs, choice: WindowChoice | None) -> None:
    if choice is not None:
        take_window(reading, inputs, choice)


def _window_of_region(reading: Reading, inputs: SceneInputs) -> None:
    """Take the window from the selected region of the image; without one the mouse draws it."""
    state = reading.state
    region = selected_region(state, state.pane)
    if region is not None:
        _take(reading, inputs, region_window(state, state.pane, inputs, region))
    else:
        reading.apply(set_tool, "window_region" if state.tool != "window_region" else "window")


def _toggle_bar(reading: Reading, inputs: SceneInputs) -> None:
    shown = bool(slice_scene(reading.state, reading.state.active_pane, inputs).color_bars)
    reading.apply_undoable("", looks.show_color_bar, reading.state.active_pane, "hidden" if shown else "shown")


def _more_opaque(reading: Reading, steps: int) -> None:
    pane = reading.state.active_pane
    reading.apply_undoable(f"fused-opacity:{pane}", looks.step_fused_opacity, pane, steps)
